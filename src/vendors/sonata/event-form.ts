import { EnsembleError, NOT_IN_PANELS, show } from '../../core/errors';
import { readJson } from '../../core/json';
import { isRecord } from '../../core/objects';
import { parsePythonLiteral } from './python-literal';

/** An event as the flow gets it, by either transport. */
export interface SonataEvent {
  readonly installationId: number;
  readonly deviceId: number;
  readonly type: string;
  /** What the matrix shows now: 100 whole numbers. */
  readonly pattern?: readonly number[];
  /** All values of a context by their index; each as an array. */
  readonly values: Readonly<Record<number, readonly number[]>>;
  /** The vendor's number of the request. */
  readonly key?: number;
}

/** "Index 4 in the cl array contains the matrix pattern": the vendor's library calls that index the actual state. */
const PATTERN_INDEX = 4;
const CELLS = 100;
/** It becomes part of a topic. */
const TYPE = /^[\w-]{1,64}$/;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
const badEvent = (what: string): EnsembleError =>
  new EnsembleError('BAD_RESPONSE', `a Sonata event that is not as documented: ${what}`, NOT_IN_PANELS);

/**
 * A context or alive message with its ids known. An item of `cl` that is not as documented is left out, and `onOdd` told.
 * @throws EnsembleError BAD_RESPONSE naming what differs
 */
export function readEvent(type: string, installationId: number, deviceId: number, payload: unknown, onOdd: OnOdd): SonataEvent {
  // The payload of an alive message is not documented: only its ids are used.
  if (type !== 'context') return { installationId, deviceId, type, values: {} };
  if (!isRecord(payload) || !Array.isArray(payload.cl))
    throw badEvent(`cl must be an array, not ${show(isRecord(payload) ? payload.cl : payload)}`);
  const values: Record<number, readonly number[]> = {};
  for (const item of payload.cl as unknown[]) {
    // The REST server's example has `v`, the vendor's MQTT library `vl`.
    const { i, v, vl } = isRecord(item) ? item : {};
    const index = numberOf(i);
    const numbers = readValues(v ?? vl);
    if (Number.isInteger(index) && numbers) values[index as number] = numbers;
    else onOdd(ODD_ITEM);
  }
  const shown = values[PATTERN_INDEX];
  const event: Mutable<SonataEvent> = { installationId, deviceId, type, values };
  // Other devices than a matrix report at this index too.
  if (shown?.length === CELLS) {
    if (shown.every(isLevel)) event.pattern = shown;
    else onOdd(ODD_PATTERN);
  }
  const key = numberOf(payload.key);
  if (key !== undefined) event.key = key;
  return event;
}

/** Told what was left out of an event, and why. */
export type OnOdd = (what: string) => void;

/** Without the item, which differs each time: each kind of oddity is told once. */
const ODD_ITEM = 'an item of cl of a Sonata event is left out: it must have a whole number i, and as v a number or an array of numbers';

const ODD_PATTERN = 'the pattern of a Sonata event is left out: its levels must be whole numbers from 0 to 15';

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isLevel = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 15;

/** A number, also one in quotes. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function readValues(value: unknown): readonly number[] | undefined {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  // Mostly they are numbers already.
  if (items.every(isNumber)) return items;
  const numbers = items.map(numberOf);
  return numbers.includes(undefined) ? undefined : (numbers as number[]);
}

/** A message of the broker. @throws EnsembleError BAD_RESPONSE */
export function readMessage(
  { type, installationId, deviceId }: MessageTopic,
  text: string,
  onOdd: OnOdd,
): { event: SonataEvent; raw: unknown } {
  const raw = readPayload(type, text);
  return { event: readEvent(type, installationId, deviceId, raw, onOdd), raw };
}

export type MessageTopic = Pick<SonataEvent, 'type' | 'installationId' | 'deviceId'>;

const BOM = '\ufeff';

/** The payload of an alive message is not documented: it may be empty, or no JSON. */
function readPayload(type: string, text: string): unknown {
  try {
    return readJson(text.startsWith(BOM) ? text.slice(1) : text);
  } catch (error) {
    if (type === 'alive') return text;
    throw new EnsembleError(
      'BAD_RESPONSE',
      `a Sonata context event that is ${error instanceof EnsembleError ? error.message : 'no JSON'}`,
      NOT_IN_PANELS,
    );
  }
}

/** The body of a webhook's POST, in any of the three forms it may have: JSON, a JSON string of Python, or Python. @throws EnsembleError BAD_RESPONSE */
export function readWebhook(body: Buffer, onOdd: OnOdd): { event: SonataEvent; raw: unknown } {
  const raw = readText(new TextDecoder().decode(body));
  if (!isRecord(raw)) throw badEvent(`the body must be an object, not ${show(raw)}`);
  const type = raw.message_type ?? raw.type;
  if (typeof type !== 'string' || !TYPE.test(type)) throw badEvent(`message_type must be a word such as context, not ${show(type)}`);
  const payload = type === 'context' && typeof raw.payload === 'string' ? readText(raw.payload) : raw.payload;
  const [installationId, deviceId] = [readId('installation_id', raw.installation_id), readId('device_id', raw.device_id)];
  return { event: readEvent(type, installationId, deviceId, payload, onOdd), raw };
}

function readText(text: string): unknown {
  let value: unknown;
  try {
    value = readJson(text);
  } catch (error) {
    if (error instanceof EnsembleError) throw badEvent(error.message);
    return readPython(text);
  }
  return typeof value === 'string' ? readText(value) : value;
}

function readPython(text: string): unknown {
  try {
    return parsePythonLiteral(text);
  } catch (error) {
    throw badEvent(`neither JSON nor a Python literal (${(error as Error).message}): ${show(text)}`);
  }
}

/** Ids are numbers in requests and text in events. */
function readId(name: string, value: unknown): number {
  const id = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (!Number.isInteger(id) || (id as number) < 0) throw badEvent(`${name} must be a whole number, not ${show(value)}`);
  return id as number;
}
