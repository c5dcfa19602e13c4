import type { Connection } from './connection';
import { asEnsembleError, type EnsembleError } from './errors';
import type { HttpRequest, HttpResponse, SendOptions } from './http/request';
import type { OneOf, Parameters, Values } from './schema/parameters';
import type { Scope } from './scope';
import type { Sentence } from './sentence';

/**
 * One vendor operation as data: from it come the types, the checks, the panel's rows, the help's list of parameters, and the
 * wire table of the tests.
 */
export type Operation<C extends Connection = Connection, P extends Parameters = Parameters> = OperationDescription<C, P> &
  (OneRequest<C, P> | SeveralRequests<C, P>);

/** An operation, for a person. */
export type Named = Pick<Operation, 'id' | 'label'>;

interface OperationDescription<C extends Connection, P extends Parameters> {
  readonly id: string;
  /** English; other languages translate it in the node's catalogue. */
  readonly label: string;
  readonly help: string;
  /** What else there is to say; not shown in the panel. */
  readonly more?: string;
  readonly parameters: P;
  /** Of parameters that are optional each: `check` or `run` refuses what does not fit, and the panel says so before. */
  readonly oneOf?: OneOf;
  /** Sending it twice leaves the vendor as sending it once: reads and absolute settings, never toggles. */
  readonly repeatable: boolean;
  /** Changes nothing at the vendor: a panel tries it without a question. */
  readonly reads?: true;
  /** Works only where this switch of the node is on: a message alone must not do it. */
  readonly confirmedBy?: string;
  /** What the message is for, or the several that it is for; requests to one target are sent in order. @throws EnsembleError INVALID_INPUT */
  target(values: Values<P>, connection: C): string | readonly string[];
}

interface OneRequest<C extends Connection, P extends Parameters> {
  /** The request as data, without sending it. @throws EnsembleError INVALID_INPUT */
  request(values: Values<P>, connection: C): HttpRequest;
  /** The response as the flow gets it. @throws EnsembleError BAD_RESPONSE */
  result(response: HttpResponse, values: Values<P>, connection: C): unknown;
  readonly run?: never;
}

/** Where one request is not enough: paging, or waiting for what the device does. */
interface SeveralRequests<C extends Connection, P extends Parameters> {
  /** Refuses what cannot be sent. @throws EnsembleError INVALID_INPUT */
  check?(values: Values<P>, connection: C): void;
  run(values: Values<P>, context: OperationContext<C>): Promise<Outcome>;
  readonly request?: never;
  readonly result?: never;
}

export interface OperationContext<C extends Connection> {
  readonly connection: C;
  /** Its id. */
  readonly operation: string;
  /** Ends with the node. */
  readonly scope: Scope;
  /** Repeatable as the operation is, and in its scope, unless said otherwise. @throws EnsembleError */
  send(request: HttpRequest, options?: Partial<Pick<SendOptions, 'repeatable' | 'scope'>>): Promise<HttpResponse>;
  /** How far it is, for the node's status: a number, or another operation of the node that it has come to. */
  progress(how: string | Named): void;
  /** Tells the user what may be wrong, and goes on: flows in English, panels in the editor's language. */
  warn(text: string, said: Sentence): void;
  /** Sends on a part of an array that is too large for one message; the outcome is the last part. */
  part(part: Outcome): void;
}

export interface Outcome {
  readonly result: unknown;
  /** The HTTP status of the vendor's (last) response. */
  readonly statusCode: number;
  /** The result is a part of an array, of so many items at most. */
  readonly batch?: number;
  /** Sent, but not confirmed as done. */
  readonly unconfirmed?: boolean;
  /** Where several requests were made, of which some have failed. */
  readonly failures?: Failures;
}

/** Of several requests side by side. */
export interface Failures {
  readonly first: EnsembleError;
  /** How many have failed, of how many. */
  readonly count: number;
  readonly of: number;
}

/** `operation<Connection>()({...})`: infers the values' types from the parameters. */
export const operation =
  <C extends Connection>() =>
  <P extends Parameters>(description: Operation<C, P>): Operation<C, P> =>
    description;

/** One operation to be performed. */
export interface Job {
  readonly operation: Operation;
  readonly values: Values<Parameters>;
  readonly observer: Observer;
  readonly onPart?: (part: Outcome) => void;
}

/** Callbacks and lifetime of the caller. */
export interface Observer extends Omit<SendOptions, 'repeatable'> {
  readonly onProgress?: (how: string | Named) => void;
}

/**
 * Makes the request of an operation; the returned function sends it, once, and brings the response into form. What cannot be sent
 * is refused now: it must neither wait for its turn nor take the place of what can. @throws EnsembleError INVALID_INPUT
 */
export function prepareRequest(connection: Connection, job: Job): () => Promise<Outcome> {
  const { operation, values } = job;
  if (operation.run) {
    operation.check?.(values, connection);
    return () => new SeveralSent(connection, job).run(operation);
  }
  const request = operation.request(values, connection);
  return async () => {
    const { scope, onRetry, onWarning } = job.observer;
    const response = await connection.send(request, { repeatable: operation.repeatable, scope, onRetry, onWarning });
    return { result: operation.result(response, values, connection), statusCode: response.statusCode };
  };
}

/** Whether the same message may be tried again after this error, and no harm comes of it. */
export const mayTryAgain = ({ repeatable }: Operation, { begun, unsent }: EnsembleError): boolean => !begun && (repeatable || unsent);

/** One run of an operation that sends several requests: where one of them has left, so has the whole. */
class SeveralSent {
  /** A request that must not be repeated has left. */
  private hasLeft = false;
  /** The last one that failed may be repeated. */
  private isHarmless = false;
  /** The flow has a part of the result already. */
  private hasParts = false;

  constructor(
    private readonly connection: Connection,
    private readonly job: Job,
  ) {}

  async run({ run }: Pick<SeveralRequests<Connection, Parameters>, 'run'>): Promise<Outcome> {
    try {
      return await run(this.job.values, this.context());
    } catch (thrown) {
      const error = asEnsembleError(thrown);
      // A copy: others may have got the same error of a login.
      throw Object.assign(error.with({}), {
        unsent: (error.unsent || this.isHarmless) && !this.hasLeft,
        begun: error.begun || this.hasParts,
      });
    }
  }

  private context(): OperationContext<Connection> {
    const { operation, observer, onPart } = this.job;
    return {
      connection: this.connection,
      operation: operation.id,
      scope: observer.scope,
      send: (request, options) => this.send(request, options),
      progress: (how) => observer.onProgress?.(how),
      warn: (text, said) => observer.onWarning?.(text, said),
      part: (outcome) => {
        this.hasParts = true;
        onPart?.(outcome);
      },
    };
  }

  private async send(request: HttpRequest, options?: Partial<SendOptions>): Promise<HttpResponse> {
    const { operation, observer } = this.job;
    const all = { ...observer, repeatable: operation.repeatable, ...options };
    try {
      const response = await this.connection.send(request, all);
      this.hasLeft ||= !all.repeatable;
      return response;
    } catch (thrown) {
      this.hasLeft ||= !all.repeatable && !asEnsembleError(thrown).unsent;
      this.isHarmless = all.repeatable;
      throw thrown;
    }
  }
}
