import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../core/objects';
import { asBoolean } from '../../core/schema/parsers';
import { type DataType, dataTypeOf, documentedType, normalId } from './ids';

/** What a channel's control endpoints hold: `value`, `on` and others (table 5). */
export type State = Readonly<Record<string, unknown>>;

/** Values that are text by their nature, however much they look like something else. */
const TEXT_TYPES: ReadonlySet<DataType | undefined> = new Set<DataType | undefined>(['string', 'image', 'action']);
/** What the Turn makes of a number for air quality or pressure: `415ppm`, `101325Pa`. */
const WITH_UNIT = /^(-?\d+(?:\.\d+)?)(?:ppm|pa)$/i;
/** The states that hold such a text (table 5). */
const UNIT_STATE = '_string';
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
    const isText = withUnit || (key === 'value' && TEXT_TYPES.has(dataType)) || key.endsWith(UNIT_STATE);
    const isSwitch = key === 'on' || (key === 'value' && dataType === 'switch');
    repaired[key] = isText ? value : ((isSwitch ? asBoolean(value) : undefined) ?? repairValue(value));
  }
  return repaired;
}

/** A change as the Turn's state shows it: numbers for air quality and pressure rounded "using half-up rounding". */
export const asShown = (change: State): State => {
  const [[key = '', value] = []] = Object.entries(change);
  return key.endsWith(UNIT_STATE) ? { number: Math.floor(Number(value) + 0.5) } : change;
};

/** What is true or false by its name (the document's samples and tables 2 and 3), however it is written. */
const FLAGS: ReadonlySet<string> = new Set(['on', 'ready', 'power', 'isswitched', 'previousenabled', 'nextenabled']);

/** A value as it is meant, by the name that it has. */
export const repairNamed = (name: string, value: unknown): unknown =>
  (FLAGS.has(normalId(name)) ? asBoolean(typeof value === 'string' ? value.toLowerCase() : value) : undefined) ?? repairValue(value);

/** Each value of a plain object as it is meant. */
export const repairValues = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, repairNamed(key, value)]));

/** Names of values that stay text, whatever they look like, and of ids (tables 2, 3 and 7). */
const TEXT_NAMES: ReadonlySet<string> = new Set([
  'name',
  'description',
  'icon',
  'controlType',
  'pageType',
  'channelType',
  'dataType',
  'units',
]);
const IDS: ReadonlySet<string> = new Set(['id', 'dialChannel', 'startPageId']);
/** Of a page or a channel, wherever it stands. */
const ID = /^[\w-]+(?:\/\d+){1,2}$/;

/** What the Turn tells of channels, pages and the like, as it is meant: ids in the form of topics, numbers and booleans as such. */
export function repairDescription(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => repairDescription(one, key));
  if (isRecord(value)) {
    const repaired = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, repairDescription(one, name)]));
    const { id, dataType, state } = value;
    return isRecord(state)
      ? { ...repaired, state: repairState(state, dataTypeOf(dataType) ?? documentedType(normalId(String(id)))) }
      : repaired;
  }
  if (typeof value !== 'string') return repairNamed(key, value);
  if (TEXT_NAMES.has(key)) return value;
  return IDS.has(key) || ID.test(value) ? normalId(value) : repairNamed(key, value);
}

/** Whether a snapshot has nothing that is not known. An event may tell more than a snapshot does. */
export function isSame(known: unknown, snapshot: unknown): boolean {
  if (!isRecord(known) || !isRecord(snapshot)) return isDeepStrictEqual(known, snapshot);
  const keys = Object.keys(snapshot);
  return keys.length > 0 ? keys.every((key) => isDeepStrictEqual(known[key], snapshot[key])) : Object.keys(known).length === 0;
}
