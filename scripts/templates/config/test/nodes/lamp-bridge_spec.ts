import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { FaultServer, respond } from '../kit/fault-server';
import { fresh, leavesNothing, nodeRed } from './start';

helper.init(nodeRed);
const nodes = require('../../nodes/lamp/lamp-bridge');

describe('lamp-bridge', () => {
  let server: FaultServer;
  const node = { ...fresh('lamp-bridge'), id: 'node' };
  const credentials = { node: { token: 'a-token' } };

  beforeEach(async () => {
    server = await FaultServer.start();
    server.good = respond([{ id: 'a', name: 'Kitchen', state: { level: 0 } }]);
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
    await server.close();
  });

  it('loads with its defaults and its credentials', async () => {
    await helper.load(nodes, [node], credentials);
    equal(helper.getNode('node').type, 'lamp-bridge');
    deepEqual(helper.getNode('node').credentials, credentials.node);
  });

  it('tests what its dialog holds: sends the token, and counts the devices', async () => {
    await helper.load(nodes, []);
    const { hostname: host, port } = new URL(server.url);
    const dialog = { id: 'node', values: { ...node, host, port }, credentials: credentials.node };
    const { status, body } = await helper.request().post('/ensemble/test/lamp-bridge').send(dialog);
    deepEqual([status, body.message], [200, 'The API answers. Devices: 1.']);
    equal(server.requests[0]?.headers.authorization, 'Bearer a-token');
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [node], credentials);
      await helper.unload();
    }));
});
