import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Message } from '../../src/node-red/red';
import type { Simulator } from '../../src/simulators/simulator';
import { PUSH } from '../../src/vendors/thingsquare/push-feed';
import { FaultServer } from '../kit/fault-server';
import { assertNoLeaks } from '../kit/leaks';
import type { FlowNode } from '../kit/node-red';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { press, simulated } from '../simulators/simulated';
import { DEVICE, frontend } from './backend';
import { PushBackend } from './push-backend';
import { HASTY } from './push-stage';
import { thingsquare } from './vendor';

const TEMPERATURE = `${DEVICE}/s/temperature`;
const credentials = { login: 'demo@example.com', password: 'demo' };

describe('thingsquare-events with push, in Node-RED', () => {
  const stage = new Stage(thingsquare);
  let simulator: Simulator;
  const usual = { ...PUSH };
  before(() => void Object.assign(PUSH, HASTY));
  after(() => void Object.assign(PUSH, usual));
  beforeEach(async () => {
    simulator = await simulated();
  });

  const node = (more: Record<string, unknown> = {}) => ({
    id: 'node',
    type: 'thingsquare-events',
    connection: 'frontend',
    transport: 'push',
    ...more,
  });
  const open = async (more: Record<string, unknown> = {}, others: FlowNode[] = []) => {
    await stage.open(node({ device: DEVICE, ...more }), { baseUrl: `${simulator.address}/thingsquare`, credentials }, others);
    await stage.audit.status({ fill: 'green', shape: 'dot', text: 'connected' });
  };
  const warm = (temperature: number) => press(simulator, 'thingsquare', 'temperature', { temperature });
  const marked = ({ topic, payload, event }: Message): string => {
    const { initial, resumed, source } = event as { initial: boolean; resumed: boolean; source: string };
    return `${initial ? 'initial' : resumed ? 'resumed' : 'live'} ${source} ${topic} ${payload}`;
  };
  const told = (what: string) =>
    until(
      what,
      () => stage.audit.outputs.map(marked),
      (all) => all.includes(what),
    );

  it('emits what the simulated backend pushes, without an interval', async () => {
    await open();
    await warm(33);
    await told(`live push ${TEMPERATURE} 33.0`);
    deepEqual(new Set(stage.audit.outputs.map(({ event }) => (event as { source: string }).source)), new Set(['push']));
    equal(stage.audit.reports.length, 0);
  });

  it('catches up after cut connections, an ended session and slow answers', async () => {
    await open();
    await press(simulator, 'thingsquare', 'drop');
    await warm(34);
    await until(
      'the change',
      () => stage.audit.outputs.map(marked),
      (all) => all.some((one) => one.endsWith(`${TEMPERATURE} 34.0`)),
    );
    await stage.audit.status({ fill: 'green', shape: 'dot', text: 'connected' });
    await press(simulator, 'thingsquare', 'end-sessions');
    await warm(35);
    await told(`resumed push ${TEMPERATURE} 35.0`);
    await stage.audit.status({ fill: 'green', shape: 'dot', text: 'connected' });
    await press(simulator, 'thingsquare', 'faults', { latency: 300 });
    await press(simulator, 'thingsquare', 'drop');
    await warm(36);
    await told(`resumed push ${TEMPERATURE} 36.0`);
    await press(simulator, 'thingsquare', 'faults', { latency: 0, retryAfter: 1 });
    await press(simulator, 'thingsquare', 'drop');
    await stage.audit.status({ fill: 'yellow', shape: 'ring' });
    await press(simulator, 'thingsquare', 'faults', { retryAfter: 0 });
    await stage.audit.status({ fill: 'green', shape: 'dot', text: 'connected' });
    await warm(37);
    await told(`live push ${TEMPERATURE} 37.0`);
    const changes = stage.audit.outputs.map(marked).filter((one) => /temperature 3\d\.0$/.test(one));
    equal(new Set(changes.map((one) => one.split(' ').at(-1))).size, changes.length, 'nothing twice');
  });

  it('leaves no socket and no timer behind at any deploy, and two nodes have one socket', async () => {
    const server = await FaultServer.start();
    const backend = new PushBackend(server);
    backend.a.one = { s: { x: { value: '0', time: 0 } } };
    const flow: FlowNode[] = [
      { id: 'tab', type: 'tab' },
      { ...frontend({ url: server.url }), credentials: { login: 'a@example.com', password: 'secret' } },
      { ...node({ id: 'one' }), z: 'tab', wires: [[]] },
      { ...node({ id: 'two', kind: 's' }), z: 'tab', wires: [[]] },
    ];
    await stage.red.deploy(flow);
    await until('one socket', () => backend.sockets.size === 1);
    await assertNoLeaks(stage.red, flow);
    await until('one socket again', () => backend.sockets.size === 1);
    await stage.red.deploy([]);
    await until('no socket', () => backend.sockets.size === 0);
    await server.close();
  }).timeout(120_000);

  it('closes at once where the backend does not read', async () => {
    const server = await FaultServer.start();
    const backend = new PushBackend(server);
    const flow: FlowNode[] = [
      { id: 'tab', type: 'tab' },
      { ...frontend({ url: server.url }), credentials: { login: 'a@example.com', password: 'secret' } },
      { ...node(), z: 'tab', wires: [[]] },
    ];
    await stage.red.deploy(flow);
    await stage.red.status('node', { fill: 'green' });
    backend.freeze();
    const began = performance.now();
    await stage.red.deploy([]);
    ok(performance.now() - began < 2000, `${performance.now() - began} ms`);
    await server.close();
  });
});
