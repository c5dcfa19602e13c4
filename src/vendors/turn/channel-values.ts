import { invalidInput, show } from '../../core/errors';
import type { Scalar } from '../../core/schema/parameters';
import { asBoolean, expectedNumber } from '../../core/schema/parsers';
import type { SentenceValues } from '../../core/sentence';
import type { Channel } from './channels';
import { type DataType, dataTypeOf, documentedType, hasSwitch, normalId } from './ids';
import { say, type texts } from './texts';

/** What is known of a channel: of the device where it has told it, else of the document. */
export interface ChannelFacts {
  readonly dataType: DataType | undefined;
  /** As the device calls it (table 3). */
  readonly channelType: string | undefined;
  /** The channel's own limits and unit. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly unit?: string | undefined;
  /** Can be switched: 0 is off, also where its own limits begin higher. */
  readonly isSwitched: boolean;
}

/** The document's own limits ("some data types have intrinsic limits", table 3); temperatures may be in either unit. */
const LIMITS: Partial<Record<DataType, { readonly min: number; readonly max: number }>> = {
  percent: { min: 0, max: 100 },
  temperature: { min: 0, max: 212 },
  preset: { min: 0, max: 8 },
};
/** The document sends a percentage as `int`; temperatures are seen with halves. */
const WHOLE: ReadonlySet<DataType> = new Set<DataType>(['percent', 'preset']);
const MAX_UNIT = 20;

export const documentedFacts = (id: string): ChannelFacts => ({
  dataType: documentedType(id),
  channelType: undefined,
  isSwitched: hasSwitch(id),
});

/** What a channel's description tells. */
export function factsOf({ id: given, dataType, channelType, properties }: Channel): ChannelFacts {
  const id = normalId(given);
  const unit = propertyOf(properties, 'units');
  return {
    dataType: dataTypeOf(dataType) ?? documentedType(id),
    channelType,
    min: numberOf(propertyOf(properties, 'min')),
    max: numberOf(propertyOf(properties, 'max')),
    unit: typeof unit === 'string' && unit !== '' && unit.length <= MAX_UNIT ? unit : undefined,
    isSwitched: hasSwitch(id) || String(propertyOf(properties, 'isSwitched')) === 'true',
  };
}

/** [G] The document does not show the form of `properties`: an object, or a list of names and values. */
function propertyOf(properties: unknown, name: string): unknown {
  if (!Array.isArray(properties)) return (properties as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return (properties as ({ name?: unknown; value?: unknown } | null)[]).find((property) => property?.name === name)?.value;
}

function numberOf(value: unknown): number | undefined {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
  return isNumber && Number.isFinite(Number(value)) ? Number(value) : undefined;
}

/** Whether an empty text is a value of the channel, and not a missing one. */
export const takesEmptyText = ({ dataType }: ChannelFacts): boolean => dataType === 'string' || dataType === 'image';

/** A value as the channel takes it. @throws EnsembleError INVALID_INPUT that says what the channel takes */
export function fittingValue(id: string, value: Scalar, facts: ChannelFacts): Scalar {
  const refuse: Refuse = (expected, sentence) =>
    invalidInput(
      `value must be ${expected} for ${id}, not ${show(value)}`,
      say(`takes.${sentence.key}`, { channel: id, ...sentence.limits }),
    );
  switch (facts.dataType) {
    case undefined:
      return value;
    case 'switch': {
      const known = asBoolean(value);
      if (known === undefined) throw refuse('true or false', { key: 'boolean' });
      return known;
    }
    case 'number':
    case 'preset':
    case 'percent':
    case 'temperature':
      return fittingNumber(value, facts.dataType, facts, refuse);
    default:
      if (typeof value === 'boolean') throw refuse('text', { key: 'text' });
      return String(value);
  }
}

function fittingNumber(value: Scalar, dataType: DataType, facts: ChannelFacts, refuse: Refuse): number {
  const { min, max } = limitsOf(dataType, facts);
  const number = numberOf(value);
  const isOff = facts.isSwitched && number === 0;
  const isWhole = dataType !== 'preset' || Number.isInteger(number);
  if (number !== undefined && isWhole && (isOff || (number >= min && number <= max)))
    return WHOLE.has(dataType) ? Math.round(number) : number;
  const known = Object.fromEntries(Object.entries({ min, max }).filter(([, limit]) => Number.isFinite(limit)));
  const noun = dataType === 'preset' ? 'a whole number' : 'a number';
  throw refuse(
    expectedNumber(noun, { ...known, ...(facts.unit !== undefined && { unit: facts.unit }) }) +
      (facts.isSwitched && min > 0 ? ', or 0' : ''),
    sentenceOf(min, max, facts.isSwitched),
  );
}

/** What a channel takes, for a panel. */
interface Taken {
  readonly key: keyof typeof texts.takes;
  readonly limits?: SentenceValues;
}

type Refuse = (expected: string, taken: Taken) => Error;

function sentenceOf(min: number, max: number, isSwitched: boolean): Taken {
  if (!Number.isFinite(min) || !Number.isFinite(max)) return { key: 'number' };
  return { key: isSwitched && min > 0 ? 'rangeOrZero' : 'range', limits: { min, max } };
}

/** The channel's own limits; where nothing lies between them they are none. */
function limitsOf(dataType: DataType, { min, max }: ChannelFacts): { readonly min: number; readonly max: number } {
  const documented = LIMITS[dataType] ?? { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
  const own = { min: min ?? documented.min, max: max ?? documented.max };
  return own.min < own.max ? own : documented;
}
