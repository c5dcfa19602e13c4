import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Refused } from './refused';

/** A request to a simulated vendor. */
export interface DeviceRequest {
  readonly method: string;
  /** Below the vendor's prefix, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type JsonObject = Readonly<Record<string, unknown>>;

const MAX_BYTES = 1024 * 1024;

/** The whole body, up to 1 MiB. @throws Refused 413, and an error where the client disconnects */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Refused(413, 'Content Too Large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @throws Refused 415 */
export function requireType(headers: IncomingHttpHeaders, type: string): void {
  if (headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== type) throw new Refused(415, `The Content-Type must be ${type}`);
}

/** @throws Refused 400 */
export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refused(400, 'The body is not JSON');
  }
}

/** @throws Refused 400 */
export function jsonObjectOf(body: Buffer): JsonObject {
  const value = jsonOf(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refused(400, 'The body is not a JSON object');
  return value as JsonObject;
}

export const formOf = (body: Buffer): URLSearchParams => new URLSearchParams(body.toString('utf8'));
