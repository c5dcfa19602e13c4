import { equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { payload, str } from '../kit/typed-input';
import { simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/thingsee/thingsee-cloud'), require('../../nodes/thingsee/thing-command')];

/** A presence sensor of the simulated deployment. */
const TUID = 'TSPR04X2Z74162947';

describe('thing-command', () => {
  let simulator: Simulator;
  let cloud: FlowNode;
  const credentials = { cloud: { clientId: 'ensemble', clientSecret: 'simulated-secret' } };
  const node = { ...fresh('thing-command'), id: 'node', connection: 'cloud', wires: [['sent']] };
  const action = { ...node, operation: 'send', parameters: { tuid: str(TUID), commands: payload } };

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
    equal(helper.getNode('node').type, 'thing-command');
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
  });

  it('sends a command, and passes the message on with what was sent', async () => {
    await helper.load(nodes, [...beside, cloud, action], credentials);
    const [sent, completed] = [received('sent'), received('completed')];
    helper.getNode('node').receive({ payload: { tsmId: 1500, tsmEv: 30, reportInterval: 5 }, topic: 'kept' });
    const msg = await sent;
    equal((msg.payload as { commands: { tsmId: number }[] }).commands[0]?.tsmId, 1500);
    equal(msg.topic, 'kept');
    await completed;
    await shows({ fill: 'green', shape: 'dot', text: 'Send commands' });
  });

  it('gives a message with a wrong command to Catch nodes', async () => {
    await helper.load(nodes, [...beside, cloud, action], credentials);
    const caught = received('caught');
    helper.getNode('node').receive({ payload: 'measure' });
    const { error } = await caught;
    equal(error.code, 'INVALID_INPUT');
    equal(error.message, 'commands must be an object, not "measure"');
    await shows({ fill: 'red', shape: 'ring', text: 'Send commands: INVALID_INPUT' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, cloud, action], credentials);
      const completed = received('completed');
      helper.getNode('node').receive({ payload: { tsmId: 1500, tsmEv: 30, reportInterval: 5 }, topic: 'kept' });
      await completed;
      await helper.unload();
    }));
});
