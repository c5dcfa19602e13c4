import { asEnsembleError, cancelled, type EnsembleError } from '../errors';
import type { Scope } from '../scope';
import { Trouble } from '../trouble';
import { type EventContext, retrying } from './events';

export interface RetryOptions<T> extends Pick<EventContext<never, never>, 'state' | 'report'> {
  readonly scope: Scope;
  /**
   * One attempt, such as a poll or a connection from its beginning to its end. It knows how many have failed before it, and
   * calls `over` when it has worked for long enough that its end counts as another trouble.
   * @throws EnsembleError why it failed or ended
   */
  attempt(trouble: Trouble): Promise<T>;
  /** Milliseconds to the next attempt. @param failures in a row, from 1 */
  pause(error: EnsembleError, failures: number): number;
  /** What is reported once for each trouble; without, whatever comes first. */
  kindOf?(error: EnsembleError): string;
  /** Calls back when the next attempt should not wait any longer; without, when there is news of the login that has failed. */
  wake?(callback: () => void): () => void;
}

/** Attempts until one succeeds, with pauses between them. @throws EnsembleError CANCELLED at the end of the scope, or of an attempt */
export async function retry<T>({ scope, attempt, pause, state, report, kindOf, wake }: RetryOptions<T>): Promise<T> {
  for (const trouble = new Trouble(); ; ) {
    try {
      return await attempt(trouble);
    } catch (thrown) {
      const error = asEnsembleError(thrown);
      if (error.code === 'CANCELLED') throw error;
      if (scope.ended) throw cancelled();
      trouble.failures++;
      const wait = pause(error, trouble.failures);
      state(retrying(error, wait));
      if (trouble.isNew(kindOf?.(error))) report(error);
      const listen = wake ?? error.onLogin;
      await (listen ? scope.sleepUntil(wait, listen) : scope.sleep(wait));
    }
  }
}
