import { equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { payload, str } from '../kit/typed-input';
import { simulated, snapshot } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/turn/turn-device'), require('../../nodes/turn/turn-control')];

describe('turn-control', () => {
  let simulator: Simulator;
  let device: FlowNode;
  const node = { ...fresh('turn-control'), id: 'node', connection: 'device', wires: [['sent']] };
  const action = { ...node, operation: 'set-state', parameters: { state: str('ready'), value: payload } };

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
    equal(helper.getNode('node').type, 'turn-control');
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
  });

  it('sets a state of the whole Turn, and passes the message on', async () => {
    await helper.load(nodes, [...beside, device, action]);
    const [sent, completed] = [received('sent'), received('completed')];
    helper.getNode('node').receive({ payload: false, topic: 'kept' });
    equal((await sent).topic, 'kept');
    equal((await snapshot(simulator)).vendors.turn.ready, false);
    await completed;
    await shows({ fill: 'green', shape: 'dot', text: 'Set state' });
  });

  it('gives a message that the Turn refuses to Catch nodes', async () => {
    await helper.load(nodes, [...beside, device, action]);
    const caught = received('caught');
    helper.getNode('node').receive({ payload: 'maybe' });
    const { error } = await caught;
    equal(error.code, 'REJECTED');
    equal(error.message, 'PUT /control/state was answered with HTTP 400: ready must be true or false');
    await shows({ fill: 'red', shape: 'ring', text: 'Set state: REJECTED' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, device, action]);
      const completed = received('completed');
      helper.getNode('node').receive({ payload: false, topic: 'kept' });
      await completed;
      await helper.unload();
    }));
});
