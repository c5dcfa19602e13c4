import { deepEqual } from 'node:assert/strict';
import { Simulator } from '../../src/simulators/simulator';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { freePorts } from '../simulators/ports';
import { read } from '../simulators/simulated';
import { act } from '../simulators/turn-client';
import { listeners, STREAM_KINDS, turn } from './vendor';

describe('turn-sse nodes', () => {
  let red: NodeRed;
  let simulator: Simulator;

  before(async () => {
    red = await startNodeRed();
    simulator = await Simulator.start(await freePorts());
  });
  after(async () => {
    await red.stop();
    await simulator.close();
  });

  const flow = (count: number): FlowNode[] => [
    { id: 'tab', type: 'tab', label: 'streams' },
    turn.connection(simulator.address),
    ...listeners(count).map((node) => ({ ...node, connection: 'device', z: 'tab', wires: [[]] })),
  ];
  const streams = async () => (await read(simulator.address)).vendors.turn.streams;
  /** How often one was begun. */
  const begun = async () =>
    (await read(simulator.address)).log.filter(({ path, status }) => status === 200 && /\/(events|stream)\b/.test(path)).length;
  const live = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => red.status(`sse-${index}`, { fill: 'green' })));

  it('share one connection for each kind of feed, twenty of them on one device', async () => {
    await red.deploy(flow(20));
    await live(20);
    deepEqual(await streams(), STREAM_KINDS);
    await act(simulator, 'restart', {});
    await until('the streams are back', begun, (count) => count >= 2 * STREAM_KINDS);
    deepEqual([await begun(), await streams()], [2 * STREAM_KINDS, STREAM_KINDS]);
    await red.stop();
    await until('nobody listens', streams, (count) => count === 0);
  });
});
