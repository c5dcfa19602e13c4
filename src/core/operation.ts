import { asEnsembleError, type EnsembleError } from './errors';
import type { HttpResponse, HttpClientOptions, HttpRequest, SendOptions } from './http/client';
import type { Parameters, Values } from './schema/parameters';
import type { Scope } from './scope';

/** An account or a device, reached over HTTP: what a config node owns and its nodes share. */
export interface Connection<Settings = unknown> {
  readonly vendor: string;
  readonly settings: Settings;
  /** Sends one request with the vendor's authentication. @throws EnsembleError */
  send(request: HttpRequest, options: SendOptions): Promise<HttpResponse>;
  /** Whose login it is; the same for connections that ask the same server as the same person. Absent where nobody logs in. */
  readonly account?: string;
  /** The same login was good a moment ago: where it has failed, it may be tried again at once. */
  retryLogin?(): void;
  /** The config node is deployed: begins what the connection does of itself. */
  begin?(): void;
  /** A person has signed in anew: what was refused before may be tried again. */
  signedIn?(): void;
  /** Ends everything under way at once. */
  close(): Promise<void>;
}

/** What a connection is made from. */
export interface ConnectOptions<Settings, Credentials> {
  readonly settings: Settings;
  readonly credentials: Credentials;
  readonly network: Network;
  /** Differs for each config node and each Node-RED, stays over restarts, and cannot be guessed. */
  readonly identity: string;
  /** Keeps what a sign-in brings. */
  readonly tokens?: TokenStore;
  /** Tells the user what may be wrong, each text once. */
  readonly warn?: (text: string) => void;
}

/** Keeps what a person's sign-in brought: over restarts, and out of flows, exports and logs. */
export interface TokenStore {
  /** Undefined where nobody has signed in. @throws EnsembleError NOT_CONFIGURED where it cannot be read, or has lost what it held */
  read(): unknown;
  /** The error for what makes no sense although it is there; the log has it, too. */
  lost?(): EnsembleError;
  /** What this process has read or written last, at no cost. */
  held?(): unknown;
  /** Kept at once, although no deploy follows. */
  write(tokens: unknown): void;
  /** One after the other, also with others who have the same tokens: whoever renews them makes the old ones void. */
  inTurn?<T>(work: () => Promise<T>): Promise<T>;
}

/** How the vendor is reached, beside its address. */
export type Network = Pick<HttpClientOptions, 'timeout' | 'tls' | 'proxy'>;

/** An entry of a dropdown. */
export interface LookupItem {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
  /** The vendor knows it as a number. */
  readonly numeric?: boolean;
  /** Is no value itself: the entries behind it come when it is chosen. */
  readonly opens?: boolean;
  /** Keys of words to say beside it, in the config node's catalogue under `lookup`. */
  readonly words?: readonly string[];
}

/** Fills one kind of dropdown. */
export interface Lookup<C extends Connection> {
  /** `connection` has the values of the open dialog; `deployed` is the running one, where there is one. */
  fill(connection: C, about: LookupContext<C>): Promise<LookupItem[]>;
}

export interface LookupContext<C extends Connection> {
  readonly deployed: C | undefined;
  /** What the panel's other rows hold. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The value of the entry that was opened; undefined at the top. */
  readonly within: string | undefined;
  readonly scope: Scope;
}

/**
 * One vendor operation, with all its faces: from this come the types, the checks, the panel's rows,
 * the help's list of parameters, and the wire table of the tests.
 */
export type Operation<C extends Connection = Connection, P extends Parameters = Parameters> = Description<C, P> &
  (OneRequest<C, P> | SeveralRequests<C, P>);

interface Description<C extends Connection, P extends Parameters> {
  readonly id: string;
  /** English; other languages translate it in the node's catalogue. */
  readonly label: string;
  readonly help: string;
  readonly parameters: P;
  /** Sending it twice leaves the vendor as sending it once: reads and absolute settings, never toggles. */
  readonly repeatable: boolean;
  /** Works only where this switch of the node is on: a message alone must not do it. */
  readonly confirmedBy?: string;
  /** What the message is for; requests to one target are sent in order. */
  target(values: Values<P>, connection: C): string;
}

interface OneRequest<C extends Connection, P extends Parameters> {
  /** The request as data, without sending it. @throws EnsembleError INVALID_INPUT */
  request(values: Values<P>, connection: C): HttpRequest;
  /** The answer as the flow gets it. @throws EnsembleError BAD_RESPONSE */
  result(answer: HttpResponse, values: Values<P>, connection: C): unknown;
  readonly run?: never;
}

/** Where one exchange is not enough: paging, or waiting for what the device makes of it. */
interface SeveralRequests<C extends Connection, P extends Parameters> {
  /** Refuses what cannot be sent. @throws EnsembleError INVALID_INPUT */
  check?(values: Values<P>, connection: C): void;
  run(values: Values<P>, exchange: OperationContext<C>): Promise<Outcome>;
  readonly request?: never;
  readonly result?: never;
}

export interface OperationContext<C extends Connection> {
  readonly connection: C;
  /** Ends with the node. */
  readonly scope: Scope;
  /** Repeatable as the operation is, unless said otherwise. @throws EnsembleError */
  send(request: HttpRequest, repeatable?: boolean): Promise<HttpResponse>;
  /** How far it is, for the node's status. */
  progress(text: string): void;
  /** Tells the user what may be wrong, and goes on. */
  warn(text: string): void;
  /** Sends on a part of an array that is too large for one message; the outcome is the last part. */
  part(part: Outcome): void;
}

export interface Outcome {
  readonly result: unknown;
  /** The HTTP status of the vendor's (last) answer. */
  readonly statusCode: number;
  /** The result is a part of an array, of so many items at most. */
  readonly batch?: number;
  /** Sent, but nobody has said that it is done. */
  readonly unconfirmed?: boolean;
}

/** The vendor's own page on which a person signs in, and what comes back from it. */
export interface SignIn<C extends Connection> {
  /** English; other languages translate them in the node's catalogue. */
  readonly label: string;
  readonly help: string;
  /** The panel offers it only while its settings have these values. */
  readonly when?: Readonly<Record<string, string>>;
  /** The address of the page; it sends the person back to `callback` with `state` and a code. */
  page(connection: C, state: string, callback: string): string;
  /** Turns the code into tokens, and writes them to the connection's store. @throws EnsembleError */
  finish(connection: C, code: string, callback: string, scope: Scope): Promise<void>;
}

/** `operation<Connection>()({...})`: infers the values' types from the parameters. */
export const operation =
  <C extends Connection>() =>
  <P extends Parameters>(description: Operation<C, P>): Operation<C, P> =>
    description;

export interface Job {
  readonly operation: Operation;
  readonly values: Values<Parameters>;
  readonly target: string;
  readonly observer: Observer;
  readonly onPart?: (part: Outcome) => void;
}

/** Who wants it done, and is told how it goes. */
export interface Observer extends Omit<SendOptions, 'repeatable'> {
  readonly onProgress?: (text: string) => void;
}

/**
 * Makes the request of an operation that has one. What cannot be sent is refused now: it shall neither wait for its turn nor
 * take the place of what can. @throws EnsembleError with its circumstances
 */
export function prepare(connection: Connection, { operation, values, target }: Job): HttpRequest | undefined {
  try {
    if (operation.request) return operation.request(values, connection);
    operation.check?.(values, connection);
    return undefined;
  } catch (error) {
    throw asEnsembleError(error).with({ vendor: connection.vendor, operation: operation.id, target });
  }
}

/** Sends what the operation describes, or the request that was prepared, and brings the answer into form. @throws EnsembleError with its circumstances */
export async function perform(connection: Connection, job: Job, prepared?: HttpRequest): Promise<Outcome> {
  const { operation, values, target } = job;
  const { scope, onRetry, onWarning } = job.observer;
  try {
    if (operation.run) return await operation.run(values, contextOf(connection, job));
    const request = prepared ?? operation.request(values, connection);
    const answer = await connection.send(request, { repeatable: operation.repeatable, scope, onRetry, onWarning });
    return { result: operation.result(answer, values, connection), statusCode: answer.statusCode };
  } catch (error) {
    throw asEnsembleError(error).with({ vendor: connection.vendor, operation: operation.id, target });
  }
}

const contextOf = (connection: Connection, { operation, observer, onPart }: Job): OperationContext<Connection> => ({
  connection,
  scope: observer.scope,
  send: (request, repeatable = operation.repeatable) => connection.send(request, { ...observer, repeatable }),
  progress: (text) => observer.onProgress?.(text),
  warn: (text) => observer.onWarning?.(text),
  part: (outcome) => onPart?.(outcome),
});
