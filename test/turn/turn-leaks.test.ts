import { deepEqual } from 'node:assert/strict';
import { Simulator } from '../../src/simulators/simulator';
import { answer, FaultServer } from '../kit/fault-server';
import { assertNoLeaks } from '../kit/leaks';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { portOf } from '../simulators/ports';
import { read } from '../simulators/simulated';
import { act } from '../simulators/turn-client';

const STREAMS = ['channels', 'channel-type', 'page', 'channel', 'control-states', 'control-state', 'config', 'transport-controls'] as const;
const SELECTORS: Readonly<Record<string, string>> = {
  'channel-type': 'light',
  page: 'light/1',
  channel: 'light/1/1',
  'control-state': 'ready',
};
/** Channels, states, configuration, Sonos. */
const KINDS = 4;

describe('turn nodes', () => {
  let red: NodeRed;
  let simulator: Simulator;

  before(async () => {
    red = await startNodeRed();
    simulator = await Simulator.start({ port: 0, mqttPort: 0 });
  });
  after(async () => {
    await red.stop();
    await simulator.close();
  });

  const channel = { type: 'str', value: 'light/1/1' };
  const action = (id: string, type: string, operation: string, parameters: object): FlowNode => ({
    id,
    type,
    z: 'tab',
    connection: 'device',
    operation,
    parameters,
    wires: [[]],
  });
  const listeners = (count: number): FlowNode[] =>
    Array.from({ length: count }, (_, index) => {
      const stream = STREAMS[index % STREAMS.length] ?? 'channels';
      return {
        id: `sse-${index}`,
        type: 'turn-sse',
        z: 'tab',
        connection: 'device',
        stream,
        selector: SELECTORS[stream] ?? '',
        initial: index % 2 === 0,
        wires: [[]],
      };
    });
  const flow = (count: number, device: object = {}): FlowNode[] => [
    { id: 'tab', type: 'tab', label: 'leaks' },
    { id: 'device', type: 'turn-device', host: '127.0.0.1', port: portOf(simulator.address), ...device },
    action('set', 'turn-channel', 'set-state', { channel, value: { type: 'msg', value: 'payload' } }),
    action('states', 'turn-control', 'get-states', {}),
    ...listeners(count),
  ];
  const streams = async () => (await read(simulator.address)).vendors.turn.streams;
  /** How often one was begun. */
  const begun = async () =>
    (await read(simulator.address)).log.filter(({ path, status }) => status === 200 && /\/(events|stream)\b/.test(path)).length;
  const live = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => red.status(`sse-${index}`, { fill: 'green' })));

  it('share one connection for each kind of feed, twenty of them on one device', async () => {
    await red.deploy(flow(20));
    await live(20);
    deepEqual(await streams(), KINDS);
    await act(simulator, 'restart', {});
    await until('the streams are back', begun, (count) => count >= 2 * KINDS);
    deepEqual([await begun(), await streams()], [2 * KINDS, KINDS]);
    await red.stop();
    await until('nobody listens', streams, (count) => count === 0);
  });

  it('leave nothing behind after 20 deploys of each kind', async () => {
    await assertNoLeaks(red, flow(8));
    red.inject('set', { payload: 20 });
    await red.status('set', { fill: 'green' });
    await live(8);
    deepEqual(await streams(), KINDS);
  }).timeout(120_000);

  describe('when they are deployed while the device', () => {
    let vendor: FaultServer;
    before(async () => {
      vendor = await FaultServer.start();
    });
    after(() => vendor.close());
    afterEach(() => vendor.heal());

    for (const [what, arrange] of [
      ['does not answer', () => vendor.always(() => {})],
      ['refuses', () => vendor.always(answer({}, 503))],
    ] as const)
      it(`${what}, leave nothing behind`, async () => {
        arrange();
        // No time limit comes while it is counted.
        const nodes = flow(8, { port: Number(new URL(vendor.url).port), timeout: 600_000 });
        await red.deploy(nodes);
        red.inject('set', { payload: 20 });
        await red.status('sse-0', { fill: 'yellow' });
        await assertNoLeaks(red, nodes, { redeploys: 3 });
      });
  });
});
