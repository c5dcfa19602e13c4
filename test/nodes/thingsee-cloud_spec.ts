import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/thingsee/thingsee-cloud'), require('../../nodes/thingsee/thing-group')];

describe('thingsee-cloud', () => {
  let simulator: Simulator;
  let cloud: FlowNode;
  const credentials = { cloud: { clientId: 'ensemble', clientSecret: 'simulated-secret' } };
  const node = { ...fresh('thing-group'), id: 'node', connection: 'cloud', operation: 'list', wires: [['sent']] };

  beforeEach(async () => {
    simulator = await simulated();
    cloud = { ...fresh('thingsee-cloud'), id: 'cloud', baseUrl: `${simulator.address}/thingsee` };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
  });

  it('loads with its defaults, and its nodes say what is missing', async () => {
    await helper.load(nodes, [...beside, { ...fresh('thingsee-cloud'), id: 'cloud' }, node]);
    await shows({ fill: 'grey', shape: 'ring', text: 'not configured' });
    const caught = received('caught');
    helper.getNode('node').receive({});
    const { error } = await caught;
    equal(error.code, 'NOT_CONFIGURED');
    equal(error.message, 'baseUrl is missing');
  });

  it('connects its nodes', async () => {
    await helper.load(nodes, [...beside, cloud, node], credentials);
    deepEqual(helper.getNode('cloud').credentials, credentials.cloud);
    const sent = received('sent');
    helper.getNode('node').receive({});
    equal(((await sent).payload as unknown[]).length, 2);
  });

  it('tests what its dialog holds', async () => {
    await helper.load(nodes, []);
    const { status, body } = await helper
      .request()
      .post('/ensemble/test/thingsee-cloud')
      .send({ id: 'cloud', values: cloud, credentials: credentials.cloud });
    equal(status, 200);
    equal(body.message, 'The API lets the client in. Deployment groups: 2.');
  });

  it('closes its connections when it is unloaded, and leaves nothing', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, cloud, node], credentials);
      const completed = received('completed');
      helper.getNode('node').receive({});
      await completed;
      await helper.unload();
    }));
});
