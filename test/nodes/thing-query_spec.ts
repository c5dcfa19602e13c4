import { equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { payload } from '../kit/typed-input';
import { simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/thingsee/thingsee-cloud'), require('../../nodes/thingsee/thing-query')];

/** A sensor of the simulated deployment. */
const TUID = 'TSEN03X2Z74162459';

describe('thing-query', () => {
  let simulator: Simulator;
  let cloud: FlowNode;
  const credentials = { cloud: { clientId: 'ensemble', clientSecret: 'simulated-secret' } };
  const node = { ...fresh('thing-query'), id: 'node', connection: 'cloud', wires: [['sent']] };
  const action = { ...node, operation: 'get-info', parameters: { tuid: payload } };

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
    equal(helper.getNode('node').type, 'thing-query');
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
  });

  it('reads what is known of a thing into the message', async () => {
    await helper.load(nodes, [...beside, cloud, action], credentials);
    const [sent, completed] = [received('sent'), received('completed')];
    helper.getNode('node').receive({ payload: TUID, topic: 'kept' });
    const msg = await sent;
    equal((msg.payload as { battery_level: number }).battery_level, 96);
    equal(msg.topic, 'kept');
    await completed;
    await shows({ fill: 'green', shape: 'dot', text: 'Get information' });
  });

  it('gives a message for an unknown thing to Catch nodes', async () => {
    await helper.load(nodes, [...beside, cloud, action], credentials);
    const caught = received('caught');
    helper.getNode('node').receive({ payload: 'TSEN00000000000000' });
    const { error } = await caught;
    equal(error.code, 'NOT_FOUND');
    equal(error.message, 'GET /things/TSEN00000000000000 was answered with HTTP 404: Not Found');
    await shows({ fill: 'red', shape: 'ring', text: 'Get information: NOT_FOUND' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, cloud, action], credentials);
      const completed = received('completed');
      helper.getNode('node').receive({ payload: TUID, topic: 'kept' });
      await completed;
      await helper.unload();
    }));
});
