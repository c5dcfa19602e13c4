import type { Change } from './page/update';

type Path = Change[0];

/** What of a JSON value has become another, each with the path to it. An array is replaced where its elements are no objects. */
export function changesOf(before: unknown, now: unknown, path: Path = []): Change[] {
  const parts = partsOf(now);
  const known = partsOf(before);
  if (parts && known && Array.isArray(parts) === Array.isArray(known) && isSame(Object.keys(parts), Object.keys(known)))
    return Object.entries(parts).flatMap(([key, value]) => changesOf(known[key], value, [...path, key]));
  return JSON.stringify(before) === JSON.stringify(now) ? [] : [[path, now]];
}

/** What a value consists of: the properties of an object, or the elements of an array of objects. */
function partsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  // To set a property of that name is something else.
  if (typeof value !== 'object' || value === null || Object.hasOwn(value, '__proto__')) return undefined;
  if (Array.isArray(value) && !value.every((element) => typeof element === 'object' && element !== null && !Array.isArray(element)))
    return undefined;
  return value as Readonly<Record<string, unknown>>;
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((key, index) => key === other[index]);
