import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type IPublishPacket, type MqttClient } from 'mqtt';
import { type BackoffRule, backoff } from '../../core/backoff';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import { retrying, type StreamState } from '../../core/events';
import { Portions } from '../../core/portions';
import { Scope } from '../../core/scope';
import { type Login, loginOptions, reasonOf } from './mqtt-login';
import { filtersFor, readTopic, type Topic } from './mqtt-topics';
import { Redeploys } from './redeploys';

/** A message of a device, as it came over MQTT. */
export interface FeedMessage {
  readonly topic: Topic;
  readonly body: Buffer;
  /** Kept by the broker from before. */
  readonly retained: boolean;
  /** Came in while this client was away. */
  readonly resumed: boolean;
}

export interface FeedUser {
  /** Stays the same over a redeploy. */
  readonly nodeId: string;
  /** Events of this device only; undefined: of all. */
  readonly deviceId: number | undefined;
  receive(message: FeedMessage): void;
  state(state: StreamState): void;
  /** Trouble, once for each interruption. */
  report(error: EnsembleError): void;
}

export interface Membership {
  /** The user goes, perhaps to come back at once after a redeploy. */
  leave(): void;
  /** The user goes for good: its subscriptions end. */
  remove(): Promise<void>;
}

export interface FeedOptions extends Login {
  readonly installationId: number | undefined;
  /** Stays the same over restarts, or the broker would forget what this client missed. */
  readonly clientId: string;
  /** Share the events with all other clients of the group. */
  readonly group: string | undefined;
}

const RECONNECT: BackoffRule = { first: 1000, most: 60_000 };
/** The vendor's own server uses 60 seconds. */
const KEEPALIVE_SECONDS = 60;
const CLOSING = 1000;
/** A connection that lived this long was a good one: the next failure starts the pauses anew. */
const STABLE = 10_000;
/** Milliseconds after which even an unbroken stream of events is no backlog any more. */
const CATCH_UP = 10_000;
/** Events of a burst that are handed on in one turn of the event loop, and how many may wait before the broker has to. */
const PORTION = 100;
const MOST_WAITING = 1000;

interface Arrival {
  readonly packet: IPublishPacket;
  readonly resumed: boolean;
  readonly acknowledge: (() => void) | undefined;
}

/** What each session at a broker is subscribed to: the session outlives the client that asked for it. */
const sessions = new Map<string, Set<string>>();

/** One connection to the broker for all its users, with a session that outlives short interruptions. */
export class MqttFeed {
  private readonly scope = new Scope();
  /** The users by the device that they selected; undefined stands for all devices. */
  private readonly selections = new Map<number | undefined, FeedUser[]>();
  private client: MqttClient | undefined;
  /** Lives as long as one connection to the broker. */
  private link = new Scope();
  private settling: Promise<void> = Promise.resolve();
  private readonly redeploys = new Redeploys(this.scope, () => this.resume());
  private known: StreamState = { is: 'connecting' };
  private failures = 0;
  /** When the connection came to life; infinite while it is down. */
  private liveSince = Number.POSITIVE_INFINITY;
  private lastError: (Error & { code?: unknown }) | undefined;
  private readonly burst = new Portions<Arrival>(PORTION, (arrival) => this.receive(arrival));
  private resuming = false;
  /** Messages since the last ping, while the session's backlog comes in. */
  private sincePing = 0;

  constructor(private readonly options: FeedOptions) {
    this.scope.defer(() => this.disconnect());
  }

  join(user: FeedUser): Membership {
    this.selections.set(user.deviceId, [...(this.selections.get(user.deviceId) ?? []), user]);
    user.state(this.known);
    void this.settle();
    // A successor after a redeploy: what came in meanwhile is its to take.
    this.redeploys.end(user.nodeId);
    return {
      leave: () => {
        if (!this.take(user)) return;
        // The broker keeps further events until the successor joins, or it is clear that none comes.
        this.redeploys.begin(user.nodeId, user.deviceId);
        this.burst.hold();
      },
      remove: () => {
        this.take(user);
        return this.settle();
      },
    };
  }

  close(): Promise<void> {
    return this.scope.end();
  }

  /** False where it has gone before. */
  private take(user: FeedUser): boolean {
    const users = this.selections.get(user.deviceId) ?? [];
    const left = users.filter((other) => other !== user);
    if (left.length > 0) this.selections.set(user.deviceId, left);
    else this.selections.delete(user.deviceId);
    return left.length < users.length;
  }

  private resume(): void {
    if (this.redeploys.devices.length === 0) this.burst.release();
    void this.settle();
  }

  /** Brings connection and subscriptions in line with the users, one change after the other. */
  private settle(): Promise<void> {
    if (!this.client && this.selections.size > 0 && !this.scope.ended) this.connect();
    this.settling = this.settling.then(() => (this.client?.connected ? this.subscribe(this.client) : undefined));
    return this.settling;
  }

  private connect(): void {
    const { url, clientId, group } = this.options;
    const client = connect(url, {
      ...loginOptions(this.options),
      clientId,
      // A broker that knows the session keeps events of QoS 1 while this client is away. In a group the others
      // take them: a session kept there would go on taking its share for a client that may never come back.
      clean: group !== undefined,
      keepalive: KEEPALIVE_SECONDS,
      // Both are done here: with growing pauses, and with what the session is known to hold.
      reconnectPeriod: 0,
      resubscribe: false,
    });
    this.client = client;
    this.tell({ is: 'connecting' });
    client.on('connect', ({ sessionPresent }) => this.online(client, sessionPresent));
    // Here and not at the event `message`: a packet is acknowledged only when it has been handed on. And then at once:
    // what waits at a broker is dropped when its queue is full. What needs no acknowledgement may wait here.
    client.handleMessage = (packet, next) => {
      const resumed = this.resuming;
      if (resumed) this.sincePing++;
      this.burst.push({ packet, resumed, acknowledge: packet.qos > 0 ? next : undefined });
      if (packet.qos > 0) this.burst.flush();
      else if (this.burst.length < MOST_WAITING) next();
      else this.burst.whenEmpty(next);
    };
    client.on('error', (error) => {
      this.lastError = error;
    });
    client.on('close', () => this.offline(client));
    client.on('packetreceive', (packet) => {
      if (packet.cmd === 'pingresp' && this.resuming) this.checkBacklog(client);
    });
  }

  private online(client: MqttClient, sessionPresent: boolean): void {
    this.link = new Scope();
    this.liveSince = Date.now();
    this.lastError = undefined;
    if (!sessionPresent) sessions.delete(this.options.clientId);
    this.resuming = sessionPresent;
    this.sincePing = 0;
    if (sessionPresent) client.sendPing();
    void this.settle();
  }

  /**
   * The broker answers a ping after what it sent before: when nothing came in between, the backlog is through.
   * Where events never pause, what comes so long after the connection counts as live.
   */
  private checkBacklog(client: MqttClient): void {
    this.resuming = this.sincePing > 0 && Date.now() - this.liveSince < CATCH_UP;
    this.sincePing = 0;
    if (this.resuming) client.sendPing();
    else void this.settle();
  }

  private async subscribe(client: MqttClient): Promise<void> {
    const { clientId } = this.options;
    const session = sessions.get(clientId) ?? new Set();
    sessions.set(clientId, session);
    const wanted = filtersFor(this.options, [...this.selections.keys(), ...this.redeploys.devices]);
    try {
      for (const filter of wanted) {
        if (session.has(filter)) continue;
        const [granted] = await this.link.race(client.subscribeAsync(filter, { qos: 1 }));
        if (granted && granted.qos > 2) throw new Error('not granted');
        session.add(filter);
      }
      for (const filter of [...session].filter((filter) => !wanted.has(filter))) {
        await this.link.race(client.unsubscribeAsync(filter));
        session.delete(filter);
      }
    } catch (error) {
      // A connection that broke meanwhile is the business of `offline`.
      if (client.connected)
        this.fail(new EnsembleError('FORBIDDEN', `the broker refused a subscription: ${asEnsembleError(error).message}`));
      return;
    }
    if (wanted.size === 0) await this.disconnect();
    else if (!this.resuming) this.tell({ is: 'live' });
  }

  private receive({ packet, resumed, acknowledge }: Arrival): void {
    this.handOn(packet, resumed);
    acknowledge?.();
  }

  private handOn({ topic, payload, retain }: IPublishPacket, resumed: boolean): void {
    const known = readTopic(topic);
    const { installationId } = this.options;
    // A session may still hold what an earlier configuration asked for.
    if (!known || (installationId !== undefined && known.installationId !== installationId)) return;
    const message = { topic: known, body: payload as Buffer, retained: retain, resumed };
    for (const [deviceId, users] of this.selections) {
      if (deviceId !== undefined && deviceId !== known.deviceId) continue;
      if (this.options.group === undefined) for (const user of users) user.receive(message);
      else takeTurn(users)?.receive(message);
    }
  }

  private offline(client: MqttClient): void {
    void this.link.end();
    if (this.scope.ended || client !== this.client) return;
    // What is held and not acknowledged comes again.
    this.burst.flush();
    this.burst.clear();
    const reason = reasonOf(this.lastError, this.options.url);
    if (reason.code === 'UNAUTHORIZED') {
      this.fail(reason);
      return;
    }
    if (Date.now() - this.liveSince > STABLE) this.failures = 0;
    this.liveSince = Number.POSITIVE_INFINITY;
    this.failures++;
    const wait = backoff(this.failures, RECONNECT);
    this.tell(retrying(reason, wait));
    if (this.failures === 1) this.report(reason);
    this.scope.timeout(wait, () => client.reconnect());
  }

  private fail(error: EnsembleError): void {
    this.tell({ is: 'failed', error });
    this.report(error);
    void this.disconnect();
  }

  /** Ends the connection politely, or after a moment by force; the session stays with the broker. */
  private async disconnect(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    if (!client) return;
    const patience = new AbortController();
    const impatient = sleep(CLOSING, undefined, { signal: patience.signal }).catch(() => {});
    await Promise.race([client.endAsync().catch(() => {}), impatient]);
    patience.abort();
    client.end(true);
  }

  private tell(state: StreamState): void {
    this.known = state;
    for (const user of this.users()) user.state(state);
  }

  private report(error: EnsembleError): void {
    for (const user of this.users()) user.report(error);
  }

  private users(): FeedUser[] {
    return [...this.selections.values()].flat();
  }
}

/** Users that share the events in one process take them in turn, as the group's clients do. */
function takeTurn(users: FeedUser[]): FeedUser | undefined {
  const next = users.shift();
  if (next) users.push(next);
  return next;
}
