import { deepEqual } from 'node:assert/strict';
import { Simulator } from '../../src/simulators/simulator';
import { assertNoLeaks } from '../kit/leaks';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { portOf } from '../simulators/ports';
import { act } from '../simulators/turn-client';
import { read } from '../simulators/simulated';

const STREAMS = ['channels', 'channel-type', 'page', 'channel', 'control-states', 'control-state', 'config', 'transport-controls'] as const;
const SELECTORS: Readonly<Record<string, string>> = { 'channel-type': 'light', page: 'light/1', channel: 'light/1/1', 'control-state': 'ready' };
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
  const flow = (count: number): FlowNode[] => [
    { id: 'tab', type: 'tab', label: 'leaks' },
    { id: 'device', type: 'turn-device', host: '127.0.0.1', port: portOf(simulator.address) },
    action('set', 'turn-channel', 'set-state', { channel, value: { type: 'msg', value: 'payload' } }),
    action('states', 'turn-control', 'get-states', {}),
    ...listeners(count),
  ];
  const streams = async () => (await read(simulator.address)).vendors.turn.streams;
  const live = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => red.status(`sse-${index}`, { fill: 'green' })));

  it('share one connection for each kind of feed, twenty of them on one device', async () => {
    await red.deploy(flow(20));
    await live(20);
    deepEqual(await streams(), KINDS);
    await act(simulator, 'restart', {});
    await until('the streams have ended', streams, (count) => count < KINDS);
    await until('they are back', streams, (count) => count === KINDS);
    await live(20);
    deepEqual(await streams(), KINDS);
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

  it('leave nothing behind when they are deployed while the device does not answer, or refuses', async () => {
    const fault = (latency: number, errorRate: number) => act(simulator, 'faults', { latency, errorRate, retryAfter: 0 });
    for (const [latency, errorRate] of [
      [60_000, 0],
      [0, 100],
    ] as const) {
      await fault(latency, errorRate);
      await red.deploy(flow(8));
      red.inject('set', { payload: 20 });
      await assertNoLeaks(red, flow(8), { redeploys: 3 });
    }
    await fault(0, 0);
    await red.deploy(flow(8));
    await live(8);
  }).timeout(120_000);
});
