import { askedPause, type BackoffRule, backoff, LONGEST_PAUSE } from './backoff';
import { type Slot, SUPERSEDED } from './delivery';
import { asEnsembleError, EnsembleError, type ErrorCode } from './errors';
import type { Scope } from './scope';

/** The vendor cannot be reached, or is overloaded. */
const KEPT_CODES: readonly ErrorCode[] = ['UNREACHABLE', 'TIMEOUT', 'RATE_LIMITED', 'VENDOR_ERROR'];
/** Most messages that are kept: memory is limited. One more fails as if none were kept. */
const MAX_MESSAGES = 100_000;
/** Milliseconds by which a try may be late on a busy machine. Later, this process stood still, and the message is too old. */
const TOO_LATE = 2000;
/** Milliseconds by which pauses differ that the vendor has asked for. */
const SPREAD = 10_000;

/** Pauses between two tries. Tests shorten them. */
export const KEEPING: { rule: BackoffRule } = { rule: { first: 1000, most: LONGEST_PAUSE } };

/** A message, as far as keeping it is concerned. */
export interface Keepable {
  /** When it came (`performance.now()`). */
  readonly arrived: number;
  /** Whether no harm comes of another try after this error. */
  mayTryAgain(error: EnsembleError): boolean;
}

interface Kept {
  /** Since when, by the wall clock; only to be shown. */
  readonly since: number;
  /** Why. */
  error: EnsembleError;
  /** When it is tried again (`performance.now()`); undefined while that is under way. */
  next: number | undefined;
}

/** What is shown of the messages that are kept. */
export interface KeptMessages {
  readonly count: number;
  /** By the wall clock. */
  readonly since: number;
  /** Of the one that is tried next, or is being tried. */
  readonly error: EnsembleError;
  /** `performance.now()`; undefined where a try is under way. */
  readonly next: number | undefined;
}

/**
 * Keeps messages whose vendor cannot be reached, at their place in the line of their target, and tries them again until they are
 * too old. Time is measured by the monotonic clock.
 */
export class Keeping {
  private readonly all = new Set<Kept>();

  constructor(
    private readonly scope: Scope,
    /** Milliseconds. */
    private readonly limit: number,
    /** Also called where a message has ended that was not kept. */
    private readonly onChange: () => void,
  ) {}

  /** Undefined where none is kept. */
  get kept(): KeptMessages | undefined {
    const [oldest] = this.all;
    if (oldest === undefined) return undefined;
    let soonest = oldest;
    for (const one of this.all) if ((one.next ?? 0) < (soonest.next ?? 0)) soonest = one;
    return { count: this.all.size, since: oldest.since, error: soonest.error, next: soonest.next };
  }

  /**
   * Attempts until it succeeds, or the message is too old. Resolves to SUPERSEDED where a newer message took its place.
   * @throws EnsembleError of the last attempt, or CANCELLED
   */
  async run<T>(slot: Slot, message: Keepable, attempt: () => Promise<T>): Promise<T | typeof SUPERSEDED> {
    const end = message.arrived + this.limit;
    let kept: Kept | undefined;
    try {
      for (let failures = 1; ; failures++) {
        const error = await attempt().catch(asEnsembleError);
        if (!(error instanceof EnsembleError)) return error;
        const left = end - performance.now();
        if (left <= 0 || !this.keeps(message, error, kept)) throw error;
        if (slot.isWanted) return SUPERSEDED;
        kept = this.keep(kept, error);
        const pause = pauseBetween(error, failures);
        kept.next = performance.now() + pause;
        this.onChange();
        if (!(await slot.pause(Math.ceil(Math.min(pause, left)), this.scope))) return SUPERSEDED;
        // A pause that the vendor asked for is not cut short, and what should have been sent long ago is not sent now.
        if (askedPause(error) > left || performance.now() > end + TOO_LATE) throw error;
        kept.next = undefined;
        this.onChange();
      }
    } finally {
      if (kept) this.all.delete(kept);
      this.onChange();
    }
  }

  private keeps(message: Keepable, error: EnsembleError, kept: Kept | undefined): boolean {
    return (
      (KEPT_CODES.includes(error.code) || error.mayPass) &&
      message.mayTryAgain(error) &&
      (kept !== undefined || this.all.size < MAX_MESSAGES)
    );
  }

  private keep(kept: Kept | undefined, error: EnsembleError): Kept {
    if (kept) return Object.assign(kept, { error });
    const made: Kept = { since: Date.now(), error, next: undefined };
    this.all.add(made);
    return made;
  }
}

/** Milliseconds. What many messages wait for together, such as the end of a `Retry-After`, does not let them begin at one moment. */
export function pauseBetween(error: EnsembleError, failures: number, random: () => number = Math.random): number {
  const asked = askedPause(error);
  return Math.max(asked + Math.min(asked / 2, SPREAD) * random(), backoff(failures, KEEPING.rule, random));
}
