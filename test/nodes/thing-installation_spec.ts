import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { payload, str } from '../kit/typed-input';
import { simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/thingsee/thingsee-cloud'), require('../../nodes/thingsee/thing-installation')];

/** A sensor of the simulated deployment. */
const TUID = 'TSEN03X2Z74162459';

describe('thing-installation', () => {
  let simulator: Simulator;
  let cloud: FlowNode;
  const credentials = { cloud: { clientId: 'ensemble', clientSecret: 'simulated-secret' } };
  const node = { ...fresh('thing-installation'), id: 'node', connection: 'cloud', wires: [['sent']] };
  const action = { ...node, operation: 'set-status', parameters: { tuid: str(TUID), status: payload } };

  beforeEach(async () => {
    simulator = await simulated();
    cloud = { ...fresh('thingsee-cloud'), id: 'cloud', baseUrl: `${simulator.address}/thingsee` };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
  });

  it('loads with its defaults, and waits for a message', async () => {
    await helper.load(nodes, [...beside, cloud, node], credentials);
    equal(helper.getNode('node').type, 'thing-installation');
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
  });

  it('sets the status of a thing, and passes the message on with the response', async () => {
    await helper.load(nodes, [...beside, cloud, action], credentials);
    const [sent, completed] = [received('sent'), received('completed')];
    helper.getNode('node').receive({ payload: 'quarantine', topic: 'kept' });
    const msg = await sent;
    deepEqual(msg.payload, { tuid: TUID, installation_status: 'quarantine' });
    equal(msg.topic, 'kept');
    await completed;
    await shows({ fill: 'green', shape: 'dot', text: 'Set status' });
  });

  it('gives a message with a wrong status to Catch nodes', async () => {
    await helper.load(nodes, [...beside, cloud, action], credentials);
    const caught = received('caught');
    helper.getNode('node').receive({ payload: 'broken' });
    const { error } = await caught;
    equal(error.code, 'INVALID_INPUT');
    equal(error.message, 'status must be one of new, installed, uninstalled, quarantine, retired, not "broken"');
    await shows({ fill: 'red', shape: 'ring', text: 'Set status: INVALID_INPUT' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, cloud, action], credentials);
      const completed = received('completed');
      helper.getNode('node').receive({ payload: 'quarantine', topic: 'kept' });
      await completed;
      await helper.unload();
    }));
});
