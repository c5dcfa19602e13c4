/** Timers that end with the simulator. */
export class Clock {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => this.timers.forEach(clearTimeout));
  }

  /** @returns what cancels it */
  after(ms: number, run: () => void): () => void {
    return this.start(() => {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        run();
      }, ms);
      return timer;
    });
  }

  /** @returns what cancels it */
  every(ms: number, run: () => void): () => void {
    return this.start(() => setInterval(run, ms));
  }

  private start(create: () => NodeJS.Timeout): () => void {
    if (this.signal.aborted) return () => {};
    const timer = create();
    this.timers.add(timer);
    return () => {
      this.timers.delete(timer);
      clearTimeout(timer);
    };
  }
}
