import { deepEqual } from 'node:assert/strict';
import { join } from 'node:path';
import type { Operation } from '../../src/core/operation';
import type { Message } from '../../src/node-red/red';
import { Simulator } from '../../src/simulators/simulator';
import { allVendors } from '../kit/all-vendors';
import { type FlowNode, startNodeRed } from '../kit/node-red';
import { declaredNodes, panelOf } from '../kit/panel';
import { probe } from '../kit/probe';
import { ROOT } from '../kit/root';
import { refusals } from '../kit/schemas';
import { Stage } from '../kit/stage';
import type { TypedInput } from '../kit/typed-input';
import { until } from '../kit/within';
import { connections } from '../simulators/connections';
import { freePorts } from '../simulators/ports';
import { press } from '../simulators/simulated';

/** A parameter of an example as a message holds it; undefined where the example takes it from elsewhere. */
function literal({ type, value }: TypedInput, msg: Readonly<Record<string, unknown>>): unknown {
  if (type === 'num') return Number(value);
  if (type === 'bool') return value === 'true';
  if (type === 'json') return JSON.parse(value);
  return type === 'msg' ? msg[value] : value;
}

/** Whether a parameter is one of an operation. */
function isOf(type: string, operation: string, name: string): boolean {
  const [, file = ''] = declaredNodes.find(([declared]) => declared === type) ?? [];
  const { operations } = require(join(ROOT, file.replace('dist/nodes', 'dist/src/vendors'))) as { operations: readonly Operation[] };
  return operations.some(({ id, parameters }) => id === operation && name in parameters);
}

describe('the JSON Schemas accept what really goes', () => {
  for (const vendor of allVendors)
    describe(`through the action nodes of ${vendor.name}`, () => {
      const stage = new Stage(vendor);

      for (const { type, operation, parameters = {}, msg = {}, settings, good } of vendor.examples)
        it(`in and out of ${type} ${operation}`, async () => {
          // An example may have parameters of the vendor's other operations.
          const given = Object.entries(parameters as Readonly<Record<string, TypedInput>>).filter(([name]) => isOf(type, operation, name));
          const values = given.map(([name, input]) => [name, literal(input, msg as Readonly<Record<string, unknown>>)]);
          const message = { ...msg, operation, parameters: Object.fromEntries(values) };
          deepEqual(refusals(type, 'input', message), []);
          await stage.open({ type, operation: '', ...settings });
          stage.respondWith(good);
          const { ends, outputs } = await stage.run(message as Message);
          deepEqual(ends, ['done']);
          for (const output of outputs) deepEqual(refusals(type, 'output', output), []);
        });
    });

  it('out of the event nodes', async () => {
    const simulator = await Simulator.start(await freePorts());
    const red = await startNodeRed();
    try {
      const types = declaredNodes.filter(([type, file]) => isEventNode(type, file)).map(([type]) => type);
      deepEqual(
        [...new Set(eventNodes.map(({ type }) => type))].sort(),
        types.sort(),
        'eventNodes must have one node of each event node type',
      );
      const received = new Map<string, Message>();
      probe.seen = (id, msg) => void (received.has(id) || received.set(id, msg));
      const probes = eventNodes.map((node) => ({ id: outOf(node), type: 'kit-probe', z: 'tab', wires: [] }));
      await red.deploy([{ id: 'tab', type: 'tab' }, ...connections(simulator), ...eventNodes, ...probes]);
      const moved = async () => {
        await press(simulator, 'sonata', 'toggle', { installation: 1, device: 3 });
        await press(simulator, 'thingsee', 'alert', { tuid: 'TSEN03X2Z74162459' });
        return [...received.keys()];
      };
      await until('a message of each', moved, ({ length }) => length === eventNodes.length);
      for (const node of eventNodes) deepEqual(refusals(String(node.type), 'output', received.get(outOf(node))), []);
    } finally {
      await red.stop();
      await simulator.close();
    }
  });
});

const isEventNode = (type: string, file: string): boolean => {
  const { category, defaults } = panelOf(type, file);
  return category !== 'config' && 'connection' in defaults && !('operation' in defaults);
};

const outOf = ({ id, type }: FlowNode): string => `${String(type)} ${id} out`;

/** One of each type, and of each way in which it hears of events, which leads to a probe. */
const eventNodes = [
  { id: 'a', type: 'turn-sse', connection: 'turn', initial: true },
  { id: 'b', type: 'sonata-events', connection: 'gateway', transport: 'mqtt' },
  { id: 'c', type: 'thingsquare-events', connection: 'backend', interval: 1 },
  { id: 'p', type: 'thingsquare-events', connection: 'backend', transport: 'push' },
  { id: 'd', type: 'thing-messages', connection: 'cloud', groups: 'prfi00office', interval: 1, grace: 0 },
  { id: 'f', type: 'thing-alerts', connection: 'cloud', interval: 1 },
  { id: 'e', type: 'twinkly-status-poll', connection: 'account', ids: '48213', interval: 5 },
].map((node: FlowNode): FlowNode => ({ ...node, z: 'tab', wires: [[outOf(node)]] }));
