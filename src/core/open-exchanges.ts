import { cancelled, type Exchange } from './exchange';
import { Roster } from './roster';

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
    this.timer = setTimeout(() => this.ring(), at - performance.now()).unref();
  }

  private ring(): void {
    this.rings = Number.POSITIVE_INFINITY;
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const exchange of [...this.roster])
      if (exchange.deadline <= now) exchange.giveUp();
      else next = Math.min(next, exchange.deadline);
    if (next < this.rings) this.set(next);
  }
}
