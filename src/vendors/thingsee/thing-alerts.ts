import { z } from 'zod';
import { eventMarks } from '../../core/follow/event-marks';
import type { EventContext, EventMessages } from '../../core/follow/events';
import { type KeptTopics, TopicMemory } from '../../core/follow/topic-memory';
import { sizeOf } from '../../core/objects';
import { integer, list, optional, type Values } from '../../core/schema/parameters';
import { type AlertListener, alertsOf, type ListReading } from './alert-feed';
import type { ThingseeClient } from './client';
import { type AlertChange, type AlertReading, compareAlerts, mergeTold, nothingTold, type ToldAlerts } from './told-alerts';

export const settings = {
  things: optional(
    list({
      label: 'Things',
      help: 'TUIDs, comma-separated: alerts of these things, which may also be gateways. Empty: alerts of all things.',
      lookup: 'things',
    }),
  ),
  interval: integer({
    label: 'Poll interval',
    help: 'Time between two lists of the alerting things.',
    more: 'Nodes with the same cloud and the same interval share one list.',
    min: 1,
    max: 86_400,
    unit: 'seconds',
    default: 60,
  }),
};

const time = z.string().nullable();

export const emits = {
  payload: z.object({
    tuid: z.string(),
    alert_type: z.string(),
    active: z.boolean().describe('True: the alert begins. False: it ends.'),
    from: time.describe('When it began; null where the vendor does not say.'),
    to: time.describe('When it ended; null as long as it lasts, and where the vendor does not say.'),
  }),
  sources: ['poll'],
  types: ['alert'],
} satisfies EventMessages;

type AlertContext = EventContext<ThingseeClient, Values<typeof settings>>;

/** What the node remembers. */
interface KeptAlerts extends KeptTopics<ToldAlerts> {
  readonly things?: readonly string[] | undefined;
  /** When the first list came, in Unix seconds. */
  readonly began: number;
}

/** How what is found of a thing is marked. */
interface Marks {
  readonly isFirst: boolean;
  readonly interrupted: boolean;
}

/** At most. */
export const REMEMBERED = { topics: 100_000, characters: 32_000_000, sizeOf };
const TOO_MANY = 'there are more alerts than this node can remember: the rest is not emitted';
/** The unit of the interval. Tests have a shorter one. */
export const SECOND = { milliseconds: 1000 };

export async function start(context: AlertContext): Promise<void> {
  const { connection, settings, scope } = context;
  const alerts = new AlertChanges(context);
  await alerts.restore();
  alertsOf(connection, settings.interval * SECOND.milliseconds).join(alerts, scope);
}

/** Tells the flow of one node which alerts begin and end. */
class AlertChanges implements AlertListener {
  readonly state: AlertContext['state'];
  readonly report: AlertContext['report'];
  readonly warn: AlertContext['warn'];
  private readonly told: TopicMemory<ToldAlerts, KeptAlerts>;
  private kept: KeptAlerts | undefined;
  private began: number | undefined;
  /** When the first list of this instance came, in Unix seconds. */
  private started = 0;
  /** When the last list came after which there was something to catch up. */
  private caughtUp = 0;
  /** How what is found after the last list is marked. */
  private marks: Marks = { isFirst: true, interrupted: false };
  /** Undefined: all. */
  private readonly named: ReadonlySet<string> | undefined;
  /** The last list; undefined before the first. */
  private alerting: ReadonlySet<string> | undefined;
  /** Things whose lists are to be read. */
  private readonly pending = new Map<string, Marks>();
  /** By a thing: others with an open alert that was found in its list. */
  private readonly others = new Map<string, Set<string>>();

  constructor(private readonly context: AlertContext) {
    const { connection, memory, settings } = context;
    const { baseUrl } = connection.settings;
    this.state = context.state;
    this.report = context.report;
    this.warn = context.warn;
    this.named = settings.things && new Set(settings.things);
    this.told = new TopicMemory<ToldAlerts, KeptAlerts>({
      memory,
      key: 'alerts',
      most: REMEMBERED,
      parse: (kept) => keptAlerts(kept, baseUrl),
      format: (topics) => ({ baseUrl, things: settings.things, began: this.began, told: Object.fromEntries(topics) }),
    });
  }

  async restore(): Promise<void> {
    this.takeUp(await this.told.restore((kept) => this.restoreLate(kept)));
    this.told.retain((tuid) => this.wants(tuid));
    for (const [tuid, told] of this.told) this.noteLists(tuid, told);
  }

  names(tuid: string): boolean {
    return this.named?.has(tuid) ?? false;
  }

  open(tuid: string): ReturnType<AlertListener['open']> {
    const open = (owner: string) => (this.told.get(owner)?.open ?? []).map((one) => ({ ...one, tuid: owner }));
    return [tuid, ...(this.others.get(tuid) ?? [])].flatMap(open).filter((one) => (one.list ?? one.tuid) === tuid);
  }

  wants(tuid: string): boolean {
    return this.named?.has(tuid) ?? true;
  }

  listed(alerting: ReadonlySet<string>, interrupted: boolean): void {
    const { alerting: before } = this;
    const { now } = this.context.connection;
    const isFirst = before === undefined;
    this.began ??= now;
    this.alerting = alerting;
    this.marks = { isFirst, interrupted };
    if (isFirst) this.started = now;
    if (isFirst || interrupted) this.caughtUp = now;
    const concerned = new Set([...this.inTurn(), ...[...(before ?? [])].filter((tuid) => this.wants(tuid))]);
    for (const tuid of concerned)
      if (isFirst || interrupted || alerting.has(tuid) !== before.has(tuid)) this.ask(tuid, { isFirst, interrupted });
    if (isFirst) this.told.save();
  }

  due(): Iterable<string> {
    return this.pending.keys();
  }

  inTurn(): ReadonlySet<string> {
    const open = [...this.told].flatMap(([tuid, { open }]) => open.map(({ list }) => list ?? tuid));
    const listed = [...(this.alerting ?? [])].filter((tuid) => this.wants(tuid));
    return new Set([...listed, ...open, ...(this.named ?? [])]);
  }

  receive(list: string, { alerts, isWhole, isBehind }: ListReading): void {
    const { alerting } = this;
    if (!alerting) return;
    const { isFirst, interrupted } = this.pending.get(list) ?? this.marks;
    const marks = { isFirst, interrupted: interrupted || isBehind };
    this.pending.delete(list);
    for (const tuid of new Set([list, ...(this.others.get(list) ?? []), ...alerts.map(({ tuid }) => tuid)])) {
      if (!this.wants(tuid)) continue;
      const own = alerts.filter((alert) => alert.tuid === tuid);
      this.compare(tuid, { alerts: own, list: tuid === list ? undefined : list, isListed: alerting.has(tuid), isWhole }, marks);
    }
  }

  private compare(tuid: string, reading: AlertReading, marks: Marks): void {
    const { isFirst, interrupted } = marks;
    const isKnown = !isFirst || this.isCovered(tuid);
    const before = this.told.get(tuid);
    const { now } = this.context.connection;
    const { changes, told } = compareAlerts(before ?? nothingTold(this.began ?? now), reading, now, isFirst && !isKnown);
    if (!this.told.set(tuid, told)) {
      this.warn(TOO_MANY);
      return;
    }
    this.noteLists(tuid, told, reading.list);
    // What is missing for the first time is asked for again.
    for (const { isMissing, list } of told.open) if (isMissing) this.ask(list ?? tuid, { isFirst: false, interrupted });
    if (changes.length > 0 || !before) this.told.save();
    for (const change of changes) this.emit(tuid, change, { isFirst, interrupted: interrupted || this.isMissed(tuid, change) }, isKnown);
  }

  /** Keeps in mind in which lists of others the alerts of a thing are. @param read the one that was just read */
  private noteLists(tuid: string, { open }: ToldAlerts, read?: string): void {
    const lists = new Set(open.flatMap(({ list }) => list ?? []));
    for (const list of lists) this.others.set(list, (this.others.get(list) ?? new Set()).add(tuid));
    if (read === undefined || lists.has(read)) return;
    const others = this.others.get(read);
    others?.delete(tuid);
    if (others?.size === 0) this.others.delete(read);
  }

  /** Whether an alert that was never seen active was over when there was last something to catch up. */
  private isMissed(tuid: string, { over }: AlertChange): boolean {
    return over !== undefined && over < this.caughtUp && (over >= this.started || this.isCovered(tuid));
  }

  /** Whether what the node remembers would have the alerts of the thing. */
  private isCovered(tuid: string): boolean {
    return this.kept !== undefined && (this.kept.things?.includes(tuid) ?? true);
  }

  private ask(tuid: string, { isFirst, interrupted }: Marks): void {
    const before = this.pending.get(tuid);
    this.pending.set(tuid, { isFirst: isFirst || before?.isFirst === true, interrupted: interrupted || before?.interrupted === true });
  }

  private emit(tuid: string, { alert_type, from, to, raw, active }: AlertChange, marks: Marks, isKnown: boolean): void {
    const payload = { tuid, alert_type, active, from, to };
    const { initial, resumed } = eventMarks({ ...marks, isKnown, isChanged: true });
    this.context.emit({ topic: tuid, payload, source: 'poll', type: 'alert', initial, resumed, raw });
  }

  private takeUp(kept: KeptAlerts | undefined): void {
    if (!kept) return;
    this.kept = kept;
    this.began = Math.min(kept.began, this.began ?? kept.began);
  }

  /** A store may give it when this instance has begun already, or when it ends. */
  private restoreLate(kept: KeptAlerts | undefined): void {
    this.takeUp(kept);
    for (const [tuid, earlier] of kept?.topics ?? []) {
      if (!this.wants(tuid)) continue;
      const later = this.told.get(tuid);
      const told = later ? mergeTold(later, earlier) : earlier;
      this.told.set(tuid, told);
      this.noteLists(tuid, told);
      for (const list of [tuid, ...told.open.flatMap(({ list }) => list ?? [])]) this.ask(list, { isFirst: false, interrupted: true });
    }
    this.told.save();
  }
}

const kept = z.object({
  baseUrl: z.string(),
  things: z.array(z.string()).optional(),
  began: z.number(),
  told: z.record(
    z.string(),
    z.object({
      open: z.array(z.object({ alert_type: z.string(), from: time, list: z.string().optional() })),
      ended: z.record(z.string(), z.number()),
      floor: z.number(),
    }),
  ),
});

/** Undefined where the node remembers nothing of this deployment. */
function keptAlerts(value: unknown, baseUrl: string): KeptAlerts | undefined {
  const { data } = kept.safeParse(value);
  if (data?.baseUrl !== baseUrl) return undefined;
  return { things: data.things, began: data.began, topics: Object.entries(data.told) };
}
