import { deepEqual, equal } from 'node:assert/strict';
import { shapeOf } from '../../src/core/diagnostics/shape';
import { Simulator } from '../../src/simulators/simulator';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import type { ReplayedReport } from '../kit/replay';
import { exampleOf, startReplay } from '../kit/replay';
import { until } from '../kit/within';
import { freePorts } from '../simulators/ports';
import { press } from '../simulators/simulated';

describe('a diagnostics file that is replayed', () => {
  let red: NodeRed;
  before(async () => {
    red = await startNodeRed();
  });

  const STEPS = ['get-info', 'list-alerting', 'count-alerts', 'list-messages'];
  const node = (operation: string): FlowNode => ({
    ...{ id: `node ${operation}`, type: 'thing-query', connection: 'cloud', operation },
    parameters: { tuid: { type: 'str', value: 'TSPR04X2Z74162947' }, limit: { type: 'num', value: '3' } },
  });
  const flow = (baseUrl: string): FlowNode[] => [
    { id: 'cloud', type: 'thingsee-cloud', baseUrl, credentials: { clientId: 'ensemble', clientSecret: 'simulated-secret' } },
    ...STEPS.map(node),
  ];
  /** What the node shows after its message. */
  const outcome = async (id: string): Promise<string | undefined> => {
    const before = red.statuses.length;
    red.inject(id, {});
    return until(
      `${id} ended`,
      () => red.statuses.slice(before).findLast((one) => one.id === id)?.status,
      (status) => status?.fill === 'green' || status?.fill === 'red',
    ).then((status) => status?.text?.replace(/ \d\d:\d\d$/, ''));
  };
  const outcomes = async () => {
    const all: (string | undefined)[] = [];
    for (const step of STEPS) all.push(await outcome(`node ${step}`));
    return all;
  };

  it('makes the nodes do what they did at the vendor', async () => {
    const simulator = await Simulator.start(await freePorts());
    let seen: (string | undefined)[];
    let report: ReplayedReport;
    try {
      await red.deploy(flow(`${simulator.address}/thingsee`));
      seen = await outcomes();
      await press(simulator, 'thingsee', 'faults', { errorRate: 100 });
      seen.push(await outcome('node list-alerting'));
      report = (await (
        await red.admin('/ensemble/diagnostics/thingsee-cloud', { method: 'POST', body: { id: 'cloud' } })
      ).json()) as ReplayedReport;
    } finally {
      await simulator.close();
    }
    const replay = await startReplay(report);
    try {
      await red.deploy(flow(replay.url));
      deepEqual([...(await outcomes()), await outcome('node list-alerting')], seen);
      deepEqual(replay.unknown, []);
      equal(new Set(seen).size > 1, true, 'not all steps end alike');
    } finally {
      await replay.close();
    }
  });

  for (const value of [
    {
      data: [
        { id: 1, name: null },
        { id: 'x', more: [1.5, 'true', '2020-01-01T00:00:00'] },
      ],
    },
    { 48211: { runtime: { online: true, color: { red: 1 } } } },
    [[], 'x', { a: '' }],
    'text',
  ])
    it(`has bodies of the shape that the file tells: ${JSON.stringify(value)}`, () => {
      const shape = shapeOf(value);
      deepEqual(Object.keys(exampleOf(shape) as object).length > 0, true);
      // What is optional is there, and of several kinds one: nothing is in it that the shape has not.
      deepEqual(shapeOf(exampleOf(shapeOf(exampleOf(shape)))), shapeOf(exampleOf(shape)));
    });
});
