import { asEnsembleError, type EnsembleError } from './errors';
import type { Scope } from './scope';

/** What a login brings. */
export interface Pass<T> {
  readonly value: T;
  /** Milliseconds for which the vendor takes it; without, until it refuses it. */
  readonly lifetime?: number;
}

export interface LoginOptions<T> {
  /** Logs in. @throws EnsembleError */
  readonly make: () => Promise<Pass<T>>;
  /** Milliseconds before its end at which a pass is renewed. */
  readonly early: number;
  /** Whether the vendor has refused the login itself: then it is not tried again, because accounts get locked. */
  readonly isRefused: (error: EnsembleError) => boolean;
}

/** Milliseconds for which a refusal is not put down to the pass again, after a new one was refused alike: a login for each message would be a flood. */
const IN_VAIN = 30_000;

interface Known<T> {
  readonly value: Promise<T>;
  /** `performance.now()`; unknown while the login is under way. */
  end?: number;
}

/** One login for all requests of a connection: made when it is first needed, shared by those in flight, and renewed. */
export class Login<T> {
  private known: Known<T> | undefined;
  /** Until then no refusal is a reason to log in anew (`performance.now()`). */
  private inVain = 0;

  constructor(private readonly options: LoginOptions<T>) {}

  /**
   * Runs with a pass, and once more with a new one where `isOver` says of the error that the vendor no longer takes the first.
   * @throws EnsembleError of the login, or of `run`
   */
  async use<R>(scope: Scope, run: (pass: T) => Promise<R>, isOver: (error: EnsembleError) => boolean): Promise<R> {
    const known = this.current();
    const pass = await scope.race(known.value);
    try {
      return await run(pass);
    } catch (error) {
      if (performance.now() < this.inVain || !isOver(asEnsembleError(error))) throw error;
      this.forget(known);
      return this.useNew(await scope.race(this.current().value), run, isOver);
    }
  }

  /** The next request logs in anew. */
  end(): void {
    this.known = undefined;
    this.inVain = 0;
  }

  private async useNew<R>(pass: T, run: (pass: T) => Promise<R>, isOver: (error: EnsembleError) => boolean): Promise<R> {
    try {
      return await run(pass);
    } catch (error) {
      if (isOver(asEnsembleError(error))) this.inVain = performance.now() + IN_VAIN;
      throw error;
    }
  }

  private current(): Known<T> {
    if (this.known && performance.now() > (this.known.end ?? Number.POSITIVE_INFINITY)) this.known = undefined;
    this.known ??= this.logIn();
    return this.known;
  }

  private logIn(): Known<T> {
    const { make, early, isRefused } = this.options;
    const known: Known<T> = {
      value: make().then(({ value, lifetime }) => {
        if (lifetime !== undefined) known.end = performance.now() + Math.max(0, lifetime - early);
        return value;
      }),
    };
    // A refusal stays; other trouble may be over by the next request.
    known.value.catch((error: unknown) => isRefused(asEnsembleError(error)) || this.forget(known));
    return known;
  }

  private forget(known: Known<T>): void {
    if (this.known === known) this.known = undefined;
  }
}
