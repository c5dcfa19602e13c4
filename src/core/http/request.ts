import type { ConnectionOptions } from 'node:tls';
import type { EnsembleError } from '../errors';
import type { Scope } from '../scope';
import type { Sentence } from '../sentence';
import type { ProxyChoice } from './proxy';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the connection's base address; ids in it are encoded already. */
  readonly path: string;
  /** What is undefined is left out; a list is sent as the same name several times. */
  readonly query?: RequestFields;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as a form, URL-encoded. */
  readonly form?: RequestFields;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds that the vendor may work on it, on top of the connection’s time limit. */
  readonly allowance?: number;
  /** Values in it that no error may repeat, beside the connection's secrets. */
  readonly secrets?: readonly string[];
  /** Sent without the connection's login; the response does not change the login. */
  readonly withoutLogin?: true;
  /** Of a login: whether a response that is no success is the vendor's own refusal. Its error is UNAUTHORIZED. */
  readonly loginRefusal?: (response: HttpResponse) => LoginRefusal | undefined;
}

/** How a vendor refuses a login; `sign in` where a person has to sign in. */
export type LoginRefusal = 'refused' | 'sign in';

export type FieldValue = string | number | boolean;

export type RequestFields = Readonly<Record<string, FieldValue | readonly FieldValue[] | undefined>>;

/** Is told what may be wrong, in English, and what a panel says of it. */
export type Warn = (text: string, said: Sentence) => void;

export interface HttpResponse {
  readonly statusCode: number;
  readonly contentType: string;
  /** The header `Date`: the time by the vendor's clock. */
  readonly date: string | undefined;
  /** Each `Set-Cookie` as it came. */
  readonly cookies: readonly string[];
  readonly body: Buffer;
  /** Called with what a reader leaves out. */
  readonly warn?: Warn | undefined;
}

export interface SendOptions {
  /** The request may be repeated without harm. */
  readonly repeatable: boolean;
  /** The request ends with it. */
  readonly scope: Scope;
  /** Called before each pause before another attempt. */
  readonly onRetry?: ((retry: Retry) => void) | undefined;
  /** Called with what is left out of the response, because it is not what the vendor promises. */
  readonly onWarning?: Warn | undefined;
}

/** Of a GET, which may always be repeated. */
export interface ReadOptions extends Omit<SendOptions, 'repeatable'> {
  readonly query?: RequestFields;
}

export interface Retry {
  readonly error: EnsembleError;
  /** Milliseconds until the next attempt. */
  readonly wait: number;
}

export interface HttpClientOptions {
  readonly baseUrl: string;
  /** Milliseconds for one attempt, from waiting for a connection to the last byte of the body. */
  readonly timeout: number;
  readonly tls?: ConnectionOptions;
  readonly proxy?: ProxyChoice;
  readonly headers?: Readonly<Record<string, string>>;
  /** Takes secrets out of the vendor's words. */
  readonly redact?: (text: string) => string;
  /** Largest body that is read; a larger one is a BAD_RESPONSE. */
  readonly maxBytes?: number;
  /** Is told of each exchange. */
  readonly record?: RecordExchange;
}

/**
 * What became of one attempt.
 * @param began `performance.now()`
 * @param status of the response; undefined where there was none
 * @param code of the error; undefined where there was none
 * @param body of the response; undefined where there was none, or it was a stream
 */
export type RecordExchange = (
  request: HttpRequest,
  began: number,
  status: number | undefined,
  code: string | undefined,
  body: Buffer | undefined,
) => void;

/** Receives a stream's bytes. What it throws ends the stream with that error. */
export interface StreamReader {
  /** The peer has accepted the request. @throws EnsembleError where it is not answered with a stream */
  open(statusCode: number, contentType: string): void;
  data(chunk: Buffer, source: ByteSource): void;
}

/** Where a stream's bytes come from. */
export interface ByteSource {
  /** Nothing more is read from the peer until `resume`. */
  pause(): void;
  resume(): void;
}
