import { Queue } from './queue';

/**
 * Hands on what comes in bursts, a portion in each turn of the event loop. What waits here is small; the messages that are
 * made of it are not, and if they all waited for their turn at once, collecting them would take longer than making them.
 */
export class BatchQueue<T> {
  private readonly waiting = new Queue<T>();
  private scheduled = false;
  private held = false;
  private onEmpty: (() => void) | undefined;

  constructor(
    private readonly size: number,
    private readonly handOn: (item: T) => void,
  ) {}

  get length(): number {
    return this.waiting.length;
  }

  push(item: T): void {
    this.waiting.push(item);
    this.schedule();
  }

  /** Hands on nothing more until it is released. */
  pause(): void {
    this.held = true;
  }

  resume(): void {
    this.held = false;
    this.schedule();
  }

  /** Calls back once, when nothing waits any more. */
  whenEmpty(callback: () => void): void {
    this.onEmpty = callback;
  }

  /** Hands on all that waits, now, unless it is held. */
  drain(): void {
    while (this.waiting.length > 0 && !this.held) this.next();
  }

  /** Gives all that waits, and forgets it. */
  take(): T[] {
    return this.waiting.empty();
  }

  /** Forgets all that waits, and who waits for that. */
  clear(): void {
    this.waiting.clear();
    this.onEmpty = undefined;
  }

  private schedule(): void {
    if (this.scheduled || this.held || this.waiting.length === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      if (!this.held) this.next();
      this.schedule();
    });
  }

  private next(): void {
    for (let count = Math.min(this.size, this.waiting.length); count > 0 && this.waiting.length > 0; count--)
      this.handOn(this.waiting.shift() as T);
    const { onEmpty } = this;
    if (this.waiting.length > 0 || !onEmpty) return;
    this.onEmpty = undefined;
    onEmpty();
  }
}
