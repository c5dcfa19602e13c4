import type { ConnectionOptions } from 'node:tls';
import type { EnsembleError } from '../errors';
import type { Scope } from '../scope';
import type { ProxyChoice } from './proxy';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the connection's base address; ids in it are encoded already. */
  readonly path: string;
  /** What is undefined is left out; a list is sent as the same name several times. */
  readonly query?: Fields;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as a form, URL-encoded. */
  readonly form?: Fields;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds that the vendor may work on it, on top of the connection’s time limit. */
  readonly allowance?: number;
  /** Values in it that no error may repeat, although they are none of the connection's. */
  readonly secrets?: readonly string[];
  /** It goes out without the connection's login, and what comes back changes nothing of that. */
  readonly withoutLogin?: true;
  /** Of a login: whether a response that is no success is the vendor's own refusal. Its error is UNAUTHORIZED. */
  readonly loginRefusal?: (response: HttpResponse) => LoginRefusal | undefined;
}

/** How a vendor refuses a login; `sign in` where a person has to sign in. */
export type LoginRefusal = 'refused' | 'sign in';

export type Field = string | number | boolean;

export type Fields = Readonly<Record<string, Field | readonly Field[] | undefined>>;

export interface HttpResponse {
  readonly statusCode: number;
  readonly contentType: string;
  /** When the vendor answered, by its own clock: the header `Date`. */
  readonly date: string | undefined;
  /** Each `Set-Cookie` as it came. */
  readonly cookies: readonly string[];
  readonly body: Buffer;
  /** Who asked is told by it what a reader leaves out. */
  readonly warn?: ((text: string) => void) | undefined;
}

export interface SendOptions {
  /** The request may be repeated without harm. */
  readonly repeatable: boolean;
  /** The request ends with it. */
  readonly scope: Scope;
  /** Told before each wait for another try. */
  readonly onRetry?: ((retry: Retry) => void) | undefined;
  /** Told of what is left out of the answer, because it is not what the vendor promises. */
  readonly onWarning?: ((text: string) => void) | undefined;
}

/** Of a GET, which may always be repeated. */
export interface ReadOptions extends Omit<SendOptions, 'repeatable'> {
  readonly query?: Fields;
}

export interface Retry {
  readonly error: EnsembleError;
  /** Milliseconds until the next try. */
  readonly wait: number;
}

export interface HttpClientOptions {
  readonly baseUrl: string;
  /** Milliseconds for one try, from waiting for a connection to the last byte of the body. */
  readonly timeout: number;
  readonly tls?: ConnectionOptions;
  readonly proxy?: ProxyChoice;
  readonly headers?: Readonly<Record<string, string>>;
  /** Takes secrets out of the vendor's words. */
  readonly redact?: (text: string) => string;
  /** Largest body that is read; a larger one is a BAD_RESPONSE. */
  readonly maxBytes?: number;
}
/** What a stream's bytes go to. What it throws ends the stream with that error. */
export interface StreamReader {
  /** The peer has accepted. */
  open(contentType: string): void;
  data(chunk: Buffer, source: Source): void;
}

/** Where a stream's bytes come from. */
export interface Source {
  /** Lets the peer wait. */
  pause(): void;
  resume(): void;
}
