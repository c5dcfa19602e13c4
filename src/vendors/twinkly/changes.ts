import type { JsonObject } from '../../core/parameters';

/** What a colour may differ by and still be the same: seen on real strings, 255 in, 254 back. */
const COLOR_TOLERANCE = 1;

/**
 * The paths of what differs between two states, such as `mode` and `color.red`; `colors` is the key under which a state
 * holds its colour, of which a difference of one counts for nothing.
 */
export function changedPaths(before: JsonObject, after: JsonObject, colors: string): string[] {
  const changed: string[] = [];
  compare(before, after, '', colors, changed);
  return changed;
}

function compare(before: unknown, after: unknown, path: string, colors: string, changed: string[]): void {
  if (before === after) return;
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) {
    if (!isSameColor(before, after, path, colors)) changed.push(path);
    return;
  }
  const [one, other] = [before as JsonObject, after as JsonObject];
  for (const key in one) compare(one[key], other[key], path === '' ? key : `${path}.${key}`, colors, changed);
  for (const key in other) if (!(key in one)) changed.push(path === '' ? key : `${path}.${key}`);
}

const isSameColor = (before: unknown, after: unknown, path: string, colors: string): boolean =>
  typeof before === 'number' && typeof after === 'number' && Math.abs(before - after) <= COLOR_TOLERANCE && path.startsWith(`${colors}.`);
