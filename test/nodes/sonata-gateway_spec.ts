import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { num } from '../kit/typed-input';
import { until } from '../kit/within';
import { press, simulated, snapshot } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/sonata/sonata-gateway'), require('../../nodes/sonata/sonata-pattern')];

describe('sonata-gateway', () => {
  let simulator: Simulator;
  let gateway: FlowNode;
  const node = {
    ...fresh('sonata-pattern'),
    id: 'node',
    connection: 'gateway',
    operation: 'off',
    parameters: { deviceId: num(1) },
    wires: [['sent']],
  };

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

  it('loads with its defaults, and a message must say for which installation it is', async () => {
    await helper.load(nodes, [...beside, { ...fresh('sonata-gateway'), id: 'gateway' }, node]);
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
    const caught = received('caught');
    helper.getNode('node').receive({});
    const { error } = await caught;
    equal(error.code, 'INVALID_INPUT');
    equal(error.message, 'installationId is missing, and the gateway has none either');
  });

  it('connects its nodes', async () => {
    await helper.load(nodes, [...beside, gateway, node]);
    const sent = received('sent');
    helper.getNode('node').receive({});
    deepEqual((await sent).payload, { message: 'Success' });
  });

  it('restores the pattern of a matrix that has started, where it is told to', async () => {
    await helper.load(nodes, [...beside, { ...gateway, restoreOnAlive: true }, { ...node, operation: 'on' }]);
    const sent = received('sent');
    helper.getNode('node').receive({});
    await sent;
    const isLit = async () => (await snapshot(simulator)).vendors.sonata.matrices[0]?.levels.some((level) => level > 0);
    equal(await isLit(), true);
    // Until the gateway hears it.
    await until('the pattern', async () => {
      await press(simulator, 'sonata', 'restart', { installation: 1, device: 1 });
      return until('light', isLit, Boolean, 2000).catch(() => false);
    });
  });

  it('tests what its dialog holds', async () => {
    await helper.load(nodes, []);
    const { status, body } = await helper
      .request()
      .post('/ensemble/test/sonata-gateway')
      .send({ id: 'gateway', values: gateway, credentials: {} });
    equal(status, 200);
    equal(body.message, 'The Sonata server answers. The broker accepts clients without an MQTT user.');
  });

  it('closes its connections when it is unloaded, and leaves nothing', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, gateway, node]);
      const completed = received('completed');
      helper.getNode('node').receive({});
      await completed;
      await helper.unload();
    }));
});
