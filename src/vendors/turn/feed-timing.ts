import type { BackoffRule } from '../../core/backoff';

/** All in milliseconds. */
export interface FeedTiming {
  /** The Turn says something every 30 seconds (“SSE Heartbeat”): two of these missed, and some. */
  readonly silence: number;
  /** What came in while this process stood still for longer than this, the time between two heartbeats, is not live. */
  readonly standstill: number;
  readonly reconnect: BackoffRule;
  /** What the Turn sent before it answered a reading is here by then. */
  readonly settle: number;
  /** A connection that lived this long was a good one: the next failure starts the pauses anew. */
  readonly stable: number;
}

export const TIMING: FeedTiming = {
  silence: 75_000,
  standstill: 30_000,
  reconnect: { first: 500, most: 30_000 },
  settle: 100,
  stable: 10_000,
};
