import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { payload } from '../kit/typed-input';
import { simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/twinkly/twinkly-account'), require('../../nodes/twinkly/twinkly-query')];

describe('twinkly-query', () => {
  let simulator: Simulator;
  let account: FlowNode;
  const credentials = { account: { username: 'demo@example.com', password: 'twinkle' } };
  const node = { ...fresh('twinkly-query'), id: 'node', connection: 'account', wires: [['sent']] };
  const action = { ...node, operation: 'get-object-status', parameters: { ids: payload } };

  beforeEach(async () => {
    simulator = await simulated();
    account = { ...fresh('twinkly-account'), id: 'account', environment: 'custom', baseUrl: `${simulator.address}/twinkly` };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
  });

  it('loads with its defaults, and waits for a message', async () => {
    await helper.load(nodes, [...beside, account, node], credentials);
    equal(helper.getNode('node').type, 'twinkly-query');
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
  });

  it('reads the status of strings into the message', async () => {
    await helper.load(nodes, [...beside, account, action], credentials);
    const [sent, completed] = [received('sent'), received('completed')];
    helper.getNode('node').receive({ payload: [48211, 48212], topic: 'kept' });
    const msg = await sent;
    deepEqual(Object.keys(msg.payload as object), ['48211', '48212']);
    equal(msg.topic, 'kept');
    await completed;
    await shows({ fill: 'green', shape: 'dot', text: 'Get object status' });
  });

  it('gives a message without a value to Catch nodes', async () => {
    await helper.load(nodes, [...beside, account, action], credentials);
    const caught = received('caught');
    helper.getNode('node').receive({ payload: '' });
    const { error } = await caught;
    equal(error.code, 'INVALID_INPUT');
    equal(error.message, 'ids is missing');
    await shows({ fill: 'red', shape: 'ring', text: 'Get object…: INVALID_INPUT' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, account, action], credentials);
      const completed = received('completed');
      helper.getNode('node').receive({ payload: [48211, 48212], topic: 'kept' });
      await completed;
      await helper.unload();
    }));
});
