import { backoff } from './backoff';
import { asEnsembleError } from './errors';
import type { EventContext } from './events';

/** Part of the interval by which a poll comes earlier or later, so that many pollers do not keep in step. */
const JITTER = 0.1;
/** Milliseconds that no pause exceeds, unless the interval itself does. */
const LONGEST = 300_000;
/** Milliseconds that no pause exceeds while the login is refused: asking costs no request then, and the login may be good again at any time. */
const REFUSED = 60_000;

export interface PollOptions extends Pick<EventContext<never, never>, 'scope' | 'state' | 'report'> {
  /** Milliseconds from the end of one poll to the beginning of the next. */
  readonly interval: number;
  /** One poll. @throws EnsembleError */
  work(): Promise<void>;
}

/** Polls at once and then for the life of the scope, never twice at a time; slower while it fails. @throws EnsembleError CANCELLED at the end of the scope */
export async function poll({ interval, scope, work, state, report }: PollOptions): Promise<never> {
  for (let failures = 0; ; ) {
    try {
      await scope.race(work());
      failures = 0;
      state({ is: 'live' });
      await scope.sleep(interval * (1 + JITTER * (2 * Math.random() - 1)));
    } catch (thrown) {
      const error = asEnsembleError(thrown);
      if (error.code === 'CANCELLED') throw error;
      failures++;
      const longer = backoff(failures, { first: interval * 2, most: Math.max(LONGEST, interval) });
      const wait = error.refused ? Math.min(interval, REFUSED) : Math.max(error.retryAfter ?? 0, interval, longer);
      state({ is: 'retrying', error, wait });
      if (failures === 1) report(error);
      await scope.sleep(wait);
    }
  }
}
