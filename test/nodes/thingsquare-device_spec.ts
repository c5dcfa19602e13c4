import { equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { payload } from '../kit/typed-input';
import { simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/thingsquare/thingsquare-frontend'), require('../../nodes/thingsquare/thingsquare-device')];

/** A lamp of the simulated frontend. */
const DEVICE = 'b9b5a63b-85c1-4cc8-ab6e-8c43c2d54d56';
type Device = { readonly d: { readonly mode: { readonly value: string } } };

describe('thingsquare-device', () => {
  let simulator: Simulator;
  let frontend: FlowNode;
  const credentials = { frontend: { login: 'demo@example.com', password: 'demo' } };
  const node = { ...fresh('thingsquare-device'), id: 'node', connection: 'frontend', wires: [['sent']] };
  const action = { ...node, operation: 'get', parameters: { device: payload } };

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
    equal(helper.getNode('node').type, 'thingsquare-device');
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
  });

  it('reads a device into the message', async () => {
    await helper.load(nodes, [...beside, frontend, action], credentials);
    const [sent, completed] = [received('sent'), received('completed')];
    helper.getNode('node').receive({ payload: DEVICE, topic: 'kept' });
    const msg = await sent;
    equal((msg.payload as Device).d.mode.value, 'deadleaf');
    equal(msg.topic, 'kept');
    await completed;
    await shows({ fill: 'green', shape: 'dot', text: 'Get device' });
  });

  it('gives a message for an unknown device to Catch nodes', async () => {
    await helper.load(nodes, [...beside, frontend, action], credentials);
    const caught = received('caught');
    helper.getNode('node').receive({ payload: 'unknown' });
    const { error } = await caught;
    equal(error.code, 'NOT_FOUND');
    equal(error.message, 'GET /0/devices/unknown was answered with HTTP 404: not found');
    await shows({ fill: 'red', shape: 'ring', text: 'Get device: NOT_FOUND' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, frontend, action], credentials);
      const completed = received('completed');
      helper.getNode('node').receive({ payload: DEVICE, topic: 'kept' });
      await completed;
      await helper.unload();
    }));
});
