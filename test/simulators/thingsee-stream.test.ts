import { deepEqual, equal, ok } from 'node:assert/strict';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Simulator } from '../../src/simulators/simulator';
import { until } from '../kit/within';
import { call, press, simulated } from './simulated';

const TUID = 'TSEN03X2Z74162459';
const UNASSIGNED = 'TSEN03X2Z74162460';

describe('the stream of the simulated Thingsee deployment', () => {
  let simulator: Simulator;
  let client: MqttClient;
  let received: { readonly topic: string; readonly message: Record<string, unknown> }[];
  beforeEach(async () => {
    simulator = await simulated();
    received = [];
    client = await connectAsync(simulator.mqttAddress, { reconnectPeriod: 0 });
    client.on('message', (topic, payload) => received.push({ topic, message: JSON.parse(payload.toString()) as Record<string, unknown> }));
    await client.subscribeAsync('cloudext/json/#', { qos: 1 });
  });
  afterEach(() => client.endAsync(true));
  const report = (tuid: string) => press(simulator, 'thingsee', 'report', { tuid });

  it('brings each message that the API has, under its group, its thing and its kind', async () => {
    await report(TUID);
    await until('a message', () => received.length > 0);
    const [{ topic, message } = { topic: '', message: {} }] = received;
    equal(topic, `cloudext/json/pr/fi/prfi00office/${TUID}/12100`);
    const login = { client_id: 'ensemble', client_secret: 'simulated-secret' };
    const { data } = (await call(simulator, 'POST', '/thingsee/auth/client-token', login)).body as { data: { token: string } };
    const listed = await fetch(`${simulator.address}/thingsee/things/${TUID}/messages?limit=1000`, {
      headers: { authorization: `Bearer ${data.token}` },
    });
    const { data: messages } = (await listed.json()) as { data: Record<string, unknown>[] };
    deepEqual(
      messages.find(({ tsmTs, tsmId }) => tsmTs === message.tsmTs && tsmId === 12100),
      message,
    );
  });

  it('brings a message twice where the page says so', async () => {
    await press(simulator, 'thingsee', 'passage', { twice: true });
    await report(TUID);
    await report(TUID);
    await until('three messages', () => received.filter(({ message }) => message.tsmId === 12100).length === 3);
  });

  it('brings nothing of things without a group', async () => {
    await report(UNASSIGNED);
    await report(TUID);
    await until('a message', () => received.length > 0);
    ok(received.every(({ message }) => message.tsmTuid === TUID));
  });

  it('breaks where the page cuts the connections', async () => {
    const closed = new Promise((resolve) => client.once('close', () => resolve(undefined)));
    await press(simulator, 'thingsee', 'drop', {});
    await closed;
  });
});
