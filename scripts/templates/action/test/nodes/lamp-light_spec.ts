import { deepEqual, equal, match } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { FaultServer, respond } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import { payload, str } from '../kit/typed-input';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/lamp/lamp-bridge'), require('../../nodes/lamp/lamp-light')];

describe('lamp-light', () => {
  let server: FaultServer;
  let connection: FlowNode;
  const node = { ...fresh('lamp-light'), id: 'node', connection: 'connection', wires: [['sent']] };
  const action = { ...node, operation: 'set-level', parameters: { device: str('a'), level: payload } };

  beforeEach(async () => {
    server = await FaultServer.start();
    server.good = respond({ level: 40 });
    const { hostname, port } = new URL(server.url);
    connection = { ...fresh('lamp-bridge'), id: 'connection', host: hostname, port };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
    await server.close();
  });

  it('loads with its defaults, and waits for a message', async () => {
    await helper.load(nodes, [...beside, connection, node]);
    equal(helper.getNode('node').type, 'lamp-light');
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
  });

  it('sets a level, and passes the message on with the response', async () => {
    await helper.load(nodes, [...beside, connection, action]);
    const [sent, completed] = [received('sent'), received('completed')];
    helper.getNode('node').receive({ payload: 40, topic: 'kept' });
    const msg = await sent;
    deepEqual([msg.payload, msg.topic], [{ level: 40 }, 'kept']);
    deepEqual(server.requests[0]?.json, { level: 40 });
    await completed;
    await shows({ fill: 'green', shape: 'dot', text: 'Set level' });
  });

  it('gives a message with a wrong level to Catch nodes', async () => {
    await helper.load(nodes, [...beside, connection, action]);
    const caught = received('caught');
    helper.getNode('node').receive({ payload: 101 });
    const { error } = await caught;
    equal(error.code, 'INVALID_INPUT');
    match(error.message, /^level must be/);
    await shows({ fill: 'red', shape: 'ring', text: 'Set level: INVALID_INPUT' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, connection, action]);
      const completed = received('completed');
      helper.getNode('node').receive({ payload: 40 });
      await completed;
      await helper.unload();
    }));
});
