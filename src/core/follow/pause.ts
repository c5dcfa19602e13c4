import { type BackoffRule, backoff } from '../backoff';

/** A pause that grows with each failure in a row, by the monotonic clock. A failure long after the last pause is the first of a new row. */
export class Pause {
  private failures = 0;
  /** `performance.now()`. */
  private end = 0;

  constructor(private readonly rule: BackoffRule) {}

  /** Milliseconds. */
  get left(): number {
    return Math.max(0, this.end - performance.now());
  }

  /** @param least milliseconds that it lasts at least */
  begin(least = 0): void {
    const now = performance.now();
    this.failures = now - this.end > this.rule.most ? 1 : this.failures + 1;
    this.end = now + Math.max(least, backoff(this.failures, this.rule));
  }

  /** The next failure is the first. */
  over(): void {
    this.failures = 0;
    this.end = 0;
  }
}
