import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { press, simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/thingsquare/thingsquare-frontend'), require('../../nodes/thingsquare/thingsquare-events')];

/** A sensor of the simulated frontend. */
const DEVICE = 'b9b5a63b-85c1-4cc8-ab6e-8c43c2d54d56';

describe('thingsquare-events', () => {
  let simulator: Simulator;
  let frontend: FlowNode;
  const credentials = { frontend: { login: 'demo@example.com', password: 'demo' } };
  const node = { ...fresh('thingsquare-events'), id: 'node', connection: 'frontend', wires: [['sent']] };
  const events = { ...node, device: DEVICE, kind: 'd', variable: 'mode', interval: '1' };

  beforeEach(async () => {
    simulator = await simulated();
    frontend = { ...fresh('thingsquare-frontend'), id: 'frontend', baseUrl: `${simulator.address}/thingsquare` };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
  });

  it('loads with its defaults, and connects', async () => {
    await helper.load(nodes, [...beside, frontend, node], credentials);
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
  });

  it('sends an event', async () => {
    await helper.load(nodes, [...beside, frontend, events], credentials);
    const sent = received('sent');

    const { topic, payload } = await sent;
    deepEqual([topic, payload], [`${DEVICE}/d/mode`, 'deadleaf']);
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
  });

  it('sends what is pushed, without an interval', async () => {
    const pushed = { ...events, kind: 's', variable: 'temperature', transport: 'push' };
    await helper.load(nodes, [...beside, frontend, pushed], credentials);
    const initial = received('sent');
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
    await initial;
    const sent = received('sent');
    await press(simulator, 'thingsquare', 'temperature', { temperature: -3 });
    const { topic, payload, event } = await sent;
    deepEqual([topic, payload, (event as { source: string }).source], [`${DEVICE}/s/temperature`, '-3.0', 'push']);
  });

  it('tells Catch nodes which setting is wrong', async () => {
    await helper.load(nodes, [...beside, frontend, { ...node, interval: '0' }], credentials);
    const { error } = await received('caught');
    equal(error.code, 'NOT_CONFIGURED');
    equal(error.message, 'interval must be a whole number from 1 to 86400 seconds, not "0"');
    await shows({ fill: 'grey', shape: 'ring', text: 'not configured' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, frontend, events], credentials);
      await shows({ fill: 'green', shape: 'dot', text: 'connected' });
      await helper.unload();
    }));
});
