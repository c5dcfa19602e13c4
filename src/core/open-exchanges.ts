import { cancelled, type Exchange } from './exchange';
import { Roster } from './roster';
import { LATE } from './watchdog';

/**
 * The exchanges of a client that are under way, each with its time limit. One timer serves all: hardly any limit is ever
 * reached, but a timer made and unmade for each would cost as much as all else that is done for it.
 */
export class OpenExchanges {
  private readonly roster = new Roster<Exchange>();
  private timer: NodeJS.Timeout | undefined;
  /** When the timer rings, as `performance.now()` tells the time. */
  private rings = Number.POSITIVE_INFINITY;

  /** The returned function takes it off again. */
  add(exchange: Exchange): () => void {
    exchange.deadline = performance.now() + exchange.limit;
    if (exchange.deadline < this.rings) this.set(exchange.deadline);
    return this.roster.add(exchange);
  }

  /** Ends all at once. */
  cancel(): void {
    clearTimeout(this.timer);
    for (const exchange of this.roster.empty()) exchange.fail(cancelled());
  }

  private set(at: number): void {
    clearTimeout(this.timer);
    this.rings = at;
    // The connection that an answer is awaited on keeps the process alive, and not the clock.
    this.timer = setTimeout(() => this.ring(), Math.max(0, at - performance.now())).unref();
  }

  private ring(): void {
    const now = performance.now();
    const late = now - this.rings;
    this.rings = Number.POSITIVE_INFINITY;
    const due = [...this.roster].filter(({ deadline }) => deadline <= now).sort((a, b) => a.deadline - b.deadline);
    // While this process stood still an answer may have come, and sockets are read only after the timers.
    for (const exchange of due)
      if (late > LATE && !exchange.isReprieved) {
        exchange.isReprieved = true;
        exchange.deadline = now + late;
      } else exchange.giveUp();
    const next = Math.min(...[...this.roster].map(({ deadline }) => deadline));
    if (next < this.rings) this.set(next);
  }
}
