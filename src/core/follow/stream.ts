import type { BackoffRule } from '../backoff';
import type { ReadOptions } from '../http/request';
import type { HttpConnection } from '../http-connection';
import type { Scope } from '../scope';
import type { VendorEvent } from './events';

type EventDetails = Readonly<Record<string, unknown>> | undefined;

/** An event of a stream of server-sent events. */
export interface StreamEvent<D extends EventDetails = EventDetails> extends VendorEvent {
  readonly details: D;
  /** The payload is the state of the topic, or a part of it, and not an action or a notification. */
  readonly isState: boolean;
}

const SOURCE = 'sse';

interface StreamEventParts<D extends EventDetails> {
  /** The vendor's data, as it came. */
  readonly raw: unknown;
  readonly type?: string;
  readonly details?: D;
  readonly isState?: boolean;
}

/** An event that tells the state of a topic, unless it says otherwise. */
export const streamEvent = <D extends EventDetails = undefined>(
  topic: string,
  payload: unknown,
  { raw, type = 'state', details, isState = true }: StreamEventParts<D>,
): StreamEvent<D> => ({ topic, payload, source: SOURCE, type, raw, details: details as D, isState });

/** All in milliseconds. */
export interface StreamTiming {
  /** Without any byte for this time, heartbeats included, the connection counts as lost. */
  readonly silence: number;
  /** What came in while this process stood still for longer than this, the time between two heartbeats, is not live. */
  readonly standstill: number;
  readonly reconnect: BackoffRule;
  /** What the peer sent before it answered a reading is here by then. */
  readonly settle: number;
  /** After a connection of this length the pauses begin anew. */
  readonly stable: number;
  /** Between two readings of the state that the stream itself asks for. */
  readonly again: BackoffRule;
}

export const STREAM_TIMING = {
  reconnect: { first: 500, most: 30_000 },
  settle: 100,
  stable: 10_000,
  again: { first: 1000, most: 60_000 },
};

/** The present payload of each topic. */
export type Snapshot = ReadonlyMap<string, unknown>;

/** One connection, over which events come. */
export interface StreamSource {
  /** Lives as long as the connection. */
  readonly scope: Scope;
  /** It has ended although there is no trouble: another one is needed at once. */
  readonly isOutdated: boolean;
  /** Receives until it ends, however that comes. @throws EnsembleError always */
  receive(): Promise<never>;
  /** Ends when all that has come in by now is read. */
  drain(): Promise<void>;
}

export interface StreamSourceOptions extends Pick<StreamTiming, 'silence' | 'standstill'> {
  readonly path: string;
  readonly scope: Scope;
  /** The peer has accepted. */
  onOpen(): void;
  onEvent(name: string, data: string): void;
}

/** A stream of a vendor, and how its state is read: all of a feed that differs between vendors. */
export interface StreamDefinition<C extends HttpConnection<unknown>, E extends StreamEvent = StreamEvent, S extends Snapshot = Snapshot> {
  /** All nodes of a connection that listen to the same path share one request. */
  readonly path: string;
  /** Makes a connection; without, it is one for server-sent events. */
  open?(client: C, options: StreamSourceOptions): StreamSource;
  readonly timing: Pick<StreamTiming, 'silence' | 'standstill'> & Partial<StreamTiming>;
  /**
   * What an event of the stream says.
   * @param name the event's field of that name, `message` where it has none
   * @returns undefined where it is not what the vendor promises; that is reported
   * @throws SyntaxError where it is no JSON, EnsembleError; these are reported, too
   */
  read(name: string, data: string, client: C): readonly E[] | undefined;
  /** An event only says that something has changed: the state, of which there is one topic, must be read, and is the payload. */
  readonly onlyNotifies?: boolean;
  /** An event may tell a part of an object's properties: the others stay as they were. */
  readonly isPartial?: boolean;
  /** Reads the state. @throws EnsembleError */
  snapshot(client: C, options: ReadOptions): Promise<S>;
  /** Whether the state that was read is the one that is known; without it: whether they are equal in all depth. */
  isSame?(known: unknown, read: unknown): boolean;
  /** Whether a request of this connection has caused the event. */
  isOwn?(event: E, client: C): boolean;
  /** What was sent by this connection; for nodes that drop its events. */
  ownChanges?(client: C): ChangeLog;
}

/** What was sent by a connection: where the event of it was missed, it explains the state that is read later. Times are `performance.now()`. */
export interface ChangeLog {
  /** An event tells the state of a topic. */
  eventCame(topic: string, isOwn: boolean, payload: unknown): void;
  /** A reading tells the state of a topic. */
  wasRead(topic: string, began: number): void;
  /** Whether own changes explain the difference between the state that a node knew and the one that was read. */
  explain(topic: string, known: unknown, read: unknown, began: number): boolean;
}
