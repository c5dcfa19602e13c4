import type { Client } from 'aedes';
import type { MqttClient } from '../page/update';
import { SharedSubscriptions } from './shared-subscriptions';

/** The clients of the broker, and their subscriptions. */
export class Sessions {
  private readonly connected = new Map<string, Client>();
  /** A restored session has its subscriptions before its client is connected. */
  private readonly topics = new WeakMap<Client, Set<string>>();
  /** Clients that are getting the messages that they missed, and what has to wait until then. */
  private readonly catchingUp = new Set<Client>();
  private readonly waiting: (() => void)[] = [];
  private readonly shared = new SharedSubscriptions((clientId) => this.isConnected(clientId));

  constructor(private readonly changed: () => void) {}

  isConnected(clientId: string): boolean {
    return this.connected.has(clientId);
  }

  list(): MqttClient[] {
    return [...this.connected.values()].map((client) => ({
      id: client.id,
      persistent: !client.clean,
      subscriptions: [...(this.topics.get(client) ?? [])],
    }));
  }

  enter(client: Client): void {
    this.connected.set(client.id, client);
    if (client.clean) this.shared.forget(client.id);
    else this.catchingUp.add(client);
    this.changed();
  }

  /** A client has got all messages that it missed. */
  ready(client: Client): void {
    this.catchingUp.delete(client);
    if (this.catchingUp.size > 0) return;
    for (const publish of this.waiting.splice(0)) publish();
  }

  /** Publishes when no client is catching up: aedes would deliver new messages between the missed ones. */
  inOrder(publish: () => void): void {
    if (this.catchingUp.size > 0) this.waiting.push(publish);
    else publish();
  }

  leave(client: Client): void {
    // Another client with the same id may have replaced it already.
    if (this.connected.get(client.id) === client) this.connected.delete(client.id);
    if (client.clean) this.shared.forget(client.id);
    this.ready(client);
    this.changed();
  }

  /** The topic to subscribe in place of the given one; undefined where that is malformed. */
  subscribe(client: Client, topic: string): string | undefined {
    const subscribed = this.shared.join(client.id, topic);
    if (subscribed) this.topics.set(client, (this.topics.get(client) ?? new Set()).add(SharedSubscriptions.original(subscribed)));
    this.changed();
    return subscribed;
  }

  /** The topic that was subscribed in place of the given one, if any. */
  unsubscribe(client: Client, topic: string): string | undefined {
    this.topics.get(client)?.delete(topic);
    this.changed();
    return this.shared.leave(client.id, topic);
  }

  /** The additional topics to which a message has to be published. */
  shares(topic: string): string[] {
    return this.shared.shares(topic);
  }

  drop(): void {
    for (const client of this.connected.values()) client.conn.destroy();
  }
}
