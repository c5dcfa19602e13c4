import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { payload, str } from '../kit/typed-input';
import { simulated } from '../simulators/simulated';
import { channelState } from '../simulators/turn-client';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/turn/turn-device'), require('../../nodes/turn/turn-channel')];

describe('turn-channel', () => {
  let simulator: Simulator;
  let device: FlowNode;
  const node = { ...fresh('turn-channel'), id: 'node', connection: 'device', wires: [['sent']] };
  const action = { ...node, operation: 'set-state', parameters: { channel: str('light/1/1'), value: payload } };

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

  it('loads with its defaults, and waits for a message', async () => {
    await helper.load(nodes, [...beside, device, node]);
    equal(helper.getNode('node').type, 'turn-channel');
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
  });

  it('sets a channel, and passes the message on', async () => {
    await helper.load(nodes, [...beside, device, action]);
    const [sent, completed] = [received('sent'), received('completed')];
    helper.getNode('node').receive({ payload: 40, topic: 'kept' });
    equal((await sent).topic, 'kept');
    deepEqual(await channelState(simulator, 'light/1/1'), { value: 40, on: 'true' });
    await completed;
    await shows({ fill: 'green', shape: 'dot', text: 'Set state' });
  });

  it('sets several channels, each for itself', async () => {
    await helper.load(nodes, [...beside, device, { ...action, operation: 'set-states', parameters: { states: payload } }]);
    const sent = received('sent');
    helper.getNode('node').receive({ payload: { 'light/1/1': 40, 'fan/1/1': 9 } });
    const { error } = ((await sent).payload as Record<string, { error?: { code: string; message: string } }>)['fan/1/1'] ?? {};
    deepEqual([error?.code, error?.message], ['INVALID_INPUT', 'value must be a whole number from 0 to 8 for fan/1/1, not 9']);
    deepEqual(await channelState(simulator, 'light/1/1'), { value: 40, on: 'true' });
    await shows({ fill: 'red', shape: 'ring', text: 'Set states: INVALID_INPUT 1/2' });
  });

  it('gives a message with a wrong value to Catch nodes', async () => {
    await helper.load(nodes, [...beside, device, action]);
    const caught = received('caught');
    helper.getNode('node').receive({ payload: 101 });
    const { error } = await caught;
    equal(error.code, 'INVALID_INPUT');
    equal(error.message, 'value must be a number from 0 to 100 for light/1/1, not 101');
    await shows({ fill: 'red', shape: 'ring', text: 'Set state: INVALID_INPUT' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, device, action]);
      const completed = received('completed');
      helper.getNode('node').receive({ payload: 40, topic: 'kept' });
      await completed;
      await helper.unload();
    }));
});
