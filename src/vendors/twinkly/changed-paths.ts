import { isObject } from '../../core/objects';
import type { JsonObject } from '../../core/schema/parameters';

/** By how much a colour may differ and still count as equal: real strings were seen to give back 254 for 255. */
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

function compare(before: JsonObject, after: JsonObject, path: string, colors: string, changed: string[]): void {
  for (const key in before) {
    const [one, other] = [before[key], after[key]];
    if (one === other) continue;
    const place = path === '' ? key : `${path}.${key}`;
    // Of an array the indexes are the keys.
    if (isObject(one) && isObject(other)) compare(one, other, place, colors, changed);
    else if (!isSameColor(one, other, place, colors)) changed.push(place);
  }
  for (const key in after) if (!(key in before)) changed.push(path === '' ? key : `${path}.${key}`);
}

const isSameColor = (before: unknown, after: unknown, path: string, colors: string): boolean =>
  typeof before === 'number' && typeof after === 'number' && Math.abs(before - after) <= COLOR_TOLERANCE && path.startsWith(`${colors}.`);
