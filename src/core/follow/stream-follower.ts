import { isDeepStrictEqual } from 'node:util';
import type { HttpConnection } from '../http-connection';
import { isRecord } from '../objects';
import type { EventContext } from './events';
import { KnownStates, REMEMBERED } from './known-states';
import { type OwnChanges, type Snapshot, type StreamDefinition, type StreamEvent, streamEvent } from './stream';
import { StreamFeed, type StreamListener } from './stream-feed';

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
/** What may wait while the state is read. */
export const WAITING = { events: 2000, characters: 8_000_000 };

type States = readonly (readonly [string, unknown])[];

/** What one node has emitted, so that it can tell what was missed. */
class StreamFollower<C extends HttpConnection<unknown>, E extends StreamEvent> implements StreamListener<E> {
  readonly state: StreamListener<E>['state'];
  readonly report: StreamListener<E>['report'];
  readonly warn: StreamListener<E>['warn'];
  private readonly known = new KnownStates(() =>
    this.warn(
      `more than ${REMEMBERED.topics} topics, or ${REMEMBERED.characters} characters: the rest is not remembered, and comes as resumed after each interruption`,
    ),
  );
  private readonly concerns: (topic: string) => boolean;
  private readonly isSame: (known: unknown, read: unknown) => boolean;
  /** Where its events are dropped. */
  private readonly ownChanges: OwnChanges | undefined;
  /** What is not known is new, and not only unknown. */
  private knowsAll = false;
  /** Events that wait for what was before them. */
  private pending: { readonly event: E; readonly size: number }[] | undefined;
  /** Characters of these. */
  private waiting = 0;
  /** There were too many of them: they went on, so that what is being read may be older than what was emitted. */
  private isOverrun = false;
  private isStarting = true;
  private isSaving = false;

  constructor(
    private readonly context: EventContext<C, unknown>,
    private readonly options: FollowOptions<C, E>,
  ) {
    const { stream, ignoreOwn, concerns } = options;
    this.state = context.state;
    this.report = context.report;
    this.warn = context.warn;
    this.concerns = concerns ?? (() => true);
    this.isSame = stream.isSame ?? isDeepStrictEqual;
    this.ownChanges = ignoreOwn ? stream.ownChanges?.(context.connection) : undefined;
  }

  /** Takes up what was known before a redeploy or a restart, where the context store has kept it. */
  async remember(): Promise<void> {
    const { memory, scope } = this.context;
    scope.defer(() => this.save());
    this.takeUp(this.statesIn(await memory.read(MEMORY, (late) => this.takeUp(this.statesIn(late)))));
  }

  /** Undefined where it is not the node's, or makes no sense: a store may hold anything. */
  private statesIn(kept: unknown): States | undefined {
    if (!isRecord(kept) || !Array.isArray(kept.states)) return undefined;
    const isState = (entry: unknown) => Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string';
    const isSelected = Object.entries(this.options.selection ?? {}).every(([key, value]) => kept[key] === value);
    return isSelected && kept.states.every(isState) ? (kept.states as States) : undefined;
  }

  /** A store may give it late, when the node has emitted some states, and knows how the others are now. */
  private takeUp(kept: States | undefined): void {
    for (const [topic, payload] of kept ?? []) {
      const now = this.known.get(topic);
      if (now === undefined && !this.knowsAll) this.known.set(topic, payload);
      // As it was emitted last, so that the next start emits what has changed.
      else if (this.context.scope.ended && now !== undefined && !this.known.isTold(topic)) this.known.set(topic, payload);
      else if (now !== undefined && this.knowsAll && !this.known.isTold(topic) && !this.isSame(payload, now)) this.tell(topic, now, false);
    }
    this.knowsAll ||= kept !== undefined;
    if (this.context.scope.ended) this.save();
  }

  behind(): void {
    this.release();
    this.pending = [];
    this.isOverrun = false;
  }

  caughtUp(snapshot: Snapshot | undefined, began: number): boolean {
    if (!snapshot || this.isOverrun) {
      this.release();
      return false;
    }
    this.compare(snapshot, began);
    this.release();
    return true;
  }

  private release(): void {
    const { pending = [] } = this;
    this.pending = undefined;
    this.waiting = 0;
    for (const { event, size } of pending) this.receive(event, size);
  }

  receive(event: E, size: number): void {
    if (this.pending) {
      this.pending.push({ event, size });
      this.waiting += size;
      if (this.pending.length > WAITING.events || this.waiting > WAITING.characters) this.overrun();
      return;
    }
    const { topic, payload, isState } = event;
    if (!this.concerns(topic)) return;
    if (isState) this.know(topic, payload, !this.options.stream.isPartial);
    if (this.isDropped(event)) return;
    this.known.tell(topic);
    this.context.emit(event);
  }

  private overrun(): void {
    this.isOverrun = true;
    this.warn(`more than ${WAITING.events} events came while the state was read: they were passed on before it, and it is read again`);
    this.release();
  }

  private isDropped(event: E): boolean {
    const { stream, ignoreOwn = false } = this.options;
    return ignoreOwn && (stream.isOwn?.(event, this.context.connection) ?? false);
  }

  /** Emits what a snapshot has that was not emitted yet. At the start that is all of it, as it was read; later, what newer events tell of is left to them. */
  private compare(snapshot: Snapshot, began: number): void {
    this.known.tidy(snapshot);
    if (this.isStarting && this.options.initial) this.tellInitial(snapshot);
    else this.tellResumed(snapshot, began);
    this.knowsAll = true;
    this.isStarting = false;
  }

  private tellInitial(snapshot: Snapshot): void {
    for (const [topic, read] of snapshot) {
      if (!this.concerns(topic)) continue;
      const events = this.pending?.flatMap(({ event }) => (event.isState && event.topic === topic ? [event] : [])) ?? [];
      // What the reading has already is not emitted once more.
      const last = events.findLastIndex(({ payload }) => this.isSame(read, payload));
      const told = new Set(events.slice(0, last + 1));
      this.pending = this.pending?.filter(({ event }) => !told.has(event));
      // What will be dropped was made from here, and is true all the same.
      const dropped = events.slice(last + 1).findLast((event) => this.isDropped(event));
      this.tell(topic, dropped ? this.changed(read, dropped.payload) : read, true);
    }
  }

  private changed(state: unknown, payload: unknown): unknown {
    return this.options.stream.isPartial && isRecord(state) && isRecord(payload) ? { ...state, ...payload } : payload;
  }

  private tellResumed(snapshot: Snapshot, began: number): void {
    const newer = new Set(this.pending?.flatMap(({ event }) => (event.isState ? [event.topic] : [])));
    for (const [topic, read] of snapshot) {
      if (newer.has(topic) || !this.concerns(topic)) continue;
      const known = this.known.get(topic);
      const isExplained = this.ownChanges ? this.ownChanges.explain(topic, known, read, began) : this.isSame(known, read);
      if ((this.knowsAll || this.known.has(topic)) && !isExplained) this.tell(topic, read, false);
      else this.know(topic, read, true);
    }
  }

  private tell(topic: string, payload: unknown, initial: boolean): void {
    this.know(topic, payload, true);
    this.known.tell(topic);
    const event = streamEvent(topic, structuredClone(payload), {
      raw: structuredClone(payload),
      type: 'state',
      details: undefined,
      isState: true,
    });
    this.context.emit({ ...event, initial, resumed: !initial });
  }

  private know(topic: string, payload: unknown, isWhole: boolean): void {
    if (isWhole) this.known.set(topic, payload);
    else this.known.add(topic, payload);
    if (this.isSaving) return;
    this.isSaving = true;
    this.context.scope.timeout(SAVING, () => this.save());
  }

  private save(): void {
    this.isSaving = false;
    if (this.knowsAll) this.context.memory.write(MEMORY, () => ({ ...this.options.selection, states: [...this.known] }));
  }
}
