import { equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { payload, str } from '../kit/typed-input';
import { simulated, snapshot } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/thingsquare/thingsquare-frontend'), require('../../nodes/thingsquare/thingsquare-variable')];

/** A lamp of the simulated frontend. */
const DEVICE = 'b9b5a63b-85c1-4cc8-ab6e-8c43c2d54d56';

describe('thingsquare-variable', () => {
  let simulator: Simulator;
  let frontend: FlowNode;
  const credentials = { frontend: { login: 'demo@example.com', password: 'demo' } };
  const node = { ...fresh('thingsquare-variable'), id: 'node', connection: 'frontend', wires: [['sent']] };
  const action = { ...node, operation: 'set', parameters: { device: str(DEVICE), kind: str('d'), name: str('mode'), value: payload } };

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
    equal(helper.getNode('node').type, 'thingsquare-variable');
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
  });

  it('sets a variable, and passes the message on with the response', async () => {
    await helper.load(nodes, [...beside, frontend, action], credentials);
    const [sent, completed] = [received('sent'), received('completed')];
    helper.getNode('node').receive({ payload: 'spring', topic: 'kept' });
    const msg = await sent;
    equal(msg.payload, 'device-ok');
    equal(msg.topic, 'kept');
    const [device] = (await snapshot(simulator)).vendors.thingsquare.devices;
    equal(device?.variables.find(({ name }) => name === 'mode')?.value, 'spring');
    await completed;
    await shows({ fill: 'green', shape: 'dot', text: 'Set variable' });
  });

  it('gives a message with a wrong value to Catch nodes', async () => {
    await helper.load(nodes, [...beside, frontend, action], credentials);
    const caught = received('caught');
    helper.getNode('node').receive({ payload: { mode: 'spring' } });
    const { error } = await caught;
    equal(error.code, 'INVALID_INPUT');
    equal(error.message, 'value must be text, a number, true, false or a Buffer, not {"mode":"spring"}');
    await shows({ fill: 'red', shape: 'ring', text: 'Set variable: INVALID_INPUT' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, frontend, action], credentials);
      const completed = received('completed');
      helper.getNode('node').receive({ payload: 'spring', topic: 'kept' });
      await completed;
      await helper.unload();
    }));
});
