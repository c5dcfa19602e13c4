import { deepEqual } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { EventServer } from '../kit/event-server';
import { FaultServer } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/lamp/lamp-bridge'), require('../../nodes/lamp/lamp-events')];

describe('lamp-events', () => {
  let server: FaultServer;
  let vendor: EventServer;
  let connection: FlowNode;
  const node = { ...fresh('lamp-events'), id: 'node', connection: 'connection', wires: [['sent']] };

  beforeEach(async () => {
    server = await FaultServer.start();
    vendor = new EventServer(() => [{ id: 'a', state: { level: 10 } }]);
    server.good = vendor.behaviour;
    const { hostname, port } = new URL(server.url);
    connection = { ...fresh('lamp-bridge'), id: 'connection', host: hostname, port };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
    await server.close();
  });

  it('loads with its defaults, and connects', async () => {
    await helper.load(nodes, [...beside, connection, node]);
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
  });

  it('sends an event', async () => {
    await helper.load(nodes, [...beside, connection, node]);
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
    const sent = received('sent');
    vendor.say('change', { device: 'a', state: { level: 20 } });
    const { topic, payload } = await sent;
    deepEqual([topic, payload], ['a', { level: 20 }]);
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, connection, node]);
      await shows({ fill: 'green', shape: 'dot', text: 'connected' });
      await helper.unload();
    }));
});
