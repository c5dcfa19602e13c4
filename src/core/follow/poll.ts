import { LONGEST_PAUSE, pauseAfter } from '../backoff';
import type { EnsembleError } from '../errors';
import { Standstill } from '../standstill';
import type { Trouble } from '../trouble';
import type { EventContext } from './events';
import { retry } from './retry';

/** Part of the interval by which a poll comes earlier or later, so that many pollers do not poll at the same time. */
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
  /** Milliseconds from a poll that has failed to the next; default the interval. It grows while polls fail. */
  readonly retryInterval?: number;
  /** Calls back when the next poll should not wait for its interval, because someone has joined. */
  wake?(callback: () => void): () => void;
}

/**
 * Polls at once and then for the life of the scope, never twice at a time; slower while it fails, but where the interval is
 * long, sooner. @throws EnsembleError CANCELLED at the end of the scope
 */
export async function poll({ interval, retryInterval = interval, scope, work, state, report, wake }: PollOptions): Promise<never> {
  const standstill = new Standstill(scope, interval);
  let caughtUp = standstill.count;
  const attempt = async (trouble: Trouble) => {
    const before = standstill.count;
    await scope.race(work(() => trouble.failures > 0 || standstill.count > caughtUp));
    caughtUp = before;
  };
  for (;;) {
    await retry({ scope, attempt, state, report, pause: (error, failures) => pauseOf(error, failures, retryInterval) });
    state({ is: 'live' });
    const pause = interval * (1 + JITTER * (2 * Math.random() - 1));
    await (wake ? scope.sleepUntil(pause, wake) : scope.sleep(pause));
  }
}

/** Milliseconds to the next attempt. */
function pauseOf(error: EnsembleError, failures: number, interval: number): number {
  const shortest = Math.min(interval, LONGEST_PAUSE);
  // While the login is refused a poll costs no request, and the login may be good again at any time.
  if (error.refused) return shortest;
  // The login has pauses of its own, in which a poll would send nothing.
  if (error.ofLogin && error.retryAfter !== undefined) return error.retryAfter;
  return Math.max(shortest, pauseAfter(error, failures, { first: interval * 2, most: LONGEST_PAUSE }));
}
