import { createHash } from 'node:crypto';
import { largest } from '../../core/numbers';
import type { Message } from './answers';
import type { Received } from './message-reader';

/** Seconds before the cursor that are asked for again: what comes even later than the grace is still noticed. */
export const LOOK_BACK = 60;

/** How far the messages of a thing have been passed on. Kept over restarts. */
export interface Cursor {
  /** All up to this time (Unix seconds) have been passed on, but for those that come late. */
  readonly at: number;
  /** Fingerprints of the messages around that time and of the last that were passed on, with their own times: none of them is passed on again. Undefined before the first look. */
  readonly seen?: Readonly<Record<string, number>> | undefined;
}

/** A message that is to be passed on. */
export interface Due extends Received {
  /** A later one has been passed on before it. */
  readonly late: boolean;
}

export interface Step {
  readonly due: readonly Due[];
  readonly cursor: Cursor;
}

/** The cursor of what is to be passed on from this time on (Unix seconds). */
export const begin = (beginning: number): Cursor => ({ at: beginning - 1 });

/** The cursor after the first look, at which these counted as passed on. */
export const afterFirstLook = ({ at }: Cursor, old: readonly Received[]): Cursor => ({
  at,
  seen: Object.fromEntries(old.map(({ message }) => [fingerprint(message), message.tsmTs])),
});

/** A cursor further ahead than this (seconds) was made by a clock that was wrong. */
const AHEAD = LOOK_BACK / 2;

/** The cursor as it can be: one from the future is set back to the last message that was passed on. `now` in Unix seconds. */
export function inThePast(cursor: Cursor, now: number): Cursor {
  if (cursor.at <= now + AHEAD) return cursor;
  const last = largest(Object.values(cursor.seen ?? {}));
  // Where that one is in the future too, it is the present clock that is wrong.
  if (last > now + AHEAD) return cursor;
  return { ...cursor, at: last === -Infinity ? now : last };
}

/** The beginning of the window to ask for. */
export const windowStart = ({ at }: Cursor): number => at - LOOK_BACK;

/**
 * What of a window's messages is to be passed on now, in order, each once. Pure.
 * @param horizon messages after this time wait, so that those which come late can still take their place
 */
export function advance({ at, seen = {} }: Cursor, messages: readonly Received[], horizon: number): Step {
  const last = largest(Object.values(seen));
  const known = new Map(Object.entries(seen));
  const due: Due[] = [];
  for (const received of messages.toSorted((a, b) => a.message.tsmTs - b.message.tsmTs)) {
    const { tsmTs } = received.message;
    const print = fingerprint(received.message);
    if (tsmTs > horizon || tsmTs < at - LOOK_BACK || known.has(print)) continue;
    known.set(print, tsmTs);
    due.push({ ...received, late: tsmTs < last });
  }
  const next = Math.max(at, horizon);
  // The horizon may be wrong, and be set back.
  const newest = due.reduce((latest, { message }) => Math.max(latest, message.tsmTs), last);
  const kept = [...known].filter(([, tsmTs]) => tsmTs >= Math.min(next, newest) - LOOK_BACK);
  return { due, cursor: { at: next, seen: Object.fromEntries(kept) } };
}

/** Equal for messages with equal content, whatever the order of their fields. */
export function fingerprint(message: Message): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(message)))
    .digest('base64url')
    .slice(0, 12);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => [name, sorted(field)]);
}
