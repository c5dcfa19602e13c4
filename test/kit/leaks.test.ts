import { deepEqual, rejects } from 'node:assert/strict';
import { giveBack } from './leaked';
import { assertNoLeaks } from './leaks';
import { type NodeRed, startNodeRed } from './node-red';

describe('kit: leaks', () => {
  let red: NodeRed;
  before(async () => {
    red = await startNodeRed();
  });
  afterEach(async () => {
    await red.stop();
    giveBack();
  });
  // The careless node has left routes and listeners in this Node-RED.
  after(() => red.shutdown());

  const flow = (behaviour: string) => [
    { id: 'tab', type: 'tab' },
    { id: 'node', type: 'kit-careless', z: 'tab', behaviour, wires: [[]] },
  ];

  it('finds none in a node that gives back what it takes', () => assertNoLeaks(red, flow('careful')));

  for (const [behaviour, resource] of [
    ['leaks a timer', 'Timeout'],
    ['leaks a server', 'TCPServerWrap'],
    ['leaks a listener', 'listeners of RED.events'],
    ['leaks a route', 'routes of httpNode'],
    ['leaks an admin route', 'routes of httpAdmin'],
  ] as const)
    it(`notices: ${behaviour}`, () =>
      rejects(assertNoLeaks(red, flow(behaviour), { redeploys: 2, patience: 30 }), (error: { actual: unknown }) => {
        deepEqual(error.actual, { [resource]: 2 });
        return true;
      }));
});
