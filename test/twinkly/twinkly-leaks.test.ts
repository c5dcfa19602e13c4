import { answer, FaultServer } from '../kit/fault-server';
import { assertNoLeaks } from '../kit/leaks';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { account, num } from './flows';
import { begin, account as oauth } from './sign-in';

describe('twinkly nodes', () => {
  let red: NodeRed;
  let vendor: FaultServer;

  before(async () => {
    red = await startNodeRed();
    vendor = await FaultServer.start();
    vendor.good = (response, request) =>
      answer(request.path === '/v2/auth' ? { access_token: 'token' } : { 7: { runtime: { online: true } } })(response, request);
  });
  after(async () => {
    await red.stop();
    await vendor.close();
  });

  const node = (id: string, more: Record<string, unknown>): FlowNode => ({
    id,
    type: 'twinkly-command',
    z: 'tab',
    connection: 'account',
    wires: [[]],
    ...more,
  });
  const flow = (): FlowNode[] => [
    { id: 'tab', type: 'tab', label: 'leaks' },
    account(vendor.url),
    oauth(vendor.url, { id: 'person' }),
    node('off', { operation: 'turn-off', parameters: { id: num(7) } }),
    node('wait', { operation: 'turn-on', parameters: { id: num(8), waitForCompletion: num(3600) } }),
    node('query', { type: 'twinkly-query', operation: 'list-objects', parameters: {} }),
    node('poll', { type: 'twinkly-status-poll', ids: '7', interval: 5 }),
    node('signed-out', { type: 'twinkly-status-poll', connection: 'person', ids: '7', interval: 5 }),
  ];

  it('leave nothing behind after 20 deploys of each kind', async () => {
    await begin(red, vendor.url);
    await assertNoLeaks(red, flow());
  });

  it('leave nothing behind when they are deployed with a request, a retry and a command under way', async () => {
    const command = answer({ commandId: 'c', status: 'running', access_token: 'token' });
    vendor.always((response, request) => {
      if (request.path.includes('/8/') || request.path === '/v2/auth') command(response, request);
      else if (!request.path.includes('/7/')) answer({}, 503)(response, request);
    });
    const hanging = flow();
    await red.deploy(hanging);
    red.inject('off', {});
    red.inject('wait', {});
    await until('the request', () => vendor.requests.some(({ path }) => path.includes('/7/')));
    await until('a question', () => vendor.requests.some(({ path }) => path.includes('/8/runtime/command/c')));
    await assertNoLeaks(red, hanging, { redeploys: 3 });
    await vendor.heal();
  });
});
