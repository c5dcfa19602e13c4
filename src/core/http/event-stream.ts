import type { ReaderLike } from 'eventsource';
import { BatchQueue } from '../batch-queue';
import { EnsembleError, NOT_IN_PANELS } from '../errors';
import { Scope } from '../scope';
import { Standstill } from '../standstill';
import { Watchdog } from '../watchdog';
import type { HttpClient } from './client';
import { EventSourceClient } from './event-source';
import type { ByteSource, StreamReader } from './request';

/** Characters of one event at most; more is no event stream. */
const MAX_EVENT_LENGTH = 1024 * 1024;
/** Bytes that are read in one turn of the event loop, and how many such pieces may wait before the peer is paused. */
const PIECE = 8 * 1024;
const MAX_PIECES = 512;

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

/** Statuses whose responses have no body. RFC 9110, 15.3 */
const NO_CONTENT: readonly number[] = [204, 205];

/** An empty line ends an event; a line ends with CR, LF or both. */
const EMPTY_LINE = /\n\n|\n\r|\r\r/;
/** What heartbeats are: they belong to no event. */
const COMMENTS = /^(?::.*[\r\n]+)+$/;

/**
 * A stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), over one connection. What comes
 * in waits in one queue of bytes, of which a piece is read in each turn of the event loop.
 */
export class EventStream implements StreamReader {
  /** What has come in and is not read yet; a function is called when all before it is read. */
  private readonly queue = new BatchQueue<Buffer | (() => void)>(1, (item) => (typeof item === 'function' ? item() : this.read(item)));
  /** Lives as long as the connection. */
  readonly scope = new Scope();
  /** It has ended because this process stood still: another one is needed at once. */
  isOutdated = false;
  private readonly watchdog: Watchdog;
  private readonly standstill: Standstill;
  /** Characters of the event that has not ended yet, or few more. */
  private length = 0;
  private lastCharacter = '';
  /** Nothing more is read. */
  private isOver = false;
  private reason: unknown;
  private accept = (_body: ReaderLike): void => {};
  /** The event source waits for it. */
  private hand = (_chunk: { done: false; value: Buffer }): void => {};

  constructor(
    private readonly http: Pick<HttpClient, 'stream'>,
    private readonly options: EventStreamOptions,
  ) {
    const { path, silence } = options;
    const silent = `nothing heard on ${path} for ${Math.round(silence / 1000)} seconds, not even a heartbeat`;
    this.watchdog = new Watchdog(silence, () => this.end(new EnsembleError('TIMEOUT', silent, NOT_IN_PANELS)));
    this.standstill = new Standstill(this.scope, options.standstill, () => {
      this.isOutdated = true;
      this.end(new EnsembleError('UNREACHABLE', 'this process stood still', NOT_IN_PANELS));
    });
  }

  /**
   * Receives until the stream ends, however that comes, and all that came is read.
   * @throws EnsembleError always: UNREACHABLE, TIMEOUT (silence), CANCELLED, or the code of the peer's status
   */
  async receive(): Promise<never> {
    const { path, scope, silence, onOpen, onEvent } = this.options;
    const release = scope.defer(() => {
      this.isOver = true;
      return this.scope.end();
    });
    const source = new EventSourceClient(new Promise((resolve) => (this.accept = resolve)), {
      onOpen,
      onEvent: (name, data) => {
        if (!this.isOver) onEvent(name, data);
      },
      onError: (error) => this.fail(error),
    });
    try {
      const headers = { accept: 'text/event-stream', 'cache-control': 'no-store' };
      // Some peers send the head of their response with the first event: how long that may take, the watchdog decides.
      await this.http.stream({ method: 'GET', path, headers, allowance: silence }, this, this.scope);
      throw new EnsembleError('UNREACHABLE', `the peer ended the stream ${path}`, NOT_IN_PANELS);
    } catch (error) {
      this.watchdog.stop();
      await this.drain();
      throw this.reason ?? error;
    } finally {
      this.isOver = true;
      source.close();
      release();
      await this.scope.end();
    }
  }

  /** Ends when all that has come in by now is read. */
  drain(): Promise<void> {
    return new Promise((resolve) => this.queue.push(resolve));
  }

  open(statusCode: number, contentType: string): void {
    const { path } = this.options;
    const refuse = (answer: string) =>
      new EnsembleError('BAD_RESPONSE', `${path} is no event stream but ${answer}`, NOT_IN_PANELS, { statusCode });
    if (NO_CONTENT.includes(statusCode)) throw refuse(`HTTP ${statusCode}, a response without content`);
    if (/html|json/.test(contentType)) throw refuse(contentType);
    this.watchdog.feed();
    this.accept({ read: () => new Promise((resolve) => (this.hand = resolve)), cancel: () => this.scope.end() });
  }

  data(chunk: Buffer, source: ByteSource): void {
    this.watchdog.feed();
    // It may have come while this process stood still, and sockets may be read before the timers.
    if (this.standstill.count > 0) return;
    for (let at = 0; at < chunk.length; at += PIECE) this.queue.push(chunk.subarray(at, at + PIECE));
    if (this.queue.length < MAX_PIECES) return;
    source.pause();
    this.queue.whenEmpty(() => source.resume());
  }

  private read(piece: Buffer): void {
    if (this.isOver) return;
    const text = piece.toString();
    if (EMPTY_LINE.test(this.lastCharacter + text)) this.length = 0;
    else if (!COMMENTS.test(text)) this.length += text.length;
    this.lastCharacter = text.slice(-1);
    if (this.length <= MAX_EVENT_LENGTH) this.hand({ done: false, value: piece });
    else this.fail(new EnsembleError('BAD_RESPONSE', `an event of more than ${MAX_EVENT_LENGTH} characters`, NOT_IN_PANELS));
  }

  private fail(error: unknown): void {
    this.isOver = true;
    this.end(error);
  }

  private end(reason: unknown): void {
    this.reason = reason;
    void this.scope.end();
  }
}
