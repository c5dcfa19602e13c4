import type { Scope } from './scope';

/** Milliseconds. Shorter delays happen on a busy machine. */
const MIN_STANDSTILL = 1000;
/** Milliseconds between two looks at the clock, at most; for a short limit a tenth of it. */
const LONGEST_LOOK = 10_000;

/** Notices that this process, or its whole machine, stood still for longer than a limit: asleep, paused, stopped, or busy. */
export class Standstill {
  private times = 0;
  private steady = performance.now();
  private wall = Date.now();
  private readonly limit: number;

  constructor(
    private readonly scope: Scope,
    /** Milliseconds. */
    limit: number,
    private readonly onNotice = (): void => {},
  ) {
    this.limit = Math.max(MIN_STANDSTILL, limit);
    this.wait();
  }

  /** How often it has stood still, up to this moment. */
  get count(): number {
    this.look();
    return this.times;
  }

  private look(): void {
    const [steady, wall] = [performance.now(), Date.now()];
    // The monotonic clock may stop while its machine sleeps. A wall clock that was set ahead looks the same, which does no harm.
    const passed = Math.max(steady - this.steady, wall - this.wall);
    this.steady = steady;
    this.wall = wall;
    if (passed <= this.limit) return;
    this.times++;
    this.onNotice();
  }

  private wait(): void {
    this.scope.timeout(Math.min(LONGEST_LOOK, this.limit / 10), () => {
      this.look();
      this.wait();
    });
  }
}
