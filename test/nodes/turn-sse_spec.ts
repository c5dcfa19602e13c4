import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { simulated } from '../simulators/simulated';
import { act } from '../simulators/turn-client';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/turn/turn-device'), require('../../nodes/turn/turn-sse')];

describe('turn-sse', () => {
  let simulator: Simulator;
  let device: FlowNode;
  const node = { ...fresh('turn-sse'), id: 'node', connection: 'device', wires: [['sent']] };
  const events = { ...node, stream: 'channel', selector: 'light/1/1' };

  beforeEach(async () => {
    simulator = await simulated();
    const { hostname, port } = new URL(simulator.address);
    device = { ...fresh('turn-device'), id: 'device', host: hostname, port };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
  });

  it('loads with its defaults, and connects', async () => {
    await helper.load(nodes, [...beside, device, node]);
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
  });

  it('sends an event', async () => {
    await helper.load(nodes, [...beside, device, events]);
    const sent = received('sent');
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
    await act(simulator, 'set', { channel: 'light/1/1', value: 20 });
    const { topic, payload } = await sent;
    deepEqual([topic, payload], ['light/1/1', { value: 20, on: true }]);
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
  });

  it('tells Catch nodes what is missing', async () => {
    await helper.load(nodes, [...beside, device, { ...node, stream: 'channel', selector: '' }]);
    const { error } = await received('caught');
    equal(error.code, 'NOT_CONFIGURED');
    equal(error.message, 'selector is missing');
    await shows({ fill: 'grey', shape: 'ring', text: 'not configured' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, device, events]);
      await shows({ fill: 'green', shape: 'dot', text: 'connected' });
      await helper.unload();
    }));
});
