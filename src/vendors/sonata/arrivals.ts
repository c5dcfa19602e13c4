import { BatchQueue } from '../../core/batch-queue';
import { Backlog } from '../../core/mqtt/backlog';
import type { BrokerFeedHandler } from '../../core/mqtt/broker-feed';
import type { Packet } from '../../core/mqtt/connection';
import type { BrokerSession } from '../../core/mqtt/session';
import type { Scope } from '../../core/scope';
import { type TopicRange, Topics } from './mqtt-topics';
import type { Recipients } from './recipients';

/** Events of a burst that are handed on in one turn of the event loop, and how many may wait before the broker is paused. */
const BATCH = 100;
const MAX_WAITING = 1000;
/** Events that may be kept for a successor. */
const MAX_KEPT = 10_000;
/** Bytes of one event; the vendor's are far smaller. */
const MAX_BYTES = 256 * 1024;
/** Milliseconds between two pings while events come in: the response shows that the broker has got the acknowledgements before it. */
const PING = 1000;

const ODD_TOPIC =
  'an event is left out: its topic must be v2/<installation>/rx/<device>/context/<model> or v2/<installation>/rx/<device>/alive';

interface Arrival {
  readonly packet: Packet;
  readonly resumed: boolean;
  readonly acknowledge: (() => void) | undefined;
}

export interface ArrivalsHandler {
  up(): void;
  ping(): void;
  /** What came in during an interruption has been handed on. */
  caughtUp(): void;
  warn(text: string): void;
}

/** What comes in from the broker, on its way to the listeners of a feed. */
export class Arrivals implements BrokerFeedHandler {
  private readonly backlog: Backlog;
  private readonly burst = new BatchQueue<Arrival>(BATCH, (arrival) => this.receive(arrival));
  private readonly topics: Topics;
  private isKeeping = false;
  /** Packets since the connection began. */
  private count = 0;
  private onPong = (): void => {};

  constructor(
    private readonly range: TopicRange,
    private readonly recipients: Recipients,
    private readonly session: BrokerSession,
    private readonly scope: Scope,
    private readonly handler: ArrivalsHandler,
  ) {
    this.backlog = new Backlog(
      scope,
      () => handler.ping(),
      () => handler.caughtUp(),
    );
    this.topics = new Topics((most) =>
      handler.warn(`events of more than ${most} topics come in: retained events of the others may come again`),
    );
    this.pingRegularly();
  }

  /** Whether what comes now came in during an interruption. */
  get isBacklog(): boolean {
    return this.backlog.isComing;
  }

  up(sessionPresent: boolean): void {
    const { redeliveries, filters, leftAt } = this.session;
    redeliveries.connected(sessionPresent);
    if (!sessionPresent) filters.clear();
    if (sessionPresent) this.backlog.begin(leftAt === undefined ? undefined : performance.now() - leftAt);
    else this.backlog.stop();
    for (const packet of this.session.kept.splice(0)) this.burst.push({ packet, resumed: true, acknowledge: undefined });
    this.handler.up();
  }

  bytes(): void {
    this.backlog.bytes();
  }

  publish(packet: Packet, next: () => void): void {
    this.count++;
    if (this.isKeeping) {
      this.keep(packet, next);
      return;
    }
    const resumed = this.backlog.isComing;
    const { burst } = this;
    // A broker drops events when its queue is full: those that it keeps are handed on and acknowledged at once. What needs no
    // acknowledgement may wait here.
    if (packet.qos > 0) {
      this.backlog.came();
      burst.push({ packet, resumed, acknowledge: next });
      burst.drain();
      return;
    }
    burst.push({ packet, resumed, acknowledge: undefined });
    if (burst.length < MAX_WAITING) next();
    else burst.whenEmpty(next);
  }

  subscribed(): void {
    // The backlog sends pings of its own; its end is reported.
    if (this.backlog.isComing) return;
    this.session.redeliveries.subscribed();
    this.handler.ping();
  }

  pinged(): void {
    this.session.redeliveries.pinged();
  }

  ponged(): void {
    this.session.redeliveries.ponged();
    this.backlog.ponged();
    this.onPong();
  }

  /** Hands on nothing more, and acknowledges nothing, until `release`. */
  hold(): void {
    this.burst.pause();
  }

  release(): void {
    this.burst.resume();
  }

  /** Keeps what waits and what still comes, for a successor in this process. */
  keepAll(): void {
    this.isKeeping = true;
    for (const { packet, acknowledge = () => {} } of this.burst.take()) this.keep(packet, acknowledge);
  }

  /** Fulfilled when the broker has sent all that it had for this client. */
  async complete(): Promise<void> {
    for (let before: number | undefined; before !== this.count; ) {
      before = this.count;
      await new Promise<void>((resolve) => {
        this.onPong = resolve;
        this.handler.ping();
      });
    }
  }

  private keep(packet: Packet, acknowledge: () => void): void {
    const { kept } = this.session;
    // What does not fit is not acknowledged, and nothing more is read.
    if (kept.length >= MAX_KEPT) return;
    kept.push(packet);
    acknowledge();
  }

  /** The broker sends again what was not acknowledged. */
  disconnected(): void {
    this.backlog.stop();
    this.burst.drain();
    this.burst.clear();
  }

  private receive({ packet, resumed, acknowledge }: Arrival): void {
    const { redeliveries } = this.session;
    if (!acknowledge) this.handOn(packet, resumed);
    else if (!redeliveries.has(packet)) {
      this.handOn(packet, resumed);
      redeliveries.add(packet);
    }
    acknowledge?.();
  }

  private handOn({ topic, payload, retain }: Packet, resumed: boolean): void {
    const known = this.topics.find(topic);
    const { installationId } = this.range;
    // A session may still have subscriptions of an earlier configuration.
    if (!known) this.handler.warn(ODD_TOPIC);
    if (!known || (installationId !== undefined && known.topic.installationId !== installationId)) return;
    if (payload.length > MAX_BYTES) {
      this.handler.warn(`an event of more than ${MAX_BYTES} bytes came in, and was left out`);
      return;
    }
    const text = payload.toString();
    if (retain) this.recipients.handOnRetained(known, text);
    else this.recipients.handOn(known, text, resumed);
  }

  private pingRegularly(): void {
    this.scope.timeout(PING, () => {
      if (this.session.redeliveries.isUncertain && !this.backlog.isComing) this.handler.ping();
      this.pingRegularly();
    });
  }
}
