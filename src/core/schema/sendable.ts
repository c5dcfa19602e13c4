import { DEEPEST, isTooDeep } from '../json';
import { isObject } from '../objects';

/** A part of a value that JSON cannot represent, or that no receiver can be expected to read. */
export interface Unsendable {
  /** Its path in the value: `.a[0]`. */
  readonly place: string;
  readonly value: unknown;
  /** What it must be. */
  readonly expected: string;
}

const JSON_VALUE = 'a value that JSON can hold';
const LEVELS = `nested at most ${DEEPEST} levels deep`;

/** The first part of a value that JSON cannot represent: a circular reference, or a bigint; or the whole, where it is nested too deeply. Undefined where there is none. */
export function unsendable(value: unknown): Unsendable | undefined {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    return findOrWhole(value);
  }
  // Not the value itself: an object with a `toJSON` may hold anything.
  return text !== undefined && isTooDeep(text) ? { place: '', value, expected: LEVELS } : undefined;
}

function findOrWhole(value: unknown): Unsendable {
  const whole = { place: '', value, expected: JSON_VALUE };
  try {
    return find(value, '', []) ?? whole;
  } catch {
    // A getter that throws.
    return whole;
  }
}

function find(value: unknown, place: string, above: readonly object[]): Unsendable | undefined {
  if (typeof value === 'bigint') return { place, value, expected: JSON_VALUE };
  if (!isObject(value)) return undefined;
  if (above.includes(value)) return { place, value, expected: JSON_VALUE };
  if (above.length > DEEPEST) return undefined;
  const isList = Array.isArray(value);
  for (const key of Object.keys(value)) {
    const step = isList ? `[${key}]` : `.${key}`;
    const found = find(value[key], place + step, [...above, value]);
    if (found) return found;
  }
  return undefined;
}
