import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/thingsquare/thingsquare-frontend'), require('../../nodes/thingsquare/thingsquare-device')];

describe('thingsquare-frontend', () => {
  let simulator: Simulator;
  let frontend: FlowNode;
  const credentials = { frontend: { login: 'demo@example.com', password: 'demo' } };
  const node = { ...fresh('thingsquare-device'), id: 'node', connection: 'frontend', operation: 'list', wires: [['sent']] };

  beforeEach(async () => {
    simulator = await simulated();
    frontend = { ...fresh('thingsquare-frontend'), id: 'frontend', baseUrl: `${simulator.address}/thingsquare` };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
  });

  it('loads with its defaults, and its nodes say what is missing', async () => {
    await helper.load(nodes, [...beside, { ...fresh('thingsquare-frontend'), id: 'frontend' }, node]);
    await shows({ fill: 'grey', shape: 'ring', text: 'not configured' });
    const caught = received('caught');
    helper.getNode('node').receive({});
    const { error } = await caught;
    equal(error.code, 'NOT_CONFIGURED');
    equal(error.message, 'baseUrl is missing');
  });

  it('connects its nodes', async () => {
    await helper.load(nodes, [...beside, frontend, node], credentials);
    deepEqual(helper.getNode('frontend').credentials, credentials.frontend);
    const sent = received('sent');
    helper.getNode('node').receive({});
    equal(Object.keys((await sent).payload as object).length, 4);
  });

  it('tests what its dialog holds', async () => {
    await helper.load(nodes, []);
    const { status, body } = await helper
      .request()
      .post('/ensemble/test/thingsquare-frontend')
      .send({ id: 'frontend', values: frontend, credentials: credentials.frontend });
    equal(status, 200);
    equal(body.message, 'Logged in as demo@example.com. Registered devices: 4.');
  });

  it('closes its connections when it is unloaded, and leaves nothing', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, frontend, node], credentials);
      const completed = received('completed');
      helper.getNode('node').receive({});
      await completed;
      await helper.unload();
    }));
});
