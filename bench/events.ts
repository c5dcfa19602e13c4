import { eventRace } from './event-race';
import { answer, counted, type Side, start } from './harness';
import { lightOf, startNodeRed } from './node-red';

const MESSAGES = 32_000;
const TOPIC = 'v2/16/rx/+/context/+';

/** A sender, a way to connect to it, and what counts the events that came. */
async function receiving(connect: (url: string, received: () => void) => Promise<void>) {
  const { process, told } = await start('peers/mqtt-sender');
  const subscribed = answer(process);
  let counter = { left: 0, over: () => {} };
  await connect(String(told), () => {
    if (--counter.left === 0) counter.over();
  });
  await subscribed;
  return counted(async () => {
    await new Promise<void>((resolve) => {
      counter = { left: MESSAGES, over: resolve };
      process.send(MESSAGES);
    });
    return MESSAGES;
  });
}

const ensemble: Side = () =>
  receiving(async (mqttUrl, received) => {
    const nodeRed = await startNodeRed([
      { id: 'gateway', type: 'sonata-gateway', mqttUrl, installationId: 16 },
      { id: 'measured', type: 'sonata-events', connection: 'gateway', transport: 'mqtt', wires: [['light']] },
      { id: 'light', type: 'light', wires: [[]] },
    ]);
    lightOf(nodeRed, 'light').take = received;
  });

const core: Side = () =>
  receiving(async (url, received) => {
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

const raw: Side = () =>
  receiving(async (url, received) => {
    const { connectAsync } = await import('mqtt');
    const client = await connectAsync(url, { protocolVersion: 4 });
    client.on('message', (_topic, payload) => {
      JSON.parse(payload.toString());
      received();
    });
    await client.subscribeAsync(TOPIC);
  });

export const events = eventRace({
  name: 'events-mqtt',
  title: 'sonata-events over MQTT, parsed, validated, normalised',
  measured: { 'sonata-events': ensemble },
  library: { 'mqtt.js and JSON.parse': raw },
  others: { 'core mqtt in': core },
  ofTheLimit: 0.85,
  ofOthers: { 'core mqtt in': 1 },
});
