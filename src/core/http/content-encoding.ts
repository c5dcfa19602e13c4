import { PassThrough, pipeline, type Transform, Writable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { told } from '../error-texts';
import { EnsembleError } from '../errors';

/** Codings of one body at most: more are an attack. */
const MAX_CODINGS = 2;

/** The codings of a body (RFC 9110 8.4), the outermost first; undefined where it has none. */
export function codingsOf(header: string | undefined): readonly string[] | undefined {
  if (header === undefined) return undefined;
  const codings = header.split(',').map((coding) => coding.trim().toLowerCase());
  const packed = codings.filter((coding) => coding !== '' && coding !== 'identity');
  return packed.length > 0 ? packed.reverse() : undefined;
}

/** Decompresses a body that came whole. @throws EnsembleError BAD_RESPONSE where it cannot be decompressed, or becomes larger than `most` bytes */
export function decompress(body: Buffer, codings: readonly string[], most: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  const take = (piece: Buffer): void => {
    size += piece.length;
    // A small body can expand to any size.
    if (size > most)
      throw new EnsembleError(
        'BAD_RESPONSE',
        `the response is larger than ${most} bytes when it is decompressed`,
        told('tooLarge', { bytes: most }),
      );
    pieces.push(piece);
  };
  return new Promise((resolve, reject) => {
    const decompressor = new Decompressor(codings, take, (error) => (error ? reject(error) : resolve(Buffer.concat(pieces, size))));
    decompressor.write(body, () => {});
    decompressor.end();
  });
}

/** Decompresses a body that comes piece by piece, in zlib's threads. */
export class Decompressor {
  private entry: Transform | undefined;
  private isHeld = false;
  private onRelease: (() => void) | undefined;

  constructor(
    private readonly codings: readonly string[],
    /** What it throws ends the decompression. */
    private readonly take: (piece: Buffer) => void,
    /** Called once, with an error where the body did not come to its end. */
    private readonly onEnd: (error: EnsembleError | undefined) => void,
  ) {}

  /** Calls back as soon as more can be taken. */
  write(piece: Buffer, onReady: () => void): void {
    this.entry ??= this.begin(piece);
    if (!this.entry) return;
    if (this.entry.write(piece)) onReady();
    else this.entry.once('drain', onReady);
  }

  end(): void {
    if (this.entry) this.entry.end();
    else this.onEnd(undefined);
  }

  /** Ends at once. */
  destroy(): void {
    this.entry?.destroy();
  }

  /** Hands on nothing more until it is resumed. */
  pause(): void {
    this.isHeld = true;
  }

  resume(): void {
    const { onRelease } = this;
    this.isHeld = false;
    this.onRelease = undefined;
    onRelease?.();
  }

  private begin(first: Buffer): Transform | undefined {
    const { codings } = this;
    if (codings.length > MAX_CODINGS || !codings.every((coding) => CODINGS.has(coding))) {
      this.onEnd(unreadable(codings, 'it is not known'));
      return undefined;
    }
    const steps = codings.flatMap((coding, index) => CODINGS.get(coding)?.(index === 0 ? first : undefined) ?? []);
    const sink = new Writable({ write: (piece: Buffer, _encoding, done) => this.handOn(piece, done) });
    pipeline([...steps, sink], (error) => this.onEnd(error ? asUnreadable(error, codings) : undefined));
    return steps[0];
  }

  private handOn(piece: Buffer, done: (error?: Error) => void): void {
    try {
      this.take(piece);
    } catch (error) {
      done(error as Error);
      return;
    }
    if (this.isHeld) this.onRelease = done;
    else done();
  }
}

/** The first bytes of the outermost coding. */
type MakeDecoder = (first?: Buffer) => Transform;

/** A proxy that has decompressed a response may have kept the header. */
const gzip: MakeDecoder = (first) => (first && first.length > 1 && first.readUInt16BE() !== 0x1f8b ? new PassThrough() : createGunzip());
/** With the frame of zlib, as RFC 9110 says, or without, as some servers do it. */
const deflate: MakeDecoder = (first) => (first && first.length > 1 && !isZlib(first.readUInt16BE()) ? createInflateRaw() : createInflate());
const CODINGS: ReadonlyMap<string, MakeDecoder> = new Map([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['deflate', deflate],
  ['br', () => createBrotliDecompress()],
]);
/** RFC 1950 2.2 */
const isZlib = (header: number): boolean => ((header >> 8) & 0x0f) === 8 && header % 31 === 0;

const asUnreadable = (error: Error & { code?: string | undefined }, codings: readonly string[]): EnsembleError =>
  error instanceof EnsembleError ? error : unreadable(codings, error.code ?? error.message);

const unreadable = (codings: readonly string[], why: string): EnsembleError =>
  new EnsembleError(
    'BAD_RESPONSE',
    `the response is compressed, which was not requested, and cannot be decompressed (content-encoding ${codings.join(', ').slice(0, 60)}: ${why})`,
    told('compressed', { reason: codings.join(', ').slice(0, 60) }),
  );

/** Text as UTF-8 without a byte-order mark, which JSON must not have (RFC 8259 8.1) and some programs write all the same. */
export function withoutMark(body: Buffer): Buffer {
  if (body.length < 2) return body;
  const mark = body.readUInt16BE();
  if (mark === 0xefbb && body[2] === 0xbf) return body.subarray(3);
  if (mark !== 0xfffe && mark !== 0xfeff) return body;
  return Buffer.from(new TextDecoder(mark === 0xfffe ? 'utf-16le' : 'utf-16be').decode(body));
}
