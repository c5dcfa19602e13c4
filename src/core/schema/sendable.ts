import { DEEPEST, isTooDeep } from '../json';
import { hasMoreParts, isObject } from '../objects';

/** A part of a value that JSON cannot represent, or that no receiver can be expected to read. */
export interface Unsendable {
  /** Its path in the value: `.a[0]`. */
  readonly place: string;
  readonly value: unknown;
  /** What it must be. */
  readonly expected: string;
}

const JSON_VALUE = 'a value that JSON can hold';
/** Some ten megabytes of text. */
const MAX_PARTS = 1_000_000;
const PARTS = `a value of at most ${MAX_PARTS} parts`;
/** Other names stand in brackets. */
const IN_DOTS = /^[A-Za-z_$][\w$]*$/;
const LEVELS = `nested at most ${DEEPEST} levels deep`;

/** The first part of a value that JSON cannot represent: a circular reference, or a bigint; or the whole, where it is nested too deeply. Undefined where there is none. */
export function unsendable(value: unknown): Unsendable | undefined {
  let text: string | undefined;
  try {
    // V8 would go on for hours with a small value that holds the same parts again and again.
    if (hasMoreParts(value, MAX_PARTS)) return findOrWhole(value, PARTS);
    text = JSON.stringify(value);
  } catch {
    return findOrWhole(value, JSON_VALUE);
  }
  // Not the value itself: an object with a `toJSON` may hold anything.
  return text !== undefined && isTooDeep(text) ? { place: '', value, expected: LEVELS } : undefined;
}

function findOrWhole(value: unknown, expected: string): Unsendable {
  const whole = { place: '', value, expected };
  try {
    return find(value, '', [], new Set()) ?? whole;
  } catch {
    // A getter that throws.
    return whole;
  }
}

/** @param done what was searched before: a value may hold another one at many places */
function find(value: unknown, place: string, above: readonly object[], done: Set<object>): Unsendable | undefined {
  if (typeof value === 'bigint') return { place, value, expected: JSON_VALUE };
  if (!isObject(value)) return undefined;
  if (above.includes(value)) return { place, value, expected: JSON_VALUE };
  if (above.length > DEEPEST || done.has(value)) return undefined;
  const isList = Array.isArray(value);
  for (const key of Object.keys(value)) {
    const step = isList ? `[${key}]` : IN_DOTS.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    const found = find(value[key], place + step, [...above, value], done);
    if (found) return found;
  }
  done.add(value);
  return undefined;
}
