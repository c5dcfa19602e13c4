import { type BackoffRule, backoff, LONGEST_PAUSE } from '../../core/backoff';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import type { StreamState } from '../../core/follow/events';
import { Feed } from '../../core/follow/feed';
import { accountOf } from '../../core/follow/login';
import { retry } from '../../core/follow/retry';
import { Scope } from '../../core/scope';
import type { Trouble } from '../../core/trouble';
import { Arrivals } from './arrivals';
import { type BrokerSession, sessionOf } from './broker-session';
import { MqttConnection, refusedFilters } from './mqtt-connection';
import type { BrokerOptions } from './mqtt-login';
import type { TopicRange } from './mqtt-topics';
import { type MqttListener, Recipients } from './recipients';
import { type ConnectionEnd, RECONNECT, Reconnects } from './reconnects';
import { Redeploys } from './redeploys';
import { Subscriptions } from './subscriptions';

/** With a group: share the events with all other clients of it. */
export interface FeedOptions extends BrokerOptions, TopicRange {
  /** Stays the same over restarts, or the broker would forget what this client missed. */
  readonly clientId: string;
}

/** Milliseconds between two subscriptions to what the broker refuses. Tests wait less. */
export const RESUBSCRIBE: { pauses: BackoffRule } = { pauses: { first: 10_000, most: LONGEST_PAUSE } };

/** Milliseconds that the broker may take when a group is left: a deploy waits for it. */
const LEAVING = 500;

/** Milliseconds within which connections end that end for the same reason. */
const MOMENT = 200;

/** One connection to the broker for all listeners, with a session that outlives short interruptions. */
export class MqttFeed extends Feed<MqttListener> {
  private readonly recipients: Recipients;
  private readonly session: BrokerSession;
  private readonly reconnects: Reconnects;
  private readonly arrivals: Arrivals;
  private readonly redeploys: Redeploys;
  private connection: MqttConnection | undefined;
  /** Another connection, where it is in doubt why those before ended. */
  private comparison: MqttConnection | undefined;
  private subscriptions: Subscriptions | undefined;
  /** Since when all is subscribed but what the broker refuses (`performance.now()`). */
  private subscribedAt: number | undefined;
  private settling: Promise<void> = Promise.resolve();
  /** Ends the pause before the next connection. */
  private wake = (): void => {};
  /** Listeners who were told that the broker refuses their subscription. */
  private readonly knowRefusal = new Set<MqttListener>();
  /** How often in a row the broker has refused a subscription, and when it is asked again (`performance.now()`). */
  private refusals = 0;
  private askedAt: number | undefined;

  constructor(private readonly options: FeedOptions) {
    super(new Scope());
    const { url, clientId, group } = options;
    this.recipients = new Recipients(group !== undefined);
    this.session = sessionOf(url, clientId);
    this.reconnects = new Reconnects(clientId);
    this.redeploys = new Redeploys(this.scope, () => this.resume());
    this.arrivals = new Arrivals(options, this.recipients, this.session, this.scope, {
      up: () => this.settle(),
      ping: () => this.connection?.ping(),
      caughtUp: () => this.settle(),
      warn: (text) => this.warn(text),
    });
    this.scope.defer(() => Promise.all([this.connection?.end(), this.comparison?.end()]).then(() => {}));
  }

  /** A node is removed: its subscriptions end. */
  remove(listener: MqttListener): Promise<void> {
    this.listeners.delete(listener);
    this.forget(listener);
    return this.settle();
  }

  /** Connects now, where it would wait. */
  retry(): void {
    this.wake();
  }

  async close(): Promise<void> {
    if (this.options.group !== undefined) await this.leaveGroup();
    await this.scope.end();
  }

  protected override joined(listener: MqttListener): void {
    this.recipients.add(listener);
    // For what the broker has retained; it has nothing for a group.
    if (this.options.group === undefined) this.subscriptions?.renew(listener.deviceId);
    // A deploy must not wait for the broker.
    this.retry();
    void this.settle();
    // A successor after a redeploy: it gets what came in meanwhile.
    this.redeploys.end(listener.nodeId);
  }

  protected override left(listener: MqttListener): void {
    this.forget(listener);
    // The broker keeps further events until the successor joins, or it is clear that none comes.
    this.redeploys.begin(listener.nodeId, listener.deviceId);
    this.arrivals.hold();
  }

  /** It goes on as long as a listener may come back after a redeploy. */
  protected override abandoned(): void {}

  protected override stateOf({ deviceId }: MqttListener): StreamState {
    const { state, subscriptions } = this;
    if (state.is !== 'live' || !subscriptions) return state;
    const refused = subscriptions.refusedOf(deviceId);
    if (refused.length > 0 && this.askedAt !== undefined) return { is: 'retrying', error: refusedFilters(refused), at: this.askedAt };
    return subscriptions.isGranted(deviceId) ? state : { is: 'connecting' };
  }

  protected override tell(state: StreamState): void {
    super.tell(state);
    for (const listener of this.listeners) {
      const own = this.stateOf(listener);
      if (own !== state && own.is === 'retrying') this.reportRefusal(listener, own.error);
      else if (own.is === 'live') this.knowRefusal.delete(listener);
    }
  }

  /** One connection after the other, as long as a listener needs one. */
  protected override async run(scope: Scope): Promise<void> {
    while (this.isNeeded)
      await retry({
        scope,
        attempt: (trouble) => this.attempt(trouble),
        pause: (error, failures) => this.reconnects.pause(error, failures),
        kindOf: (error) => this.reconnects.kindOf(error),
        state: (state) => this.tell(state),
        report: (error) => this.report(error),
        wake: (callback) => {
          this.wake = callback;
          return () => {};
        },
      });
  }

  private reportRefusal(listener: MqttListener, error: EnsembleError): void {
    if (!this.knowRefusal.has(listener)) listener.report(error);
    this.knowRefusal.add(listener);
  }

  private forget(listener: MqttListener): void {
    this.recipients.remove(listener);
    this.knowRefusal.delete(listener);
  }

  /** A broker has no other client's copy of what it has sent to this one, and forgets it with the connection: it is kept for a successor. */
  private async leaveGroup(): Promise<void> {
    const { connection, session, arrivals } = this;
    if (!connection?.isUp) return;
    arrivals.keepAll();
    const left = connection.unsubscribe([...session.filters]).then(() => arrivals.complete());
    // A broker that does not answer, or has gone, is not waited for.
    await this.scope.waitAtMost(LEAVING, left);
  }

  private get devices(): (number | undefined)[] {
    return [...this.recipients.devices, ...this.redeploys.devices];
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

  /** One connection. Returns where it was ended from here. @throws EnsembleError why it ended */
  private async attempt(trouble: Trouble): Promise<void> {
    if (!this.isNeeded) return;
    this.tell({ is: 'connecting' });
    const end = await this.connect();
    if (end && this.isNeeded) throw this.reconnects.errorOf(end, trouble);
  }

  /** From the beginning of a connection to its end. Undefined where it was ended from here. */
  private async connect(): Promise<ConnectionEnd | undefined> {
    const { options, session } = this;
    const login = accountOf(options.username, options.password);
    const wasAccepted = session.accepted === login;
    let connection: MqttConnection;
    try {
      // A broker that knows the session keeps events of QoS 1 while this client is away. In a group the others
      // take them: a session kept there would go on taking its share for a client that may never come back.
      connection = new MqttConnection(options, { clientId: options.clientId, clean: options.group !== undefined }, this.arrivals);
    } catch (error) {
      const reason = new EnsembleError('NOT_CONFIGURED', `tls: ${asEnsembleError(error).message}`);
      return { reason, lived: undefined, wasAccepted, wasAlone: false };
    }
    this.connection = connection;
    this.subscriptions = new Subscriptions(connection, session, options);
    if (this.reconnects.suspectsTakeover) this.compare(connection);
    const reason = await connection.ended;
    const now = performance.now();
    const lived = this.subscribedAt === undefined ? undefined : now - this.subscribedAt;
    if (connection.acceptedAt !== undefined) Object.assign(session, { accepted: login, leftAt: now });
    this.disconnected();
    const wasAlone = await this.hasEndedAlone();
    return reason && { reason, lived, wasAccepted, wasAlone };
  }

  /** Opens another connection, which begins with this one. */
  private compare(connection: MqttConnection): void {
    const comparison = new MqttConnection(this.options, { clientId: undefined, clean: true }, { up: () => {} });
    connection.scope.timeout(RECONNECT.takeover.soon, () => void comparison.end());
    this.comparison = comparison;
  }

  /** Whether the other connection is still up. */
  private async hasEndedAlone(): Promise<boolean> {
    const { comparison } = this;
    if (!comparison) return false;
    await this.scope.sleep(MOMENT).catch(() => {});
    const { isUp } = comparison;
    await comparison.end();
    this.comparison = undefined;
    return isUp;
  }

  private disconnected(): void {
    if (this.subscribedAt !== undefined) this.recipients.interrupted();
    this.subscribedAt = undefined;
    this.connection = undefined;
    this.subscriptions = undefined;
    this.askedAt = undefined;
    this.arrivals.disconnected();
  }

  /** Brings the subscriptions in line with the listeners, one change after the other. */
  private settle(): Promise<void> {
    const settled = this.settling.then(() => this.align());
    this.settling = settled.catch(() => {});
    this.keep(settled);
    return this.settling;
  }

  private async align(): Promise<void> {
    const { connection, subscriptions } = this;
    if (!this.isNeeded && !connection?.isUp) {
      this.wake();
      await connection?.end();
    }
    // A response would wait behind the events that are held.
    if (!connection?.isUp || !subscriptions || this.isHeld) return;
    try {
      await subscriptions.align(this.devices);
    } catch (error) {
      // Why a connection ended is told at its end.
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
    const wait = backoff(this.refusals, RESUBSCRIBE.pauses);
    this.askedAt = performance.now() + wait;
    connection.scope.timeout(wait, () => {
      this.askedAt = undefined;
      subscriptions.renewRefused();
      void this.settle();
    });
  }
}
