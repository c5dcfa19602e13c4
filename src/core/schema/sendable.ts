import { isObject } from '../objects';

/** A part of a value that JSON cannot represent. */
export interface Unsendable {
  /** Its path in the value: `.a[0]`. */
  readonly place: string;
  readonly value: unknown;
}

/** Levels of nesting; no intended value is deeper. */
const DEEPEST = 500;

/** The first part of a value that JSON cannot represent: a circular reference, or a bigint. Undefined where there is none. */
export function unsendable(value: unknown): Unsendable | undefined {
  try {
    JSON.stringify(value);
    return undefined;
  } catch {
    return findOrWhole(value);
  }
}

function findOrWhole(value: unknown): Unsendable {
  const whole = { place: '', value };
  try {
    return find(value, '', []) ?? whole;
  } catch {
    // A getter that throws.
    return whole;
  }
}

function find(value: unknown, place: string, above: readonly object[]): Unsendable | undefined {
  if (typeof value === 'bigint') return { place, value };
  if (!isObject(value)) return undefined;
  if (above.includes(value)) return { place, value };
  if (above.length > DEEPEST) return undefined;
  const isList = Array.isArray(value);
  for (const key of Object.keys(value)) {
    const step = isList ? `[${key}]` : `.${key}`;
    const found = find(value[key], place + step, [...above, value]);
    if (found) return found;
  }
  return undefined;
}
