import assert from 'node:assert/strict';
import type { Message } from '../../src/node-red/red';
import { Account } from '../kit/account';
import { answer, FaultServer } from '../kit/fault-server';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';

const cells = Array.from({ length: 100 }, (_, index) => index % 16);
const sourceOf = (msg: Message | undefined) => (msg?.event as { source?: string } | undefined)?.source;

describe('sonata-events over the webhook', () => {
  let red: NodeRed;
  let server: FaultServer;
  let account: Account;
  before(async () => {
    red = await startNodeRed();
    server = await FaultServer.start();
  });
  after(() => server.close());
  beforeEach(() => {
    server.good = (response, request) =>
      request.path === '/subscribe'
        ? answer({ message: `Subscribed to ${(request.json as { url: string }).url}` })(response, request)
        : answer({ message: 'Unsubscribed' })(response, request);
  });
  afterEach(async () => {
    await account?.close();
    await server.heal();
  });

  const gateway = (): FlowNode => ({ id: 'gateway', type: 'sonata-gateway', baseUrl: server.url, installationId: 16 });
  const open = async (node = {}) => {
    account = await Account.open(
      red,
      { id: 'events', type: 'sonata-events', connection: 'gateway', transport: 'webhook', publicUrl: `${red.httpUrl}/`, ...node },
      [gateway()],
    );
    await account.status({ fill: 'green', shape: 'dot' });
    return subscribed();
  };
  const subscribed = () => (server.requests.at(-1)?.json as { url: string } | undefined)?.url ?? '';
  const post = (url: string, body: string, method = 'POST') => fetch(url, { method, ...(method === 'POST' && { body }) });
  const event = (installation: number, device: number, key = 0) =>
    `{'type': 'context', 'installation_id': '${installation}', 'device_id': '${device}', 'payload': {'key': ${key}, 'cl': [{'i': 4, 'v': [${cells.join(', ')}]}]}}`;

  it('subscribes at deploy with an address that cannot be guessed, the same after every deploy', async () => {
    const url = await open();
    assert.match(url, new RegExp(`^${red.httpUrl}/ensemble/webhook/[\\w-]{32}$`));
    await account.deploy('full');
    await until('another subscription', () => server.requests.length === 2);
    assert.equal(subscribed(), url);
    assert.ok(server.requests.every(({ path }) => path === '/subscribe'));
  });

  it('emits what is posted, of its installation and device', async () => {
    const url = await open({ deviceId: '456' });
    for (const [installation, device] of [
      [17, 456],
      [16, 457],
      [16, 456],
    ] as const)
      assert.equal((await post(url, JSON.stringify(event(installation, device)))).status, 200);
    await until('an event', () => account.outputs.length > 0);
    assert.equal(account.outputs.length, 1);
    const [msg] = account.outputs;
    assert.deepEqual([msg?.topic, sourceOf(msg)], ['16/456/context', 'webhook']);
    assert.deepEqual(msg?.payload, { installationId: 16, deviceId: 456, type: 'context', pattern: cells, values: { 4: cells }, key: 0 });
  });

  it('takes POSTs of bounded size at its own address, and nothing else', async () => {
    const url = await open();
    assert.equal((await post(url, event(16, 1), 'GET')).status, 404);
    assert.equal((await post(`${red.httpUrl}/ensemble/webhook/${'A'.repeat(32)}`, event(16, 1))).status, 404);
    assert.equal((await post(url, 'x'.repeat(300_000))).status, 413);
    assert.equal((await post(url, '__import__("os").system("true")')).status, 200);
    assert.equal(account.outputs.length, 0);
    await until('one report', () => account.reports.length === 1);
  });

  it('goes on asking when the server refuses, and says so once', async () => {
    server.next(answer({ error: 'down' }, 400), answer({ error: 'down' }, 400));
    account = await Account.open(
      red,
      { id: 'events', type: 'sonata-events', connection: 'gateway', transport: 'webhook', publicUrl: red.httpUrl },
      [gateway()],
    );
    await account.status({ fill: 'yellow', shape: 'ring' });
    await account.status({ fill: 'green', shape: 'dot' });
    assert.equal(server.requests.length, 3);
    await until('one report', () => account.reports.length === 1);
  });

  it('unsubscribes only where the user asked for it, and only when the node is removed', async () => {
    await open({ unsubscribe: true });
    await account.deploy('nodes', { id: 'events', type: 'sonata-events', name: 'changed' });
    await until('the second subscription', () => server.requests.length === 2);
    assert.ok(server.requests.every(({ path }) => path === '/subscribe'));
    await red.deploy([gateway()], 'full');
    assert.deepEqual([server.requests.at(-1)?.method, server.requests.at(-1)?.path], ['GET', '/unsubscribe']);
  });

  it('is not configured without a public address', async () => {
    account = await Account.open(red, { id: 'events', type: 'sonata-events', connection: 'gateway', transport: 'webhook' }, [gateway()]);
    await account.status({ fill: 'grey', shape: 'ring', text: 'not configured' });
    assert.match((await account.report()).error.message, /^publicUrl is missing$/);
  });
});
