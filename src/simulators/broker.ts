import { createServer } from 'node:net';
import type { Aedes, AedesPublishPacket, Client } from 'aedes';
import { HOST, listen } from './listen';
import { Sessions } from './sessions';
import { SharedSubscriptions } from './shared-subscriptions';
import type { MqttClient } from './types';

export interface Broker {
  readonly address: string;
  clients(): MqttClient[];
  publish(topic: string, payload: string): void;
  /** Cuts the connection of every client. */
  drop(): void;
  close(): Promise<void>;
}

/** What an absent client with a persistent session finds waiting at most. */
const MOST_WAITING = 1000;

/** Milliseconds for which a client may stop reading. */
const PATIENCE = 5000;

/** An MQTT broker that lets everybody in. @throws PortTaken */
export async function startBroker(port: number, changed: () => void): Promise<Broker> {
  const sessions = new Sessions(changed);
  const loading = loadAedes(sessions);
  // Loading takes a moment: who connects meanwhile (the nodes of the same deploy) waits and is not refused.
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    void loading.then(
      (aedes) => aedes.handle(socket),
      () => socket.destroy(),
    );
  });
  const listening = await listen(server, port).catch(async (error: unknown) => {
    (await loading).close();
    throw error;
  });
  const aedes = await loading;
  return {
    address: `mqtt://${HOST}:${listening.port}`,
    clients: () => sessions.list(),
    publish: (topic, payload) => sessions.inOrder(() => publish(aedes, topic, payload, 1)),
    drop: () => sessions.drop(),
    close: async () => {
      await Promise.all([listening.close(), new Promise<void>((resolve) => aedes.close(resolve))]);
    },
  };
}

async function loadAedes(sessions: Sessions): Promise<Aedes> {
  const { Aedes } = await import('aedes');
  const aedes = new Aedes({
    drainTimeout: PATIENCE,
    // Called for a restored session too, then with the topic that stands in for the shared one.
    authorizeSubscribe(client, subscription, callback) {
      const topic = sessions.subscribe(client, subscription.topic);
      if (topic) subscription.topic = topic;
      callback(null, topic ? subscription : null);
    },
    authorizeForward(_client, packet) {
      packet.topic = SharedSubscriptions.original(packet.topic);
      return packet;
    },
    published({ topic, payload, qos }, _client, callback) {
      for (const share of sessions.shares(topic)) publish(aedes, share, payload, qos);
      callback();
    },
  });
  await aedes.listen();
  const { persistence } = aedes as unknown as { persistence: Persistence };
  boundQueues(persistence, sessions);
  aedes.on('client', (client) => sessions.enter(client));
  aedes.on('clientReady', (client) => sessions.ready(client));
  aedes.on('clientDisconnect', (client) => sessions.leave(client));
  aedes.on('unsubscribe', (topics, client) => {
    for (const topic of topics) {
      const replaced = sessions.unsubscribe(client, topic);
      if (!replaced) continue;
      client.unsubscribe({ cmd: 'unsubscribe', unsubscriptions: [replaced] }, warn);
      persistence.removeSubscriptions(client, [replaced]).catch(warn);
    }
  });
  return aedes;
}

function publish(aedes: Aedes, topic: string, payload: string | Buffer, qos: AedesPublishPacket['qos']): void {
  aedes.publish({ cmd: 'publish', topic, payload, qos, dup: false, retain: false }, warn);
}

function warn(error?: Error): void {
  if (error) process.emitWarning(error);
}

/** Of aedes' store of sessions, which its types leave out. */
interface Persistence {
  outgoingEnqueueCombi(subscriptions: readonly { clientId: string }[], packet: unknown): Promise<unknown>;
  removeSubscriptions(client: Client, topics: readonly string[]): Promise<unknown>;
}

/** aedes keeps what absent clients missed without a limit; a forgotten client must not fill the memory. */
function boundQueues(persistence: Persistence, sessions: Sessions): void {
  const enqueue = persistence.outgoingEnqueueCombi.bind(persistence);
  const missed = new Map<string, number>();
  persistence.outgoingEnqueueCombi = (subscriptions, packet) =>
    enqueue(
      subscriptions.filter(({ clientId }) => {
        missed.set(clientId, sessions.isConnected(clientId) ? 0 : (missed.get(clientId) ?? 0) + 1);
        return (missed.get(clientId) ?? 0) <= MOST_WAITING;
      }),
      packet,
    );
}
