import { asEnsembleError, type EnsembleError } from '../../core/errors';

/** Requests at the same time. */
const AT_ONCE = 4;
/** After so many failures in a row the cause is not a single thing. */
const MAX_FAILURES = 5;
/** Errors of one thing or group alone, unless the login has failed. */
const OWN_ERRORS: readonly string[] = ['NOT_FOUND', 'FORBIDDEN', 'REJECTED', 'BAD_RESPONSE'];
/** Errors that the next request would get, too. */
const COMMON: readonly string[] = ['RATE_LIMITED', 'CANCELLED'];

export const isCommon = ({ code, ofLogin }: EnsembleError): boolean => ofLogin || COMMON.includes(code);

/** Whether others may be answered all the same. */
export const isOwn = ({ code, ofLogin }: EnsembleError): boolean => !ofLogin && OWN_ERRORS.includes(code);

export interface Sweep {
  readonly answered: number;
  readonly failed: ReadonlyMap<string, EnsembleError>;
  /** Why it ended early, and the ids that were not asked for. */
  readonly common: EnsembleError | undefined;
  readonly rest: readonly string[];
}

/** Asks for all in turn, some at a time, until an error is not that of a single thing or group. */
export async function sweep(ids: Iterable<string>, ask: (id: string) => Promise<void>): Promise<Sweep> {
  const rest = [...ids];
  const failed = new Map<string, EnsembleError>();
  let [answered, inARow] = [0, 0];
  let common: EnsembleError | undefined;
  const work = async () => {
    for (let id = rest.shift(); id !== undefined; id = common ? undefined : rest.shift()) {
      try {
        await ask(id);
        answered++;
        inARow = 0;
      } catch (thrown) {
        const error = asEnsembleError(thrown);
        failed.set(id, error);
        inARow = OWN_ERRORS.includes(error.code) ? 0 : inARow + 1;
        if (isCommon(error) || inARow >= MAX_FAILURES) common ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { answered, failed, common, rest };
}
