import { createServer } from 'node:net';
import type { AedesPublishPacket, Client } from 'aedes';
import { HOST, listen } from './listen';
import { SharedSubscriptions } from './shared-subscriptions';
import type { MqttClient } from './types';

export interface Broker {
  readonly address: string;
  readonly port: number;
  clients(): MqttClient[];
  publish(topic: string, payload: string): void;
  /** Cuts the connection of every client. */
  drop(): void;
  close(): Promise<void>;
}

/** What an absent client with a persistent session finds waiting at most. */
const MOST_WAITING = 1000;

/** An MQTT broker that lets everybody in. @throws PortTaken */
export async function startBroker(port: number, changed: () => void): Promise<Broker> {
  const { Aedes } = await import('aedes');
  const connected = new Map<string, Client>();
  const subscriptions = new WeakMap<Client, Set<string>>();
  const shared = new SharedSubscriptions((id) => connected.has(id));

  const aedes = new Aedes({
    // Called for a restored session too, then with the topic that stands in for the shared one.
    authorizeSubscribe(client, subscription, callback) {
      const topic = shared.join(client.id, subscription.topic);
      if (topic === undefined) return callback(null, null);
      subscription.topic = topic;
      subscriptions.get(client)?.add(SharedSubscriptions.original(topic));
      changed();
      callback(null, subscription);
    },
    authorizeForward(_client, packet) {
      packet.topic = SharedSubscriptions.original(packet.topic);
      return packet;
    },
    published(packet, _client, callback) {
      for (const topic of shared.shares(packet.topic)) publish(topic, packet.payload, packet.qos);
      callback();
    },
  });
  const publish = (topic: string, payload: string | Buffer, qos: AedesPublishPacket['qos']) =>
    aedes.publish({ cmd: 'publish', topic, payload, qos, dup: false, retain: false }, (error) => {
      if (error) process.emitWarning(error);
    });

  aedes.on('client', (client) => {
    connected.set(client.id, client);
    subscriptions.set(client, new Set());
    if (client.clean) shared.forget(client.id);
    changed();
  });
  aedes.on('clientDisconnect', (client) => {
    if (connected.get(client.id) === client) connected.delete(client.id);
    if (client.clean) shared.forget(client.id);
    changed();
  });
  aedes.on('unsubscribe', (topics, client) => {
    for (const topic of topics) {
      subscriptions.get(client)?.delete(topic);
      const replaced = shared.leave(client.id, topic);
      if (!replaced) continue;
      client.unsubscribe({ cmd: 'unsubscribe', unsubscriptions: [replaced] });
      void persistence.removeSubscriptions(client, [replaced]);
    }
    changed();
  });
  await aedes.listen();
  const { persistence } = aedes as unknown as { persistence: Persistence };
  boundQueues(persistence, (id) => connected.has(id));

  const server = createServer((socket) => aedes.handle(socket));
  const listening = await listen(server, port).catch((error: unknown) => {
    aedes.close();
    throw error;
  });
  return {
    port: listening.port,
    address: `mqtt://${HOST}:${listening.port}`,
    clients: () =>
      [...connected.values()].map((client) => ({
        id: client.id,
        persistent: !client.clean,
        subscriptions: [...(subscriptions.get(client) ?? [])],
      })),
    publish: (topic, payload) => publish(topic, payload, 1),
    drop: () => {
      for (const client of connected.values()) client.conn.destroy();
    },
    close: async () => {
      await Promise.all([listening.close(), new Promise<void>((resolve) => aedes.close(resolve))]);
    },
  };
}

/** Of aedes' store of sessions, which its types leave out. */
interface Persistence {
  outgoingEnqueueCombi(subscriptions: readonly { clientId: string }[], packet: unknown): Promise<unknown>;
  removeSubscriptions(client: Client, topics: readonly string[]): Promise<unknown>;
}

/** aedes keeps what absent clients missed without a limit; a forgotten client must not fill the memory. */
function boundQueues(persistence: Persistence, isConnected: (clientId: string) => boolean): void {
  const enqueue = persistence.outgoingEnqueueCombi.bind(persistence);
  const missed = new Map<string, number>();
  persistence.outgoingEnqueueCombi = (subscriptions, packet) =>
    enqueue(
      subscriptions.filter(({ clientId }) => {
        missed.set(clientId, isConnected(clientId) ? 0 : (missed.get(clientId) ?? 0) + 1);
        return (missed.get(clientId) ?? 0) <= MOST_WAITING;
      }),
      packet,
    );
}
