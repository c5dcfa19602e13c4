import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/twinkly/twinkly-account'), require('../../nodes/twinkly/twinkly-query')];

describe('twinkly-account', () => {
  let simulator: Simulator;
  let account: FlowNode;
  const credentials = { account: { username: 'demo@example.com', password: 'twinkle' } };
  const node = { ...fresh('twinkly-query'), id: 'node', connection: 'account', operation: 'list-objects', wires: [['sent']] };

  beforeEach(async () => {
    simulator = await simulated();
    account = { ...fresh('twinkly-account'), id: 'account', environment: 'custom', baseUrl: `${simulator.address}/twinkly` };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
  });

  it('loads with its defaults, and its nodes say what is missing', async () => {
    await helper.load(nodes, [...beside, { ...fresh('twinkly-account'), id: 'account' }, node]);
    await shows({ fill: 'grey', shape: 'ring', text: 'not configured' });
    const caught = received('caught');
    helper.getNode('node').receive({});
    const { error } = await caught;
    equal(error.code, 'NOT_CONFIGURED');
    equal(error.message, 'username is missing');
  });

  it('connects its nodes', async () => {
    await helper.load(nodes, [...beside, account, node], credentials);
    deepEqual(helper.getNode('account').credentials, credentials.account);
    const sent = received('sent');
    helper.getNode('node').receive({});
    equal(((await sent).payload as unknown[]).length, 6);
  });

  it('tests what its dialog holds', async () => {
    await helper.load(nodes, []);
    const { status, body } = await helper
      .request()
      .post('/ensemble/test/twinkly-account')
      .send({ id: 'account', values: account, credentials: credentials.account });
    equal(status, 200);
    equal(body.message, 'Signed in. Objects: 6, installations: 2.');
  });

  it('closes its connections when it is unloaded, and leaves nothing', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, account, node], credentials);
      const completed = received('completed');
      helper.getNode('node').receive({});
      await completed;
      await helper.unload();
    }));
});
