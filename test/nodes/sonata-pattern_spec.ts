import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { num, payload } from '../kit/typed-input';
import { EXAMPLE as PATTERN, press, simulated, snapshot } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/sonata/sonata-gateway'), require('../../nodes/sonata/sonata-pattern')];

describe('sonata-pattern', () => {
  let simulator: Simulator;
  let gateway: FlowNode;
  const node = { ...fresh('sonata-pattern'), id: 'node', connection: 'gateway', wires: [['sent']] };
  const action = { ...node, operation: 'set-pattern', parameters: { deviceId: num(1), pattern: payload } };

  beforeEach(async () => {
    simulator = await simulated();
    gateway = { ...fresh('sonata-gateway'), id: 'gateway', baseUrl: `${simulator.address}/sonata`, installationId: '1' };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
  });

  it('loads with its defaults, and waits for a message', async () => {
    await helper.load(nodes, [...beside, gateway, node]);
    equal(helper.getNode('node').type, 'sonata-pattern');
    await shows({ fill: 'grey', shape: 'ring', text: 'idle' });
  });

  it('sets a pattern, and passes the message on', async () => {
    await helper.load(nodes, [...beside, gateway, action]);
    const [sent, completed] = [received('sent'), received('completed')];
    helper.getNode('node').receive({ payload: PATTERN, topic: 'kept' });
    equal((await sent).topic, 'kept');
    deepEqual((await snapshot(simulator)).vendors.sonata.matrices[0]?.levels, PATTERN);
    await completed;
    await shows({ fill: 'green', shape: 'dot', text: 'Set pattern' });
  });

  it('fills the matrix, and shows that again after off', async () => {
    await helper.load(nodes, [...beside, gateway, { ...node, operation: '' }]);
    const levelAfter = async (operation: string, parameters = {}) => {
      const completed = received('completed');
      helper.getNode('node').receive({ operation, parameters: { deviceId: 1, ...parameters } });
      await completed;
      return (await snapshot(simulator)).vendors.sonata.matrices[0]?.levels[1];
    };
    deepEqual([await levelAfter('fill', { level: 6 }), await levelAfter('off'), await levelAfter('on')], [6, 0, 6]);
  });

  it('keeps a message until the server is there', async () => {
    await press(simulator, 'sonata', 'faults', { errorRate: 100 });
    await helper.load(nodes, [...beside, gateway, { ...action, keepFor: 60 }]);
    const sent = received('sent');
    helper.getNode('node').receive({ payload: PATTERN });
    await shows({ fill: 'yellow', shape: 'ring' });
    await press(simulator, 'sonata', 'faults', { errorRate: 0 });
    equal((await sent).statusCode, 200);
    deepEqual((await snapshot(simulator)).vendors.sonata.matrices[0]?.levels, PATTERN);
    await shows({ fill: 'green', shape: 'dot', text: 'Set pattern' });
  });

  it('gives a message with a wrong pattern to Catch nodes', async () => {
    await helper.load(nodes, [...beside, gateway, action]);
    const caught = received('caught');
    helper.getNode('node').receive({ payload: PATTERN.slice(1) });
    const { error } = await caught;
    equal(error.code, 'INVALID_INPUT');
    equal(error.message, 'pattern[99] must be a whole number from 0 to 15, not nothing');
    await shows({ fill: 'red', shape: 'ring', text: 'Set pattern: INVALID_INPUT' });
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, gateway, action]);
      const completed = received('completed');
      helper.getNode('node').receive({ payload: PATTERN, topic: 'kept' });
      await completed;
      await helper.unload();
    }));
});
