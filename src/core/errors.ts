import { told } from './error-texts';
import { hasMoreParts, isCircular, isObject } from './objects';
import type { Sentence } from './sentence';

/**
 * The one error that leaves this package. A flow tells failures apart by `code`, never by the text.
 * Node-RED's Catch node copies `message`, `code` and `cause` from an error's own properties.
 */
export type ErrorCode =
  | 'INVALID_INPUT'
  | 'NOT_CONFIGURED'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'REJECTED'
  | 'RATE_LIMITED'
  | 'VENDOR_ERROR'
  | 'BAD_RESPONSE'
  | 'UNREACHABLE'
  | 'TIMEOUT'
  | 'COMMAND_FAILED'
  | 'QUEUE_FULL'
  | 'BUSY'
  | 'CANCELLED';

/** What is known about the failure, copied into `msg.error.cause`. */
export interface ErrorCause {
  vendor?: string;
  operation?: string;
  target?: string;
  /** HTTP status of the vendor's response, where there was one. */
  statusCode?: number;
  /** True where the same message may succeed later. */
  retryable: boolean;
  /** The vendor's own words, shortened and without secrets. */
  vendorMessage?: string;
  /** Of a command that was accepted: the vendor's id of it, and its progress in the vendor's form. */
  commandId?: string;
  progress?: number | string;
  /** Where a message makes several steps: the one that has failed, and those that were sent before, in order. */
  step?: string;
  done?: readonly string[];
}

const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['RATE_LIMITED', 'VENDOR_ERROR', 'UNREACHABLE', 'TIMEOUT']);

/** What a panel says of an error: a sentence with a key, or several. */
export type Told = Sentence | readonly [Sentence, ...Sentence[]];

/** Of an error that only flows and logs can get: of an event, or of a node's own settings. A panel would say what its code says. */
export const NOT_IN_PANELS = Symbol('not in panels');

export class EnsembleError extends Error {
  readonly code: ErrorCode;
  override readonly cause: ErrorCause;
  /** Milliseconds that the vendor asked us to wait. */
  retryAfter: number | undefined;
  /** The login has failed, and not the request itself. */
  ofLogin = false;
  /** The vendor itself has refused the login: the next attempt comes after a long pause, for which there is no countdown. */
  refused = false;
  /** The response was a page for people, most likely from a proxy and not from the vendor. */
  isPage = false;
  /** The request never left, or was refused for its login: it has had no effect. */
  unsent = false;
  /** What was asked has begun, such as a command that was accepted: asking again would begin it once more. */
  begun = false;
  /** Of several errors, of which it is the first: one of them may pass by itself. */
  mayPass = false;
  /** Of a refused login: a person has to sign in. */
  needsSignIn = false;
  /** What a panel says of it, in the editor's language; without, what its code says. Flows get the message. */
  told: readonly Sentence[];
  /** Calls back once when the login has succeeded or failed again: an attempt is useful then, or the pause has become longer. The returned function stops that. */
  onLogin: ((callback: () => void) => () => void) | undefined;

  constructor(code: ErrorCode, message: string, said: Told | typeof NOT_IN_PANELS, cause: Omit<ErrorCause, 'retryable'> = {}) {
    super(message);
    this.name = 'EnsembleError';
    this.code = code;
    this.told = said === NOT_IN_PANELS ? [] : [said].flat();
    this.cause = { ...cause, retryable: RETRYABLE.has(code) };
  }

  /** Node-RED shows `String(error)` in Catch nodes, where the class's name is of no use. */
  override toString(): string {
    return this.message;
  }

  /** The same error with more of its circumstances; what is already known is kept. */
  with(circumstances: Omit<ErrorCause, 'retryable'>): EnsembleError {
    const error = this.copy(this.message, { ...circumstances, ...this.cause });
    if (this.stack) error.stack = this.stack;
    return error;
  }

  /** The same error with another text. */
  withMessage(message: string): EnsembleError {
    return this.copy(message, this.cause);
  }

  /** The same error with another code. */
  withCode(code: ErrorCode): EnsembleError {
    return this.copy(this.message, this.cause, code);
  }

  /** Replaces what a panel says of it. */
  telling(...told: readonly Sentence[]): this {
    this.told = told;
    return this;
  }

  private copy(message: string, cause: Omit<ErrorCause, 'retryable'>, code = this.code): EnsembleError {
    const error = new EnsembleError(code, message, NOT_IN_PANELS, cause);
    const { retryAfter, ofLogin, refused, isPage, unsent, begun, mayPass, needsSignIn, told, onLogin } = this;
    return Object.assign(error, { retryAfter, ofLogin, refused, isPage, unsent, begun, mayPass, needsSignIn, told, onLogin });
  }
}

export const invalidInput = (message: string, said: Told | typeof NOT_IN_PANELS): EnsembleError =>
  new EnsembleError('INVALID_INPUT', message, said);

/** What was thrown, as the error of this package. An unknown throw is a defect of ours: its stack is kept. */
export function asEnsembleError(thrown: unknown, code: ErrorCode = 'BAD_RESPONSE'): EnsembleError {
  if (thrown instanceof EnsembleError) return thrown;
  const detail = messageOf(thrown);
  const error = new EnsembleError(code, detail, told('unexpected', { detail }));
  if (thrown instanceof Error && thrown.stack) error.stack = thrown.stack;
  return error;
}

/** JSONata throws plain objects that have a message. */
function messageOf(thrown: unknown): string {
  return isObject(thrown) && typeof thrown.message === 'string' ? thrown.message : String(thrown);
}

const CIRCULAR = 'an object that refers to itself';
/** Parts of a value that is shown. */
const MAX_SHOWN = 100_000;

/** V8 has no codes for these errors, only messages. */
function describeUnwritable(error: unknown): string {
  const message = messageOf(error);
  if (/circular/i.test(message)) return CIRCULAR;
  return /bigint/i.test(message) ? 'an object that holds a bigint' : 'an object that JSON has no way to say';
}

/** A value as it stands in an error text: short, and telling `"5"` from `5`. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Uint8Array) return `a Buffer of ${value.length} bytes`;
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return `a ${typeof value}`;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  let text: string;
  try {
    if (hasMoreParts(value, MAX_SHOWN)) return isCircular(value) ? CIRCULAR : `a value of more than ${MAX_SHOWN} parts`;
    text = JSON.stringify(value);
  } catch (error) {
    return error instanceof RangeError ? 'an object that is nested too deeply' : describeUnwritable(error);
  }
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
export const cancelled = (): EnsembleError =>
  new EnsembleError('CANCELLED', 'closed by a deploy or shutdown before the response came', told('code.CANCELLED'));
