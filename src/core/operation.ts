import { asEnsembleError } from './errors';
import type { HttpAnswer, HttpOptions, HttpRequest, SendOptions } from './http';
import type { Parameters, Values } from './parameters';
import type { Scope } from './scope';

/** An account or a device, reached over HTTP: what a config node owns and its nodes share. */
export interface Connection<Settings = unknown> {
  readonly vendor: string;
  readonly settings: Settings;
  /** Sends one request with the vendor's authentication. @throws EnsembleError */
  send(request: HttpRequest, options: SendOptions): Promise<HttpAnswer>;
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
}

/** How the vendor is reached, beside its address. */
export type Network = Pick<HttpOptions, 'timeout' | 'tls' | 'proxy'>;

/** An entry of a dropdown. */
export interface LookupItem {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
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
  readonly scope: Scope;
}

/**
 * One vendor operation, with all its faces: from this come the types, the checks, the panel's rows,
 * the help's list of parameters, and the wire table of the tests.
 */
export interface Operation<Settings, P extends Parameters = Parameters> {
  readonly id: string;
  /** English; other languages translate it in the node's catalogue. */
  readonly label: string;
  readonly help: string;
  readonly parameters: P;
  /** Sending it twice leaves the vendor as sending it once: reads and absolute settings, never toggles. */
  readonly repeatable: boolean;
  /** What the message is for; requests to one target are sent in order. */
  target(values: Values<P>, settings: Settings): string;
  /** The request as data, without sending it. */
  request(values: Values<P>, settings: Settings): HttpRequest;
  /** The answer as the flow gets it. @throws EnsembleError BAD_RESPONSE */
  result(answer: HttpAnswer, values: Values<P>): unknown;
}

/** `operation<Settings>()({...})`: infers the values' types from the parameters. */
export const operation =
  <Settings>() =>
  <P extends Parameters>(description: Operation<Settings, P>): Operation<Settings, P> =>
    description;

export interface Job<Settings = unknown> extends Omit<SendOptions, 'repeatable'> {
  readonly operation: Operation<Settings>;
  readonly values: Values<Parameters>;
  readonly target: string;
}

export interface Outcome {
  readonly result: unknown;
  readonly statusCode: number;
}

/** Sends what the operation describes and brings the answer into form. @throws EnsembleError with its circumstances */
export async function perform<S>(connection: Connection<S>, { operation, values, target, scope, onRetry }: Job<S>): Promise<Outcome> {
  try {
    const request = operation.request(values, connection.settings);
    const answer = await connection.send(request, { repeatable: operation.repeatable, scope, onRetry });
    return { result: operation.result(answer, values), statusCode: answer.statusCode };
  } catch (error) {
    throw asEnsembleError(error).with({ vendor: connection.vendor, operation: operation.id, target });
  }
}
