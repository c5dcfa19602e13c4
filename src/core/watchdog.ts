/** Milliseconds by which a timer may be late on an idle machine. */
export const LATE = 20;

/** Calls back once when nothing has been heard for a while. Feeding costs one clock reading, not a new timer. */
export class Watchdog {
  private heard = performance.now();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    /** Milliseconds of silence after which the peer counts as gone. */
    private readonly patience: number,
    private readonly onSilence: () => void,
  ) {
    this.wait(patience);
  }

  feed(): void {
    this.heard = performance.now();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private wait(ms: number, isReprieve = false): void {
    const rings = performance.now() + ms;
    this.timer = setTimeout(() => {
      const now = performance.now();
      const left = this.heard + this.patience - now;
      const late = now - rings;
      if (left > 0) this.wait(left);
      // While this process stood still something may have come, and sockets are read only after the timers.
      else if (late > LATE && !isReprieve) this.wait(late, true);
      else this.onSilence();
    }, ms);
  }
}
