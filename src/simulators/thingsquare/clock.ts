/** Timers that end with the simulator. */
export class Clock {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.timers.forEach(clearTimeout));
  }

  /** @returns what takes it back */
  after(ms: number, then: () => void): () => void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      then();
    }, ms);
    this.timers.add(timer);
    return () => {
      this.timers.delete(timer);
      clearTimeout(timer);
    };
  }
}
