import { Queue } from './queue';

/**
 * Hands on what comes in bursts, a batch in each turn of the event loop. The items that wait here are small; the messages made
 * of them are not, and if all of those were made at once, collecting them as garbage would take longer than making them.
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

  /** Hands on nothing more until `resume`. */
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

  /** Hands on all that waits, now, unless it is paused. */
  drain(): void {
    while (this.waiting.length > 0 && !this.held) this.next();
  }

  /** Removes all that waits, and returns it. */
  take(): T[] {
    return this.waiting.empty();
  }

  /** Removes all that waits, and the callbacks of `whenEmpty`. */
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
    for (let count = this.size; count > 0 && this.waiting.length > 0; count--) this.handOn(this.waiting.shift() as T);
    const { onEmpty } = this;
    if (this.waiting.length > 0 || !onEmpty) return;
    this.onEmpty = undefined;
    onEmpty();
  }
}
