import { z } from 'zod';
import { EnsembleError } from '../../core/errors';
import { isId } from '../../core/http/path';
import { json, lenientArray, lenientRecord, orAbsent, type ResponseReader, reader } from '../../core/http/response';
import { withoutUndefined } from '../../core/objects';
import type { Scalar } from '../../core/schema/parameters';
import { say } from './texts';
import { isNothing } from './word-responses';

export const KINDS = ['d', 's', 'meta'] as const;
export type VariableKind = (typeof KINDS)[number];

/** The backend is written for Node.js, and so are bytes in its JSON. */
const bytes = z.object({ type: z.literal('Buffer'), data: z.array(z.int().min(0).max(255)) }).transform(({ data }) => Buffer.from(data));

/** Text, or bytes that are no text. The document has no other values; any other is passed on as it is. */
const value = z.union([bytes, z.unknown()]);

/** A number, in quotes too. */
export const lenientNumber = z.preprocess(
  (given) => (typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : given),
  z.number(),
);

/** All times in milliseconds since 1970. `acked` is when the device acknowledged a `d` variable. */
const time = orAbsent(lenientNumber);
const variable = z.looseObject({ value, time, acked: time, syncacked: time }).transform(withoutUndefined);
export type Variable = z.infer<typeof variable>;

const variables = orAbsent(lenientRecord(variable));
export const device = z.looseObject({ d: variables, s: variables, meta: variables }).transform(withoutUndefined);
export type Device = z.infer<typeof device>;

const point = z.looseObject({ id: lenientNumber, value, timestamp: time }).transform(withoutUndefined);
export type Point = z.infer<typeof point>;

const orNotFound = <T>(what: 'device' | 'variable', read: ResponseReader<T>): ResponseReader<T> =>
  reader(read.schema, (response) => {
    if (!isNothing(response)) return read(response);
    throw new EnsembleError('NOT_FOUND', `there is no such ${what}: the backend has answered with nothing`, say(`none.${what}`), {
      statusCode: response.statusCode,
    });
  });

export const readVariable = orNotFound('variable', json(variable));
export const readDevice = orNotFound('device', json(device));
/** By id, or by authentication code where the network is listed. */
export const readDevices = json(lenientRecord(device, isId));
const page = z.object({ points: lenientArray(point), length: z.number() });
/** A page of a history; `length` counts what is odd, too. */
export const readPage = orNotFound(
  'variable',
  json(
    z
      .array(z.unknown())
      .transform((points) => ({ points, length: points.length }))
      .pipe(page),
  ),
);

/** Values are text; bytes go under another name, base64-encoded. */
export const fieldOf = (field: string, value: Scalar | Uint8Array): Record<string, string> =>
  value instanceof Uint8Array ? { [`${field}64`]: Buffer.from(value).toString('base64') } : { [field]: String(value) };

/** A value in one line of a panel. */
export const inWords = (value: unknown): string =>
  Buffer.isBuffer(value) ? `0x${value.toString('hex', 0, 24)}` : typeof value === 'string' ? value.slice(0, 60) : String(value);
