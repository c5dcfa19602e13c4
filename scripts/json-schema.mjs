// JSON Schemas of single values: of what a parameter accepts, from its description (src/core/schema/parameters.ts), and of what an
// operation gives, from the zod schema of its response.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(fileURLToPath(import.meta.url), '../..');
const require = createRequire(import.meta.url);

export const object = (properties, more) => ({ type: 'object', properties, ...more });
export const text = (pattern) => ({ type: 'string', ...(pattern !== undefined && { pattern }) });
const list = (items, least, most) => ({
  type: 'array',
  items,
  ...(least !== undefined && { minItems: least }),
  ...(most !== undefined && { maxItems: most }),
});
const whole = (pattern) => `^\\s*(?:${pattern})\\s*$`;

/** Any digit of a base, in both cases. */
const DIGITS = { 2: '[01]', 8: '[0-7]', 10: '\\d', 16: '[\\da-fA-F]' };
const digit = (value) => (value < 10 ? String(value) : `${value.toString(16)}${value.toString(16).toUpperCase()}`);

/** A digit of a base from `first` to `last`. */
function oneOf(first, last) {
  if (first === last) return last < 10 ? digit(last) : `[${digit(last)}]`;
  const low = first > 9 ? '' : last > first && first < 9 ? `${first}-${Math.min(9, last)}` : String(first);
  const high = Array.from({ length: Math.max(0, last - 9) }, (_, index) => 10 + index).filter((value) => value >= first);
  return `[${low}${high.map(digit).join('')}]`;
}

/** Regular expression of the digits of the whole numbers from `min` to `max`: a character class for each run that ends in free digits. */
function digits(min, max, base = 10) {
  const runs = [];
  for (let low = min; low <= max; ) {
    let free = 0;
    while (low > 0 && low % base ** (free + 1) === 0 && low + base ** (free + 1) - 1 <= max) free++;
    const step = base ** free;
    const first = Math.floor(low / step) % base;
    const last = Math.min(base - 1, first + Math.floor((max - low + 1) / step) - 1);
    const before = [...(Math.floor(low / step / base) || '').toString(base)].map((one) =>
      oneOf(...Array(2).fill(Number.parseInt(one, base))),
    );
    runs.push(`${before.join('')}${oneOf(first, last)}${free > 0 ? DIGITS[base] : ''}${free > 1 ? `{${free}}` : ''}`);
    low += (last - first + 1) * step;
  }
  return runs.join('|');
}

const PREFIXES = { 2: '0[bB]', 8: '0[oO]', 16: '0[xX]' };
const inBases = (digitsOf) => Object.entries(PREFIXES).map(([base, prefix]) => `${prefix}0*(?:${digitsOf(Number(base))})`);
const SOME = inBases((base) => `${DIGITS[base]}+`);
const MANTISSA = '(?:\\d+(?:\\.\\d*)?|\\.\\d+)';

/**
 * Numbers that are written in another way than as digits, such as 1e3 or 0x10. A fraction before an exponent, or a negative
 * exponent, lets some through that are out of range, or no whole numbers.
 */
function unusualNumber(min, max) {
  if (max === undefined) return [`\\+?${MANTISSA}[eE][-+]?\\d+`, ...SOME].join('|');
  const powers = Array.from({ length: String(max).length }, (_, power) => power);
  const scaled = powers.map((power) => {
    const [least, most] = [min, max].map((limit) => Math.floor(limit / 10 ** power));
    return `0*(?:${digits(least, most)})(?:\\.\\d*)?[eE]\\+?0*${power || '0'}`;
  });
  const rest = [`\\.\\d+[eE]\\+?0*(?:${digits(0, powers.length)})`, `${MANTISSA}[eE]-\\d+`];
  return [`\\+?(?:${[...scaled, ...rest].join('|')})`, ...inBases((base) => digits(min, max, base))].join('|');
}

/** Regular expression of a number as text, without spaces around it. */
function numberText({ kind, min, max }) {
  const isFraction = kind === 'number';
  const rest = isFraction ? '(?:\\.\\d*)?' : '(?:\\.0*)?';
  const below1 = isFraction ? ['\\.\\d+'] : [];
  if (!Number.isInteger(min) || min < 0)
    return [`[-+]?(?:${[`\\d+${rest}`, ...below1, `${MANTISSA}[eE][-+]?\\d+`].join('|')})`, ...SOME].join('|');
  const most = Number.isInteger(max) ? digits(min, isFraction ? max - 1 : max) : isFraction || min === 0 ? '\\d+' : digits(min, 1e15);
  const inside = [`(?:${most})${rest}`, ...(isFraction && Number.isInteger(max) ? [`${max}(?:\\.0*)?`] : [])];
  return [
    `\\+?0*(?:${[...inside, ...(min === 0 ? below1 : [])].join('|')})`,
    ...(min === 0 ? ['-0+(?:\\.0*)?'] : []),
    unusualNumber(min, Number.isInteger(max) ? max : undefined),
  ].join('|');
}

const number = (parameter) => [
  {
    type: parameter.kind === 'number' ? 'number' : 'integer',
    ...(parameter.min !== undefined && { minimum: parameter.min }),
    ...(parameter.max !== undefined && { maximum: parameter.max }),
  },
  text(whole(numberText(parameter))),
];

function textOrNumber({ pattern, id }) {
  const matches = (number) => pattern === undefined || new RegExp(pattern).test(number);
  const kinds = [
    ['-1.5', { type: 'number' }],
    ['-1', { type: 'integer' }],
    ['1', { type: 'integer', minimum: 0 }],
  ];
  const [, number] = kinds.find(([example]) => matches(example)) ?? [];
  return [{ ...text(pattern), ...(id && { not: { enum: ['.', '..'] } }) }, ...(number ? [number] : [])];
}

function grid({ columns, rows, corners = true, min, max }) {
  const cell = { type: 'integer', minimum: min, maximum: max };
  const counts = corners ? [columns * rows] : [columns * rows, columns * rows - 4];
  const listText = (item, count) => `\\[\\s*(?:${item})\\s*(?:,\\s*(?:${item})\\s*){${count - 1}}\\]`;
  const cellText = digits(min, max);
  const flatTexts = counts.map((count) => listText(cellText, count));
  return [
    ...counts.map((count) => list(cell, count, count)),
    list(list(cell, columns, columns), rows, rows),
    text(whole([...flatTexts, listText(listText(cellText, columns), rows)].join('|'))),
  ];
}

function color() {
  const part = (max) => ({ anyOf: number({ kind: 'number', min: 0, max }) });
  const parts = (limits) =>
    object(Object.fromEntries(Object.entries(limits).map(([name, max]) => [name, part(max)])), { required: Object.keys(limits) });
  return [
    text('^\\s*(?:#?[0-9a-fA-F]{6}\\s*$|[\\[{])'),
    list(part(255), 3, 3),
    parts({ r: 255, g: 255, b: 255 }),
    parts({ h: 360, s: 100, v: 100 }),
  ];
}

const anyCase = (word) => word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
const JSON_OBJECT = text('^\\s*\\{');

const IPV4 = `(?:(?:${digits(0, 255)})\\.){3}(?:${digits(0, 255)})`;
const IPV6 = '\\[[\\da-fA-F:.]*:[\\da-fA-F:.]*\\]';
/** A name whose last part is a number would be read as an IP address. */
const PART = '[^\\s/:@?#\\[\\]<>\\\\^|%.]';
const NAME = `(?:${PART}*\\.)*${PART}*${PART.replace('.]', '.\\d]')}${PART}*\\.?`;
const hostText = (ipv6 = true) => `(?:${[...(ipv6 ? [IPV6] : []), IPV4, NAME].join('|')})`;

/** As URL parsers read it: the slashes of http:// may be missing, or lean the other way. */
function addressText(protocol) {
  const isHttp = protocol.startsWith('http');
  const slashes = isHttp ? '[\\\\/]*' : '//';
  const path = isHttp ? '(?:[\\\\/][^\\s?#]*)?' : '(?:[/?#]\\S*)?';
  return `${anyCase(protocol)}${slashes}${hostText()}(?::(?:0*(?:${digits(1, 65_535)}))?)?${path}`;
}

/** The forms in which each kind of parameter takes a value, as `parsers` in src/core/schema/parsers.ts reads them. */
const forms = {
  text: textOrNumber,
  secret: textOrNumber,
  address: ({ options }) => [text(whole(options.map(addressText).join('|')))],
  host: ({ ipv6 }) => [text(`^${hostText(ipv6)}$`)],
  port: number,
  integer: number,
  number,
  boolean: () => [{ enum: [true, false, 1, 0, 'true', 'false', '1', '0'] }],
  choice: ({ options }) => [{ enum: options }],
  list: () => [list({ anyOf: [text('\\S'), { type: 'number' }] }, 1), text(), { type: 'number' }],
  scalar: () => [text(), { type: 'number' }, { type: 'boolean' }],
  object: () => [{ type: 'object' }, JSON_OBJECT],
  objects: () => [list({ type: 'object' }, 1), { type: 'object' }, text('^\\s*[\\[{]')],
  color,
  grid,
};

/** What counts as no value. */
export const EMPTY = ['', null];

const UNITS = { ms: 'milliseconds', percent: 'percent', seconds: 'seconds', minutes: 'minutes', messages: 'messages' };

/**
 * What a parameter or a setting accepts. Nothing, and an empty text, stand for the default.
 * @param isFilled it must have a value
 */
export function schemaOfValue(parameter, isFilled = false) {
  const { kind, label, help, more, unit, required, needed, when, default: preset } = parameter;
  const conditions = Object.entries(when ?? {}).map(([name, value]) => `Only with ${name} ${[value].flat().join(' or ')}.`);
  const remarks = [unit && `In ${UNITS[unit] ?? unit}.`, (required || needed) && 'Required.', ...conditions];
  return {
    title: label,
    description: [help, more, ...remarks].filter(Boolean).join(' '),
    ...(preset !== undefined && { default: preset }),
    anyOf: [...forms[kind](parameter), ...(isFilled ? [] : [{ enum: EMPTY }])],
  };
}

/** What a reader of responses gives; undefined where its form is not known. */
export function schemaOfResult(read) {
  const { z } = require('zod');
  const { givenBy } = require(join(root, 'dist/src/core/http/response.js'));
  const { withoutUndefined } = require(join(root, 'dist/src/core/objects.js'));
  const convert = (schema) => {
    const { $schema, '~standard': standard, ...converted } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any', override });
    return converted;
  };
  const override = ({ zodSchema, jsonSchema }) => {
    const { type, in: before, out } = zodSchema.def;
    const given = type === 'pipe' && out.def.transform === withoutUndefined ? before : givenBy.get(zodSchema)?.();
    if (given) Object.assign(jsonSchema, convert(given));
    // What says nothing.
    if (jsonSchema.anyOf?.some((alternative) => Object.keys(alternative).length === 0)) delete jsonSchema.anyOf;
    delete jsonSchema.propertyNames;
  };
  return read?.schema && convert(read.schema);
}
