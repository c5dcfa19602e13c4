import { createServer } from 'node:net';
import type { Aedes, AedesPublishPacket, Client } from 'aedes';
import { HOST, listen } from '../listen';
import type { MqttClient } from '../page/update';
import { Sessions } from './sessions';
import { SharedSubscriptions } from './shared-subscriptions';

export interface SimulatedBroker {
  readonly address: string;
  clients(): MqttClient[];
  publish(topic: string, payload: string): void;
  /** Cuts the connection of every client. */
  drop(): void;
  close(): Promise<void>;
}

/** Messages that are queued for a client with a persistent session while it is not connected. */
const MAX_QUEUED = 1000;

/** Milliseconds for which a client may stop reading. */
const DRAIN_TIMEOUT = 5000;

/** An MQTT broker without authentication. @throws PortTaken */
export async function startBroker(port: number, changed: () => void): Promise<SimulatedBroker> {
  const sessions = new Sessions(changed);
  const loading = loadAedes(sessions);
  // Loading takes a moment: clients that connect meanwhile (the nodes of the same deploy) wait and are not refused.
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
    drainTimeout: DRAIN_TIMEOUT,
    // Called for a restored session too, then with the topic that replaces the shared one.
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

/** A part of aedes' store of sessions, which its types leave out. */
interface Persistence {
  outgoingEnqueueCombi(subscriptions: readonly { clientId: string }[], packet: unknown): Promise<unknown>;
  removeSubscriptions(client: Client, topics: readonly string[]): Promise<unknown>;
}

/** aedes queues messages for disconnected clients without a limit; a client that never returns must not fill the memory. */
function boundQueues(persistence: Persistence, sessions: Sessions): void {
  const enqueue = persistence.outgoingEnqueueCombi.bind(persistence);
  const missed = new Map<string, number>();
  persistence.outgoingEnqueueCombi = (subscriptions, packet) =>
    enqueue(
      subscriptions.filter(({ clientId }) => {
        missed.set(clientId, sessions.isConnected(clientId) ? 0 : (missed.get(clientId) ?? 0) + 1);
        return (missed.get(clientId) ?? 0) <= MAX_QUEUED;
      }),
      packet,
    );
}
