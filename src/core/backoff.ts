import type { EnsembleError } from './errors';

/** Pauses between attempts. Pure: the caller owns clock and timer. */
export interface BackoffRule {
  /** Milliseconds before the second attempt. */
  readonly first: number;
  /** Milliseconds of the longest pause. */
  readonly most: number;
}

/**
 * Milliseconds to wait after the given number of failures in a row (from 1): doubles up to the limit,
 * the upper half of it random, so that many clients do not come back at once.
 */
export function backoff(failures: number, rule: BackoffRule, random: () => number = Math.random): number {
  const full = Math.min(rule.most, rule.first * 2 ** Math.min(failures - 1, 30));
  return Math.round(full / 2 + (full / 2) * random());
}

/**
 * Milliseconds of the longest pause of whatever must work again by itself: with an attempt that hangs on top of it, it works
 * again within two minutes of the end of any trouble.
 */
export const LONGEST_PAUSE = 60_000;

/** Milliseconds that the vendor asks to wait. A rate limit is always respected; any other request for a longer pause than ours may come from a proxy. */
export const askedPause = ({ code, retryAfter = 0 }: EnsembleError): number =>
  code === 'RATE_LIMITED' ? retryAfter : Math.min(retryAfter, LONGEST_PAUSE);

/** Milliseconds before the next attempt of whatever must work again by itself. */
export const pauseAfter = (error: EnsembleError, failures: number, rule: BackoffRule): number =>
  Math.max(askedPause(error), backoff(failures, rule));

/** Milliseconds. A vendor that asks for a pause of a month is asked again after an hour: a wrong header must not end a stream for good. */
const MAX_REQUESTED_PAUSE = 3_600_000;

/** `Retry-After` (RFC 9110 10.2.3: seconds or an HTTP date) in milliseconds from now, an hour at most; undefined where it says nothing usable. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.min(MAX_REQUESTED_PAUSE, Math.max(0, wait));
}
