import '../kit/once';
import { deepEqual } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { logNode, PlainNodeRed } from '../kit/plain';
import { until } from '../kit/within';
import { press, read } from '../simulators/simulated';

const settings = { contextStorage: { default: { module: 'localfilesystem' } }, credentialSecret: false, flowFile: 'flows.json' };
const TUID = 'TSEN03X2Z74162459';

describe('what event nodes of 0.1.0 have kept in a context store', function () {
  this.timeout(120_000);
  let simulator: Simulator;
  let red: PlainNodeRed;
  afterEach(async () => {
    await red.remove();
    await simulator.close();
  });

  /** @param kept by node, as 0.1.0 wrote it */
  const start = async (kept: Readonly<Record<string, object>>, flow: readonly FlowNode[]) => {
    const userDir = mkdtempSync(join(tmpdir(), 'ensemble-kept-'));
    mkdirSync(join(userDir, 'context/tab'), { recursive: true });
    for (const [id, values] of Object.entries(kept)) writeFileSync(join(userDir, `context/tab/${id}.json`), JSON.stringify(values));
    // Node-RED drops what is kept of nodes that are in no flow: so they are there from the beginning.
    const placed = flow.map(({ credentials: _credentials, ...node }) => (node.wires ? { ...node, z: 'tab' } : node));
    const secrets = flow.flatMap(({ id, credentials }) => (credentials ? [[id, credentials]] : []));
    writeFileSync(join(userDir, 'flows.json'), JSON.stringify([{ id: 'tab', type: 'tab', label: 'test' }, ...placed]));
    writeFileSync(join(userDir, 'flows_cred.json'), JSON.stringify(Object.fromEntries(secrets)));
    red = await PlainNodeRed.start({ settings, userDir });
  };

  it('is taken up by all of them: what has changed since comes as resumed', async () => {
    simulator = await Simulator.start({ port: 0, mqttPort: 0 });
    const at = (vendor: string) => `${simulator.address}/${vendor}`;
    const { thingsquare } = (await read(simulator.address)).vendors;
    const [device] = thingsquare.devices;
    const variable = `${device?.id}/s/temperature`;
    await press(simulator, 'thingsee', 'report', { tuid: TUID });
    await start(
      {
        twinkly: { states: { 48213: { online: true, mode: 'off', brightness: 1 } } },
        turn: { states: { stream: 'channels', states: [['light/1/1', { value: 77, on: true }]] } },
        thingsquare: { seen: { baseUrl: at('thingsquare'), signs: { [variable]: '1 "1"' } } },
        thingsee: { cursors: { [TUID]: { at: Math.floor(Date.now() / 1000) - 30, seen: {} } } },
      },
      [
        {
          ...{ id: 'account', type: 'twinkly-account', environment: 'custom', baseUrl: at('twinkly') },
          credentials: { username: 'demo@example.com', password: 'twinkle' },
        },
        { id: 'device', type: 'turn-device', host: '127.0.0.1', port: new URL(simulator.address).port },
        { id: 'frontend', type: 'thingsquare-frontend', baseUrl: at('thingsquare'), authentication: 'anonymous' },
        {
          ...{ id: 'cloud', type: 'thingsee-cloud', baseUrl: at('thingsee') },
          credentials: { clientId: 'ensemble', clientSecret: 'simulated-secret' },
        },
        { id: 'twinkly', type: 'twinkly-status-poll', connection: 'account', ids: '48213', interval: '5', wires: [['told']] },
        { id: 'turn', type: 'turn-sse', connection: 'device', stream: 'channels', wires: [['told']] },
        { id: 'thingsquare', type: 'thingsquare-events', connection: 'frontend', interval: '1', wires: [['told']] },
        { id: 'thingsee', type: 'thing-messages', connection: 'cloud', things: TUID, interval: '1', wires: [['told']] },
        logNode('told'),
      ],
    );
    const first = (topic: string) => red.logged('told').find((msg) => msg.topic === topic);
    for (const topic of ['48213', 'light/1/1', variable, TUID]) {
      const { event } = (await until(`a message of ${topic}`, () => first(topic))) as { event: { initial: boolean; resumed: boolean } };
      deepEqual([topic, event.initial, event.resumed], [topic, false, true]);
    }
  });
});
