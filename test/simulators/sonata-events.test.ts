import { deepEqual, equal } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { Simulator } from '../../src/simulators/simulator';
import { until, within } from '../kit/within';
import { call, EXAMPLE, levels, simulated, snapshot } from './simulated';

const clients: MqttClient[] = [];

async function connect(simulator: Simulator, options: IClientOptions = {}): Promise<MqttClient & { got: string[] }> {
  const client = Object.assign(mqtt.connect(simulator.mqttAddress, { reconnectPeriod: 0, ...options }), { got: [] as string[] });
  clients.push(client);
  client.on('error', () => {});
  client.on('message', (topic, payload) => client.got.push(`${topic} ${payload}`));
  await within(20_000, 'no connection', new Promise<void>((resolve) => client.once('connect', () => resolve())));
  return client;
}

const show = (simulator: Simulator, device: number, values: number[], installation = 1) =>
  call(simulator, 'POST', '/sonata/pattern', { installation_id: installation, device_id: device, values });

const act = async (simulator: Simulator, action: string, input: unknown) =>
  equal((await call(simulator, 'POST', `/page/sonata/${action}`, input)).status, 204);

const connected = async (simulator: Simulator) => (await snapshot(simulator)).mqtt?.clients.length;

/** What an event says of the LED in which the tests count. */
const level = (event: string) => Number(/"i":4,"v":\[((\d+),){51}/.exec(event)?.[2]);

const items = (v: readonly number[]) => [...[0, 1, 2, 3].map((i) => ({ i, v: 0 })), { i: 4, v }];

describe('simulated Sonata, events', () => {
  afterEach(() => {
    for (const client of clients.splice(0)) client.end(true);
  });

  describe('MQTT', () => {
    it('a change is published once as context, and the same pattern again is no change', async () => {
      const simulator = await simulated();
      const client = await connect(simulator);
      await client.subscribeAsync('v2/+/rx/+/context/+');
      await show(simulator, 2, EXAMPLE, 16);
      await show(simulator, 2, EXAMPLE, 16);
      await call(simulator, 'POST', '/sonata/off', { installation_id: 16, device_id: 2 });
      await until('both events', () => client.got.length >= 2);
      deepEqual(client.got, [
        `v2/16/rx/2/context/0 ${JSON.stringify({ key: 0, cl: items(EXAMPLE) })}`,
        `v2/16/rx/2/context/0 ${JSON.stringify({ key: 0, cl: items(levels({})) })}`,
      ]);
    });

    it('a matrix that is restarted sends alive and has lost its pattern', async () => {
      const simulator = await simulated();
      const client = await connect(simulator);
      await client.subscribeAsync('v2/+/rx/+/alive');
      await show(simulator, 1, EXAMPLE);
      await act(simulator, 'restart', { installation: 1, device: 1 });
      await until('alive', () => client.got.length > 0);
      deepEqual(client.got, ['v2/1/rx/1/alive {}']);
      deepEqual((await snapshot(simulator)).vendors.sonata.matrices[0]?.levels, levels({}));
    });

    it('accepts clients with a user name and password', async () => {
      await connect(await simulated(), { username: 'somebody', password: 'secret' });
    });

    it('the members of a shared group take turns, and others get everything', async () => {
      const simulator = await simulated();
      const [a, b, other] = [await connect(simulator), await connect(simulator), await connect(simulator)];
      for (const member of [a, b]) await member.subscribeAsync('$share/group/v2/1/rx/+/context/+', { qos: 1 });
      await other.subscribeAsync('v2/#', { qos: 1 });
      for (let level = 1; level <= 10; level++) await show(simulator, 1, levels({ 50: level }));
      await until('10 events', () => other.got.length >= 10 && a.got.length + b.got.length >= 10);
      deepEqual([a.got.length, b.got.length], [5, 5]);
      deepEqual([...a.got, ...b.got].sort(), [...other.got].sort());
    });

    it('a member that leaves its shared group gets nothing more', async () => {
      const simulator = await simulated();
      const topic = '$share/group/v2/1/rx/+/context/+';
      const [a, b] = [await connect(simulator, { clientId: 'a', clean: false }), await connect(simulator)];
      for (const member of [a, b]) await member.subscribeAsync(topic, { qos: 1 });
      await a.unsubscribeAsync(topic);
      a.end(true);
      const again = await connect(simulator, { clientId: 'a', clean: false });
      for (let level = 1; level <= 4; level++) await show(simulator, 1, levels({ 50: level }));
      await until('all events at the other member', () => b.got.length >= 4);
      deepEqual(again.got, []);
      deepEqual((await snapshot(simulator)).mqtt?.clients.find(({ id }) => id === 'a')?.subscriptions, []);
    });

    it('a member that is away leaves the events to the others', async () => {
      const simulator = await simulated();
      const [a, b] = [await connect(simulator, { clientId: 'a', clean: false }), await connect(simulator)];
      for (const member of [a, b]) await member.subscribeAsync('$share/group/v2/#', { qos: 1 });
      a.end(true);
      await until(
        'a is gone',
        () => connected(simulator),
        (count) => count === 1,
      );
      for (let level = 1; level <= 4; level++) await show(simulator, 1, levels({ 50: level }));
      await until('all events at the other member', () => b.got.length >= 4);
    });

    it('a malformed shared subscription is refused', async () => {
      const client = await connect(await simulated());
      const granted = await client.subscribeAsync('$share/group').catch((error: Error) => error);
      equal(granted instanceof Error, true);
    });

    it('a persistent session gets what it missed, in order and once, for a shared subscription too', async () => {
      const simulator = await simulated();
      for (const topic of ['v2/1/rx/+/context/+', '$share/group/v2/1/rx/+/context/+']) {
        const first = await connect(simulator, { clientId: topic.slice(0, 4), clean: false });
        await first.subscribeAsync(topic, { qos: 1 });
        first.end(true);
        await until(
          'it is gone',
          () => connected(simulator),
          (count) => count === 0,
        );
        for (let level = 1; level <= 5; level++) await show(simulator, 1, levels({ 50: level }));
        const second = await connect(simulator, { clientId: topic.slice(0, 4), clean: false });
        await show(simulator, 1, levels({}));
        await until('what was missed and what is new', () => second.got.length >= 6);
        const seen = second.got.map(
          (message) => (JSON.parse(message.slice(message.indexOf('{'))) as { cl: { v: number[] }[] }).cl[4]?.v[50],
        );
        deepEqual(seen, [1, 2, 3, 4, 5, 0]);
        second.end(true);
        await until(
          'it is gone',
          () => connected(simulator),
          (count) => count === 0,
        );
      }
    });

    it('an absent client finds at most 1000 messages', async () => {
      const simulator = await simulated();
      const first = await connect(simulator, { clientId: 'a', clean: false });
      await first.subscribeAsync('v2/#', { qos: 1 });
      first.end(true);
      await until(
        'it is gone',
        () => connected(simulator),
        (count) => count === 0,
      );
      for (let count = 0; count < 1005; count++) await show(simulator, 1, levels({ 50: (count % 15) + 1 }));
      const second = await connect(simulator, { clientId: 'a', clean: false });
      await show(simulator, 1, levels({}));
      await until('what is new', () => second.got.at(-1)?.endsWith(JSON.stringify({ key: 0, cl: items(levels({})) })) ?? false);
      equal(second.got.length, 1001);
    });
  });

  describe('webhook', () => {
    const received: { type: string | undefined; text: string }[] = [];
    const open = { now: 0, most: 0 };
    let server: Server;
    let url: string;

    before(async () => {
      server = createServer((request, response) => {
        let text = '';
        open.most = Math.max(open.most, ++open.now);
        request.on('data', (chunk) => {
          text += chunk;
        });
        request.on('end', () => {
          received.push({ type: request.headers['content-type'], text });
          // Long enough for the next event to be there.
          setTimeout(() => {
            open.now--;
            response.end('ok');
          }, 20);
        });
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/receive/secret`;
    });
    beforeEach(async () => {
      await until('what the last test sent is answered', () => open.now === 0);
      open.most = 0;
      received.splice(0);
    });
    after(() => server.close());

    /** The vendor's document, section "Events": its example, to the letter. */
    const zeros = (count: number) => new Array(count).fill('0').join(', ');
    const lit = `${zeros(31)}, 15, ${zeros(23)}, 15, ${zeros(9)}, 15, ${zeros(34)}`;
    const cl = `[{'i': 0, 'v': 0}, {'i': 1, 'v': 0}, {'i': 2, 'v': 0}, {'i': 3, 'v': 0}, {'i': 4, 'v': [${lit}]}]`;
    const python = `{'type': 'context', 'installation_id': '16', 'device_id': '456', 'payload': {'key': 0, 'cl': ${cl}}}`;
    const object = { type: 'context', installation_id: '16', device_id: '456', payload: { key: 0, cl: items(EXAMPLE) } };

    it('posts the example of the document, to the letter', async () => {
      const simulator = await simulated();
      await call(simulator, 'POST', '/sonata/subscribe', { url });
      await show(simulator, 456, EXAMPLE, 16);
      await until('the event', () => received.length > 0);
      deepEqual(received, [{ type: 'application/json', text: `"${python}"` }]);
    });

    for (const [webhookBody, type, text] of [
      ['object', 'application/json', JSON.stringify(object)],
      ['text', 'text/plain', python],
    ] as const)
      it(`posts the form "${webhookBody}" when told to`, async () => {
        const simulator = await simulated();
        await act(simulator, 'events', { webhookBody, typeKey: 'type' });
        await call(simulator, 'POST', '/sonata/subscribe', { url });
        await show(simulator, 456, EXAMPLE, 16);
        await until('the event', () => received.length > 0);
        deepEqual(received, [{ type, text }]);
      });

    it('names the type by message_type when told to, and posts alive', async () => {
      const simulator = await simulated();
      await act(simulator, 'events', { webhookBody: 'object', typeKey: 'message_type' });
      await call(simulator, 'POST', '/sonata/subscribe', { url });
      await act(simulator, 'restart', { installation: 1, device: 3 });
      await until('the event', () => received.length > 0);
      deepEqual(JSON.parse(received[0]?.text ?? ''), { message_type: 'alive', installation_id: '1', device_id: '3', payload: {} });
    });

    it('knows one subscriber, posts one event after the other, and stops for all clients on unsubscribe', async () => {
      const simulator = await simulated();
      await act(simulator, 'events', { webhookBody: 'object', typeKey: 'type' });
      await call(simulator, 'POST', '/sonata/subscribe', { url: 'http://127.0.0.1:9/first' });
      await call(simulator, 'POST', '/sonata/subscribe', { url });
      for (let level = 1; level <= 15; level++) await show(simulator, 1, levels({ 50: level }));
      await until('15 events', () => received.length >= 15);
      deepEqual(
        received.map(({ text }) => level(text)),
        Array.from({ length: 15 }, (_, index) => index + 1),
      );
      equal(open.most, 1);
      await call(simulator, 'GET', '/sonata/unsubscribe');
      await show(simulator, 1, levels({ 50: 7 }));
      await call(simulator, 'POST', '/sonata/subscribe', { url });
      await show(simulator, 1, levels({ 50: 8 }));
      await until('the event after the new subscription', () => received.length >= 16);
      // The next one, and not what happened in between.
      equal(level(received[15]?.text ?? ''), 8);
    });

    it('keeps the path of the subscriber to itself, and logs a subscriber that is not there', async () => {
      const simulator = await simulated();
      await call(simulator, 'POST', '/sonata/subscribe', { url: 'http://user:hush-hush@127.0.0.1:9/hidden-away' });
      await show(simulator, 1, EXAMPLE);
      const told = await until(
        'the attempt',
        () => snapshot(simulator),
        ({ log }) => log.some(({ direction }) => direction === 'out'),
      );
      const { path, status } = told.log.at(-1) ?? {};
      deepEqual([path, status], ['http://127.0.0.1:9/…', 0]);
      equal(/hidden-away|hush-hush/.test(JSON.stringify(told)), false);
    });
  });
});
