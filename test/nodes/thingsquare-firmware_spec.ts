import { equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/thingsquare/thingsquare-frontend'), require('../../nodes/thingsquare/thingsquare-firmware')];

/** A lamp of the simulated frontend. */
const DEVICE = 'b9b5a63b-85c1-4cc8-ab6e-8c43c2d54d56';
type Image = { readonly name: string };

describe('thingsquare-firmware', () => {
  let simulator: Simulator;
  let frontend: FlowNode;
  const credentials = { frontend: { login: 'demo@example.com', password: 'demo' } };
  const node = { ...fresh('thingsquare-firmware'), id: 'node', connection: 'frontend', wires: [['sent']] };
  const action = { ...node, operation: '', parameters: {} };

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
    equal(helper.getNode('node').type, 'thingsquare-firmware');
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
  });

  it('does what the message asks for: reads the list of images into it', async () => {
    await helper.load(nodes, [...beside, frontend, action], credentials);
    const [sent, completed] = [received('sent'), received('completed')];
    helper.getNode('node').receive({ operation: 'list', topic: 'kept' });
    const msg = await sent;
    equal((msg.payload as Image[])[0]?.name, '20160718/cc2538dk/client.signed');
    equal(msg.topic, 'kept');
    await completed;
    await shows({ fill: 'green', shape: 'dot', text: 'List firmware' });
  });

  it('gives a message that the backend refuses to Catch nodes', async () => {
    await helper.load(nodes, [...beside, frontend, action], credentials);
    const caught = received('caught');
    helper.getNode('node').receive({ operation: 'cancel', parameters: { device: DEVICE } });
    const { error } = await caught;
    equal(error.code, 'REJECTED');
    equal(error.message, 'there is no firmware update to cancel (HTTP 400: firmware-fail)');
    await shows({ fill: 'red', shape: 'ring', text: 'Cancel firmware…: REJECTED' });
  });

  it('connects a device, updates it, and waits until it has the new version', async () => {
    await helper.load(nodes, [...beside, frontend, action], credentials);
    const sent = received('sent');
    const firmware = '20160901/sensortag/client.signed';
    const parameters = { device: DEVICE, firmware, connectFirst: true, waitForCompletion: 40 };
    helper.getNode('node').receive({ operation: 'start', parameters });
    equal((await sent).payload, 'device-ok');
    await shows({ fill: 'green', shape: 'dot', text: 'Start firmware update' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, frontend, action], credentials);
      const completed = received('completed');
      helper.getNode('node').receive({ operation: 'list', topic: 'kept' });
      await completed;
      await helper.unload();
    }));
});
