import { cancelled } from '../errors';
import { LinkedSet } from '../linked-set';
import { LATE } from '../watchdog';
import type { Attempt } from './attempt';

/** Attempts that are given up in one turn of the event loop. */
const BATCH = 500;

/**
 * The attempts of a client that are under way, each with its time limit. One timer serves all: hardly any limit is ever reached,
 * but a timer for each would cost as much as all the rest of an attempt.
 */
export class Deadlines {
  private readonly pending = new LinkedSet<Attempt>();
  private timer: NodeJS.Timeout | undefined;
  /** When the timer fires (`performance.now()`). */
  private firesAt = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.pending.size;
  }

  /** The returned function removes it again. */
  add(attempt: Attempt): () => void {
    attempt.deadline = performance.now() + attempt.limit;
    if (attempt.deadline < this.firesAt) this.set(attempt.deadline);
    return this.pending.add(attempt);
  }

  /** Ends all at once. */
  cancel(): void {
    clearTimeout(this.timer);
    for (const attempt of this.pending.empty()) attempt.fail(cancelled());
  }

  private set(at: number): void {
    clearTimeout(this.timer);
    this.firesAt = at;
    // It is the open connection that keeps the process alive, not this timer.
    this.timer = setTimeout(() => this.fire(), Math.max(0, at - performance.now())).unref();
  }

  private fire(): void {
    const now = performance.now();
    const late = now - this.firesAt;
    this.firesAt = Number.POSITIVE_INFINITY;
    const due: Attempt[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const attempt of this.pending) {
      // While this process stood still a response may have come, and sockets are read only after the timers.
      if (attempt.deadline <= now && late > LATE && !attempt.isExtended) {
        attempt.isExtended = true;
        attempt.deadline = now + late;
      }
      if (attempt.deadline <= now) due.push(attempt);
      else next = Math.min(next, attempt.deadline);
    }
    this.giveUp(due.sort((a, b) => a.deadline - b.deadline));
    if (next < this.firesAt) this.set(next);
  }

  /** A batch in each turn of the event loop; a response to the others may still come. */
  private giveUp(due: readonly Attempt[], from = 0): void {
    for (const attempt of due.slice(from, from + BATCH)) attempt.giveUp();
    if (from + BATCH >= due.length) return;
    if (from === 0) for (const attempt of due) attempt.deadline = Number.POSITIVE_INFINITY;
    setImmediate(() => this.giveUp(due, from + BATCH));
  }
}
