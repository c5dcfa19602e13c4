import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { press, simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/thingsee/thingsee-cloud'), require('../../nodes/thingsee/thing-messages')];

/** A sensor of the simulated deployment. */
const TUID = 'TSEN03X2Z74162459';

describe('thing-messages', () => {
  let simulator: Simulator;
  let cloud: FlowNode;
  const credentials = { cloud: { clientId: 'ensemble', clientSecret: 'simulated-secret' } };
  const node = { ...fresh('thing-messages'), id: 'node', connection: 'cloud', wires: [['sent']] };
  const events = { ...node, things: TUID, interval: '1', grace: '0' };
  const stream = { ...events, transport: 'mqtt', interval: '60' };

  beforeEach(async () => {
    simulator = await simulated();
    const { address, mqttAddress } = simulator;
    cloud = { ...fresh('thingsee-cloud'), id: 'cloud', baseUrl: `${address}/thingsee`, mqttUrl: mqttAddress };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
  });

  it('loads with its defaults, and tells Catch nodes what is missing', async () => {
    await helper.load(nodes, [...beside, cloud, node], credentials);
    const { error } = await received('caught');
    equal(error.code, 'NOT_CONFIGURED');
    equal(error.message, 'things and groups are both empty');
    await shows({ fill: 'grey', shape: 'ring', text: 'not configured' });
  });

  it('sends an event', async () => {
    await helper.load(nodes, [...beside, cloud, events], credentials);
    const sent = received('sent');
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
    await press(simulator, 'thingsee', 'report', { tuid: TUID });
    const { topic, payload } = await sent;
    deepEqual([topic, (payload as { tsmId: number }).tsmId], [TUID, 12100]);
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
  });

  it('sends an event of the stream, which makes it green', async () => {
    await helper.load(nodes, [...beside, cloud, stream], credentials);
    // Its group sends by itself, too.
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
    const sent = received('sent');
    await press(simulator, 'thingsee', 'report', { tuid: TUID });
    const { topic, event } = await sent;
    deepEqual([topic, (event as { source: string }).source], [TUID, 'mqtt']);
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
  });

  for (const one of [events, stream])
    it(`leaves nothing when it is unloaded (${one === stream ? 'MQTT' : 'poll'})`, () =>
      leavesNothing(async () => {
        await helper.load(nodes, [...beside, cloud, one], credentials);
        await shows({ fill: 'green', shape: 'dot', text: 'connected' });
        await helper.unload();
      }));
});
