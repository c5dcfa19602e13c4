import { type ZodType, z } from 'zod';
import { json, lenientArray, type ResponseReader, reader } from '../../core/http/response';
import { isObject } from '../../core/objects';

/** Reads the `data` of a response, repaired. @throws EnsembleError BAD_RESPONSE */
export function data<T>(schema: ZodType<T>): ResponseReader<T> {
  const read = json(z.looseObject({ data: z.preprocess((value) => repaired(value), schema) }));
  return reader(schema, (response) => read(response).data);
}

/** Fields that are text, however much their text looks like a number. */
const TEXT_FIELDS = /(tuids?|gw|group_?id|description|version|responsible|status|type|token|old|name|serial|im[es]i|iccid)$/i;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i;
/** Digits of which none is lost in a number. */
const MAX_DIGITS = 15;

/** A response as it is meant: fields that are null are left out, and a number, true or false in quotes is that value. */
export function repaired(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return TEXT_FIELDS.test(name) ? value : repairedText(value);
  if (Array.isArray(value)) return value.map((item: unknown) => repaired(item, name));
  if (!isObject(value)) return value;
  const given = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(given.map(([key, field]) => [key, repaired(field, key)]));
}

function repairedText(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.length <= MAX_DIGITS && NUMBER.test(text) ? Number(text) : text;
}

export const isBlank = (value: unknown): boolean => typeof value === 'string' && value.trim() === '';

/** A number that may come in quotes. */
export const numeric = z.preprocess((value) => (typeof value === 'string' && !isBlank(value) ? Number(value) : value), z.number());

export const message = z.looseObject({ tsmId: numeric, tsmTs: numeric, tsmEv: numeric.optional() });
export type ThingMessage = z.infer<typeof message>;

const tuid = z.string().refine((tuid) => !isBlank(tuid), 'a TUID is empty');

/** A group without things may have no list. */
export const groupThings = data(z.looseObject({ tuids: lenientArray(tuid).default([]) }));
