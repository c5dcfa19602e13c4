/** An object or an array. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** An object that is no array. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => isObject(value) && !Array.isArray(value);

/** Without the fields that are undefined. */
export const withoutUndefined = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined)) as T;

/** About so many characters as the value has in JSON. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (!isObject(value)) return NUMBER;
  let size = 0;
  for (const name in value) size += name.length + sizeOf(value[name]);
  return size;
}

const NUMBER = 8;
