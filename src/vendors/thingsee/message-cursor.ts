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
 * @param last the time of the last message that was passed on
 */
export function advance(cursor: Cursor, messages: readonly ReceivedMessage[], horizon: number, last = lastOf(cursor)): CursorStep {
  const { at, seen = {}, since } = cursor;
  const known = new Map(Object.entries(seen));
  const due: Due[] = [];
  for (const received of messages.toSorted((a, b) => a.message.tsmTs - b.message.tsmTs)) {
    const { tsmTs } = received.message;
    if (tsmTs > horizon || tsmTs < at - LOOK_BACK || !isNew(known, received.message)) continue;
    due.push({ ...received, late: tsmTs < last });
  }
  const next = Math.max(at, horizon);
  // The horizon may be wrong, and be set back.
  const newest = due.reduce((latest, { message }) => Math.max(latest, message.tsmTs), last);
  const kept = [...known].filter(([, tsmTs]) => tsmTs >= Math.min(next, newest) - LOOK_BACK);
  return { due, cursor: { at: next, seen: Object.fromEntries(kept), since } };
}

/** Fingerprints of one thing's messages; those that were passed on before the node had the vendor's answer up to their time are the newest. */
export const MAX_SEEN = 5000;

/**
 * What of the stream's messages is to be passed on now, each once: the window of what the API was asked for stays as it is, so that
 * the next one shows what the stream has not brought. Pure.
 * @param last the time of the last message that was passed on
 */
export function addFromStream(cursor: Cursor, messages: readonly ReceivedMessage[], last: number): CursorStep {
  const known = new Map(Object.entries(cursor.seen ?? {}));
  const due: Due[] = [];
  let newest = last;
  for (const received of messages.toSorted((a, b) => a.message.tsmTs - b.message.tsmTs)) {
    const { tsmTs } = received.message;
    // What the broker has retained may be of any age.
    const isOld = received.isLive === false && tsmTs < cursor.at - LOOK_BACK;
    if (isOld || !isNew(known, received.message)) continue;
    due.push({ ...received, late: tsmTs < newest });
    newest = Math.max(newest, tsmTs);
  }
  return { due, cursor: bounded({ ...cursor, seen: Object.fromEntries(known) }) };
}

/** The time of the last message that was passed on, up to now. */
export const newestOf = ({ seen = {} }: Cursor, now: number): number => largest(Object.values(seen).filter((tsmTs) => tsmTs <= now));

/** Where the API cannot be asked for so long that there are too many, the oldest half is no longer compared with what it has. */
function bounded(cursor: Cursor): Cursor {
  const all = Object.entries(cursor.seen ?? {});
  if (all.length <= MAX_SEEN) return cursor;
  const kept = all.toSorted(([, one], [, other]) => one - other).slice(-MAX_SEEN / 2);
  const [[, oldest] = ['', cursor.at]] = kept;
  return { ...cursor, at: Math.max(cursor.at, oldest + LOOK_BACK), seen: Object.fromEntries(kept) };
}

/** Adds a message that is not known yet. An earlier release has kept fingerprints of whole messages. */
function isNew(known: Map<string, number>, message: ThingMessage): boolean {
  const print = fingerprint(message);
  if (known.has(print) || known.has(printOf(message))) return false;
  known.set(print, message.tsmTs);
  return true;
}

/**
 * Equal for messages with equal content, whatever the order of their fields. [G] Fields about the way and not the content may differ
 * between the API and the stream, or lack in one of them: an older sample of the stream has no group.
 */
export const fingerprint = ({ tsmTuid: _, tsmGw: __, deploymentGroupId: ___, ...content }: ThingMessage): string =>
  printOf(content as ThingMessage);

function printOf(message: ThingMessage): string {
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
