import { eventRace, receiving } from './event-race';
import type { Side } from './harness';
import { lightOf, lightPair, live, startNodeRed } from './node-red';

const SENDER = { file: 'peers/mqtt-sender', messages: 32_000 };
const TOPIC = 'v2/16/rx/+/context/+';

const ensemble: Side = () =>
  receiving(SENDER, async (mqttUrl, received) => {
    const nodeRed = await startNodeRed([
      { id: 'gateway', type: 'sonata-gateway', mqttUrl, installationId: 16 },
      { id: 'measured', type: 'sonata-events', connection: 'gateway', transport: 'mqtt', wires: [['light']] },
      { id: 'light', type: 'light', wires: [[]] },
    ]);
    lightOf(nodeRed, 'light').take = received;
    await live(nodeRed, 'measured');
  });

const core: Side = () =>
  receiving(SENDER, async (url, received) => {
    const { hostname, port } = new URL(url);
    const nodeRed = await startNodeRed([
      {
        id: 'broker',
        type: 'mqtt-broker',
        broker: hostname,
        port,
        protocolVersion: 4,
        keepalive: 60,
        cleansession: true,
        autoConnect: true,
      },
      { id: 'measured', type: 'mqtt in', broker: 'broker', topic: TOPIC, qos: '0', datatype: 'json', inputs: 0, wires: [['light']] },
      { id: 'light', type: 'light', wires: [[]] },
    ]);
    lightOf(nodeRed, 'light').take = received;
  });

type OnMessage = (topic: string, payload: Buffer) => void;

async function subscribe(url: string, onMessage: OnMessage): Promise<void> {
  const { connectAsync } = await import('mqtt');
  const client = await connectAsync(url, { protocolVersion: 4 });
  client.on('message', onMessage);
  await client.subscribeAsync(TOPIC);
}

const raw: Side = () =>
  receiving(SENDER, (url, received) =>
    subscribe(url, (_topic, payload) => {
      JSON.parse(payload.toString());
      received();
    }),
  );

const plainNode: Side = () =>
  receiving(SENDER, async (url, received) => {
    const light = await lightPair(received);
    await subscribe(url, (topic, payload) => light.send({ topic, payload: JSON.parse(payload.toString()) }));
  });

export const events = eventRace({
  name: 'events-mqtt',
  title: 'sonata-events over MQTT, parsed, validated, normalised',
  measured: { 'sonata-events': ensemble },
  library: { 'mqtt.js and JSON.parse': raw },
  others: { 'core mqtt in': core, 'a node with mqtt.js and JSON.parse': plainNode },
  ofTheLimit: 0.85,
  ofOthers: { 'core mqtt in': 1 },
});
