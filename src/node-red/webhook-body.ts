import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Request } from './red';

/** Larger than any event that a vendor documents. */
const MAX_BYTES = 256 * 1024;
const DECODE_LIMIT = { maxOutputLength: MAX_BYTES };

/** A body that is refused, with the HTTP status that says why. */
export class RefusedBody extends Error {
  constructor(readonly status: 400 | 413 | 415) {
    super(`the body of a webhook is refused with ${status}`);
  }
}

type Decode = (body: Buffer, options: typeof DECODE_LIMIT) => Promise<Buffer>;
const gzip: Decode = promisify(gunzip);
const DECODERS: Readonly<Record<string, Decode>> = { gzip, 'x-gzip': gzip, deflate: promisify(inflate), br: promisify(brotliDecompress) };

/** Whether the `content-length` of a request is small enough to be read. */
export const fitsLimit = ({ headers }: IncomingMessage): boolean => Number(headers['content-length'] ?? Number.NaN) <= MAX_BYTES;

/** The body as its sender had it, of bounded size. @throws Unreadable, or what breaks the connection */
export async function readBody(request: Request): Promise<Buffer> {
  // A middleware of the user's may have read it already: only what it has parsed is left.
  if (request.readableDidRead) return rebuilt(request.body);
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const decode = DECODERS[encoding];
  if (!decode && encoding !== 'identity') throw new RefusedBody(415);
  const body = await read(request);
  return decode ? decoded(body, decode) : body;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length']) > MAX_BYTES) throw new RefusedBody(413);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > MAX_BYTES) throw new RefusedBody(413);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

async function decoded(body: Buffer, decode: Decode): Promise<Buffer> {
  try {
    return await decode(body, DECODE_LIMIT);
  } catch (error) {
    throw new RefusedBody((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 413 : 400);
  }
}

function rebuilt(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? null));
}
