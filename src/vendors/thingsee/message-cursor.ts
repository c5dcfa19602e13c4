import { createHash } from 'node:crypto';
import { largest } from '../../core/numbers';
import { isObject } from '../../core/objects';
import type { ReceivedMessage, Window } from './message-reader';
import type { ThingMessage } from './responses';

/** Seconds before the cursor that are read again, so that what comes even later than the grace is still noticed. */
export const LOOK_BACK = 60;

/** How far the messages of a thing have been passed on. Kept over restarts. */
export interface Cursor {
  /** All up to this time (Unix seconds) have been passed on, but for those that come late. */
  readonly at: number;
  /** Fingerprints of the messages around that time and of the last that were passed on, with their own times: none of them is passed on again. Undefined before the first look. */
  readonly seen?: Readonly<Record<string, number>> | undefined;
  /** When the last of them was passed on, or the cursor begun, by `steadyNow`. */
  readonly since?: number | undefined;
}

/** A message that is to be passed on. */
export interface Due extends ReceivedMessage {
  /** A later one has been passed on before it. */
  readonly late: boolean;
}

export interface CursorStep {
  readonly due: readonly Due[];
  readonly cursor: Cursor;
}

/** Unix seconds by a clock that runs forward as long as this process lives, however its machine's is set. */
export const steadyNow = (): number => Math.floor((performance.timeOrigin + performance.now()) / 1000);

/** The cursor of what is to be passed on from this time on (Unix seconds). */
export const atBeginning = (beginning: number): Cursor => ({ at: beginning - 1 });

/** The cursor after the first look, at which these counted as passed on. */
export const afterFirstLook = ({ at, since }: Cursor, old: readonly ReceivedMessage[]): Cursor => ({
  at,
  since,
  seen: fingerprints(old),
});

const fingerprints = (messages: readonly ReceivedMessage[]): Record<string, number> =>
  Object.fromEntries(messages.map(({ message }) => [fingerprint(message), message.tsmTs]));

/** A cursor further ahead than this (seconds) was made by a clock that was wrong. */
const AHEAD = LOOK_BACK / 2;
/** Seconds after the present that may be only a clock's inaccuracy: nothing that is new must count as passed on. */
const INACCURATE = 10;
/** Seconds. The clock of a machine without a battery may have been decades behind when the cursor was made. */
const LONGEST_STOP = 7 * 86_400;

/**
 * The cursor as it can be: one from the future is set back to the last message that was passed on, by that message's time
 * or, where that is in the future too, by how long ago it was. `now` in Unix seconds, `steady` as `steadyNow` has it.
 */
export function inThePast(cursor: Cursor, now: number, steady = steadyNow()): Cursor {
  if (cursor.at <= now + AHEAD) return cursor;
  const last = lastOf(cursor);
  const ago = Math.min(Math.max(0, steady - (cursor.since ?? steady)), LONGEST_STOP);
  return { ...cursor, at: last > now || last === -Infinity ? now - ago : last };
}

/** The time of the last message that was passed on: those after the cursor were passed on before it was set back. */
const lastOf = ({ at, seen = {} }: Cursor): number => largest(Object.values(seen).filter((tsmTs) => tsmTs <= at));

/** The window of what the vendor has after `now`, by a clock that was ahead. It leads past the cursor by the time for which nothing may have been read. */
export const windowAhead = ({ at }: Cursor, back: Cursor, now: number): Window => ({
  from: now + INACCURATE,
  to: at + (now - back.at) + LOOK_BACK,
});

/** The cursor that is set `back`, with what is ahead of the present (`windowAhead`): that counts as passed on, or is due. Pure. */
export function setBack(cursor: Cursor, back: Cursor, messages: readonly ReceivedMessage[]): CursorStep {
  const { due } = advance(cursor, messages, Infinity);
  return { due, cursor: { ...back, seen: { ...back.seen, ...fingerprints(messages) } } };
}

/** The beginning of the window to ask for. */
export const windowStart = ({ at }: Cursor): number => at - LOOK_BACK;

/**
 * What of a window's messages is to be passed on now, in order, each once. Pure.
 * @param horizon messages after this time wait, so that those which come late can still take their place
 */
export function advance(cursor: Cursor, messages: readonly ReceivedMessage[], horizon: number): CursorStep {
  const { at, seen = {}, since } = cursor;
  const last = lastOf(cursor);
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
  return { due, cursor: { at: next, seen: Object.fromEntries(kept), since } };
}

/** Equal for messages with equal content, whatever the order of their fields. */
export function fingerprint(message: ThingMessage): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(message)))
    .digest('base64url')
    .slice(0, 12);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => [name, sorted(field)]);
}
