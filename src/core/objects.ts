/** An object or an array. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** An object that is no array. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => isObject(value) && !Array.isArray(value);

/** Without the fields that are undefined. */
export const withoutUndefined = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined)) as T;

/**
 * A copy of a value as JSON has them, Buffers kept: `structuredClone` would make plain arrays of bytes of these. Each receiver gets
 * its own, because a flow may change what it is given.
 */
export function copyOf<T>(value: T): T {
  if (!isObject(value)) return value;
  if (Buffer.isBuffer(value)) return Buffer.from(value) as T & Buffer;
  if (Array.isArray(value)) return value.map(copyOf) as T & unknown[];
  // Most are flat, and a spread costs least.
  const copy: Record<string, unknown> = { ...value };
  for (const name in copy) if (isObject(copy[name])) copy[name] = copyOf(copy[name]);
  return copy as T & object;
}

/** A copy of an object with some properties changed; faster than two spreads. */
export function merge(object: Readonly<Record<string, unknown>>, change: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...object };
  for (const name in change) merged[name] = copyOf(change[name]);
  return merged;
}

/** About so many characters as the value has in JSON. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (!isObject(value)) return NUMBER;
  let size = 0;
  for (const name in value) size += name.length + sizeOf(value[name]);
  return size;
}

const NUMBER = 8;

/** The value that JSON text stands for; undefined where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
