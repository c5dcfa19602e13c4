import { type BackoffRule, backoff, LONGEST_PAUSE } from '../../core/backoff';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import type { StreamState } from '../../core/follow/events';
import { accountOf } from '../../core/follow/login';
import { Scope } from '../../core/scope';
import { Arrivals } from './arrivals';
import { type BrokerSession, sessionOf } from './broker-session';
import { type FeedUser, type Member, Members } from './feed-members';
import { MqttConnection, refusedFilters } from './mqtt-connection';
import type { BrokerOptions } from './mqtt-login';
import type { Reach } from './mqtt-topics';
import { type End, RECONNECT, Reconnects } from './reconnects';
import { Redeploys } from './redeploys';
import { Subscriptions } from './subscriptions';

export interface Membership {
  /** The user goes, perhaps to come back at once after a redeploy. */
  leave(): void;
  /** The user goes for good: its subscriptions end. */
  remove(): Promise<void>;
}

/** With a group: share the events with all other clients of it. */
export interface FeedOptions extends BrokerOptions, Reach {
  /** Stays the same over restarts, or the broker would forget what this client missed. */
  readonly clientId: string;
}

/** Milliseconds between two questions for what the broker refuses. Tests have less patience. */
export const REFUSED: { pauses: BackoffRule } = { pauses: { first: 10_000, most: LONGEST_PAUSE } };

/** Milliseconds that the broker may take when a group is left: who deploys waits for it. */
const LEAVING = 500;

/** Milliseconds after which what has ended together has ended. */
const MOMENT = 200;

/** One connection to the broker for all its users, with a session that outlives short interruptions; it comes back by itself. */
export class MqttFeed {
  private readonly scope = new Scope();
  private readonly members: Members;
  private readonly session: BrokerSession;
  private readonly reconnects: Reconnects;
  private readonly arrivals: Arrivals;
  private readonly redeploys = new Redeploys(this.scope, () => this.resume());
  private connection: MqttConnection | undefined;
  /** Another connection, where it is in doubt why those before ended. */
  private witness: MqttConnection | undefined;
  private subscriptions: Subscriptions | undefined;
  /** Since when all is subscribed but what the broker refuses (`performance.now()`). */
  private subscribedAt: number | undefined;
  private settling: Promise<void> = Promise.resolve();
  private isRunning = false;
  /** The time until the next connection. */
  private pause = new Scope();
  private known: StreamState = { is: 'connecting' };
  /** How often in a row the broker has refused a subscription, and when it is asked again (`performance.now()`). */
  private refusals = 0;
  private askedAt: number | undefined;

  constructor(private readonly options: FeedOptions) {
    const { url, clientId, group } = options;
    this.members = new Members(group !== undefined);
    this.session = sessionOf(url, clientId);
    this.reconnects = new Reconnects(clientId);
    this.arrivals = new Arrivals(options, this.members, this.session, this.scope, {
      up: () => this.settle(),
      ping: () => this.connection?.ping(),
      caughtUp: () => this.settle(),
    });
    this.scope.defer(() => this.pause.end());
    this.scope.defer(() => Promise.all([this.connection?.end(), this.witness?.end()]).then(() => {}));
  }

  join(user: FeedUser): Membership {
    const member = this.members.add(user);
    // For what the broker has retained; it has nothing for a group.
    if (this.options.group === undefined) this.subscriptions?.renew(user.deviceId);
    user.state(this.stateOf(member));
    if (!this.isRunning) this.keep(this.run());
    // Who deploys does not want to wait.
    this.retry();
    void this.settle();
    // A successor after a redeploy: what came in meanwhile is its to take.
    this.redeploys.end(user.nodeId);
    return {
      leave: () => {
        if (!this.members.remove(member)) return;
        // The broker keeps further events until the successor joins, or it is clear that none comes.
        this.redeploys.begin(user.nodeId, user.deviceId);
        this.arrivals.hold();
      },
      remove: () => {
        this.members.remove(member);
        return this.settle();
      },
    };
  }

  /** Connects now, where it would wait. */
  retry(): void {
    void this.pause.end();
  }

  async close(): Promise<void> {
    if (this.options.group !== undefined) await this.leaveGroup();
    await this.scope.end();
  }

  /** A broker has no other member's copy of what it has sent to this one, and forgets it with the connection: it is kept for a successor. */
  private async leaveGroup(): Promise<void> {
    const { connection, session, arrivals } = this;
    if (!connection?.isUp) return;
    arrivals.keepAll();
    const left = connection.unsubscribe([...session.filters]).then(() => arrivals.complete());
    // Whoever does not answer, or has gone, is not waited for.
    await this.scope.limited(LEAVING, (limited) => limited.race(left)).catch(() => {});
  }

  private get devices(): (number | undefined)[] {
    return [...this.members.devices, ...this.redeploys.devices];
  }

  private get isHeld(): boolean {
    return this.redeploys.devices.length > 0;
  }

  private get isNeeded(): boolean {
    return !this.scope.ended && this.devices.length > 0;
  }

  private resume(): void {
    if (!this.isHeld) this.arrivals.release();
    void this.settle();
  }

  /** One connection after the other, as long as somebody needs one. */
  private async run(): Promise<void> {
    this.isRunning = true;
    try {
      while (this.isNeeded) await this.tryOnce();
    } finally {
      this.isRunning = false;
    }
  }

  private async tryOnce(): Promise<void> {
    this.tell({ is: 'connecting' });
    const end = await this.connect();
    if (!end || !this.isNeeded) return;
    const { state, error, wait, isNews } = this.reconnects.after(end);
    this.tell(state);
    if (isNews) this.members.report(error);
    this.pause = new Scope();
    await this.pause.sleep(wait).catch(() => {});
  }

  /** From the beginning of a connection to its end. Undefined where it was ended from here. */
  private async connect(): Promise<End | undefined> {
    const { options, session } = this;
    const login = accountOf(options.username, options.password);
    const wasAccepted = session.accepted === login;
    let connection: MqttConnection;
    try {
      // A broker that knows the session keeps events of QoS 1 while this client is away. In a group the others
      // take them: a session kept there would go on taking its share for a client that may never come back.
      connection = new MqttConnection(options, { clientId: options.clientId, clean: options.group !== undefined }, this.arrivals);
    } catch (error) {
      return {
        reason: new EnsembleError('NOT_CONFIGURED', `tls: ${asEnsembleError(error).message}`),
        lived: undefined,
        wasAccepted,
        wasAlone: false,
      };
    }
    this.connection = connection;
    this.subscriptions = new Subscriptions(connection, session, options);
    if (this.reconnects.isSuspicious) this.addWitness(connection);
    const reason = await connection.ended;
    const now = performance.now();
    const lived = this.subscribedAt === undefined ? undefined : now - this.subscribedAt;
    if (connection.acceptedAt !== undefined) Object.assign(session, { accepted: login, leftAt: now });
    this.disconnected();
    const wasAlone = await this.askWitness();
    return reason && { reason, lived, wasAccepted, wasAlone };
  }

  /** Another connection, which begins with this one. */
  private addWitness(connection: MqttConnection): void {
    const witness = new MqttConnection(this.options, { clientId: undefined, clean: true }, { up: () => {} });
    connection.scope.timeout(RECONNECT.contest.soon, () => void witness.end());
    this.witness = witness;
  }

  /** Whether it has outlived this one. */
  private async askWitness(): Promise<boolean> {
    const { witness } = this;
    if (!witness) return false;
    await this.scope.sleep(MOMENT).catch(() => {});
    const { isUp } = witness;
    await witness.end();
    this.witness = undefined;
    return isUp;
  }

  private disconnected(): void {
    if (this.subscribedAt !== undefined) this.members.interrupted();
    this.subscribedAt = undefined;
    this.connection = undefined;
    this.subscriptions = undefined;
    this.askedAt = undefined;
    this.arrivals.disconnected();
  }

  /** Brings the subscriptions in line with the members, one change after the other. */
  private settle(): Promise<void> {
    const settled = this.settling.then(() => this.align());
    this.settling = settled.catch(() => {});
    this.keep(settled);
    return this.settling;
  }

  private async align(): Promise<void> {
    const { connection, subscriptions } = this;
    if (!this.isNeeded && !connection?.isUp) {
      await this.pause.end();
      await connection?.end();
    }
    // An answer would wait behind the events that are held.
    if (!connection?.isUp || !subscriptions || this.isHeld) return;
    try {
      await subscriptions.align(this.devices);
    } catch (error) {
      // Why a connection ended is told by itself.
      if (connection.isUp) throw error;
    }
    if (!this.isNeeded) await connection.end();
    else if (connection.isUp) this.subscribed(connection, subscriptions);
  }

  private subscribed(connection: MqttConnection, subscriptions: Subscriptions): void {
    this.subscribedAt ??= performance.now();
    this.arrivals.subscribed();
    if (subscriptions.refused.size > 0) this.askAgain(connection, subscriptions);
    else this.refusals = 0;
    if (!this.arrivals.isBacklog) this.tell({ is: 'live' });
  }

  private askAgain(connection: MqttConnection, subscriptions: Subscriptions): void {
    if (this.askedAt !== undefined) return;
    this.refusals++;
    const wait = backoff(this.refusals, REFUSED.pauses);
    this.askedAt = performance.now() + wait;
    connection.scope.timeout(wait, () => {
      this.askedAt = undefined;
      subscriptions.renewRefused();
      void this.settle();
    });
  }

  private stateOf({ user: { deviceId } }: Member): StreamState {
    if (this.known.is !== 'live' || !this.subscriptions) return this.known;
    const refused = this.subscriptions.refusedOf(deviceId);
    if (refused.length > 0 && this.askedAt !== undefined) return { is: 'retrying', error: refusedFilters(refused), at: this.askedAt };
    return this.subscriptions.isGranted(deviceId) ? this.known : { is: 'connecting' };
  }

  private tell(state: StreamState): void {
    this.known = state;
    for (const member of this.members.all) {
      const own = this.stateOf(member);
      member.user.state(own);
      const isRefused = own !== state && own.is === 'retrying';
      if (isRefused && !member.knowsRefusal) member.user.report(own.error);
      // Until it is granted.
      member.knowsRefusal = isRefused || (member.knowsRefusal && own.is !== 'live');
    }
  }

  /** A defect of ours must be seen, and must not end Node-RED. */
  private keep(work: Promise<void>): void {
    work.catch((thrown: unknown) => {
      const error = asEnsembleError(thrown);
      this.tell({ is: 'failed', error });
      this.members.report(error);
    });
  }
}
