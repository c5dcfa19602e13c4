import { type ZodType, z } from 'zod';
import { json } from '../../core/answers';
import type { HttpAnswer } from '../../core/http';

/** Reads the `data` of an answer; fields that are null are left out, as if the vendor had left them out. @throws EnsembleError BAD_RESPONSE */
export function data<T>(schema: ZodType<T>): (answer: HttpAnswer) => T {
  const read = json(z.looseObject({ data: z.preprocess(withoutNulls, schema) }));
  return (answer) => read(answer).data;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(given.map(([name, field]) => [name, withoutNulls(field)]));
}

/** A number that may come in quotes. */
export const numeric = z.coerce.number();

export const message = z.looseObject({ tsmId: numeric, tsmTs: numeric, tsmEv: numeric.optional() });
export type Message = z.infer<typeof message>;

export const groupThings = data(z.looseObject({ tuids: z.array(z.string()) }));
