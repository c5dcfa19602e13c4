/** An object or an array. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** An object that is no array. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => isObject(value) && !Array.isArray(value);

/** Whether a value has more parts than these, in all depth; one that holds itself has endlessly many. A part counts wherever it is held. */
export function hasMoreParts(value: unknown, most: number): boolean {
  const waiting = isObject(value) ? [value] : [];
  let parts = 0;
  for (let object = waiting.pop(); object; object = waiting.pop()) {
    // Bytes are many, but hold nothing.
    const held: readonly unknown[] = ArrayBuffer.isView(object) ? [] : Object.values(object);
    parts += held.length;
    if (parts > most) return true;
    for (const part of held) if (isObject(part)) waiting.push(part);
  }
  return false;
}

/** Whether an object holds itself, in any depth. */
export function isCircular(value: unknown, above = new Set<object>(), done = new Set<object>()): boolean {
  if (!isObject(value) || done.has(value)) return false;
  if (above.has(value)) return true;
  above.add(value);
  const isIt = Object.values(value).some((part) => isCircular(part, above, done));
  above.delete(value);
  done.add(value);
  return isIt;
}

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
