import { told } from './error-texts';
import { asEnsembleError, cancelled, EnsembleError, type ErrorCause, type ErrorCode, invalidInput } from './errors';
import { withoutUndefined } from './objects';
import type { Failures, Outcome } from './operation';
import type { Scope } from './scope';

/** One of several requests of a message; each fails for itself alone. */
export interface Entry<T> {
  readonly id: string;
  /** What it is for, as the cause of its error says it. */
  readonly target: string;
  /** Ends with the scope. @throws EnsembleError */
  run(): Promise<T>;
}

/** What the entries of a message have in common; the context of an operation has it. */
export interface Common {
  readonly connection: { readonly vendor: string };
  /** Id of the operation. */
  readonly operation: string;
  readonly scope: Scope;
  progress(text: string): void;
}

/** Stands in the place of a result. A flow sees of the error what a Catch node would see. */
export interface Failed {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly cause: ErrorCause };
}

export interface Results<T> {
  /** In the order of the entries. */
  readonly byId: ReadonlyMap<string, T | EnsembleError>;
  /** Of the last response that was a success. */
  readonly statusCode: number;
  /** Undefined where none has failed. */
  readonly failures: Failures | undefined;
}

/**
 * Runs all entries, so many at a time; of those with the same id only the first. None runs any more when this is over.
 * @throws EnsembleError that of the first entry where all have failed, CANCELLED where the scope has ended before
 */
export async function sideBySide<T extends { readonly statusCode: number }>(
  entries: readonly Entry<T>[],
  atOnce: number,
  { connection, operation, scope, progress }: Common,
): Promise<Results<T>> {
  const first = new Map(entries.toReversed().map((entry) => [entry.id, entry]));
  const ids = [...new Set(entries.map(({ id }) => id))];
  const ended = new Map<string, T | EnsembleError>();
  const rest = ids.values();
  let statusCode = 0;
  let isCancelled = false;
  const run = async ({ run, target }: Entry<T>): Promise<T | EnsembleError> => {
    try {
      const result = await run();
      statusCode = result.statusCode;
      return result;
    } catch (thrown) {
      return asEnsembleError(thrown).with({ vendor: connection.vendor, operation, target });
    }
  };
  const work = async () => {
    for (const id of rest) {
      if (scope.ended || isCancelled) return;
      const result = await run(first.get(id) as Entry<T>);
      isCancelled ||= result instanceof EnsembleError && result.code === 'CANCELLED';
      ended.set(id, result);
      if (ids.length > 1) progress(`${ended.size}/${ids.length}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, ids.length) }, work));
  if (isCancelled || ended.size < ids.length) throw cancelled();
  return { byId: new Map(ids.map((id) => [id, ended.get(id) as T | EnsembleError])), statusCode, failures: failuresOf(ids, ended) };
}

/** @throws EnsembleError that of the first, where all have failed */
function failuresOf(ids: readonly string[], results: ReadonlyMap<string, unknown>): Failures | undefined {
  const errors = ids.map((id) => results.get(id)).filter((result) => result instanceof EnsembleError);
  const [first] = errors;
  if (!first) return undefined;
  if (errors.length === ids.length) throw Object.assign(first, { mayPass: errors.some(({ cause }) => cause.retryable) });
  return { first, count: errors.length, of: ids.length };
}

/** Plain, as everything in a message. */
export const failed = ({ code, message, cause }: EnsembleError): Failed => ({ error: { code, message, cause: withoutUndefined(cause) } });

/**
 * The outcome of a message that makes several requests: what each has brought, by its id.
 * @param parameter names the ids
 * @throws EnsembleError as `sideBySide`; INVALID_INPUT where there is no entry
 */
export async function resultById(parameter: string, entries: readonly Entry<Outcome>[], atOnce: number, common: Common): Promise<Outcome> {
  if (entries.length === 0) throw invalidInput(`${parameter} must have at least one entry`, told('atLeastOne', {}, [parameter]));
  const { byId, statusCode, failures } = await sideBySide(entries, atOnce, common);
  const outcomes = [...byId.values()];
  const isUnconfirmed = outcomes.some((outcome) => !(outcome instanceof EnsembleError) && outcome.unconfirmed);
  // Unlike an assignment, it takes `__proto__` for a name as any other.
  const result = Object.fromEntries([...byId].map(([id, one]) => [id, one instanceof EnsembleError ? failed(one) : one.result]));
  return { result, statusCode, ...(isUnconfirmed && { unconfirmed: true }), ...(failures && { failures }) };
}
