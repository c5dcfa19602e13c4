/** Timers that end with the simulator. */
export class Clock {
  private readonly cancels = new Set<() => void>();

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => {
      for (const cancel of this.cancels) cancel();
    });
  }

  /** @returns what cancels it */
  after(ms: number, run: () => void): () => void {
    if (this.signal.aborted) return () => {};
    const timer = setTimeout(() => {
      this.cancels.delete(cancel);
      run();
    }, ms);
    const cancel = this.add(() => clearTimeout(timer));
    return cancel;
  }

  /** @returns what cancels it */
  every(ms: number, run: () => void): () => void {
    if (this.signal.aborted) return () => {};
    const timer = setInterval(run, ms);
    return this.add(() => clearInterval(timer));
  }

  private add(clear: () => void): () => void {
    const cancel = () => {
      this.cancels.delete(cancel);
      clear();
    };
    this.cancels.add(cancel);
    return cancel;
  }
}
