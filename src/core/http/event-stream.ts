import { createParser, type EventSourceParser } from 'eventsource-parser';
import { BatchQueue } from '../batch-queue';
import { EnsembleError } from '../errors';
import { Scope } from '../scope';
import { Standstill } from '../standstill';
import { Watchdog } from '../watchdog';
import type { HttpClient } from './client';
import type { Source, StreamReader } from './request';

/** The most characters of one event; more is no event stream. */
const MOST = 1024 * 1024;
/** Bytes that are read in one turn of the event loop, and how many such pieces may wait before the peer has to. */
const PIECE = 8 * 1024;
const MOST_PIECES = 512;

export interface EventStreamOptions {
  readonly path: string;
  readonly scope: Scope;
  /** Milliseconds without a single byte after which the peer counts as dead. */
  readonly silence: number;
  /** Milliseconds. Where this process has stood still for longer, what came meanwhile is old: it is not read, and the stream ends. */
  readonly standstill: number;
  onStandstill(): void;
  /** What has come in is read piece by piece; `readAll` reads all of it at once. */
  onOpen(readAll: () => void): void;
  /** `name` is the event's field of that name, `message` where it has none. */
  onEvent(name: string, data: string): void;
}

/**
 * Receives server-sent events until the stream ends, however that comes (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * @throws EnsembleError always: UNREACHABLE, TIMEOUT (silence), CANCELLED, or what the peer's refusal stands for
 */
export async function receiveEvents(http: Pick<HttpClient, 'stream'>, options: EventStreamOptions): Promise<never> {
  const { path, scope, silence } = options;
  const link = new Scope();
  const release = scope.defer(() => link.end());
  let reason: unknown;
  const end = (error: unknown) => {
    reason = error;
    void link.end();
  };
  const silent = `nothing heard on ${path} for ${Math.round(silence / 1000)} seconds, not even a heartbeat`;
  const watchdog = new Watchdog(silence, () => end(new EnsembleError('TIMEOUT', silent)));
  const standstill = new Standstill(link, options.standstill, () => {
    options.onStandstill();
    end(new EnsembleError('UNREACHABLE', 'this process stood still'));
  });
  const reader = new EventReader(options, watchdog, standstill, end);
  try {
    const headers = { accept: 'text/event-stream', 'cache-control': 'no-store' };
    // Some peers begin their answer with the first that they have to say: how long that may take, the watchdog decides.
    await http.stream({ method: 'GET', path, headers, allowance: silence }, reader, link);
    throw new EnsembleError('UNREACHABLE', `the peer ended the stream ${path}`);
  } catch (error) {
    if (!scope.ended) reader.finish();
    throw reason ?? error;
  } finally {
    reader.clear();
    watchdog.stop();
    release();
    await link.end();
  }
}

/** Makes events of bytes. */
class EventReader implements StreamReader {
  private readonly decoder = new TextDecoder();
  private readonly parser: EventSourceParser;
  /** Pieces that have come in; one holds many events. */
  private readonly pieces = new BatchQueue<Buffer>(1, (piece) => this.read(piece));

  constructor(
    private readonly options: EventStreamOptions,
    private readonly watchdog: Watchdog,
    private readonly standstill: Standstill,
    private readonly onFault: (error: unknown) => void,
  ) {
    this.parser = createParser({
      maxBufferSize: MOST,
      onEvent: ({ event = 'message', data }) => options.onEvent(event, data),
      onError({ type }) {
        // Unknown fields are to be ignored.
        if (type === 'max-buffer-size-exceeded') throw new EnsembleError('BAD_RESPONSE', `an event of more than ${MOST} characters`);
      },
    });
  }

  open(contentType: string): void {
    const { path, onOpen } = this.options;
    if (/html|json/.test(contentType)) throw new EnsembleError('BAD_RESPONSE', `${path} is no event stream but ${contentType}`);
    this.watchdog.feed();
    onOpen(() => this.finish());
  }

  data(chunk: Buffer, source: Source): void {
    this.watchdog.feed();
    // It may have come while nobody read, and sockets may be read before the timers.
    if (this.standstill.count > 0) return;
    for (let at = 0; at < chunk.length; at += PIECE) this.pieces.push(chunk.subarray(at, at + PIECE));
    if (this.pieces.length < MOST_PIECES) return;
    source.pause();
    this.pieces.whenEmpty(() => source.resume());
  }

  /** Reads what still waits. */
  finish(): void {
    this.pieces.drain();
  }

  clear(): void {
    this.pieces.clear();
  }

  private read(piece: Buffer): void {
    try {
      this.parser.feed(this.decoder.decode(piece, { stream: true }));
    } catch (error) {
      this.clear();
      this.onFault(error);
    }
  }
}
