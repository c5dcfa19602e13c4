import { invalidInput } from '../../core/errors';
import { asBoolean } from '../../core/parsers';

/** Ids are lower case in paths and events, though the document's tables shout; their slashes are path separators. */
export const normalId = (id: string): string => id.toLowerCase();

export const CHANNEL_ID = '^[\\w-]+/\\d+/\\d+$';
/** A channel type, a page id or a channel id. */
export const SELECTOR = '^[\\w-]+(/\\d+){0,2}$';

export type DataType = 'percent' | 'temperature' | 'preset' | 'number' | 'switch' | 'string' | 'image' | 'action';

/** The document's table 4: what each channel of a page is; a question mark stands for the number of the page. */
const KNOWN: Readonly<Record<string, DataType>> = {
  'light/?/1': 'percent',
  'shade/?/1': 'percent',
  'light_scenes/?/1': 'preset',
  'shade_scenes/?/1': 'preset',
  'fan/?/1': 'preset',
  'modes/?/1': 'preset',
  'info/?/1': 'string',
  'temperature/?/1': 'temperature',
  'temperature/?/2': 'temperature',
  'humidity/?/1': 'percent',
  'humidity/?/2': 'percent',
  'media/?/1': 'percent',
  'media/?/2': 'switch',
  'media/?/3': 'switch',
  'media/?/4': 'switch',
  'media/?/5': 'action',
  'media/?/6': 'switch',
  'source/?/1': 'preset',
  'source/?/2': 'image',
  'source/?/3': 'string',
  'source/?/4': 'string',
};
const OTHER_NAMES: Readonly<Record<string, DataType>> = { percentage: 'percent' };
const TYPES: ReadonlySet<string> = new Set(Object.values(KNOWN)).add('number');

/** What a channel carries, by the document; undefined for a channel that it does not know. */
export const documentedType = (id: string): DataType | undefined => KNOWN[id.replace(/\/\d+\//, '/?/')];

/** The data type that a device names, in one spelling. */
export function dataTypeOf(name: unknown): DataType | undefined {
  const type = String(name).toLowerCase();
  return OTHER_NAMES[type] ?? (TYPES.has(type) ? (type as DataType) : undefined);
}

/** Where the document gives no limit of its own, and the device none either. */
const MAX_PRESET = 8;
const LIMITS: Partial<Record<DataType, number>> = { percent: 100, temperature: 212 };

/** What is known of a channel. */
export interface ChannelFacts {
  readonly dataType: DataType | undefined;
  /** As the device calls it (table 3). */
  readonly channelType: string | undefined;
  /** The channel's own `max`. */
  readonly max: number | undefined;
}

/** A value as the channel takes it. @throws EnsembleError INVALID_INPUT that says what the channel takes */
export function fittingValue(
  id: string,
  value: string | number | boolean,
  { dataType, max }: Pick<ChannelFacts, 'dataType' | 'max'>,
): string | number | boolean {
  const refuse = (expected: string) => invalidInput(`value must be ${expected} for ${id}, not ${JSON.stringify(value)}`);
  const asNumber = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  switch (dataType) {
    case undefined:
      return value;
    case 'switch': {
      const known = asBoolean(value);
      if (known === undefined) throw refuse('true or false');
      return known;
    }
    case 'number':
      if (typeof asNumber !== 'number' || !Number.isFinite(asNumber)) throw refuse('a number');
      return asNumber;
    case 'preset': {
      const most = max ?? MAX_PRESET;
      if (!Number.isInteger(asNumber) || !within(asNumber, most)) throw refuse(`a whole number from 0 to ${most}`);
      return asNumber;
    }
    case 'percent':
    case 'temperature':
      if (!within(asNumber, LIMITS[dataType] ?? 0)) throw refuse(`a number from 0 to ${LIMITS[dataType]}`);
      return asNumber;
    default:
      if (typeof value === 'boolean') throw refuse('text');
      return String(value);
  }
}

const within = (value: unknown, max: number): value is number => typeof value === 'number' && value >= 0 && value <= max;
