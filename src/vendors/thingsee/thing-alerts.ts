import { z } from 'zod';
import { eventMarks } from '../../core/follow/event-marks';
import type { EventContext, EventMessages } from '../../core/follow/events';
import { type KeptTopics, TopicMemory } from '../../core/follow/topic-memory';
import { sizeOf } from '../../core/objects';
import { integer, list, optional, type Values } from '../../core/schema/parameters';
import { type AlertListener, alertsOf } from './alert-feed';
import type { ThingseeClient } from './client';
import { type AlertChange, type AlertReading, compareAlerts, mergeTold, nothingTold, type OpenAlert, type ToldAlerts } from './told-alerts';

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
    help: 'Time between two lists of the alerting things. Nodes with the same cloud and the same interval share one list.',
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
  /** Undefined: all. */
  private readonly named: ReadonlySet<string> | undefined;
  /** The last list; undefined before the first. */
  private alerting: ReadonlySet<string> | undefined;
  /** Things that are to be read. */
  private readonly pending = new Map<string, Marks>();

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
  }

  names(tuid: string): boolean {
    return this.named?.has(tuid) ?? false;
  }

  open(tuid: string): readonly OpenAlert[] {
    return this.told.get(tuid)?.open ?? [];
  }

  listed(alerting: ReadonlySet<string>, interrupted: boolean): void {
    const { alerting: before } = this;
    this.began ??= this.context.connection.now;
    this.alerting = alerting;
    const isFirst = before === undefined;
    const concerned = new Set([...this.inTurn(), ...[...(before ?? [])].filter((tuid) => this.wants(tuid))]);
    for (const tuid of concerned)
      if (isFirst || interrupted || alerting.has(tuid) !== before.has(tuid)) this.ask(tuid, { isFirst, interrupted });
    if (isFirst) this.told.save();
  }

  due(): Iterable<string> {
    return this.pending.keys();
  }

  inTurn(): ReadonlySet<string> {
    const open = [...this.told].flatMap(([tuid, { open }]) => (open.length > 0 ? [tuid] : []));
    const listed = [...(this.alerting ?? [])].filter((tuid) => this.wants(tuid));
    return new Set([...listed, ...open, ...(this.named ?? [])]);
  }

  receive(tuid: string, reading: AlertReading): void {
    if (!this.alerting || !this.wants(tuid)) return;
    const { isFirst, interrupted } = this.pending.get(tuid) ?? { isFirst: false, interrupted: false };
    this.pending.delete(tuid);
    const isKnown = !isFirst || this.isCovered(tuid);
    const before = this.told.get(tuid);
    const { now } = this.context.connection;
    const { changes, told } = compareAlerts(before ?? nothingTold(this.began ?? now), reading, now, isFirst && !isKnown);
    if (!this.told.set(tuid, told)) {
      this.warn(TOO_MANY);
      return;
    }
    // What is missing for the first time is asked for again.
    if (told.open.some(({ isMissing }) => isMissing)) this.ask(tuid, { isFirst: false, interrupted });
    if (changes.length > 0 || !before) this.told.save();
    for (const change of changes) this.emit(tuid, change, { isFirst, interrupted }, isKnown);
  }

  private wants(tuid: string): boolean {
    return this.named?.has(tuid) ?? true;
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
      this.told.set(tuid, later ? mergeTold(later, earlier) : earlier);
      this.ask(tuid, { isFirst: false, interrupted: true });
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
      open: z.array(z.object({ alert_type: z.string(), from: time })),
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
