import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { LogEntry } from './types';

/** A request below the vendor's prefix. */
export interface VendorRequest {
  readonly method: string;
  /** Without the prefix. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text or bytes go out as they are, anything else as JSON. */
  readonly body?: unknown;
}

/** A vendor's devices and its API. */
export interface Vendor<State> {
  /** Where its API begins, without a slash at the end. */
  readonly prefix: string;
  /** Paths below it that people are sent to by other sites. */
  readonly pages?: readonly string[];
  /** Whether its connections are cut at the broker too. */
  readonly usesBroker: boolean;
  /** Answers, or takes over the response for a stream and returns nothing. */
  handle(request: VendorRequest, response: ServerResponse): Reply | undefined | Promise<Reply | undefined>;
  /** The body of an error in the vendor's own form. */
  failure(message: string): unknown;
  /** What the page shows. */
  state(): State;
  /** What the page can do; a setting that is not given stays as it is. @throws BadInput */
  readonly actions: Readonly<Record<string, (input: Record<string, unknown>) => void>>;
}

/** What a vendor has around it. */
export interface World {
  /** To be called after each change of what `state` returns. */
  changed(): void;
  publish(topic: string, payload: string): void;
  /** Enters a request that the vendor itself made. */
  log(entry: Omit<LogEntry, 'vendor' | 'direction'>): void;
  /** Aborted when the simulator ends: no request and no timer may outlive it. */
  readonly signal: AbortSignal;
}

export type Simulate<State> = (world: World) => Vendor<State>;

/** Input that the page or a client may not send; the message says what was expected. */
export class BadInput extends Error {}

export function numberWithin(input: Record<string, unknown>, key: string, min: number, max: number): number {
  const value = input[key];
  if (typeof value !== 'number' || !(value >= min && value <= max)) throw new BadInput(`${key} must be a number from ${min} to ${max}`);
  return value;
}

export function oneOf<const O extends readonly string[]>(input: Record<string, unknown>, key: string, options: O): O[number] {
  const value = options.find((option) => option === input[key]);
  if (value === undefined) throw new BadInput(`${key} must be one of ${options.join(', ')}`);
  return value;
}
