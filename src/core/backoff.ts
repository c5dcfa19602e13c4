import type { EnsembleError } from './errors';

/** Waiting times between tries. Pure: the caller owns clock and timer. */
export interface BackoffRule {
  /** Milliseconds before the second try. */
  readonly first: number;
  /** Milliseconds that no wait exceeds. */
  readonly most: number;
}

/**
 * Milliseconds to wait after the given number of failures in a row (from 1): doubles up to the limit,
 * with the upper half left to chance so that many clients do not come back at once.
 */
export function backoff(failures: number, rule: BackoffRule, random: () => number = Math.random): number {
  const full = Math.min(rule.most, rule.first * 2 ** Math.min(failures - 1, 30));
  return Math.round(full / 2 + (full / 2) * random());
}

/**
 * Milliseconds that no pause of what must come back by itself exceeds: with one try that is hanging on top of it, it is back
 * within two minutes of the end of any trouble.
 */
export const LONGEST_PAUSE = 60_000;

/** Milliseconds that the vendor asks to wait. Who sets a limit to requests is heeded; what else asks for a longer pause than ours may be a proxy's page. */
export const askedPause = ({ code, retryAfter = 0 }: EnsembleError): number =>
  code === 'RATE_LIMITED' ? retryAfter : Math.min(retryAfter, LONGEST_PAUSE);

/** Milliseconds to wait before what must come back by itself is tried again. */
export const pauseAfter = (error: EnsembleError, failures: number, rule: BackoffRule): number =>
  Math.max(askedPause(error), backoff(failures, rule));

/** Milliseconds. Who says to come back in a month is asked again after an hour: a slip of the pen must not end a stream for good. */
const LONGEST = 3_600_000;

/** `Retry-After` (RFC 9110 10.2.3: seconds or an HTTP date) in milliseconds from now, an hour at most; undefined where it says nothing usable. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.min(LONGEST, Math.max(0, wait));
}
