import { createParser, type EventSourceParser } from 'eventsource-parser';
import { EnsembleError } from './errors';
import type { StreamReader } from './exchange';
import type { HttpClient } from './http';
import { Scope } from './scope';
import { Watchdog } from './watchdog';

/** The most characters of one event; more is no event stream. */
const MOST = 1024 * 1024;

export interface EventStreamOptions {
  readonly path: string;
  readonly scope: Scope;
  /** Milliseconds without a single byte after which the peer counts as dead. */
  readonly silence: number;
  onOpen(): void;
  /** `name` is the event's field of that name, `message` where it has none. */
  onEvent(name: string, data: string): void;
}

/**
 * Receives server-sent events until the stream ends, however that comes (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * @throws EnsembleError always: UNREACHABLE, TIMEOUT (silence), CANCELLED, or what the peer's refusal stands for
 */
export async function receiveEvents(http: HttpClient, options: EventStreamOptions): Promise<never> {
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
  const reader = new EventReader(options, watchdog, end);
  try {
    await http.stream({ method: 'GET', path, headers: { accept: 'text/event-stream', 'cache-control': 'no-store' } }, reader, link);
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
  private readonly waiting: Buffer[] = [];

  constructor(
    private readonly options: EventStreamOptions,
    private readonly watchdog: Watchdog,
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
    onOpen();
  }

  /** One piece in each turn of the event loop: a burst waits as bytes, and not as messages that all wait at once. */
  data(chunk: Buffer): void {
    this.watchdog.feed();
    if (this.waiting.push(chunk) === 1) setImmediate(() => this.work());
  }

  /** Reads what still waits. */
  finish(): void {
    while (this.waiting.length > 0) this.next();
  }

  clear(): void {
    this.waiting.length = 0;
  }

  private work(): void {
    try {
      this.next();
      if (this.waiting.length > 0) setImmediate(() => this.work());
    } catch (error) {
      this.clear();
      this.onFault(error);
    }
  }

  private next(): void {
    const chunk = this.waiting[0];
    if (chunk) this.parser.feed(this.decoder.decode(chunk, { stream: true }));
    this.waiting.shift();
  }
}
