import { createParser } from 'eventsource-parser';
import { EnsembleError } from './errors';
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
export async function receiveEvents(http: HttpClient, { path, scope, silence, onOpen, onEvent }: EventStreamOptions): Promise<never> {
  const link = new Scope();
  const release = scope.defer(() => link.end());
  const decoder = new TextDecoder();
  const parser = createParser({
    maxBufferSize: MOST,
    onEvent: ({ event = 'message', data }) => onEvent(event, data),
    onError({ type }) {
      // Unknown fields are to be ignored.
      if (type === 'max-buffer-size-exceeded') throw new EnsembleError('BAD_RESPONSE', `an event of more than ${MOST} characters`);
    },
  });
  let isSilent = false;
  const watchdog = new Watchdog(silence, () => {
    isSilent = true;
    void link.end();
  });
  const reader = {
    open(contentType: string) {
      if (/html|json/.test(contentType)) throw new EnsembleError('BAD_RESPONSE', `${path} is no event stream but ${contentType}`);
      watchdog.feed();
      onOpen();
    },
    data(chunk: Buffer) {
      watchdog.feed();
      parser.feed(decoder.decode(chunk, { stream: true }));
    },
  };
  try {
    await http.stream({ method: 'GET', path, headers: { accept: 'text/event-stream', 'cache-control': 'no-store' } }, reader, link);
    throw new EnsembleError('UNREACHABLE', `the peer ended the stream ${path}`);
  } catch (error) {
    if (isSilent)
      throw new EnsembleError('TIMEOUT', `nothing heard on ${path} for ${Math.round(silence / 1000)} seconds, not even a heartbeat`);
    throw error;
  } finally {
    watchdog.stop();
    release();
    await link.end();
  }
}
