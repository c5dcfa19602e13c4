import { type BackoffRule, backoff, LONGEST_PAUSE } from '../backoff';
import { asEnsembleError, type EnsembleError } from '../errors';
import type { StreamState } from '../follow/events';
import { Feed, type FeedDescription, type Listener } from '../follow/feed';
import { accountOf } from '../follow/login';
import { retry } from '../follow/retry';
import { Scope } from '../scope';
import type { Trouble } from '../trouble';
import type { BrokerOptions } from './broker';
import { type ConnectionHandler, MqttConnection, openConnection, refusedFilters } from './connection';
import { type ConnectionEnd, RECONNECT, Reconnects } from './reconnects';
import { type BrokerSession, sessionOf } from './session';
import { type FilterRules, Subscriptions } from './subscriptions';

export interface BrokerFeedOptions extends BrokerOptions {
  /** No other client of the broker has it. Where the session is kept it stays the same over restarts. */
  readonly clientId: string;
  /** Whether the broker forgets the session at the end of a connection, and keeps nothing for this client while it is away. */
  readonly clean: boolean;
}

/** What comes in from the broker. */
export interface BrokerFeedHandler extends ConnectionHandler {
  /** All is subscribed that is wanted, but for what the broker refuses. */
  subscribed(): void;
  disconnected(): void;
  /** What was missed is still coming in: until it has, the feed is not live. */
  readonly isBacklog: boolean;
}

/** Milliseconds between two subscriptions to what the broker refuses. Tests wait less. */
export const RESUBSCRIBE: { pauses: BackoffRule } = { pauses: { first: 10_000, most: LONGEST_PAUSE } };

/** Milliseconds within which connections end that end for the same reason. */
const MOMENT = 200;

/**
 * One connection to a broker for all listeners, with the subscriptions that they need: live when the broker has granted them.
 * `S` is what a listener selects.
 */
export abstract class BrokerFeed<L extends Listener, S> extends Feed<L> {
  protected readonly session: BrokerSession;
  protected connection: MqttConnection | undefined;
  protected subscriptions: Subscriptions<S> | undefined;
  protected abstract readonly rules: FilterRules<S>;
  protected abstract readonly handler: BrokerFeedHandler;
  private readonly reconnects: Reconnects;
  /** Another connection, where it is in doubt why those before ended. */
  private comparison: MqttConnection | undefined;
  /** Since when all is subscribed but what the broker refuses (`performance.now()`). */
  private subscribedAt: number | undefined;
  private settling: Promise<void> = Promise.resolve();
  /** Ends the pause before the next connection. */
  private wake = (): void => {};
  /** Listeners who were told that the broker refuses their subscription. */
  private readonly knowRefusal = new Set<L>();
  /** How often in a row the broker has refused a subscription, and when it is asked again (`performance.now()`). */
  private refusals = 0;
  private askedAt: number | undefined;

  constructor(private readonly broker: BrokerFeedOptions) {
    super(new Scope());
    const { url, clientId } = broker;
    this.session = sessionOf(url, clientId);
    this.reconnects = new Reconnects(clientId);
    this.scope.defer(() => Promise.all([this.connection?.end(), this.comparison?.end()]).then(() => {}));
  }

  /** Connects now, where it would wait. */
  retry(): void {
    this.wake();
  }

  override describe(): FeedDescription & Readonly<Record<string, unknown>> {
    const { connection, subscriptions, subscribedAt, session } = this;
    return {
      ...super.describe(),
      isConnected: connection?.isUp ?? false,
      ...(subscribedAt !== undefined && { secondsSubscribed: Math.round((performance.now() - subscribedAt) / 1000) }),
      ...subscriptions?.describe(),
      // What the broker may still have of sessions before.
      filtersOfSession: session.filters.size,
    };
  }

  /** What is to be subscribed for. */
  protected abstract get selections(): readonly S[];
  protected abstract selectionOf(listener: L): S;

  /** Subscriptions stay as they are for the moment. */
  protected get isHeld(): boolean {
    return false;
  }

  protected get isNeeded(): boolean {
    return !this.scope.ended && this.selections.length > 0;
  }

  /** From now on events are missed. */
  protected interrupted(): void {}

  protected override joined(_listener: L): void {
    // A deploy must not wait for the broker.
    this.retry();
    void this.settle();
  }

  protected override left(listener: L): void {
    this.knowRefusal.delete(listener);
  }

  /** The connection ends when nothing is selected any more. */
  protected override abandoned(): void {
    void this.settle();
  }

  protected override stateOf(listener: L): StreamState {
    const { state, subscriptions } = this;
    if (state.is !== 'live' || !subscriptions) return state;
    const selection = this.selectionOf(listener);
    const refused = subscriptions.refusedOf(selection);
    if (refused.length > 0 && this.askedAt !== undefined) return { is: 'retrying', error: refusedFilters(refused), at: this.askedAt };
    return subscriptions.isGranted(selection) ? state : { is: 'connecting' };
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

  /** Brings the subscriptions in line with the listeners, one change after the other. */
  protected settle(): Promise<void> {
    const settled = this.settling.then(() => this.align());
    this.settling = settled.catch(() => {});
    this.keep(settled);
    return this.settling;
  }

  private reportRefusal(listener: L, error: EnsembleError): void {
    if (!this.knowRefusal.has(listener)) listener.report(error);
    this.knowRefusal.add(listener);
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
    const { broker, session } = this;
    const { clientId, clean } = broker;
    const login = accountOf(broker.username, broker.password);
    const wasAccepted = session.accepted === login;
    let connection: MqttConnection;
    try {
      connection = openConnection(broker, { clientId, clean }, this.handler);
    } catch (error) {
      return { reason: asEnsembleError(error), lived: undefined, wasAccepted, wasAlone: false };
    }
    this.connection = connection;
    this.subscriptions = new Subscriptions(connection, session, this.rules);
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
    const comparison = new MqttConnection(this.broker, { clientId: undefined, clean: true }, { up: () => {} });
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
    if (this.subscribedAt !== undefined) this.interrupted();
    this.subscribedAt = undefined;
    this.connection = undefined;
    this.subscriptions = undefined;
    this.askedAt = undefined;
    this.handler.disconnected();
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
      await subscriptions.align(this.selections);
    } catch (error) {
      // Why a connection ended is told at its end.
      if (connection.isUp) throw error;
    }
    if (!this.isNeeded) await connection.end();
    else if (connection.isUp) this.subscribed(connection, subscriptions);
  }

  private subscribed(connection: MqttConnection, subscriptions: Subscriptions<S>): void {
    this.subscribedAt ??= performance.now();
    this.handler.subscribed();
    if (subscriptions.refused.size > 0) this.askAgain(connection, subscriptions);
    else this.refusals = 0;
    if (!this.handler.isBacklog) this.tell({ is: 'live' });
  }

  private askAgain(connection: MqttConnection, subscriptions: Subscriptions<S>): void {
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
