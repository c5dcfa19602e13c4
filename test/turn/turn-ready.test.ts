import { deepEqual, equal } from 'node:assert/strict';
import { Simulator } from '../../src/simulators/simulator';
import { FaultServer, respond } from '../kit/fault-server';
import { forwardTo } from '../kit/forward';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { load } from '../simulators/example-flows';
import { freePorts } from '../simulators/ports';
import { channelState, sendToTurn } from '../simulators/turn-client';

/** What becomes of the data of an event of the state `ready`: the document does not say in which form it comes. */
const FORMS: readonly (readonly [string, (value: string, sender: string) => unknown])[] = [
  ['the frame of the channels', (value, modifiedBy) => ({ modifiedBy, state: { value } })],
  ['the body of GET and PUT', (ready) => ({ ready })],
  ['the body of PUT with the sender', (ready, sender) => ({ 'Sender-Id': sender, ready })],
  ['a value alone', (value) => value === 'true'],
  ['a text alone', (value) => value],
];

describe('the example "Send all values after a start" with a Turn', () => {
  let red: NodeRed;
  let simulator: Simulator;
  let way: FaultServer;

  before(async () => {
    red = await startNodeRed();
    way = await FaultServer.start();
  });
  after(() => way.close());
  beforeEach(async () => {
    simulator = await Simulator.start(await freePorts());
  });
  afterEach(async () => {
    await red.stop();
    await way.heal();
    await simulator.close();
  });

  const start = async () => {
    const nodes = load('Turn', 'Send all values after a start.json').filter(({ type }) => type !== 'ensemble-simulator');
    await red.deploy(nodes.map((node) => (node.type === 'turn-device' ? { ...node, port: Number(new URL(way.url).port) } : node)));
    return nodes;
  };
  const ready = async () => ((await sendToTurn(simulator, 'GET', '/control/state')).body as { ready: string }).ready;
  const lowered = () => until('ready is lowered', ready, (value) => value === 'false');

  for (const [form, make] of FORMS)
    it(`whose events have ${form}`, async () => {
      way.good = forwardTo(simulator.address, (frames) =>
        frames.replace(/^data: (.*modifiedBy.*)$/gm, (_, text: string) => {
          const { modifiedBy, state } = JSON.parse(text) as { modifiedBy: string; state: { value: string } };
          return `data: ${JSON.stringify(make(state.value, modifiedBy))}`;
        }),
      );
      await start();
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

  const CHANNELS = ['shade/1/1', 'shade_scenes/1/1', 'modes/1/1', 'fan/1/1', 'humidity/1/1', 'info/1/1', 'info/2/1'];
  const values = () => way.requests.filter(({ method }) => method === 'PUT').map(({ path }) => /channels\/(.*)\/state$/.exec(path)?.[1]);
  /** Each channel fails so often: three times, and a message has tried enough. */
  const fail = (times: Readonly<Record<string, number>>, status = 500) => {
    const left = new Map(Object.entries(times));
    const forward = forwardTo(simulator.address);
    way.good = (response, request) => {
      const channel = /channels\/(.*)\/state$/.exec(request.path)?.[1] ?? '';
      const count = request.method === 'PUT' ? (left.get(channel) ?? 0) : 0;
      left.set(channel, count - 1);
      (count > 0 ? respond({ message: 'Error' }, status) : forward)(response, request);
    };
  };
  const refusedIs = (nodes: readonly FlowNode[], text: string) =>
    red.status(nodes.find(({ name }) => name === 'Refused')?.id ?? '', { text });

  it('that fails for some of the values for a while: only those are sent again, and only then is it up to date', async () => {
    fail({ 'fan/1/1': 5, 'info/1/1': 4 });
    const nodes = await start();
    await lowered();
    await refusedIs(nodes, '0 of 8');
    deepEqual(await channelState(simulator, 'fan/1/1'), { value: 2, on: 'true' });
    const sent = values();
    equal(sent.at(-1), undefined, 'ready is lowered last');
    const counts = CHANNELS.map((channel) => sent.filter((one) => one === channel).length);
    deepEqual(counts, [1, 1, 1, 6, 1, 5, 1]);
  });

  it('that fails for all of the values for a while: they are kept', async () => {
    fail(Object.fromEntries(CHANNELS.map((channel) => [channel, 3])));
    const nodes = await start();
    await lowered();
    await refusedIs(nodes, '0 of 8');
    deepEqual(await channelState(simulator, 'fan/1/1'), { value: 2, on: 'true' });
    equal(values().at(-1), undefined, 'ready is lowered last');
  });

  it('that refuses some of the values: nothing is sent again', async () => {
    fail({ 'fan/1/1': 100 }, 403);
    const nodes = await start();
    await lowered();
    await refusedIs(nodes, '1 of 8: fan/1/1');
    deepEqual(values().filter((channel) => channel === 'fan/1/1').length, 1);
  });
});
