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

/** Regular expression of the digits of the whole numbers from `min` to `max`: a character class for each run that ends in free digits. */
function digits(min, max) {
  const runs = [];
  for (let low = min; low <= max; ) {
    let free = 0;
    while (low > 0 && low % 10 ** (free + 1) === 0 && low + 10 ** (free + 1) - 1 <= max) free++;
    const step = 10 ** free;
    const first = Math.floor(low / step) % 10;
    const last = Math.min(9, first + Math.floor((max - low + 1) / step) - 1);
    const before = Math.floor(low / step / 10) || '';
    runs.push(`${before}${first === last ? first : `[${first}-${last}]`}${free > 0 ? `\\d{${free}}` : ''}`);
    low += (last - first + 1) * step;
  }
  return runs.join('|');
}

/** Numbers that are written in an unusual way, such as 1e3 or 0x10; their range is not checked. */
const UNUSUAL = '[-+]?[\\d.]+[eE][-+]?\\d+|0[xXoObB][\\da-fA-F]+';

/** Regular expression of a number as text, without spaces around it. */
function numberText({ kind, min, max }) {
  const isFraction = kind === 'number';
  const rest = isFraction ? '(?:\\.\\d*)?' : '(?:\\.0*)?';
  const below1 = isFraction ? ['\\.\\d+'] : [];
  if (!Number.isInteger(min) || min < 0) return `[-+]?(?:${[`\\d+${rest}`, ...below1].join('|')})|${UNUSUAL}`;
  const most = Number.isInteger(max) ? digits(min, isFraction ? max - 1 : max) : isFraction || min === 0 ? '\\d+' : digits(min, 1e15);
  const inside = [`(?:${most})${rest}`, ...(isFraction && Number.isInteger(max) ? [`${max}(?:\\.0*)?`] : [])];
  return [`\\+?0*(?:${[...inside, ...(min === 0 ? below1 : [])].join('|')})`, ...(min === 0 ? ['-0+(?:\\.0*)?'] : []), UNUSUAL].join('|');
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

/** The forms in which each kind of parameter takes a value, as `parsers` in src/core/schema/parsers.ts reads them. */
const forms = {
  text: textOrNumber,
  secret: textOrNumber,
  address: ({ options }) => [text(`^\\s*(?:${options.map(anyCase).join('|')})`)],
  host: () => [text('^(?:\\[[0-9a-fA-F:.]+\\]|[^\\s/:@?#\\[\\]]+)$'), { type: 'number' }],
  port: number,
  integer: number,
  number,
  boolean: () => [{ enum: [true, false, 1, 0, 'true', 'false', '1', '0'] }],
  choice: ({ options }) => [{ enum: options }],
  list: () => [list({ anyOf: [text(), { type: 'number' }] }, 1), text(), { type: 'number' }],
  scalar: () => [text(), { type: 'number' }, { type: 'boolean' }],
  object: () => [{ type: 'object' }, JSON_OBJECT],
  objects: () => [list({ type: 'object' }, 1), { type: 'object' }, text('^\\s*[\\[{]')],
  color,
  grid,
};

const UNITS = { ms: 'milliseconds', percent: 'percent', seconds: 'seconds', minutes: 'minutes', messages: 'messages' };

/** What a parameter or a setting accepts. Nothing, and an empty text, stand for the default. */
export function schemaOfValue(parameter) {
  const { kind, label, help, unit, required, needed, when, default: preset } = parameter;
  const conditions = Object.entries(when ?? {}).map(([name, value]) => `Only with ${name} ${[value].flat().join(' or ')}.`);
  const remarks = [unit && `In ${UNITS[unit] ?? unit}.`, (required || needed) && 'Required.', ...conditions];
  return {
    title: label,
    description: [help, ...remarks].filter(Boolean).join(' '),
    ...(preset !== undefined && { default: preset }),
    anyOf: [...forms[kind](parameter), { enum: ['', null] }],
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
