import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Message } from '../../src/node-red/red';
import { OUTPUT, TAB } from '../kit/audit';
import { brokers, type TestBroker } from '../kit/broker';
import { cutLines, MqttLine } from '../kit/line';
import type { FlowNode } from '../kit/node-red';
import { freePort } from '../kit/ports';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { sonata } from './vendor';

const cells = Array.from({ length: 100 }, (_, index) => index % 16);
const context = (key: number) =>
  JSON.stringify({
    key,
    cl: [
      { i: 0, vl: [0] },
      { i: 4, v: cells },
    ],
  });
const keyOf = ({ payload }: Message) => (payload as { key?: number }).key;
const eventOf = (msg: Message | undefined) => msg?.event as Record<string, unknown>;

describe('sonata-events', () => {
  const stage = new Stage(sonata);
  const open = async (config: object, node: object = {}, others: readonly FlowNode[] = []) => {
    const events = { id: 'events', type: 'sonata-events', transport: 'mqtt', ...node };
    return stage.open(events, { credentials: undefined, installationId: '7', ...config }, others);
  };

  for (const [name, start] of Object.entries(brokers))
    describe(`over MQTT, with ${name} as the broker`, () => {
      let broker: TestBroker;
      let publisher: MqttClient;

      beforeEach(async () => {
        broker = await start();
        publisher = await connectAsync(broker.url);
      });
      afterEach(async () => {
        await stage.red.stop();
        await cutLines();
        await publisher.endAsync();
        await broker.stop();
      });

      const publish = (topic: string, body: string) => publisher.publishAsync(topic, body, { qos: 1 });
      const listen = async (node = {}, config = {}) => {
        await open({ mqttUrl: broker.url, ...config }, node);
        await stage.audit.status({ fill: 'green', shape: 'dot' });
      };
      const received = (count: number) =>
        until(
          `${count} events`,
          () => stage.audit.outputs.length,
          (length) => length >= count,
        );

      it('emits context and alive, of its installation alone', async () => {
        await listen();
        await publish('v2/8/rx/3/context/0', context(1));
        await publish('v2/7/rx/3/context/1', context(2));
        await publish('v2/7/rx/4/alive', 'up');
        await received(2);
        const [shown, alive] = stage.audit.outputs;
        assert.equal(shown?.topic, '7/3/context');
        assert.deepEqual(shown?.payload, {
          installationId: 7,
          deviceId: 3,
          type: 'context',
          pattern: cells,
          values: { 0: [0], 4: cells },
          key: 2,
        });
        assert.deepEqual(shown?.event, {
          vendor: 'sonata',
          source: 'mqtt',
          type: 'context',
          initial: false,
          resumed: false,
          raw: JSON.parse(context(2)),
          model: '1',
        });
        assert.deepEqual(
          [alive?.topic, alive?.payload, eventOf(alive).raw],
          ['7/4/alive', { installationId: 7, deviceId: 4, type: 'alive', values: {} }, 'up'],
        );
        assert.equal(stage.audit.outputs.length, 2);
      });

      it('emits the events of the chosen device alone', async () => {
        await listen({ deviceId: '4' });
        for (const device of [3, 4, 5]) await publish(`v2/7/rx/${device}/context/0`, context(device));
        await received(1);
        await publish('v2/7/rx/4/context/0', context(9));
        await received(2);
        assert.deepEqual(stage.audit.outputs.map(keyOf), [4, 9]);
      });

      it('emits every event of a burst, in order, although they wait for their turn', async () => {
        await listen();
        const burst = Array.from({ length: 3000 }, (_, index) => index + 1);
        const publishAll = (keys: readonly number[]) =>
          Promise.all(keys.map((key) => publisher.publishAsync('v2/7/rx/3/context/0', context(key), { qos: 0 })));
        for (let from = 0; from < burst.length; from += 500) await publishAll(burst.slice(from, from + 500));
        await received(burst.length);
        assert.deepEqual(stage.audit.outputs.map(keyOf), burst);
      });

      it('marks what the broker kept as initial', async () => {
        await publisher.publishAsync('v2/7/rx/3/context/0', context(5), { qos: 1, retain: true });
        await listen();
        await received(1);
        assert.deepEqual([eventOf(stage.audit.outputs[0]).initial, eventOf(stage.audit.outputs[0]).resumed], [true, false]);
      });

      it('reads a text with a byte order mark, and takes no event from what only deletes a retained one', async () => {
        await listen();
        await publish('v2/7/rx/3/context/0', `\ufeff${context(1)}`);
        await publisher.publishAsync('v2/7/rx/3/context/0', '', { qos: 1, retain: true });
        await publish('v2/7/rx/3/context/0', context(2));
        await received(2);
        assert.deepEqual([stage.audit.outputs.map(keyOf), stage.audit.reports], [[1, 2], []]);
      });

      it('warns once of what comes by a topic that is none of the vendor’s', async () => {
        await listen();
        for (const device of ['abc', '-1']) await publish(`v2/7/rx/${device}/context/0`, context(1));
        await publish('v2/7/rx/3/context/0', context(2));
        await received(1);
        const warnings = stage.red.logs.filter(({ text }) => text.startsWith('an event is left out'));
        assert.equal(warnings.length, 1);
      });

      it('reports the first of several broken events, with good ones between them, and goes on', async () => {
        await listen();
        for (const [index, body] of ['{', '[]', '{"cl":1}'].entries()) {
          await publish('v2/7/rx/3/context/0', body);
          await publish('v2/7/rx/3/context/0', context(index));
        }
        await received(3);
        assert.deepEqual(
          stage.audit.reports.map(({ error }) => error.code),
          ['BAD_RESPONSE'],
        );
      });

      it('reports an event that is nested too deeply, and passes on the others to all nodes', async () => {
        await open({ mqttUrl: broker.url }, { wires: [[OUTPUT, OUTPUT]] });
        await stage.audit.status({ fill: 'green', shape: 'dot' });
        await publish('v2/7/rx/3/context/0', `{"key":1,"cl":[],"deep":${'['.repeat(20_000)}${']'.repeat(20_000)}}`);
        await publish('v2/7/rx/3/context/0', context(2));
        await received(2);
        assert.deepEqual(stage.audit.outputs.map(keyOf), [2, 2]);
        const { error } = await stage.audit.report();
        assert.deepEqual(
          [error.code, error.message],
          ['BAD_RESPONSE', 'a Sonata context event that is JSON nested more than 250 levels deep'],
        );
      });

      it('catches up after an interruption what came meanwhile, once and in order, marked as resumed', async () => {
        const line = await MqttLine.to(broker);
        await listen({}, { mqttUrl: line.url });
        await publish('v2/7/rx/3/context/0', context(1));
        await received(1);
        // Else the broker would rightly send it again.
        await until('the acknowledgement', () => line.acknowledged === 1);
        await line.cut();
        await stage.audit.status({ fill: 'yellow', shape: 'ring' });
        // All at once: the client waits longer from try to try.
        await Promise.all(Array.from({ length: 59 }, (_, index) => publish('v2/7/rx/3/context/0', context(index + 2))));
        await line.open();
        await received(60);
        await stage.audit.status({ fill: 'green', shape: 'dot' });
        // When the last of the backlog is through shows only in what comes after it.
        for (let key = 61; eventOf(stage.audit.outputs.at(-1)).resumed; key++) {
          await publish('v2/7/rx/3/context/0', context(key));
          await received(key);
        }
        assert.deepEqual(
          stage.audit.outputs.map(keyOf),
          Array.from({ length: stage.audit.outputs.length }, (_, index) => index + 1),
        );
        assert.deepEqual(
          stage.audit.outputs.slice(0, 60).map((msg) => eventOf(msg).resumed),
          [false, ...Array(59).fill(true)],
        );
      });

      // The embedded broker sends what it kept and what comes newly at the same time, in no order.
      if (name === 'mosquitto')
        it('loses nothing and repeats nothing while it is deployed again and again', async () => {
          const gateway = { id: 'gateway', type: 'sonata-gateway' };
          const three = { id: 'events3', type: 'sonata-events', deviceId: 3 };
          const four = { id: 'events4', type: 'sonata-events', deviceId: 4 };
          const other = { ...four, connection: 'gateway', transport: 'mqtt', z: TAB, wires: [[OUTPUT]] };
          await open({ mqttUrl: broker.url }, three, [other]);
          await stage.audit.status({ fill: 'green', shape: 'dot' });
          await stage.red.status('events4', { fill: 'green', shape: 'dot' });
          let publishing = true;
          let last = 0;
          const stream = (async () => {
            while (publishing) {
              await publish('v2/7/rx/3/context/0', context(++last));
              await publish('v2/7/rx/4/context/0', context(last));
            }
          })();
          const seen = (device: number) => stage.audit.outputs.filter(({ topic }) => topic === `7/${device}/context`).map(keyOf);
          const both = (count: number) => until(`${count} events of each`, () => Math.min(seen(3).length, seen(4).length) >= count);
          // Only what changed restarts: a message that is on its way to a node that restarts would be lost on the wire.
          for (const [turn, nodes] of [[three], [three, four], [gateway], [four], [four, three], [gateway]].entries()) {
            const least = Math.min(seen(3).length, seen(4).length);
            await stage.audit.deploy('nodes', ...nodes.map((node) => ({ ...node, name: `turn ${turn}` })));
            await both(least + 20);
          }
          publishing = false;
          await stream;
          await both(last);
          const all = Array.from({ length: last }, (_, index) => index + 1);
          assert.deepEqual([seen(3), seen(4)], [all, all]);
        });

      it('is one client for all nodes of a gateway', async () => {
        const line = await MqttLine.to(broker);
        const more = [1, 2, 3].map(
          (device): FlowNode => ({
            id: `more${device}`,
            type: 'sonata-events',
            z: TAB,
            connection: 'gateway',
            transport: 'mqtt',
            deviceId: device,
            wires: [[]],
          }),
        );
        await open({ mqttUrl: line.url }, {}, more);
        for (const id of ['events', 'more1', 'more2', 'more3']) await stage.red.status(id, { fill: 'green' });
        assert.equal(line.connections, 1);
        await publish('v2/7/rx/2/context/0', context(1));
        await received(1);
      });
    });

  for (const [name, start] of Object.entries(brokers))
    it(`stops at a refused login, says so once, and tries again at the next deploy (${name})`, async () => {
      const login = { username: 'sonata', password: 'right-password' };
      const broker = await start({ login });
      const line = await MqttLine.to(broker);
      const settings = (password: string) => ({ mqttUrl: line.url, credentials: { mqttUsername: 'sonata', mqttPassword: password } });
      await open(settings('wrong-password'));
      await stage.audit.status({ fill: 'red', shape: 'ring', text: 'UNAUTHORIZED' });
      assert.equal(line.connections, 1);
      await until('one report', () => stage.audit.reports.length === 1);
      assert.ok(!stage.red.logs.some(({ text }) => text.includes('wrong-password')));
      await stage.audit.deploy('full', stage.connection(settings('right-password')));
      await stage.audit.status({ fill: 'green', shape: 'dot' });
      assert.equal(line.connections, 2);
      await stage.red.stop();
      await cutLines();
      await broker.stop();
    });

  it('tells once that the broker cannot be reached, and goes on trying', async () => {
    let tries = 0;
    const server = createServer((socket) => {
      tries++;
      socket.destroy();
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await open({ mqttUrl: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}` });
    await stage.audit.status({ fill: 'yellow', shape: 'ring', text: 'UNREACHABLE: in 1 s' });
    await until('three tries', () => tries >= 3);
    assert.deepEqual(
      stage.audit.reports.map(({ error }) => error.code),
      ['UNREACHABLE'],
    );
    await stage.red.stop();
    server.close();
  });
});
