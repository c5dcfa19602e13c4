import { BatchQueue } from '../../core/batch-queue';
import type { Listener } from '../../core/follow/feed';
import { accountOf } from '../../core/follow/login';
import { Backlog } from '../../core/mqtt/backlog';
import { BrokerFeed, type BrokerFeedHandler, type BrokerFeedOptions } from '../../core/mqtt/broker-feed';
import type { Packet } from '../../core/mqtt/connection';
import type { FilterRules } from '../../core/mqtt/subscriptions';
import { type FilterSelection, filterRules, matches } from './stream-topics';

export interface StreamPacket {
  readonly topic: string;
  readonly payload: Buffer;
  /** It has come as it happened: it was not retained by the broker, and this process has not stood still. */
  readonly isLive: boolean;
}

export interface MessageListener extends Listener {
  /** What it needs. After a change of them: `selectionChanged`. */
  readonly filters: FilterSelection;
  receive(packet: StreamPacket): void;
  /** All that it needs is subscribed, but for what the broker refuses. */
  subscribed(): void;
  /** From now on it misses messages. */
  interrupted(): void;
}

/** Messages that are handed on in one turn of the event loop, and how many may wait before the broker is paused. */
const BATCH = 100;
const MAX_WAITING = 1000;

/** The stream of a deployment: one connection to its broker for all nodes. The broker keeps no session: the API has what was missed. */
export class MessageFeed extends BrokerFeed<MessageListener, FilterSelection> {
  protected readonly rules: FilterRules<FilterSelection> = filterRules;
  private readonly proven: Set<string>;
  private readonly burst = new BatchQueue<StreamPacket>(BATCH, (packet) => this.handOn(packet));
  private readonly backlog = new Backlog(
    this.scope,
    () => this.connection?.ping(),
    () => {},
  );
  protected readonly handler: BrokerFeedHandler = {
    isBacklog: false,
    up: (sessionPresent) => {
      if (!sessionPresent) this.session.filters.clear();
      this.backlog.stop();
      void this.settle();
    },
    bytes: () => this.backlog.bytes(),
    publish: (packet, next) => this.take(packet, next),
    ponged: () => this.backlog.ponged(),
    subscribed: () => {
      for (const listener of this.listeners) listener.subscribed();
    },
    disconnected: () => this.backlog.stop(),
  };

  constructor(options: BrokerFeedOptions) {
    super(options);
    this.proven = provenOf(options);
  }

  /** A listener needs other filters. */
  selectionChanged(): void {
    void this.settle();
  }

  isGranted(filter: string): boolean {
    return this.subscriptions?.isGranted([filter]) ?? false;
  }

  isProven(filter: string): boolean {
    return this.proven.has(filter);
  }

  async close(): Promise<void> {
    await this.scope.end();
  }

  protected override get selections(): FilterSelection[] {
    return [...this.listeners].map(({ filters }) => filters);
  }

  protected override selectionOf({ filters }: MessageListener): FilterSelection {
    return filters;
  }

  protected override interrupted(): void {
    this.burst.drain();
    for (const listener of this.listeners) listener.interrupted();
  }

  private take({ topic, payload, retain, qos }: Packet, next: () => void): void {
    if (qos > 0) this.backlog.came();
    this.burst.push({ topic, payload: payload as Buffer, isLive: !retain && !this.backlog.isComing });
    if (this.burst.length < MAX_WAITING) next();
    else this.burst.whenEmpty(next);
  }

  private handOn(packet: StreamPacket): void {
    for (const filter of this.session.filters) if (!this.proven.has(filter) && matches(filter, packet.topic)) this.proven.add(filter);
    for (const listener of this.listeners) listener.receive(packet);
  }
}

const MAX_LOGINS = 100;
/** By login: filters by which something has come to it, also before a deploy. Only that shows that the broker lets it read there. */
const proven = new Map<string, Set<string>>();

function provenOf({ url, username, password, tls }: BrokerFeedOptions): Set<string> {
  const login = accountOf(url, username, password, String(tls?.cert));
  const known = proven.get(login) ?? new Set<string>();
  proven.delete(login);
  proven.set(login, known);
  const [oldest] = proven.keys();
  if (proven.size > MAX_LOGINS && oldest !== undefined) proven.delete(oldest);
  return known;
}
