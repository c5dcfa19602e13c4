import type { BrokerOptions } from '../../core/mqtt/broker';
import { BrokerFeed } from '../../core/mqtt/broker-feed';
import { Redeploys } from '../../core/mqtt/redeploys';
import type { FilterRules } from '../../core/mqtt/subscriptions';
import { Arrivals } from './arrivals';
import { type DeviceSelection, filterRules, type TopicRange } from './mqtt-topics';
import { type MqttListener, Recipients } from './recipients';

/** With a group: share the events with all other clients of it. */
export interface FeedOptions extends BrokerOptions, TopicRange {
  /** Stays the same over restarts, or the broker would forget what this client missed. */
  readonly clientId: string;
}

/** Milliseconds that the broker may take when a group is left: a deploy waits for it. */
const LEAVING = 500;

/** One connection to the broker for all listeners, with a session that outlives short interruptions. */
export class MqttFeed extends BrokerFeed<MqttListener, DeviceSelection> {
  protected readonly rules: FilterRules<DeviceSelection>;
  protected readonly handler: Arrivals;
  private readonly recipients: Recipients;
  private readonly redeploys: Redeploys<DeviceSelection>;

  constructor(private readonly options: FeedOptions) {
    // A broker that knows the session keeps events of QoS 1 while this client is away. In a group the others
    // take them: a session kept there would go on taking its share for a client that may never come back.
    super({ ...options, clean: options.group !== undefined });
    this.rules = filterRules(options);
    this.recipients = new Recipients(options.group !== undefined);
    this.redeploys = new Redeploys(this.scope, () => this.resume());
    this.handler = new Arrivals(options, this.recipients, this.session, this.scope, {
      up: () => this.settle(),
      ping: () => this.connection?.ping(),
      caughtUp: () => this.settle(),
      warn: (text) => this.warn(text),
    });
  }

  /** A node is removed: its subscriptions end. */
  remove(listener: MqttListener): Promise<void> {
    this.listeners.delete(listener);
    this.forget(listener);
    return this.settle();
  }

  async close(): Promise<void> {
    if (this.options.group !== undefined) await this.leaveGroup();
    await this.scope.end();
  }

  protected override get selections(): DeviceSelection[] {
    return [...this.recipients.devices, ...this.redeploys.selections];
  }

  protected override selectionOf({ deviceId }: MqttListener): DeviceSelection {
    return deviceId;
  }

  protected override get isHeld(): boolean {
    return this.redeploys.selections.length > 0;
  }

  protected override joined(listener: MqttListener): void {
    this.recipients.add(listener);
    // For what the broker has retained; it has nothing for a group.
    if (this.options.group === undefined) this.subscriptions?.renew(listener.deviceId);
    super.joined(listener);
    // A successor after a redeploy: it gets what came in meanwhile.
    this.redeploys.end(listener.nodeId);
  }

  protected override left(listener: MqttListener): void {
    this.forget(listener);
    // The broker keeps further events until the successor joins, or it is clear that none comes.
    this.redeploys.begin(listener.nodeId, listener.deviceId);
    this.handler.hold();
  }

  /** It goes on as long as a listener may come back after a redeploy. */
  protected override abandoned(): void {}

  protected override interrupted(): void {
    this.recipients.interrupted();
  }

  private forget(listener: MqttListener): void {
    this.recipients.remove(listener);
    super.left(listener);
  }

  /** A broker has no other client's copy of what it has sent to this one, and forgets it with the connection: it is kept for a successor. */
  private async leaveGroup(): Promise<void> {
    const { connection, session, handler } = this;
    if (!connection?.isUp) return;
    handler.keepAll();
    const left = connection.unsubscribe([...session.filters]).then(() => handler.complete());
    // A broker that does not answer, or has gone, is not waited for.
    await this.scope.waitAtMost(LEAVING, left);
  }

  private resume(): void {
    if (!this.isHeld) this.handler.release();
    void this.settle();
  }
}
