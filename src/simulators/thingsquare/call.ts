import type { DeviceResponse } from '../http/response';
import type { Account } from './accounts';

/** A request, as a route gets it. */
export interface ThingsquareCall {
  /** Without a login where the request has no session. */
  readonly user: Account;
  readonly hasSession: boolean;
  readonly cookies: string | undefined;
  /** The parameters of the route, not decoded. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  /** Sent by the vendor's library, which alone names the frontend in each request. */
  readonly byLibrary: boolean;
}

export type ThingsquareHandler = (call: ThingsquareCall) => DeviceResponse;

/** By method and path. */
export type ThingsquareHandlers = Readonly<Record<string, ThingsquareHandler>>;

/** Most responses are short text. */
export const textResponse = (status: number, body: string, headers: DeviceResponse['headers'] = {}): DeviceResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body,
});

/** [G] The document and the library differ in some responses: each gets its own. */
export const textFor = ({ byLibrary }: ThingsquareCall, status: number, documented: string, ofLibrary: string): DeviceResponse =>
  textResponse(status, byLibrary ? ofLibrary : documented);
