import { told } from './error-texts';
import { EnsembleError } from './errors';
import { LinkedSet } from './linked-set';

type Ending = () => void | Promise<void>;

/**
 * The lifetime of one node instance, connection or stream. Whatever must not outlive it is registered here: timers, listeners,
 * requests in flight. When the scope ends they end with it, newest first.
 */
export class Scope {
  private readonly endings = new LinkedSet<Ending>();
  private ending: Promise<void> | undefined;

  get ended(): boolean {
    return this.ending !== undefined;
  }

  /** Registers what must happen at the end; the returned function removes it again. Runs at once in a scope that has ended. */
  defer(ending: Ending): () => void {
    if (!this.ended) return this.endings.add(ending);
    void ending();
    return () => {};
  }

  /** A timer that ends with the scope; the returned function stops it earlier. */
  timeout(ms: number, callback: () => void): () => void {
    if (this.ended) return () => {};
    const timer = setTimeout(() => {
      release();
      callback();
    }, ms);
    const release = this.defer(() => clearTimeout(timer));
    return () => {
      release();
      clearTimeout(timer);
    };
  }

  /** Waits. @throws EnsembleError CANCELLED where the scope ends first */
  sleep(ms: number): Promise<void> {
    return this.race(new Promise((resolve) => this.timeout(ms, resolve)));
  }

  /** Waits, but no longer than until `listen` calls back. @throws EnsembleError CANCELLED where the scope ends first */
  async sleepUntil(ms: number, listen: (callback: () => void) => () => void): Promise<void> {
    const stops: (() => void)[] = [];
    const woken = new Promise<void>((resolve) => stops.push(this.timeout(ms, resolve), listen(resolve)));
    await this.race(woken).finally(() => {
      for (const stop of stops) stop();
    });
  }

  /** The promise's outcome. @throws EnsembleError CANCELLED where the scope ends first */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const release = this.defer(() => reject(new EnsembleError('CANCELLED', 'closed by a deploy or shutdown', told('code.CANCELLED'))));
      promise.then(resolve, reject).finally(release);
    });
  }

  /** Waits for a promise, for so many milliseconds at most and not beyond the end of the scope. Returns whether it was fulfilled by then. */
  waitAtMost(ms: number, promise: Promise<unknown>): Promise<boolean> {
    return this.limited(ms, (limited) => limited.race(promise)).then(
      () => true,
      () => false,
    );
  }

  /** Runs with a scope that ends with this one, and after so many milliseconds. */
  async limited<T>(ms: number, run: (scope: Scope) => Promise<T>): Promise<T> {
    const limited = new Scope();
    const release = this.defer(() => limited.end());
    limited.timeout(ms, () => void limited.end());
    try {
      return await run(limited);
    } finally {
      release();
      await limited.end();
    }
  }

  /** Ends everything; waits for what ends asynchronously, and survives endings that fail. @throws AggregateError after all have run */
  end(): Promise<void> {
    this.ending ??= this.runEndings();
    return this.ending;
  }

  private async runEndings(): Promise<void> {
    const results = await Promise.allSettled(this.endings.empty().map(async (ending) => ending()));
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (failed.length > 0) throw new AggregateError(failed, `${failed.length} endings failed`);
  }
}
