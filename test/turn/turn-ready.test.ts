import { deepEqual, equal } from 'node:assert/strict';
import { Simulator } from '../../src/simulators/simulator';
import { FaultServer } from '../kit/fault-server';
import { forwardTo } from '../kit/forward';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { load } from '../simulators/example-flows';
import { channelState, sendToTurn } from '../simulators/turn-client';

/** What becomes of the data of an event of the state `ready`: the document does not say in which form it comes. */
const FORMS: readonly (readonly [string, (value: string, sender: string) => unknown])[] = [
  ['the frame of the channels', (value, modifiedBy) => ({ modifiedBy, state: { value } })],
  ['the body of GET and PUT', (ready) => ({ ready })],
  ['the body of PUT with the sender', (ready, sender) => ({ 'Sender-Id': sender, ready })],
  ['a value alone', (value) => value === 'true'],
  ['a text alone', (value) => value],
];

describe('the example "Send all values after a start" with a Turn whose events have', () => {
  let red: NodeRed;
  let simulator: Simulator;
  let way: FaultServer;

  before(async () => {
    red = await startNodeRed();
    way = await FaultServer.start();
  });
  after(() => way.close());
  beforeEach(async () => {
    simulator = await Simulator.start({ port: 0, mqttPort: 0 });
  });
  afterEach(async () => {
    await red.stop();
    await way.heal();
    await simulator.close();
  });

  for (const [form, make] of FORMS)
    it(form, async () => {
      way.good = forwardTo(simulator.address, (frames) =>
        frames.replace(/^data: (.*modifiedBy.*)$/gm, (_, text: string) => {
          const { modifiedBy, state } = JSON.parse(text) as { modifiedBy: string; state: { value: string } };
          return `data: ${JSON.stringify(make(state.value, modifiedBy))}`;
        }),
      );
      const nodes = load('turn', 'Send all values after a start.json').filter(({ type }) => type !== 'ensemble-simulator');
      await red.deploy(nodes.map((node) => (node.type === 'turn-device' ? { ...node, port: Number(new URL(way.url).port) } : node)));
      const ready = async () => ((await sendToTurn(simulator, 'GET', '/control/state')).body as { ready: string }).ready;
      const lowered = () => until('ready is lowered', ready, (value) => value === 'false');
      await lowered();
      deepEqual(await channelState(simulator, 'modes/1/1'), { value: 2, on: 'true' });
      // Somebody raises it while the stream is up.
      const before = way.requests.length;
      await sendToTurn(simulator, 'PUT', '/control/state', { body: { ready: 'true' } });
      const again = () => way.requests.slice(before).filter(({ method, path }) => method === 'PUT' && path.endsWith('/modes/1/1/state'));
      await until('all values again', again, ({ length }) => length === 1);
      await lowered();
      equal(((await channelState(simulator, 'info/1/1')) as { value: string }).value, '415ppm');
    });
});
