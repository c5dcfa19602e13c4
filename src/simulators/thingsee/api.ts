import { Refused } from '../http/refused';
import type { JsonObject } from '../http/request';
import type { DeviceResponse } from '../http/response';

export interface ThingseeCall {
  /** The id in the path, decoded. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
}

/** Returns the `data` of the response. @throws Refused */
export type ThingseeHandler = (call: ThingseeCall) => unknown;

/** By method and path. */
export type ThingseeHandlers = Readonly<Record<string, ThingseeHandler>>;

const STATUS_NAMES: Readonly<Record<number, string>> = { 400: 'Bad Request', 401: 'Unauthorized', 404: 'Not Found', 409: 'Conflict' };

export const refusalResponse = (statusCode: number, message: string): DeviceResponse => ({
  status: statusCode,
  body: { statusCode, error: STATUS_NAMES[statusCode] ?? 'Internal Server Error', message },
});

export const notFound = (): Refused => new Refused(404, 'Not Found');

/** A whole number of the query; undefined where it is not given. @throws Refused */
export function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw new Refused(400, `${name} must be a number`);
  return Number(text);
}

/** Whether something fits the message ids, event ids and times that a query names. [G] `from` and `to` are unix seconds, both included. */
export function queryFilter(
  query: URLSearchParams,
): (item: { readonly tsmId: number; readonly tsmEv: number; readonly tsmTs: number }) => boolean {
  const ids = (name: string) => query.get(name)?.split(',').map(Number);
  const [messageIds, eventIds] = [ids('messageid'), ids('eventid')];
  const [from = -Infinity, to = Infinity] = [numberOf(query, 'from'), numberOf(query, 'to')];
  return ({ tsmId, tsmEv, tsmTs }) =>
    tsmTs >= from && tsmTs <= to && (messageIds?.includes(tsmId) ?? true) && (eventIds?.includes(tsmEv) ?? true);
}
