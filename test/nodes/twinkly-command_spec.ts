import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { bool, num, payload, str } from '../kit/typed-input';
import { simulated, snapshot } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/twinkly/twinkly-account'), require('../../nodes/twinkly/twinkly-command')];

describe('twinkly-command', () => {
  let simulator: Simulator;
  let account: FlowNode;
  const credentials = { account: { username: 'demo@example.com', password: 'twinkle' } };
  const node = { ...fresh('twinkly-command'), id: 'node', connection: 'account', wires: [['sent']] };
  const action = { ...node, operation: 'set-brightness', parameters: { id: num(48211), brightness: payload } };

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
    equal(helper.getNode('node').type, 'twinkly-command');
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
  });

  it('sets the brightness of a string, and passes the message on', async () => {
    await helper.load(nodes, [...beside, account, action], credentials);
    const [sent, completed] = [received('sent'), received('completed')];
    helper.getNode('node').receive({ payload: 35, topic: 'kept' });
    const msg = await sent;
    equal((msg.payload as { status: string }).status, 'success');
    deepEqual([msg.statusCode, msg.topic], [200, 'kept']);
    equal((await snapshot(simulator)).vendors.twinkly.objects[0]?.brightness, 35);
    await completed;
    await shows({ fill: 'green', shape: 'dot', text: 'Set brightness' });
  });

  it('applies what is given to several strings, step by step', async () => {
    const parameters = { ids: str('48211,48221'), on: bool(true), brightness: payload };
    await helper.load(nodes, [...beside, account, { ...action, operation: 'apply', parameters }], credentials);
    const sent = received('sent');
    helper.getNode('node').receive({ payload: 35 });
    const results = Object.entries((await sent).payload as object).map(([id, steps]) => [id, Object.keys(steps as object)]);
    deepEqual(
      results,
      ['48211', '48221'].map((id) => [id, ['turn-on', 'set-brightness']]),
    );
    const { objects } = (await snapshot(simulator)).vendors.twinkly;
    deepEqual(
      objects.flatMap(({ id, brightness }) => ([48211, 48221].includes(id) ? [brightness] : [])),
      [35, 35],
    );
    await shows({ fill: 'green', shape: 'dot', text: 'Apply' });
  });

  it('gives a message with a wrong value to Catch nodes', async () => {
    await helper.load(nodes, [...beside, account, action], credentials);
    const caught = received('caught');
    helper.getNode('node').receive({ payload: 101 });
    const { error } = await caught;
    equal(error.code, 'INVALID_INPUT');
    equal(error.message, 'brightness must be a number from 0 to 100 percent, not 101');
    await shows({ fill: 'red', shape: 'ring', text: 'Set brightness: INVALID_INPUT' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, account, action], credentials);
      const completed = received('completed');
      helper.getNode('node').receive({ payload: 35, topic: 'kept' });
      await completed;
      await helper.unload();
    }));
});
