import { type ZodType, z } from 'zod';
import { json } from '../../core/answers';
import type { HttpAnswer } from '../../core/http';

/** Reads the `data` of an answer; fields that are null are left out, as if the vendor had left them out. @throws EnsembleError BAD_RESPONSE */
export function data<T>(schema: ZodType<T>): (answer: HttpAnswer) => T {
  const read = json(z.looseObject({ data: z.preprocess(withoutNulls, schema) }));
  return (answer) => read(answer).data;
}

export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(given.map(([name, field]) => [name, withoutNulls(field)]));
}

/** Of an operation that changes something; the vendor may confirm it without a word. */
export const written =
  <T>(schema: ZodType<T>) =>
  (answer: HttpAnswer): Partial<T> =>
    answer.statusCode === 204 ? {} : data(schema)(answer);

export const isBlank = (value: unknown): boolean => typeof value === 'string' && value.trim() === '';

/** A number that may come in quotes. */
export const numeric = z.preprocess((value) => (typeof value === 'string' && !isBlank(value) ? Number(value) : value), z.number());

export const message = z.looseObject({ tsmId: numeric, tsmTs: numeric, tsmEv: numeric.optional() });
export type Message = z.infer<typeof message>;

/** A group without things may have no list. */
export const groupThings = data(z.looseObject({ tuids: z.array(z.string()).default([]) }));
