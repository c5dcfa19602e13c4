/** An object or an array. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** An object that is no array. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => isObject(value) && !Array.isArray(value);

/**
 * A copy of a value as JSON has them, Buffers kept: `structuredClone` would make plain arrays of bytes of these. Each receiver gets
 * its own, because a flow may change what it is given.
 */
export function copyOf<T>(value: T): T {
  if (Buffer.isBuffer(value)) return Buffer.from(value) as T & Buffer;
  if (Array.isArray(value)) return value.map(copyOf) as T & unknown[];
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, copyOf(field)])) as T & object;
}
