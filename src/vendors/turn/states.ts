import { isDeepStrictEqual } from 'node:util';
import type { DataType } from './ids';

/** What a channel's control endpoints hold: `value`, `on` and others (table 5). */
export type State = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Values that are text by their nature, however much they look like something else. */
const TEXTS: ReadonlySet<DataType | undefined> = new Set<DataType | undefined>(['string', 'image', 'action']);
/** What the Turn makes of a value of air quality or pressure: `415ppm`, `101325Pa`. */
const WITH_UNIT = /^(-?\d+(?:\.\d+)?)(?:ppm|pa)$/i;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** A value as it is meant: the Turn sends `"false"`, which counts as true, and numbers as text. */
export function repairValue(value: unknown): unknown {
  if (value === 'true') return true;
  if (value === 'false') return false;
  return typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;
}

/** A state as it is meant. The text of a number with its unit stays, with the `number` beside it. */
export function repairState(state: State, dataType: DataType | undefined): State {
  const repaired: Record<string, unknown> = {};
  for (const key in state) {
    const value = state[key];
    const withUnit = typeof value === 'string' && value !== 'true' && value !== 'false' ? WITH_UNIT.exec(value) : null;
    if (withUnit) repaired.number = Number(withUnit[1]);
    repaired[key] = withUnit || (key === 'value' && TEXTS.has(dataType)) ? value : repairValue(value);
  }
  return repaired;
}

/** Each value of a plain object as it is meant. */
export const repairValues = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, repairValue(value)]));

/** An event may tell a part of what a snapshot tells: what both tell must agree. */
export function isSame(before: unknown, now: unknown): boolean {
  if (!isRecord(before) || !isRecord(now)) return isDeepStrictEqual(before, now);
  const common = Object.keys(before).filter((key) => key in now);
  return common.length > 0 && common.every((key) => isDeepStrictEqual(before[key], now[key]));
}
