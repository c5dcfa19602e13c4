import { show } from '../errors';
import { isStep } from '../http/path';
import { isRecord } from '../objects';
import { hostOf, isHost, misreading, urlOf } from './host';
import type { Color, JsonObject, Parameter, ParameterKind } from './parameters';
import { unsendable } from './sendable';

/** What may be wrong with an address. */
export type AddressFault = 'spaces' | 'host' | 'port' | 'misread' | 'query' | 'login';

/** Why a value is refused; `place` is the path from the parameter to the wrong part. */
export class Mismatch extends Error {
  constructor(
    readonly expected: string,
    readonly value: unknown,
    readonly place = '',
    /** More about the value. */
    remark = '',
    /** Of an address that begins as it should: what else is wrong with it. */
    readonly reason?: AddressFault,
  ) {
    super(`must be ${expected}${remark}, not ${show(value)}`);
  }
}

const inRange = (value: number, { min = -Infinity, max = Infinity }: Parameter<unknown>): boolean => value >= min && value <= max;

/** Words for the number that is expected. */
export const expectedNumber = (noun: string, { min, max, unit }: Pick<Parameter<unknown>, 'min' | 'max' | 'unit'>): string => {
  const range =
    min !== undefined && max !== undefined
      ? ` from ${min} to ${max}`
      : min !== undefined
        ? ` of at least ${min}`
        : max !== undefined
          ? ` of at most ${max}`
          : '';
  return `${noun}${range}${unit ? ` ${unit}` : ''}`;
};

/** TypedInputs of type string and `${ENV}` give numbers as text. */
const toNumber = (value: unknown): unknown => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value);

/** True and false, also as text and as 1 and 0; undefined for anything else. */
export function asBoolean(value: unknown): boolean | undefined {
  if (value === true || value === 'true' || value === 1 || value === '1') return true;
  if (value === false || value === 'false' || value === 0 || value === '0') return false;
  return undefined;
}

/** @throws Mismatch where a host is not read as it is written */
function checkHost(host: string, what: string, value: unknown): void {
  const read = misreading(host);
  if (read !== undefined) throw new Mismatch(`${what} that everybody reads alike`, value, '', ` (${host} would be ${read})`, 'misread');
}

/** An address as errors show it: without what may be a password. */
const shownAddress = (address: string): string => address.replace(/[^\\/]*@/, '…@').replace(/[?#].*/s, '…');

const wrongAddress = (fault: AddressFault, expected: string, shown: unknown): Mismatch =>
  new Mismatch(`an address ${expected}`, shown, '', '', fault);

/** A port that is no number from 0 to 65535 makes a URL of nothing. */
const hasWrongPort = (text: string): boolean => {
  const port = /^[a-z][a-z\d+.-]*:\/\/(?:[^\\/?#@]*@)?(?:\[[^\]]*\]|[^\\/?#:@]+):([^\\/?#]+)/i.exec(text)?.[1];
  return port !== undefined && !(/^\d+$/.test(port) && Number(port) <= 65_535);
};

/** Why an address that begins as it should is none; undefined where it does not. */
function faultOf(text: string, protocols: readonly string[]): readonly [AddressFault, string] | undefined {
  if (!protocols.some((protocol) => text.toLowerCase().startsWith(`${protocol}//`))) return undefined;
  if (/\s/.test(text)) return ['spaces', 'without spaces'];
  return hasWrongPort(text) ? ['port', 'with a port from 1 to 65535'] : ['host', 'with a host'];
}

/** One parser for each kind. @throws Mismatch */
export const parsers: Readonly<Record<ParameterKind, (value: unknown, parameter: Parameter<unknown>) => unknown>> = {
  text(value, { pattern, id = false, expected = id ? 'an ID' : 'text' }) {
    const text = asText(value);
    if (text === undefined || (pattern && !new RegExp(pattern).test(text)) || (id && isStep(text))) throw new Mismatch(expected, value);
    return text;
  },
  secret(value, { pattern, inHeader = false, expected = inHeader ? HEADER_TEXT : 'text' }) {
    const text = asText(value);
    if (text === undefined || (pattern && !new RegExp(pattern).test(text))) throw new Mismatch(expected, value);
    if (inHeader && !IN_HEADER.test(text)) throw new Mismatch(HEADER_TEXT, value);
    return text;
  },
  address(value, { options = [] }) {
    const text = typeof value === 'string' ? value.trim() : '';
    const url = urlOf(text);
    const shown = typeof value === 'string' ? shownAddress(text) : value;
    const fault = url ? undefined : faultOf(text, options);
    if (fault) throw wrongAddress(...fault, shown);
    if (!url || !options.includes(url.protocol))
      throw new Mismatch(`an address that begins with ${options.map((protocol) => `${protocol}//`).join(' or ')}`, shown);
    if (/\s/.test(text)) throw wrongAddress('spaces', 'without spaces', shown);
    if (url.hostname === '') throw wrongAddress('host', 'with a host', shown);
    if (url.port === '0') throw wrongAddress('port', 'with a port from 1 to 65535', shown);
    checkHost(hostOf(text), 'an address with a host', shown);
    // Not shown: a password may be in it.
    if (/^http/.test(url.protocol) && /[?#]/.test(text)) throw wrongAddress('query', 'without a query and a fragment', `${url.origin}/…`);
    if (url.username + url.password !== '')
      throw wrongAddress('login', 'without a user name and a password', `${url.protocol}//…@${url.host}`);
    return text.replace(/\/+$/, '');
  },
  host(value, { ipv6 = true, expected = ipv6 ? HOST : HOST_IPV4 }) {
    if (typeof value !== 'string') throw new Mismatch(expected, value);
    if (!isHost(value) || (!ipv6 && value.startsWith('['))) throw new Mismatch(expected, shownAddress(value));
    checkHost(value, 'a host', value);
    return value;
  },
  port: parseInteger,
  integer: parseInteger,
  number(value, parameter) {
    const number = toNumber(value);
    if (!Number.isFinite(number) || !inRange(number as number, parameter)) throw new Mismatch(expectedNumber('a number', parameter), value);
    return number;
  },
  boolean(value) {
    const known = asBoolean(value);
    if (known === undefined) throw new Mismatch('true or false', value);
    return known;
  },
  choice(value, { options = [] }) {
    if (!options.includes(value as string)) throw new Mismatch(`one of ${options.join(', ')}`, value);
    return value;
  },
  list(value) {
    const items: unknown = typeof value === 'string' ? value.split(',') : typeof value === 'number' ? [value] : value;
    if (!Array.isArray(items)) throw new Mismatch('an array, or text with commas', value);
    const ids = items.map((item: unknown, index) => {
      const id = asText(item)?.trim();
      if (id === undefined) throw new Mismatch('text or a number', item, items === value ? `[${index}]` : '');
      // Text may end in a comma.
      if (isStep(id) || (id === '' && typeof value !== 'string')) throw new Mismatch('an ID', item, `[${index}]`);
      return id;
    });
    const given = ids.filter((id) => id !== '');
    if (given.length === 0) throw new Mismatch('at least one id', value);
    return given;
  },
  scalar(value, { buffers = false }) {
    const isScalar = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
    if (isScalar || (buffers && value instanceof Uint8Array)) return value;
    throw new Mismatch(buffers ? 'text, a number, true, false or a Buffer' : 'text, a number, true or false', value);
  },
  object(value) {
    const object = fromJson(value);
    if (!isJsonObject(object)) throw new Mismatch('an object', value);
    checkSendable(object, '');
    return object;
  },
  objects(value) {
    const given = fromJson(value);
    const items: unknown[] = Array.isArray(given) ? given : [given];
    if (items.length === 0) throw new Mismatch('an object, or an array of objects', value);
    for (const [index, item] of items.entries()) {
      const place = Array.isArray(given) ? `[${index}]` : '';
      if (!isJsonObject(item)) throw new Mismatch('an object', item, place);
      checkSendable(item, place);
    }
    return items;
  },
  color(value) {
    // Before JSON: 100000 is a number there, but a colour here.
    const hex = typeof value === 'string' ? hexParts(value) : undefined;
    const given = hex ?? fromJson(value);
    const parts = Array.isArray(given) ? given : undefined;
    if (parts?.length === 3) return colorOf({ r: parts[0], g: parts[1], b: parts[2] }, value, ['[0]', '[1]', '[2]']);
    if (parts || !isJsonObject(given)) throw new Mismatch(A_COLOR, value);
    return colorOf(given, value);
  },
  grid(value, parameter) {
    const { columns = 1, rows = 1, corners = true } = parameter;
    const count = columns * rows;
    const flat = `an array of ${count} whole numbers`;
    const all = corners
      ? `${flat}, or ${rows} rows of ${columns}`
      : `${flat}, ${rows} rows of ${columns}, or ${count - 4} without the corners`;
    const given = asArray(fromJson(value));
    if (!given) throw new Mismatch(all, value);
    if (!given.some((row) => typeof row === 'object' && asArray(row))) {
      if (corners || given.length !== count - 4) return checkCells(given, count, parameter, '');
      return withCorners(checkCells(given, count - 4, parameter, ''), columns);
    }
    const cells = Array.from({ length: rows }, (_, index) => {
      const row = asArray(given[index]);
      if (!row) throw new Mismatch(`an array of ${columns} whole numbers`, given[index], `[${index}]`);
      return checkCells(row, columns, parameter, `[${index}]`);
    });
    if (given.length > rows) throw new Mismatch(`left out (${all})`, given[rows], `[${rows}]`);
    return cells.flat();
  },
};

const HOST = 'a host name or an IP address (IPv6 in brackets: [::1]), without http:// and port';
const HOST_IPV4 = 'an IPv4 address or a name';
const HEADER_TEXT = 'a line of Latin letters, digits and signs without spaces around it, as a header can carry it';
/** A field value without spaces around it. RFC 9110, 5.5 */
const IN_HEADER = /^[!-~\u00a1-\u00ff]([\t -~\u0080-\u00ff]*[!-~\u00a1-\u00ff])?$/;

/** Text, also where it was written as a number. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Number.isFinite(value) ? String(value) : undefined;
}

function parseInteger(value: unknown, parameter: Parameter<unknown>): number {
  const number = toNumber(value);
  if (!Number.isInteger(number) || !inRange(number as number, parameter))
    throw new Mismatch(expectedNumber('a whole number', parameter), value);
  return number as number;
}

/** Buffers and typed arrays hold numbers as an array does. */
function asArray(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Uint8Array) : undefined;
}

/** Adds zeros for the corners that were left out. */
const withCorners = (cells: readonly unknown[], columns: number): unknown[] => {
  const [width, last] = [columns - 2, cells.length - columns + 2];
  return [0, ...cells.slice(0, width), 0, ...cells.slice(width, last), 0, ...cells.slice(last), 0];
};

const A_COLOR = 'a colour as #rrggbb, [r, g, b], {r, g, b} or {h, s, v}';
const COLOR_LIMITS: readonly Readonly<Record<string, number>>[] = [
  { r: 255, g: 255, b: 255 },
  { h: 360, s: 100, v: 100 },
];

const hexParts = (text: string): number[] | undefined => {
  const digits = /^#?([0-9a-f]{6})$/i.exec(text.trim())?.[1];
  return digits?.match(/../g)?.map((pair) => Number.parseInt(pair, 16));
};

/** @param places where the parts stand, if they are not properties of their names */
function colorOf(parts: JsonObject, value: unknown, places: readonly string[] = []): Color {
  const limits = COLOR_LIMITS.find((names) => Object.keys(names).every((name) => name in parts));
  if (!limits) throw new Mismatch(A_COLOR, value);
  const entries = Object.entries(limits).map(([name, max], index) => {
    const part = toNumber(parts[name]);
    if (!Number.isFinite(part) || !inRange(part as number, { min: 0, max } as Parameter<unknown>))
      throw new Mismatch(expectedNumber('a number', { min: 0, max } as Parameter<unknown>), parts[name], places[index] ?? `.${name}`);
    return [name, part];
  });
  return Object.fromEntries(entries) as Color;
}

/** Bytes have a kind of parameter of their own. */
const isJsonObject = (value: unknown): value is JsonObject => isRecord(value) && !(value instanceof Uint8Array);

/** @throws Mismatch naming the part that JSON cannot represent, or where it is nested too deeply */
function checkSendable(value: JsonObject, place: string): void {
  const found = unsendable(value);
  if (found) throw new Mismatch(found.expected, found.value, place + found.place);
}

/** Parses JSON text. Text that is no JSON is returned as it is, and refused by the caller. */
function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function checkCells(cells: readonly unknown[], length: number, parameter: Parameter<unknown>, row: string): readonly unknown[] {
  for (let index = 0; index < length; index++) {
    const cell = cells[index];
    if (!Number.isInteger(cell) || !inRange(cell as number, parameter))
      throw new Mismatch(expectedNumber('a whole number', parameter), cell, `${row}[${index}]`);
  }
  if (cells.length > length) throw new Mismatch(`left out (there are ${length})`, cells[length], `${row}[${length}]`);
  return cells;
}
