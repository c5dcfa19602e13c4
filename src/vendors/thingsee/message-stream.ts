import { EnsembleError, NOT_IN_PANELS } from '../../core/errors';
import type { StreamState } from '../../core/follow/events';
import { poll } from '../../core/follow/poll';
import { UnreadableEvents } from '../../core/follow/unreadable-events';
import { readJson } from '../../core/json';
import { Trouble } from '../../core/trouble';
import { LOOK_UP } from './followed-groups';
import type { FollowedThing, MessageContext } from './followed-thing';
import type { MessageFeed, MessageListener, StreamPacket } from './message-feed';
import { MessagePoll, type StreamOfMessages } from './message-poll';
import { readMessage } from './message-reader';
import type { ThingMessage } from './responses';
import { type FilterSelection, filterOf, groupOf, mayBring, pathOf, tuidOf } from './stream-topics';
import { ThingGroups } from './thing-groups';

/** Bytes of one message; the vendor's are far smaller. */
const MAX_BYTES = 256 * 1024;
/** Milliseconds that the broker may take for the subscriptions, before the API is asked for what was missed: in this order it is asked once. */
const SUBSCRIBING = 3000;

/** Milliseconds. */
const RETRY = 2000;
const MOMENT = 10;
/** Groups that are remembered for what the stream has brought of them. */
const MAX_GROUPS = 1000;

/**
 * Messages as they happen, by the deployment's stream; and what it has missed, by the API. That is asked at each interval as long as
 * nothing has shown that the stream brings what it should, and else at a longer one: a stream may be open and bring nothing.
 */
export class MessageStream implements MessageListener, StreamOfMessages {
  filters: FilterSelection = [];
  private readonly feed: MessageFeed;
  private readonly path: string | undefined;
  private readonly messages: MessagePoll;
  private readonly thingGroups: ThingGroups;
  private readonly unreadable: UnreadableEvents;
  /** By TUID; undefined: the stream has no topic for it. */
  private filterOf: ReadonlyMap<string, string | undefined> = new Map();
  /** The groups of things that have moved to where the path of the broker's address does not lead, by TUID. */
  private readonly elsewhere = new Map<string, string>();
  /** The groups of what the stream has brought. */
  private readonly brought = new Set<string>();
  private api: StreamState = { is: 'connecting' };
  private broker: StreamState = { is: 'connecting' };
  private shown: StreamState['is'] | undefined;
  /** That the API has messages which the stream did not bring. */
  private missingError: EnsembleError | undefined;
  private readonly missingTrouble = new Trouble();
  private isWoken = false;
  private wake = (): void => {};
  /** Called when the subscriptions are made, or cannot be made now. */
  private onSettled = (): void => {};

  /** @throws EnsembleError NOT_CONFIGURED */
  constructor(
    private readonly context: MessageContext,
    private readonly isOurs: (tuid: string) => boolean,
  ) {
    const { connection, scope, report } = context;
    this.feed = connection.messageFeed();
    this.path = pathOf(connection.settings.mqttUrl ?? '');
    this.messages = new MessagePoll(context, isOurs, this);
    this.thingGroups = new ThingGroups(connection, scope);
    this.unreadable = new UnreadableEvents(scope, report);
  }

  async run(): Promise<void> {
    const { settings, scope, report } = this.context;
    await this.messages.restore();
    this.feed.join(this, scope);
    await poll({
      interval: settings.interval * 1000,
      // What the stream brings waits for what was missed before it.
      retryInterval: Math.min(settings.interval * 1000, RETRY),
      scope,
      report,
      state: (state) => {
        this.api = state;
        this.show();
      },
      work: (interrupted) => this.round(interrupted),
      wake: (callback) => this.listen(callback),
    });
  }

  state(state: StreamState): void {
    this.broker = state;
    if (state.is === 'retrying' || state.is === 'failed') this.onSettled();
    this.show();
  }

  report(error: EnsembleError): void {
    this.context.report(error);
  }

  warn(text: string): void {
    this.context.warn(text);
  }

  subscribed(): void {
    this.align();
    this.onSettled();
  }

  interrupted(): void {
    for (const thing of this.messages.followed.values()) this.subscription(thing, false);
    this.now();
  }

  /** It knows the things: subscribes for them. */
  async chosen(): Promise<void> {
    const { path, messages, thingGroups } = this;
    const { groupOf, ids, single } = messages.grouped;
    if (path === undefined) await thingGroups.lookUp(single);
    const groupOfThing = (tuid: string) => groupOf.get(tuid) ?? thingGroups.get(tuid);
    for (const tuid of this.elsewhere.keys()) if (!messages.followed.has(tuid)) this.elsewhere.delete(tuid);
    const filterOfThing = (tuid: string) => (this.elsewhere.has(tuid) ? undefined : filterOf(path, groupOfThing(tuid)));
    this.filterOf = new Map([...messages.followed.keys()].map((tuid) => [tuid, filterOfThing(tuid)]));
    const all = [...this.filterOf.values(), ...ids.map((id) => filterOf(path, id)), ...(this.elsewhere.size > 0 ? [`${path}/#`] : [])];
    const filters = [...new Set(all.flatMap((filter) => filter ?? []))];
    for (const [tuid, filter] of this.filterOf) if (filter === undefined) this.context.warn(this.whyPolled(tuid));
    const isChanged = filters.length !== this.filters.length || filters.some((filter) => !this.filters.includes(filter));
    this.filters = filters;
    if (isChanged) await this.subscribe();
    this.align();
  }

  isDue(tuid: string, { stream, hasGap }: FollowedThing): boolean {
    if (hasGap) return true;
    const { interval } = this.context.settings;
    const filter = this.filterOf.get(tuid);
    const isProven = filter !== undefined && this.feed.isProven(filter);
    return stream?.isDue(isProven, Math.min(interval * LOOK_UP.intervals, LOOK_UP.seconds) * 1000) ?? true;
  }

  isExpected(tuid: string, { deploymentGroupId: group }: ThingMessage): boolean {
    const filter = this.filterOf.get(tuid);
    if (typeof group !== 'string') return filter !== undefined;
    // One that is named may have moved to another group.
    this.thingGroups.learn(tuid, group);
    if (this.path === undefined) return filter !== undefined && filter === filterOf(undefined, group);
    const isHere = this.brought.has(group) || mayBring(`${this.path}/#`, group);
    if (isHere) this.elsewhere.delete(tuid);
    else this.elsewhere.set(tuid, group);
    return filter !== undefined && isHere;
  }

  receive({ topic, payload, isLive }: StreamPacket): void {
    const tuid = tuidOf(topic);
    if (tuid === undefined || !this.isOurs(tuid)) return;
    const { settings, warn } = this.context;
    const followed = this.messages.followed.get(tuid);
    if (!followed && !settings.groups) return;
    if (payload.length > MAX_BYTES) {
      warn(`a message of more than ${MAX_BYTES} bytes came by the stream, and was left out`);
      return;
    }
    const raw = this.read(tuid, payload);
    if (raw === undefined) return;
    const message = readMessage(tuid, raw);
    if (!(message instanceof EnsembleError) && followed) this.isHere(tuid, message);
    if (message instanceof EnsembleError) followed?.leaveOut(message, raw);
    else (followed ?? this.join(topic, tuid, message))?.receive({ message, raw, isLive });
    if (this.shown !== 'live') this.show();
  }

  /** The stream brings it, whatever its group is called in the topics. */
  private isHere(tuid: string, { deploymentGroupId: group }: ThingMessage): void {
    this.elsewhere.delete(tuid);
    if (typeof group === 'string' && this.brought.size < MAX_GROUPS) this.brought.add(group);
  }

  private whyPolled(tuid: string): string {
    const group = this.elsewhere.get(tuid);
    if (group === undefined) return `${tuid} is in no group, so that the stream has no topic for it: it is polled`;
    return `${tuid} is in the group ${group}, to which the path of the broker’s URL does not lead: it is polled`;
  }

  private async round(interrupted: () => boolean): Promise<void> {
    this.isWoken = false;
    await this.messages.round(interrupted);
    this.lookForMissing();
  }

  private listen(callback: () => void): () => void {
    this.wake = callback;
    if (this.isWoken) queueMicrotask(callback);
    return () => {
      this.wake = () => {};
    };
  }

  /** The API is asked at once. */
  private now(): void {
    this.isWoken = true;
    this.wake();
  }

  private async subscribe(): Promise<void> {
    const settled = new Promise<void>((resolve) => {
      this.onSettled = resolve;
    });
    this.feed.selectionChanged();
    if (this.broker.is === 'retrying' || this.broker.is === 'failed') return;
    await this.context.scope.waitAtMost(SUBSCRIBING, settled);
  }

  /** Things whose messages are subscribed to from now on may have sent some before. */
  private align(): void {
    let isChanged = false;
    for (const [tuid, thing] of this.messages.followed) {
      const filter = this.filterOf.get(tuid);
      if (this.subscription(thing, filter !== undefined && this.feed.isGranted(filter))) isChanged = true;
    }
    if (!isChanged) return;
    this.now();
    // Once more when the grace is over, for what reaches the API only then.
    const { scope, settings } = this.context;
    if (settings.grace > 0) scope.timeout(settings.grace * 1000 + MOMENT, () => this.now());
  }

  private subscription(thing: FollowedThing, isSubscribed: boolean): boolean {
    const isChanged = thing.stream?.subscription(isSubscribed) ?? false;
    if (isChanged) thing.isMissed = true;
    return isChanged;
  }

  private read(tuid: string, payload: Buffer): unknown {
    const text = payload.toString('utf8');
    try {
      return readJson(text);
    } catch (thrown) {
      const reason = thrown instanceof EnsembleError ? thrown.message : 'no JSON';
      this.unreadable.came(new EnsembleError('BAD_RESPONSE', `a message of ${tuid} that is ${reason}`, NOT_IN_PANELS), {
        topic: tuid,
        payload: text,
      });
      return undefined;
    }
  }

  /** A thing that the groups did not have yet. */
  private join(topic: string, tuid: string, { deploymentGroupId }: ThingMessage): FollowedThing | undefined {
    const group = typeof deploymentGroupId === 'string' ? deploymentGroupId : groupOf(topic);
    const thing = group === undefined ? undefined : this.messages.join(group, tuid);
    if (!thing) return undefined;
    this.filterOf = new Map([...this.filterOf, [tuid, filterOf(this.path, group)]]);
    this.align();
    return thing;
  }

  /** Tells once where the API has had messages that the stream did not bring. */
  private lookForMissing(): void {
    const missing = [...this.messages.followed].flatMap(([tuid, { stream }]) => {
      const message = stream?.missing;
      return message ? [{ tuid, message }] : [];
    });
    const [first] = missing;
    if (!first) this.missingTrouble.over();
    this.missingError = first && errorOfMissing(first.tuid, first.message, this.filterOf.get(first.tuid) ?? '', missing.length);
    if (this.missingError && this.missingTrouble.isNew()) this.context.report(this.missingError, { topic: first?.tuid ?? '' });
    this.show();
  }

  private show(): void {
    const state = this.whole;
    this.shown = state.is;
    this.context.state(state);
  }

  private get whole(): StreamState {
    const { filters, broker, api, missingError, feed } = this;
    if (filters.length > 0 && broker.is !== 'live') return broker;
    if (api.is !== 'live') return api;
    if (missingError) return { is: 'failed', error: missingError };
    // Only what has come shows that something comes.
    return { is: filters.length === 0 || filters.some((filter) => feed.isProven(filter)) ? 'live' : 'subscribed' };
  }
}

function errorOfMissing(tuid: string, { tsmId, tsmTs }: ThingMessage, filter: string, count: number): EnsembleError {
  const others = count > 1 ? ` and of ${count - 1} more` : '';
  const what = `messages of ${tuid}${others} that the API has (tsmId ${tsmId}, tsmTs ${tsmTs})`;
  const text = `the stream does not bring the ${what}; they are polled. The broker accepts the subscription to ${filter}, but may not let this client read there`;
  return new EnsembleError('BAD_RESPONSE', text, NOT_IN_PANELS, { target: tuid });
}
