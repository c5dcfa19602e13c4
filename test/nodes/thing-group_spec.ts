import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { payload, str } from '../kit/typed-input';
import { simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/thingsee/thingsee-cloud'), require('../../nodes/thingsee/thing-group')];

/** A sensor of the simulated deployment. */
const TUID = 'TSEN03X2Z74162459';

describe('thing-group', () => {
  let simulator: Simulator;
  let cloud: FlowNode;
  const credentials = { cloud: { clientId: 'ensemble', clientSecret: 'simulated-secret' } };
  const node = { ...fresh('thing-group'), id: 'node', connection: 'cloud', wires: [['sent']] };
  const action = { ...node, operation: 'set-group-of-thing', parameters: { tuid: str(TUID), groupId: payload } };

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
    equal(helper.getNode('node').type, 'thing-group');
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
  });

  it('moves a thing to a group, and passes the message on with the response', async () => {
    await helper.load(nodes, [...beside, cloud, action], credentials);
    const [sent, completed] = [received('sent'), received('completed')];
    helper.getNode('node').receive({ payload: 'prfi00plant', topic: 'kept' });
    const msg = await sent;
    deepEqual(msg.payload, { group_id: 'prfi00plant', tuid: TUID });
    equal(msg.topic, 'kept');
    await completed;
    await shows({ fill: 'green', shape: 'dot', text: 'Set group of a thing' });
  });

  it('lists the things of all groups, each with its group', async () => {
    await helper.load(nodes, [...beside, cloud, { ...action, operation: 'list-all-things', parameters: {} }], credentials);
    const sent = received('sent');
    helper.getNode('node').receive({});
    const things = (await sent).payload as { tuid: string; group_id: string }[];
    deepEqual(
      things.filter(({ tuid }) => tuid === TUID),
      [{ tuid: TUID, group_id: 'prfi00office' }],
    );
    await shows({ fill: 'green', shape: 'dot', text: 'List things of all groups' });
  });

  it('gives a message with an unknown group to Catch nodes', async () => {
    await helper.load(nodes, [...beside, cloud, action], credentials);
    const caught = received('caught');
    helper.getNode('node').receive({ payload: 'nowhere' });
    const { error } = await caught;
    equal(error.code, 'NOT_FOUND');
    equal(error.message, 'POST /things/TSEN03X2Z74162459/group was answered with HTTP 404: Group nowhere not found');
    await shows({ fill: 'red', shape: 'ring', text: 'Set group of a…: NOT_FOUND' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, cloud, action], credentials);
      const completed = received('completed');
      helper.getNode('node').receive({ payload: 'prfi00plant', topic: 'kept' });
      await completed;
      await helper.unload();
    }));
});
