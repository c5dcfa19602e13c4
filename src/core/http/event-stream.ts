import { createParser, type EventSourceParser } from 'eventsource-parser';
import { BatchQueue } from '../batch-queue';
import { EnsembleError } from '../errors';
import { Scope } from '../scope';
import { Standstill } from '../standstill';
import { Watchdog } from '../watchdog';
import type { HttpClient } from './client';
import type { ByteSource, StreamReader } from './request';

/** Characters of one event at most; more is no event stream. */
const MAX_EVENT_LENGTH = 1024 * 1024;
/** Bytes that are read in one turn of the event loop, and how many such pieces may wait before the peer is paused. */
const PIECE = 8 * 1024;
const MOST_PIECES = 512;

export interface EventStreamOptions {
  readonly path: string;
  readonly scope: Scope;
  /** Milliseconds without a single byte after which the peer counts as gone. */
  readonly silence: number;
  /** Milliseconds. Where this process has stood still for longer, what came meanwhile is old: it is not read, and the stream ends. */
  readonly standstill: number;
  /** The peer has accepted. */
  onOpen(): void;
  /** `name` is the event's field of that name, `message` where it has none. */
  onEvent(name: string, data: string): void;
}

/**
 * A stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). What comes in waits in one
 * queue of bytes, of which a piece is read in each turn of the event loop.
 */
export class EventStream implements StreamReader {
  /** What has come in and is not read yet; a function is called when all before it is read. */
  private readonly queue = new BatchQueue<Buffer | (() => void)>(1, (item) => (typeof item === 'function' ? item() : this.read(item)));
  private readonly decoder = new TextDecoder();
  private readonly parser: EventSourceParser;
  /** Lives as long as the connection. */
  readonly scope = new Scope();
  /** It has ended because this process stood still. */
  stoodStill = false;
  private readonly watchdog: Watchdog;
  private readonly standstill: Standstill;
  /** Nothing more is read. */
  private isOver = false;
  private reason: unknown;

  constructor(
    private readonly http: Pick<HttpClient, 'stream'>,
    private readonly options: EventStreamOptions,
  ) {
    const { path, silence } = options;
    const silent = `nothing heard on ${path} for ${Math.round(silence / 1000)} seconds, not even a heartbeat`;
    this.watchdog = new Watchdog(silence, () => this.end(new EnsembleError('TIMEOUT', silent)));
    this.standstill = new Standstill(this.scope, options.standstill, () => {
      this.stoodStill = true;
      this.end(new EnsembleError('UNREACHABLE', 'this process stood still'));
    });
    this.parser = createParser({
      maxBufferSize: MAX_EVENT_LENGTH,
      onEvent: ({ event = 'message', data }) => options.onEvent(event, data),
      onError({ type }) {
        // Unknown fields are to be ignored.
        if (type === 'max-buffer-size-exceeded')
          throw new EnsembleError('BAD_RESPONSE', `an event of more than ${MAX_EVENT_LENGTH} characters`);
      },
    });
  }

  /**
   * Receives until the stream ends, however that comes, and all that came is read.
   * @throws EnsembleError always: UNREACHABLE, TIMEOUT (silence), CANCELLED, or the code of the peer's status
   */
  async receive(): Promise<never> {
    const { path, scope, silence } = this.options;
    const release = scope.defer(() => {
      this.isOver = true;
      return this.scope.end();
    });
    try {
      const headers = { accept: 'text/event-stream', 'cache-control': 'no-store' };
      // Some peers send the head of their response with the first event: how long that may take, the watchdog decides.
      await this.http.stream({ method: 'GET', path, headers, allowance: silence }, this, this.scope);
      throw new EnsembleError('UNREACHABLE', `the peer ended the stream ${path}`);
    } catch (error) {
      this.watchdog.stop();
      await this.drain();
      throw this.reason ?? error;
    } finally {
      this.isOver = true;
      release();
      await this.scope.end();
    }
  }

  /** Ends when all that has come in by now is read. */
  drain(): Promise<void> {
    return new Promise((resolve) => this.queue.push(resolve));
  }

  open(contentType: string): void {
    const { path, onOpen } = this.options;
    if (/html|json/.test(contentType)) throw new EnsembleError('BAD_RESPONSE', `${path} is no event stream but ${contentType}`);
    this.watchdog.feed();
    onOpen();
  }

  data(chunk: Buffer, source: ByteSource): void {
    this.watchdog.feed();
    // It may have come while this process stood still, and sockets may be read before the timers.
    if (this.standstill.count > 0) return;
    for (let at = 0; at < chunk.length; at += PIECE) this.queue.push(chunk.subarray(at, at + PIECE));
    if (this.queue.length < MOST_PIECES) return;
    source.pause();
    this.queue.whenEmpty(() => source.resume());
  }

  private read(piece: Buffer): void {
    if (this.isOver) return;
    try {
      this.parser.feed(this.decoder.decode(piece, { stream: true }));
    } catch (error) {
      this.isOver = true;
      this.end(error);
    }
  }

  private end(reason: unknown): void {
    this.reason = reason;
    void this.scope.end();
  }
}
