import { EnsembleError } from '../../core/errors';
import type { EventContext } from '../../core/follow/events';
import { boolean, choice, optional, text, type Values } from '../../core/schema/parameters';
import type { TurnClient } from './client';
import { type FeedEvent, feedKinds, SOURCE } from './feed-kinds';
import { normalId, SELECTOR } from './ids';
import { KnownStates, REMEMBERED } from './known-states';
import { isRecord, isSame } from './states';
import { type FeedUser, TurnFeed } from './turn-feed';

const SELECTIVE = ['channel-type', 'page', 'channel', 'control-state'] as const;

export const settings = {
  stream: choice({
    label: 'Listen to',
    help: 'What the node listens to. All nodes of a Turn share one connection for channels, one for states, one for each of the rest.',
    options: ['channels', 'channel-type', 'page', 'channel', 'control-states', 'control-state', 'config', 'transport-controls'],
    optionLabels: {
      channels: 'all channels',
      'channel-type': 'channels of a type',
      page: 'channels of a page',
      channel: 'one channel',
      'control-states': 'all states of the device',
      'control-state': 'one state of the device',
      config: 'changes of the configuration',
      'transport-controls': 'Sonos transport controls',
    },
    default: 'channels',
  }),
  selector: optional(
    text({
      label: 'Which',
      help: 'A channel type (light), a page (light/1), a channel (light/1/1) or a state (ready), as chosen above.',
      when: { stream: SELECTIVE },
      needed: true,
      pattern: SELECTOR,
      expected: 'a channel type, a page id, a channel id or the name of a state',
      lookup: 'selectors',
      narrowedBy: ['stream'],
    }),
  ),
  ignoreOwn: boolean({
    label: 'Leave out what was sent from here',
    help: 'Changes that carry the Sender ID of this Turn’s configuration are not passed on. So a flow that answers an event with a change does not answer itself.',
    default: true,
  }),
  initial: boolean({
    label: 'Send the state at the start',
    help: 'Everything that the node listens to comes once at the start, marked initial.',
    default: false,
  }),
};

type Context = EventContext<TurnClient, Values<typeof settings>>;

const FEEDS = {
  channels: 'channels',
  'channel-type': 'channels',
  page: 'channels',
  channel: 'channels',
  'control-states': 'control-states',
  'control-state': 'control-states',
  config: 'config',
  'transport-controls': 'transport-controls',
} as const;

export async function start(context: Context): Promise<void> {
  const { connection, settings, scope } = context;
  const concerns = selection(connection, settings);
  const follower = new Follower(context, concerns);
  await follower.remember();
  if (scope.ended) return;
  scope.defer(feedOf(connection, FEEDS[settings.stream]).join(follower));
}

/** Which topics are meant. @throws EnsembleError NOT_CONFIGURED */
function selection(device: TurnClient, { stream, selector }: Context['settings']): (topic: string) => boolean {
  if (!SELECTIVE.some((one) => one === stream)) return () => true;
  if (selector === undefined) throw new EnsembleError('NOT_CONFIGURED', 'selector is missing');
  const wanted = normalId(selector);
  if (stream === 'channel-type') return (topic) => topic.split('/', 1)[0] === wanted || device.factsOf(topic).channelType === wanted;
  // The sources page has the media channels too (table 1).
  const media = wanted.replace(/^source\//, 'media/');
  if (stream === 'page') return (topic) => topic.startsWith(`${wanted}/`) || topic.startsWith(`${media}/`);
  return (topic) => normalId(topic) === wanted;
}

/** The feed of a kind: one connection for all who listen. */
function feedOf(client: TurnClient, kind: keyof typeof feedKinds): TurnFeed {
  return client.share(`stream of ${kind}`, (scope) => {
    const feed = new TurnFeed(client, feedKinds[kind], client.timing);
    scope.defer(() => feed.close());
    return feed;
  });
}

const MEMORY = 'states';
/** Milliseconds between two savings of what is known. */
const SAVING = 10_000;
/** What may wait while the state is read. */
export const WAITING = { events: 2000, characters: 8_000_000 };

/** What one node has told its flow, so that it can tell what was missed. */
class Follower implements FeedUser {
  readonly state: FeedUser['state'];
  readonly report: FeedUser['report'];
  readonly warn: FeedUser['warn'];
  private readonly known = new KnownStates(() =>
    this.warn(
      `more than ${REMEMBERED.topics} topics, or ${REMEMBERED.characters} characters: the rest is not remembered, and comes as resumed after each interruption`,
    ),
  );
  /** What is not known is new, and not only unknown. */
  private knowsAll = false;
  /** Events that wait for what was before them. */
  private pending: { readonly event: FeedEvent; readonly size: number }[] | undefined;
  /** Characters of these. */
  private waiting = 0;
  /** There were too many of them: they went on, so that what is being read may be older than what was told. */
  private isOverrun = false;
  private isStarting = true;
  private isSaving = false;

  constructor(
    private readonly context: Context,
    private readonly concerns: (topic: string) => boolean,
  ) {
    this.state = context.state;
    this.report = context.report;
    this.warn = context.warn;
  }

  /** Takes up what was known before a redeploy or a restart, where the context store has kept it. */
  async remember(): Promise<void> {
    const { memory, settings, scope } = this.context;
    scope.defer(() => this.save());
    const kept = statesIn(await memory.read(MEMORY, (late) => this.takeUp(statesIn(late, settings))), settings);
    this.takeUp(kept);
  }

  /** A store may tell it late, when the node has told its flow of some, and knows how the others are now. */
  private takeUp(kept: Kept['states'] | undefined): void {
    for (const [topic, payload] of kept ?? []) {
      const now = this.known.get(topic);
      if (now === undefined && !this.knowsAll) this.known.set(topic, payload);
      // As it was told last, so that the next start tells what has changed.
      else if (this.context.scope.ended && now !== undefined && !this.known.isTold(topic)) this.known.set(topic, payload);
      else if (now !== undefined && this.knowsAll && !this.known.isTold(topic) && !isSame(payload, now)) this.tell(topic, now, false);
    }
    this.knowsAll ||= kept !== undefined;
    if (this.context.scope.ended) this.save();
  }

  behind(): void {
    this.release();
    this.pending = [];
    this.isOverrun = false;
  }

  caughtUp(snapshot: ReadonlyMap<string, unknown> | undefined, began: number): boolean {
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

  receive(event: FeedEvent, size: number): void {
    if (this.pending) {
      this.pending.push({ event, size });
      this.waiting += size;
      if (this.pending.length > WAITING.events || this.waiting > WAITING.characters) this.overrun();
      return;
    }
    const { topic, payload, isState } = event;
    if (!this.concerns(topic)) return;
    if (isState) this.know(topic, payload, false);
    if (this.isDropped(event)) return;
    this.known.tell(topic);
    this.context.emit(event);
  }

  private overrun(): void {
    this.isOverrun = true;
    this.warn(`more than ${WAITING.events} events came while the state was read: they were passed on before it, and it is read again`);
    this.release();
  }

  private isDropped({ details }: FeedEvent): boolean {
    const { connection, settings } = this.context;
    return settings.ignoreOwn && details.modifiedBy === connection.senderId;
  }

  /** Tells what a snapshot has that was not told yet. At the start that is all of it, as it was read; later, what newer events tell of is left to them. */
  private compare(snapshot: ReadonlyMap<string, unknown>, began: number): void {
    const initial = this.isStarting && this.context.settings.initial;
    this.known.tidy(new Set(snapshot.keys()));
    if (initial) this.tellInitial(snapshot);
    else this.tellResumed(snapshot, began);
    this.knowsAll = true;
    this.isStarting = false;
  }

  private tellInitial(snapshot: ReadonlyMap<string, unknown>): void {
    for (const [topic, read] of snapshot) {
      if (!this.concerns(topic)) continue;
      const events = this.statesWaitingFor(topic);
      // What the reading has already is not told once more.
      const last = events.findLastIndex(({ payload }) => isSame(read, payload));
      const told = new Set(events.slice(0, last + 1));
      this.pending = this.pending?.filter(({ event }) => !told.has(event));
      // What will be dropped was made from here, and is true all the same.
      const dropped = events.slice(last + 1).findLast((event) => this.isDropped(event));
      this.tell(topic, dropped ? { ...(read as object), ...(dropped.payload as object) } : read, true);
    }
  }

  private tellResumed(snapshot: ReadonlyMap<string, unknown>, began: number): void {
    const { connection, settings } = this.context;
    const newer = new Set(this.pending?.flatMap(({ event }) => (event.isState ? [event.topic] : [])));
    for (const [topic, read] of snapshot) {
      if (newer.has(topic) || !this.concerns(topic)) continue;
      const known = this.known.get(topic);
      const isExplained = settings.ignoreOwn ? connection.ownChanges.explain(topic, known, read, began) : isSame(known, read);
      if ((this.knowsAll || this.known.has(topic)) && !isExplained) this.tell(topic, read, false);
      else this.know(topic, read, true);
    }
  }

  private statesWaitingFor(topic: string): FeedEvent[] {
    return this.pending?.flatMap(({ event }) => (event.isState && event.topic === topic ? [event] : [])) ?? [];
  }

  private tell(topic: string, payload: unknown, initial: boolean): void {
    this.know(topic, payload, true);
    this.known.tell(topic);
    const copy = () => structuredClone(payload);
    this.context.emit({ topic, payload: copy(), source: SOURCE, type: 'state', initial, resumed: !initial, raw: copy() });
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
    if (!this.knowsAll) return;
    const { stream, selector } = this.context.settings;
    this.context.memory.write(MEMORY, (): Kept => ({ stream, selector, states: [...this.known] }));
  }
}

interface Kept {
  readonly stream: string;
  readonly selector: string | undefined;
  readonly states: readonly (readonly [string, unknown])[];
}

/** Undefined where it is not the node's, or makes no sense: a store may hold anything. */
function statesIn(kept: unknown, { stream, selector }: Context['settings']): Kept['states'] | undefined {
  if (!isRecord(kept) || kept.stream !== stream || kept.selector !== selector || !Array.isArray(kept.states)) return undefined;
  const isState = (entry: unknown) => Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string';
  return kept.states.every(isState) ? (kept.states as Kept['states']) : undefined;
}
