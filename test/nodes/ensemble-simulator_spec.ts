import { deepEqual, equal, match } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import helper from 'node-red-node-test-helper';
import { until } from '../kit/within';
import { accepts, freePorts } from '../simulators/ports';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = require('../../nodes/ensemble/ensemble-simulator');

describe('ensemble-simulator', () => {
  let ports: { readonly port: number; readonly mqttPort: number };
  const node = { ...fresh('ensemble-simulator'), id: 'node', wires: [] };

  beforeEach(async () => {
    // Those of its defaults may serve whoever runs this.
    ports = await freePorts();
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
  });

  it('serves the devices and their page while it is loaded', async () => {
    await helper.load(nodes, [...beside, { ...node, ...ports }]);
    await shows({ fill: 'green', shape: 'dot', text: `127.0.0.1:${ports.port}` });
    const page = await fetch(`http://127.0.0.1:${ports.port}/`);
    deepEqual([page.status, page.headers.get('content-type')], [200, 'text/html; charset=utf-8']);
    equal(await accepts(ports.mqttPort), true);
    await helper.unload();
    for (const port of Object.values(ports)) await until(`port ${port} is free`, async () => !(await accepts(port)), Boolean, 5000);
  });

  it('tells Catch nodes that a port is taken', async () => {
    const other = createServer().listen(ports.mqttPort, '127.0.0.1');
    await once(other, 'listening');
    await helper.load(nodes, [...beside, { ...node, ...ports }]);
    const { error } = await received('caught');
    match(String(error.message), new RegExp(`^Port ${ports.mqttPort} is already in use, by another program`));
    await shows({ fill: 'red', shape: 'ring', text: `port ${ports.mqttPort} in use` });
    equal(await accepts(ports.port), false);
    await new Promise((resolve) => other.close(resolve));
  });

  it('says in words that a port is none', async () => {
    await helper.load(nodes, [...beside, { ...node, ...ports, mqttPort: 70_000 }]);
    await shows({ fill: 'red', shape: 'ring', text: 'wrong mqttPort' });
    const errors = helper.getNode('node').error.getCalls();
    deepEqual(
      errors.map(({ args: [text] }) => text),
      ['mqttPort must be a whole number from 1 to 65535, not "70000".'],
    );
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, { ...node, ...ports }]);
      await shows({ fill: 'green', shape: 'dot', text: `127.0.0.1:${ports.port}` });
      await helper.unload();
    }));
});
