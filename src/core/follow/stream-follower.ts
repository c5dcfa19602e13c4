import { isDeepStrictEqual } from 'node:util';
import { copyOf, merge } from '../copy';
import type { HttpConnection } from '../http-connection';
import { isRecord, sizeOf } from '../objects';
import type { EventContext } from './events';
import { type ChangeLog, type Snapshot, type StreamDefinition, type StreamEvent, streamEvent } from './stream';
import { StreamFeed, type StreamListener } from './stream-feed';
import { type KeptTopics, TopicMemory } from './topic-memory';

/** What a node wants of a stream. */
export interface FollowOptions<C extends HttpConnection<unknown>, E extends StreamEvent> {
  readonly stream: StreamDefinition<C, E>;
  /**
   * The state at the start is emitted. One rule for all vendors: each topic comes once as `initial`, as it was read; an event
   * that came in during the reading follows as a live one, unless the reading had it already.
   */
  readonly initial: boolean;
  /** Events of what this connection has sent are dropped, and so are differences that its changes explain. */
  readonly ignoreOwn?: boolean;
  /** Which topics the node wants; without it: all. */
  concerns?(topic: string): boolean;
  /** The settings on which `concerns` depends: what was remembered with others is not taken up. */
  readonly selection?: Readonly<Record<string, string | undefined>>;
}

/**
 * Follows a stream for the life of the context: its events are emitted as they come, and after an interruption, a deploy or a
 * restart what has changed meanwhile is emitted once, marked `resumed`.
 */
export async function followStream<C extends HttpConnection<unknown>, E extends StreamEvent>(
  context: EventContext<C, unknown>,
  options: FollowOptions<C, E>,
): Promise<void> {
  const { connection, scope } = context;
  const { stream } = options;
  const follower = new StreamFollower(context, options);
  await follower.remember();
  connection.share(`stream ${stream.path}`, (scope) => new StreamFeed(connection, stream, scope)).join(follower, scope);
}

const MEMORY = 'states';
/** Milliseconds between two savings of what is known. */
const SAVING = 10_000;
/** Milliseconds. The reading and the stream are two connections: an event whose packet is lost comes after the reading that had it already. */
const LATE_EVENT = 2000;
/** What a node remembers at most. */
const REMEMBERED = { topics: 1000, characters: 4_000_000, sizeOf };

/** What one node has emitted, so that it can tell what was missed. */
class StreamFollower<C extends HttpConnection<unknown>, E extends StreamEvent> implements StreamListener<E> {
  readonly state: StreamListener<E>['state'];
  readonly report: StreamListener<E>['report'];
  readonly warn: StreamListener<E>['warn'];
  /** The state of each topic, as it was emitted or read last. */
  private readonly known: TopicMemory<unknown>;
  private readonly concerns: (topic: string) => boolean;
  private readonly isSame: (known: unknown, read: unknown) => boolean;
  /** Where its events are dropped. */
  private readonly ownChanges: ChangeLog | undefined;
  /** What has just been emitted as `resumed`, until an event of the topic comes. */
  private readonly justResumed = new Map<string, unknown>();
  /** A topic that is not remembered did not exist before. */
  private knowsAll = false;
  private isStarting = true;
  private isSaving = false;

  constructor(
    private readonly context: EventContext<C, unknown>,
    private readonly options: FollowOptions<C, E>,
  ) {
    const { stream, ignoreOwn, concerns, selection } = options;
    this.state = context.state;
    this.report = context.report;
    this.warn = context.warn;
    this.concerns = concerns ?? (() => true);
    this.isSame = stream.isSame ?? isDeepStrictEqual;
    this.ownChanges = ignoreOwn ? stream.ownChanges?.(context.connection) : undefined;
    this.known = new TopicMemory({
      memory: context.memory,
      key: MEMORY,
      parse: (kept) => statesIn(kept, selection),
      format: (topics) => ({ ...selection, states: [...topics] }),
      most: REMEMBERED,
    });
  }

  /** Takes up what was known before a redeploy or a restart, where the context store has kept it. */
  async remember(): Promise<void> {
    this.context.scope.defer(() => this.save());
    const kept = await this.known.restore((late) => this.addLate(late));
    this.knowsAll ||= kept !== undefined;
  }

  /** The store may give it late, when the node has emitted some states already. */
  private addLate(kept: KeptTopics<unknown> | undefined): void {
    const { ended } = this.context.scope;
    for (const [topic, payload] of kept?.topics ?? []) {
      const now = this.known.get(topic);
      if (now === undefined) {
        if (!this.knowsAll) this.set(topic, payload);
      } else if (this.known.isTold(topic)) continue;
      // As it was emitted last, so that the next start emits what has changed.
      else if (ended) this.set(topic, payload);
      else if (this.knowsAll && !this.isSame(payload, now)) this.tell(topic, now, false);
    }
    this.knowsAll ||= kept !== undefined;
    if (ended) this.save();
  }

  receive(event: E): void {
    const { topic, payload, isState } = event;
    if (!this.concerns(topic)) return;
    const isDropped = this.isDropped(event);
    if (isState) {
      const state = this.options.stream.isPartial ? this.merged(this.known.get(topic), payload) : copyOf(payload);
      if (this.wasResumed(topic, state)) return;
      this.know(topic, state, !isDropped);
    } else if (!isDropped) this.known.markTold(topic);
    if (!isDropped) this.context.emit(event);
  }

  /** Whether the last reading had what the first event after it tells. */
  private wasResumed(topic: string, state: unknown): boolean {
    if (this.justResumed.size === 0) return false;
    const resumed = this.justResumed.get(topic);
    return this.justResumed.delete(topic) && this.isSame(resumed, state);
  }

  private isDropped(event: E): boolean {
    const { stream, ignoreOwn = false } = this.options;
    return ignoreOwn && (stream.isOwn?.(event, this.context.connection) ?? false);
  }

  /** Emits what a snapshot has that was not emitted yet. At the start that is all of it; later, what newer events tell of is left to them. */
  caughtUp(snapshot: Snapshot, began: number, waited: readonly E[]): void {
    if (this.known.isCrowded) this.known.retain((topic) => snapshot.has(topic));
    const isInitial = this.isStarting && this.options.initial;
    const newer = statesByTopic(waited);
    this.justResumed.clear();
    const over = new Set<E>();
    for (const [topic, read] of snapshot) {
      if (!this.concerns(topic)) continue;
      const events = newer.get(topic) ?? [];
      if (isInitial) for (const event of this.tellInitial(topic, read, events)) over.add(event);
      else if (events.length === 0) this.tellResumed(topic, read, began);
    }
    this.knowsAll = true;
    this.isStarting = false;
    if (this.justResumed.size > 0) this.context.scope.timeout(LATE_EVENT, () => this.justResumed.clear());
    for (const event of waited) if (!over.has(event)) this.receive(event);
  }

  /** Returns the events that the reading had already: they are not emitted once more. */
  private tellInitial(topic: string, read: unknown, events: readonly E[]): readonly E[] {
    const had = events.findLastIndex(({ payload }) => this.isSame(read, payload)) + 1;
    // An event that will be dropped, because its change was made from here, also tells the state.
    const dropped = events.slice(had).findLast((event) => this.isDropped(event));
    this.tell(topic, dropped ? this.merged(read, dropped.payload) : read, true);
    return events.slice(0, had);
  }

  private tellResumed(topic: string, read: unknown, began: number): void {
    const known = this.known.get(topic);
    const isExplained = this.ownChanges ? this.ownChanges.explain(topic, known, read, began) : this.isSame(known, read);
    if ((this.knowsAll || this.known.has(topic)) && !isExplained) {
      this.tell(topic, read, false);
      this.justResumed.set(topic, copyOf(read));
    } else this.know(topic, copyOf(read), false);
  }

  /** The state after an event; a copy, because the flow may change what it gets. */
  private merged(state: unknown, payload: unknown): unknown {
    return this.options.stream.isPartial && isRecord(state) && isRecord(payload) ? merge(state, payload) : copyOf(payload);
  }

  private tell(topic: string, payload: unknown, initial: boolean): void {
    this.know(topic, copyOf(payload), true);
    const event = streamEvent(topic, copyOf(payload), { raw: copyOf(payload) });
    this.context.emit({ ...event, initial, resumed: !initial });
  }

  private know(topic: string, payload: unknown, isTold: boolean): void {
    this.set(topic, payload, isTold);
    if (this.isSaving) return;
    this.isSaving = true;
    this.context.scope.timeout(SAVING, () => this.save());
  }

  private set(topic: string, payload: unknown, isTold = false): void {
    if (this.known.set(topic, payload, isTold)) return;
    this.known.forget(topic);
    const { topics, characters } = REMEMBERED;
    this.warn(
      `more than ${topics} topics, or ${characters} characters: the rest is not remembered, and comes as resumed after each interruption`,
    );
  }

  private save(): void {
    this.isSaving = false;
    if (this.knowsAll) this.known.save();
  }
}

/** Undefined where it is not the node's, or makes no sense: a store may hold anything. */
function statesIn(kept: unknown, selection: object = {}): KeptTopics<unknown> | undefined {
  if (!isRecord(kept) || !Array.isArray(kept.states)) return undefined;
  const isState = (entry: unknown) => Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string';
  const isSelected = Object.entries(selection).every(([key, value]) => kept[key] === value);
  return isSelected && kept.states.every(isState) ? { topics: kept.states as [string, unknown][] } : undefined;
}

function statesByTopic<E extends StreamEvent>(events: readonly E[]): ReadonlyMap<string, E[]> {
  const states = new Map<string, E[]>();
  for (const event of events) {
    if (!event.isState) continue;
    const others = states.get(event.topic);
    if (others) others.push(event);
    else states.set(event.topic, [event]);
  }
  return states;
}
