import { answer, FaultServer } from '../kit/fault-server';
import { assertNoLeaks } from '../kit/leaks';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { backend, frontend, isLogin, opensSession } from './backend';

describe('Thingsquare nodes', () => {
  let red: NodeRed;
  let vendor: FaultServer;

  before(async () => {
    red = await startNodeRed();
    vendor = await FaultServer.start();
  });
  after(async () => {
    await red.stop();
    await vendor.close();
  });

  const str = (value: string) => ({ type: 'str', value });
  const flow = (): FlowNode[] => [
    { id: 'tab', type: 'tab', label: 'leaks' },
    // No time limit comes while it is counted.
    frontend(vendor, { timeout: 600_000 }),
    { id: 'events', type: 'thingsquare-events', z: 'tab', connection: 'frontend', interval: 1, wires: [[]] },
    {
      id: 'set',
      type: 'thingsquare-variable',
      z: 'tab',
      connection: 'frontend',
      operation: 'set',
      parameters: { device: str('a'), kind: str('d'), name: str('b'), value: str('c'), waitForAck: { type: 'num', value: '60' } },
      wires: [[]],
    },
  ];

  it('leave nothing behind after 20 deploys of each kind', async () => {
    backend(vendor, answer({ a: { s: { b: { value: 'c', time: 1 } } } }));
    await assertNoLeaks(red, flow());
  }).timeout(120_000);

  it('leave nothing behind when they are deployed while a request hangs, and the goodbye too', async () => {
    vendor.always((response, request) => isLogin(request) && opensSession()(response, request));
    const hanging = flow();
    await red.deploy(hanging);
    red.inject('set', {});
    await until('the request', () => vendor.requests.some(({ path }) => path === '/0/devices/a/d/b'));
    await assertNoLeaks(red, hanging, { redeploys: 1 });
    await vendor.heal();
  }).timeout(120_000);
});
