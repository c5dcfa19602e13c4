import type { IPublishPacket } from 'mqtt';
import { BatchQueue } from '../../core/batch-queue';
import type { Scope } from '../../core/scope';
import { Standstill } from '../../core/standstill';
import { Backlog } from './backlog';
import type { BrokerSession } from './broker-session';
import type { ConnectionUser } from './mqtt-connection';
import { type Reach, Topics } from './mqtt-topics';
import type { Recipients } from './recipients';

/** Events of a burst that are handed on in one turn of the event loop, and how many may wait before the broker has to. */
const PORTION = 100;
const MOST_WAITING = 1000;
/** What may be kept for a successor. */
const MOST_KEPT = 10_000;
/** Bytes of one event; none of the vendor's comes near. */
const MOST_BYTES = 256 * 1024;
/** What came in while this process stood still for longer is no news any more. Tests wait less. */
export const STANDSTILL = { ms: 10_000 };
/** Milliseconds between two pings while events come in: the answer shows that the broker has got the acknowledgements before it. */
const CERTAIN = 1000;

const ODD_TOPIC =
  'an event is left out: its topic must be v2/<installation>/rx/<device>/context/<model> or v2/<installation>/rx/<device>/alive';

interface Arrival {
  readonly packet: IPublishPacket;
  readonly resumed: boolean;
  readonly acknowledge: (() => void) | undefined;
}

export interface ArrivalsOwner {
  up(): void;
  ping(): void;
  /** What came in during an interruption has been handed on. */
  caughtUp(): void;
  warn(text: string): void;
}

/** What comes in from the broker, on its way to the listeners of a feed. */
export class Arrivals implements ConnectionUser {
  private readonly backlog: Backlog;
  private readonly burst = new BatchQueue<Arrival>(PORTION, (arrival) => this.receive(arrival));
  private readonly topics: Topics;
  private readonly standstill: Standstill;
  private standstills = 0;
  private isKeeping = false;
  /** Packets since the connection began. */
  private count = 0;
  private onPong = (): void => {};

  constructor(
    private readonly reach: Reach,
    private readonly recipients: Recipients,
    private readonly session: BrokerSession,
    private readonly scope: Scope,
    private readonly owner: ArrivalsOwner,
  ) {
    this.backlog = new Backlog(
      () => owner.ping(),
      () => owner.caughtUp(),
    );
    this.topics = new Topics((most) =>
      owner.warn(`events come in of more than ${most} topics: what the others have retained may come again`),
    );
    this.standstill = new Standstill(scope, STANDSTILL.ms);
    this.makeCertain();
  }

  /** Whether what comes now came in during an interruption. */
  get isBacklog(): boolean {
    return this.backlog.isComing;
  }

  up(sessionPresent: boolean): void {
    const { handedOn, filters, leftAt } = this.session;
    handedOn.connected(sessionPresent);
    if (!sessionPresent) filters.clear();
    this.standstills = this.standstill.count;
    if (sessionPresent) this.backlog.begin(leftAt === undefined ? undefined : performance.now() - leftAt);
    else this.backlog.stop();
    for (const packet of this.session.kept.splice(0)) this.burst.push({ packet, resumed: true, acknowledge: undefined });
    this.owner.up();
  }

  bytes(): void {
    const { count } = this.standstill;
    if (count > this.standstills) this.backlog.begin();
    this.standstills = count;
  }

  publish(packet: IPublishPacket, next: () => void): void {
    this.count++;
    if (this.isKeeping) {
      this.keep(packet, next);
      return;
    }
    const resumed = this.backlog.isComing;
    const { burst } = this;
    // What waits at a broker is dropped when its queue is full: it is acknowledged at once, when it has been handed on. What
    // needs no acknowledgement may wait here.
    if (packet.qos > 0) {
      this.backlog.came();
      burst.push({ packet, resumed, acknowledge: next });
      burst.drain();
      return;
    }
    burst.push({ packet, resumed, acknowledge: undefined });
    if (burst.length < MOST_WAITING) next();
    else burst.whenEmpty(next);
  }

  subscribed(): void {
    // The backlog sends pings of its own, and calls again at its end.
    if (this.backlog.isComing) return;
    this.session.handedOn.subscribed();
    this.owner.ping();
  }

  pinged(): void {
    this.session.handedOn.pinged();
  }

  ponged(): void {
    this.session.handedOn.ponged();
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

  /** Takes what waits and what still comes, for a successor in this process. */
  keepAll(): void {
    this.isKeeping = true;
    for (const { packet, acknowledge = () => {} } of this.burst.take()) this.keep(packet, acknowledge);
  }

  /** Ends when the broker has sent all that it had for this client. */
  async complete(): Promise<void> {
    for (let before: number | undefined; before !== this.count; ) {
      before = this.count;
      await new Promise<void>((resolve) => {
        this.onPong = resolve;
        this.owner.ping();
      });
    }
  }

  private keep(packet: IPublishPacket, acknowledge: () => void): void {
    const { kept } = this.session;
    // One more is not acknowledged, and no further one is read.
    if (kept.length >= MOST_KEPT) return;
    kept.push(packet);
    acknowledge();
  }

  /** What is held and not acknowledged comes again. */
  disconnected(): void {
    this.backlog.stop();
    this.burst.drain();
    this.burst.clear();
  }

  private receive({ packet, resumed, acknowledge }: Arrival): void {
    const { handedOn } = this.session;
    if (!acknowledge) this.handOn(packet, resumed);
    else if (!handedOn.has(packet)) {
      this.handOn(packet, resumed);
      handedOn.add(packet);
    }
    acknowledge?.();
  }

  private handOn({ topic, payload, retain }: IPublishPacket, resumed: boolean): void {
    const followed = this.topics.follow(topic);
    const { installationId } = this.reach;
    // A session may still hold what an earlier configuration asked for.
    if (!followed) this.owner.warn(ODD_TOPIC);
    if (!followed || (installationId !== undefined && followed.topic.installationId !== installationId)) return;
    if (payload.length > MOST_BYTES) {
      this.owner.warn(`an event of more than ${MOST_BYTES} bytes came in, and was left out`);
      return;
    }
    const text = payload.toString();
    if (retain) this.recipients.handOnRetained(followed, text);
    else this.recipients.handOn(followed, text, resumed);
  }

  private makeCertain(): void {
    this.scope.timeout(CERTAIN, () => {
      if (this.session.handedOn.isUncertain && !this.backlog.isComing) this.owner.ping();
      this.makeCertain();
    });
  }
}
