import type { Scope } from '../scope';
import type { EventContext } from './events';

type Report = EventContext<never, never>['report'];

/** Minutes between two reports. Tests wait less. */
export const REPORTS = { minutes: 10 };

/**
 * Events that cannot be read, with good ones among them. The first is reported at once; while others come, so is the newest at
 * intervals, with how many there were: a broken sender must not fill the log.
 */
export class UnreadableEvents {
  private count = 0;
  private newest: Parameters<Report> | undefined;
  private isWaiting = false;

  constructor(
    private readonly scope: Scope,
    private readonly report: Report,
  ) {}

  /** One that came in, with why it cannot be read. */
  came(...event: Parameters<Report>): void {
    if (this.isWaiting) {
      this.count++;
      this.newest = event;
    } else {
      this.report(...event);
      this.wait();
    }
  }

  private wait(): void {
    this.isWaiting = true;
    this.scope.timeout(REPORTS.minutes * 60_000, () => this.sumUp());
  }

  private sumUp(): void {
    const { count, newest } = this;
    this.isWaiting = false;
    this.count = 0;
    this.newest = undefined;
    if (!newest) return;
    const [error, message] = newest;
    const text = count === 1 ? error.message : `${error.message} (the newest of ${count} events within ${REPORTS.minutes} minutes)`;
    this.report(error.withMessage(text), message);
    this.wait();
  }
}
