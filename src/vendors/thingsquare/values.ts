import { z } from 'zod';
import { json } from '../../core/answers';
import type { Scalar } from '../../core/parameters';

export const KINDS = ['d', 's', 'meta'] as const;
export type Kind = (typeof KINDS)[number];

/** The backend is written for Node.js, and so are bytes in its JSON. */
const bytes = z.object({ type: z.literal('Buffer'), data: z.array(z.int().min(0).max(255)) }).transform(({ data }) => Buffer.from(data));

/** Text, or bytes that are no text. The document has no other values; what it may have some day passes as it is. */
const value = z.union([bytes, z.unknown()]);

/** All times in milliseconds since 1970. `acked` is when the device acknowledged a `d` variable. */
const variable = z.looseObject({ value, time: z.number(), acked: z.number().optional(), syncacked: z.number().optional() });
export type Variable = z.infer<typeof variable>;

const variables = z.record(z.string(), variable).optional();
const device = z.looseObject({ d: variables, s: variables, meta: variables });
export type Device = z.infer<typeof device>;

const point = z.looseObject({ id: z.number(), value, timestamp: z.number() });
export type Point = z.infer<typeof point>;

export const readVariable = json(variable);
export const readDevice = json(device);
/** By id, or by authentication code where the network is listed. */
export const readDevices = json(z.record(z.string(), device));
export const readPoints = json(z.array(point));

/** Values are text; bytes go under another name, base64-encoded. */
export const fieldOf = (field: string, value: Scalar | Uint8Array): Record<string, string> =>
  value instanceof Uint8Array ? { [`${field}64`]: Buffer.from(value).toString('base64') } : { [field]: String(value) };

/** A value in one line of a panel. */
export const inWords = (value: unknown): string =>
  Buffer.isBuffer(value) ? `0x${value.toString('hex', 0, 24)}` : typeof value === 'string' ? value.slice(0, 60) : String(value);
