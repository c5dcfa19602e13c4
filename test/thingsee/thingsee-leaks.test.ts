import { answer, type FaultServer } from '../kit/fault-server';
import { assertNoLeaks } from '../kit/leaks';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { answering, asked, cloudNode, constants, isLogin, startCloud } from './fake-cloud';

describe('Thingsee nodes', () => {
  let red: NodeRed;
  let vendor: FaultServer;
  before(async () => {
    red = await startNodeRed();
    vendor = await startCloud();
  });
  after(async () => {
    await red.stop();
    await vendor.close();
  });

  const flow = (): FlowNode[] => [
    { id: 'tab', type: 'tab', label: 'leaks' },
    // No time limit comes while it is counted.
    cloudNode(vendor.url, { timeout: 600_000 }),
    { id: 'messages', type: 'thing-messages', z: 'tab', connection: 'cloud', things: 'TSPR1,TSPR2', interval: 1, wires: [[]] },
    {
      id: 'command',
      type: 'thing-command',
      z: 'tab',
      connection: 'cloud',
      operation: 'send',
      parameters: constants({ tuid: 'TSPR1', commands: { tsmId: 1500, tsmEv: 30 }, waitForReply: 600 }),
      wires: [[]],
    },
  ];

  it('leave nothing behind after 20 deploys of each kind', async () => {
    vendor.good = answering([]);
    await assertNoLeaks(red, flow());
  }).timeout(120_000);

  it('leave nothing behind when they are deployed while a request hangs, another is tried again, and a reply is awaited', async () => {
    vendor.always((response, request) => {
      if (isLogin(request)) return answering({})(response, request);
      if (request.method === 'POST') return answering({ commands: [{ tsmTs: 1 }] })(response, request);
      return request.path.includes('TSPR1/') ? undefined : answer({}, 503)(response, request);
    });
    const hanging = flow();
    await red.deploy(hanging);
    red.inject('command', {});
    await until('the wait for a reply', () => asked(vendor).some(({ path }) => path.includes('eventid=31')));
    await assertNoLeaks(red, hanging, { redeploys: 3 });
    await vendor.heal();
  }).timeout(120_000);
});
