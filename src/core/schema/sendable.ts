/** A part of a value that JSON has no way to say. */
export interface Unsendable {
  /** The way to it from the whole: `.a[0]`. */
  readonly place: string;
  readonly value: unknown;
}

/** Deeper than anything that is meant. */
const DEEPEST = 500;

/** The first part of a value that JSON has no way to say: what refers to itself, or holds a bigint. Undefined where all can be sent. */
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
    // What throws when it is read.
    return whole;
  }
}

function find(value: unknown, place: string, above: readonly object[]): Unsendable | undefined {
  if (typeof value === 'bigint') return { place, value };
  if (typeof value !== 'object' || value === null) return undefined;
  if (above.includes(value)) return { place, value };
  if (above.length > DEEPEST) return undefined;
  const isList = Array.isArray(value);
  for (const key of Object.keys(value)) {
    const step = isList ? `[${key}]` : `.${key}`;
    const found = find((value as Readonly<Record<string, unknown>>)[key], place + step, [...above, value]);
    if (found) return found;
  }
  return undefined;
}
