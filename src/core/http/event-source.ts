import { EventSource, type ReaderLike } from 'eventsource';

/** What an `EventSourceClient` tells. */
export interface EventSourceListener {
  /** The peer has accepted. */
  onOpen(): void;
  /** `name` is the event's field of that name, `message` where it has none. */
  onEvent(name: string, data: string): void;
  /** It is to be closed, but not before this returns: `onOpen` or `onEvent` has thrown, or the response broke the rule below. */
  onError(error: unknown): void;
}

/** Nothing is sent there: the HTTP client knows the address. */
const NO_ADDRESS = 'about:blank';
const EVENT_STREAM = 'text/event-stream';

/**
 * The `EventSource` of the package `eventsource`, with an HTTP client of one's own and with all events in one place.
 *
 * It connects once. `EventSource` would connect again when the response fails or its body ends: so the promise of the response
 * and the reader of its body stay pending instead, and whoever owns the HTTP client calls `close`.
 */
export class EventSourceClient extends EventSource {
  /** @param response the body, once the HTTP client has accepted status and type of the response */
  constructor(
    response: Promise<ReaderLike>,
    private readonly listener: EventSourceListener,
  ) {
    super(NO_ADDRESS, {
      fetch: async () => {
        const reader = await response;
        return { url: NO_ADDRESS, redirected: false, status: 200, headers: { get: () => EVENT_STREAM }, body: { getReader: () => reader } };
      },
    });
  }

  /** Comes before all listeners, each of which is for events of one name. What it threw would count as a broken connection. */
  override dispatchEvent(event: Event): boolean {
    try {
      // The peer may name its events `open` and `error`, too: only they have data.
      if ('data' in event) this.listener.onEvent(event.type, event.data as string);
      else if (event.type === 'open') this.listener.onOpen();
      else throw new Error('message' in event && event.message ? String(event.message) : 'the body ended');
    } catch (error) {
      this.listener.onError(error);
    }
    return true;
  }
}
