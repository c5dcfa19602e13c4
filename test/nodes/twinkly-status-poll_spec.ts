import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/twinkly/twinkly-account'), require('../../nodes/twinkly/twinkly-status-poll')];

describe('twinkly-status-poll', () => {
  let simulator: Simulator;
  let account: FlowNode;
  const credentials = { account: { username: 'demo@example.com', password: 'twinkle' } };
  const node = { ...fresh('twinkly-status-poll'), id: 'node', connection: 'account', wires: [['sent']] };
  const events = { ...node, ids: '48211', interval: '5' };

  beforeEach(async () => {
    simulator = await simulated();
    account = { ...fresh('twinkly-account'), id: 'account', environment: 'custom', baseUrl: `${simulator.address}/twinkly` };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
  });

  it('loads with its defaults, and connects', async () => {
    await helper.load(nodes, [...beside, account, node], credentials);
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
  });

  it('sends an event', async () => {
    await helper.load(nodes, [...beside, account, events], credentials);
    const sent = received('sent');

    const { topic, payload } = await sent;
    deepEqual([topic, (payload as { mode: string }).mode], ['48211', 'effect']);
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
  });

  it('tells Catch nodes which setting is wrong', async () => {
    await helper.load(nodes, [...beside, account, { ...node, interval: '4' }], credentials);
    const { error } = await received('caught');
    equal(error.code, 'NOT_CONFIGURED');
    equal(error.message, 'interval must be a number from 5 to 86400 seconds, not "4"');
    await shows({ fill: 'grey', shape: 'ring', text: 'not configured' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, account, events], credentials);
      await shows({ fill: 'green', shape: 'dot', text: 'connected' });
      await helper.unload();
    }));
});
