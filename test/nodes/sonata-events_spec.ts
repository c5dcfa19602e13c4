import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { call, EXAMPLE, simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/sonata/sonata-gateway'), require('../../nodes/sonata/sonata-events')];

describe('sonata-events', () => {
  let simulator: Simulator;
  let gateway: FlowNode;
  const node = { ...fresh('sonata-events'), id: 'node', connection: 'gateway', wires: [['sent']] };
  const events = { ...node, transport: 'mqtt' };

  beforeEach(async () => {
    simulator = await simulated();
    gateway = {
      ...fresh('sonata-gateway'),
      id: 'gateway',
      baseUrl: `${simulator.address}/sonata`,
      installationId: '1',
      mqttUrl: simulator.mqttAddress,
    };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
  });

  it('loads with its defaults, and tells Catch nodes what is missing', async () => {
    await helper.load(nodes, [...beside, gateway, node]);
    const { error } = await received('caught');
    equal(error.code, 'NOT_CONFIGURED');
    equal(error.message, 'publicUrl is missing');
    await shows({ fill: 'grey', shape: 'ring', text: 'not configured' });
  });

  it('sends an event', async () => {
    await helper.load(nodes, [...beside, gateway, events]);
    const sent = received('sent');
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
    await call(simulator, 'POST', '/sonata/pattern', { installation_id: 1, device_id: 2, values: EXAMPLE });
    const { topic, payload } = await sent;
    deepEqual([topic, (payload as { pattern: number[] }).pattern], ['1/2/context', EXAMPLE]);
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, gateway, events]);
      await shows({ fill: 'green', shape: 'dot', text: 'connected' });
      await helper.unload();
    }));
});
