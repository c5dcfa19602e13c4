import { equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/turn/turn-device'), require('../../nodes/turn/turn-channel')];

describe('turn-device', () => {
  let simulator: Simulator;
  let device: FlowNode;
  const node = { ...fresh('turn-channel'), id: 'node', connection: 'device', operation: 'list-channels', wires: [['sent']] };

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

  it('loads with its defaults, and its nodes say what is missing', async () => {
    await helper.load(nodes, [...beside, { ...fresh('turn-device'), id: 'device' }, node]);
    await shows({ fill: 'grey', shape: 'ring', text: 'not configured' });
    const caught = received('caught');
    helper.getNode('node').receive({});
    const { error } = await caught;
    equal(error.code, 'NOT_CONFIGURED');
    equal(error.message, 'host is missing');
  });

  it('connects its nodes', async () => {
    await helper.load(nodes, [...beside, device, node]);
    const sent = received('sent');
    helper.getNode('node').receive({});
    equal(((await sent).payload as unknown[]).length, 23);
  });

  it('tests what its dialog holds', async () => {
    await helper.load(nodes, []);
    const { status, body } = await helper
      .request()
      .post('/ensemble/test/turn-device')
      .send({ id: 'device', values: device, credentials: {} });
    equal(status, 200);
    equal(body.message, 'The Turn answers. Version of its configuration: 2.0.0, channels: 23.');
  });

  it('closes its connections when it is unloaded, and leaves nothing', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, device, node]);
      const completed = received('completed');
      helper.getNode('node').receive({});
      await completed;
      await helper.unload();
    }));
});
