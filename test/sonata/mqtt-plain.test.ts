import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { hasMosquitto, type MosquittoOptions, startMosquitto } from '../kit/broker';
import type { FlowNode } from '../kit/node-red';
import { debugNode, PlainNodeRed } from '../kit/plain';
import { freePort } from '../kit/ports';
import { msg, num } from '../kit/typed-input';

const PATTERN = Array.from({ length: 100 }, (_, index) => ([0, 9, 90, 99].includes(index) ? 0 : index % 16));
const events = { id: 'events', type: 'sonata-events', connection: 'gateway', transport: 'mqtt', wires: [['event']] };

describe('sonata-events over MQTT, on a plain Node-RED with its default settings', () => {
  let red: PlainNodeRed;
  before(async () => {
    red = await PlainNodeRed.start();
  });
  after(() => red.remove());

  const seen = async (count: number) =>
    (await red.shows('event', count)).map(({ topic, payload, event }) => {
      const { initial, resumed } = event as { initial: boolean; resumed: boolean };
      return { topic, payload: payload as { key?: number; pattern?: unknown }, initial, resumed };
    });

  it('receives what the simulated matrices show, and does so again after a deploy', async () => {
    const [port, mqttPort] = [await freePort(), await freePort()];
    const flow: FlowNode[] = [
      { id: 'simulator', type: 'ensemble-simulator', port, mqttPort, wires: [] },
      {
        id: 'gateway',
        type: 'sonata-gateway',
        baseUrl: `http://127.0.0.1:${port}/sonata`,
        mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
        installationId: '1',
      },
      events,
      debugNode('event'),
      { id: 'http', type: 'http in', method: 'post', url: '/in', wires: [['pattern', 'response']] },
      { id: 'response', type: 'http response', wires: [] },
      {
        id: 'pattern',
        type: 'sonata-pattern',
        connection: 'gateway',
        operation: 'set-pattern',
        parameters: { deviceId: num(7), pattern: msg('payload') },
        wires: [[]],
      },
    ];
    const show = (pattern: readonly number[]) =>
      fetch(`${red.httpUrl}/in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(pattern) });
    await red.deploy(flow);
    await red.status('events', { fill: 'green', shape: 'dot' });
    await show(PATTERN);
    const [first] = await seen(1);
    assert.deepEqual([first?.topic, first?.payload.pattern, first?.resumed], ['1/7/context', PATTERN, false]);
    red.statuses.clear();
    await red.deploy(flow.map((node) => ({ ...node, name: 'again' })));
    await red.status('events', { fill: 'green', shape: 'dot' });
    await show(PATTERN.with(1, 15));
    const [, second] = await seen(2);
    assert.deepEqual(second?.payload.pattern, PATTERN.with(1, 15));
  });

  (hasMosquitto ? it : it.skip)('hears again by itself after the power cuts of the broker and of Node-RED', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ensemble-sessions-'));
    let broker = await startMosquitto({ folder });
    const { port } = broker;
    const start = async (options: MosquittoOptions = {}) => {
      broker = await startMosquitto({ port, ...options });
    };
    const publish = async (key: number) => {
      const publisher = await connectAsync(broker.url);
      await publisher.publishAsync('v2/7/rx/3/context/0', JSON.stringify({ key, cl: [{ i: 4, vl: PATTERN }] }), { qos: 1 });
      await publisher.endAsync();
    };
    const keys = async (count: number) => (await seen(count)).map(({ payload, resumed }) => `${payload.key}${resumed ? ' resumed' : ''}`);
    const isUp = async (deviceId: string) => {
      red.statuses.clear();
      await red.deploy([
        { id: 'gateway', type: 'sonata-gateway', mqttUrl: broker.url, installationId: '7' },
        { ...events, deviceId },
        debugNode('event'),
      ]);
      await red.status('events', { fill: 'green', shape: 'dot' });
    };
    /** @param kept whether the broker has its sessions again, as they were when it was last stopped in peace */
    const powerCut = async (kept: boolean) => {
      red.statuses.clear();
      await broker.kill();
      await red.status('events', { fill: 'yellow', shape: 'ring' });
      await start(kept ? { folder } : {});
      await red.status('events', { fill: 'green', shape: 'dot' });
    };
    red.shown.length = 0;
    await isUp('4');
    await broker.stop();
    await start({ folder });
    await isUp('3');
    await publish(1);
    await keys(1);
    await powerCut(true);
    await publish(2);
    await keys(2);
    await powerCut(false);
    await publish(3);
    assert.deepEqual(await keys(3), ['1', '2', '3']);
    await red.kill();
    for (const key of [4, 5]) await publish(key);
    red = await PlainNodeRed.start({ userDir: red.userDir });
    assert.deepEqual(await keys(2), ['4 resumed', '5 resumed']);
    await red.status('events', { fill: 'green', shape: 'dot' });
    await publish(6);
    assert.deepEqual((await keys(3)).at(-1), '6');
    await broker.stop();
    rmSync(folder, { recursive: true });
  });
});
