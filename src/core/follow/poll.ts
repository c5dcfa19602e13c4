import { LONGEST_PAUSE, pauseAfter } from '../backoff';
import { asEnsembleError, type EnsembleError } from '../errors';
import { Standstill } from '../standstill';
import { type EventContext, retrying } from './events';

/** Part of the interval by which a poll comes earlier or later, so that many pollers do not keep in step. */
const JITTER = 0.1;

export interface PollOptions extends Pick<EventContext<never, never>, 'scope' | 'state' | 'report'> {
  /** Milliseconds from the end of one poll to the beginning of the next. */
  readonly interval: number;
  /**
   * One poll. What it finds may be older than an interval where `interrupted` says so at that moment: the poll before has
   * failed, or this process has stood still since the last good one began.
   * @throws EnsembleError
   */
  work(interrupted: () => boolean): Promise<void>;
}

/**
 * Polls at once and then for the life of the scope, never twice at a time; slower while it fails, but where the interval is
 * long, sooner. @throws EnsembleError CANCELLED at the end of the scope
 */
export async function poll({ interval, scope, work, state, report }: PollOptions): Promise<never> {
  const standstill = new Standstill(scope, interval);
  let caughtUp = standstill.count;
  for (let failures = 0; ; ) {
    const before = standstill.count;
    const interrupted = () => failures > 0 || standstill.count > caughtUp;
    try {
      await scope.race(work(interrupted));
      failures = 0;
      caughtUp = before;
      state({ is: 'live' });
      await scope.sleep(interval * (1 + JITTER * (2 * Math.random() - 1)));
    } catch (thrown) {
      const error = asEnsembleError(thrown);
      if (error.code === 'CANCELLED') throw error;
      failures++;
      const wait = pauseOf(error, failures, interval);
      state(retrying(error, wait));
      if (failures === 1) report(error);
      await (error.onLogin ? scope.sleepUntil(wait, error.onLogin) : scope.sleep(wait));
    }
  }
}

/** Milliseconds to the next try. */
function pauseOf(error: EnsembleError, failures: number, interval: number): number {
  const shortest = Math.min(interval, LONGEST_PAUSE);
  // While the login is refused asking costs no request, and it may be good again at any time.
  if (error.refused) return shortest;
  // The login has pauses of its own, in which asking would ask nobody.
  if (error.ofLogin && error.retryAfter !== undefined) return error.retryAfter;
  return Math.max(shortest, pauseAfter(error, failures, { first: interval * 2, most: LONGEST_PAUSE }));
}
