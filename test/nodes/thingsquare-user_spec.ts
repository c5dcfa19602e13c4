import { equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { payload } from '../kit/typed-input';
import { simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/thingsquare/thingsquare-frontend'), require('../../nodes/thingsquare/thingsquare-user')];

describe('thingsquare-user', () => {
  let simulator: Simulator;
  let frontend: FlowNode;
  const credentials = { frontend: { login: 'demo@example.com', password: 'demo' } };
  const node = { ...fresh('thingsquare-user'), id: 'node', connection: 'frontend', wires: [['sent']] };
  const action = { ...node, operation: 'store', parameters: { data: payload } };

  beforeEach(async () => {
    simulator = await simulated();
    frontend = { ...fresh('thingsquare-frontend'), id: 'frontend', baseUrl: `${simulator.address}/thingsquare` };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
  });

  it('loads with its defaults, and waits for a message', async () => {
    await helper.load(nodes, [...beside, frontend, node], credentials);
    equal(helper.getNode('node').type, 'thingsquare-user');
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
  });

  it('stores data of the user, and passes the message on with the response', async () => {
    await helper.load(nodes, [...beside, frontend, action], credentials);
    const [sent, completed] = [received('sent'), received('completed')];
    helper.getNode('node').receive({ payload: { theme: 'dark' }, topic: 'kept' });
    const msg = await sent;
    equal(msg.payload, 'user-data-ok');
    equal(msg.topic, 'kept');
    await completed;
    await shows({ fill: 'green', shape: 'dot', text: 'Store data' });
  });

  it('gives a message with wrong data to Catch nodes', async () => {
    await helper.load(nodes, [...beside, frontend, action], credentials);
    const caught = received('caught');
    helper.getNode('node').receive({ payload: {} });
    const { error } = await caught;
    equal(error.code, 'INVALID_INPUT');
    equal(error.message, 'data must have at least one field');
    await shows({ fill: 'red', shape: 'ring', text: 'Store data: INVALID_INPUT' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, frontend, action], credentials);
      const completed = received('completed');
      helper.getNode('node').receive({ payload: { theme: 'dark' }, topic: 'kept' });
      await completed;
      await helper.unload();
    }));
});
