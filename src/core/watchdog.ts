/** Calls back once when nothing has been heard for a while. Feeding costs one clock reading, not a new timer. */
export class Watchdog {
  private heard = Date.now();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    /** Milliseconds of silence that count as death. */
    private readonly patience: number,
    private readonly onSilence: () => void,
  ) {
    this.wait(patience);
  }

  feed(): void {
    this.heard = Date.now();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => {
      const left = this.heard + this.patience - Date.now();
      if (left > 0) this.wait(left);
      else this.onSilence();
    }, ms);
  }
}
