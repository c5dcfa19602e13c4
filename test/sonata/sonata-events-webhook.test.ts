import assert from 'node:assert/strict';
import type { Message } from '../../src/node-red/red';
import { RETRY } from '../../src/vendors/sonata/sonata-events';
import { type Behaviour, respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { sonata } from './vendor';

const cells = Array.from({ length: 100 }, (_, index) => index % 16);
const sourceOf = (msg: Message | undefined) => (msg?.event as { source?: string } | undefined)?.source;

describe('sonata-events over the webhook', () => {
  const stage = new Stage(sonata);
  const subscribes: Behaviour = (response, request) => {
    const { url = '' } = (request.json ?? {}) as { url?: string };
    respond({ message: request.path === '/subscribe' ? `Subscribed to ${url}` : 'Unsubscribed' })(response, request);
  };
  before(() => stage.respondWith(subscribes));

  const deploy = (node: object) =>
    stage.open({ id: 'events', type: 'sonata-events', transport: 'webhook', ...node }, { installationId: 16 });
  const open = async (node = {}) => {
    await deploy({ publicUrl: `${stage.red.httpUrl}/`, ...node });
    await until('a subscription', () => stage.server.requests.length > 0);
    return subscribed();
  };
  /** Without the pauses between two tries. */
  const quickly = async (run: () => Promise<void>) => {
    const { first, most } = RETRY;
    Object.assign(RETRY, { first: 1, most: 1 });
    await run().finally(() => Object.assign(RETRY, { first, most }));
  };
  const subscribed = () => (stage.server.requests.at(-1)?.json as { url: string } | undefined)?.url ?? '';
  const post = (url: string, body: string, method = 'POST') => fetch(url, { method, ...(method === 'POST' && { body }) });
  const event = (installation: number, device: number, key = 0) =>
    `{'type': 'context', 'installation_id': '${installation}', 'device_id': '${device}', 'payload': {'key': ${key}, 'cl': [{'i': 4, 'v': [${cells.join(', ')}]}]}}`;

  it('subscribes at deploy with an address that cannot be guessed, the same after every deploy', async () => {
    const url = await open();
    assert.match(url, new RegExp(`^${stage.red.httpUrl}/ensemble/webhook/[\\w-]{32}$`));
    await stage.audit.deploy('full');
    await until('another subscription', () => stage.server.requests.length === 2);
    assert.equal(subscribed(), url);
    assert.ok(stage.server.requests.every(({ path }) => path === '/subscribe'));
  });

  it('subscribes again at its interval, which is in seconds: the server may have forgotten', async () => {
    const url = await open({ interval: '1' });
    await until('three subscriptions', () => stage.server.requests.length === 3);
    assert.ok(stage.server.requests.every(({ path, json }) => path === '/subscribe' && (json as { url: string }).url === url));
    await stage.audit.status({ text: 'subscribed, no event yet' });
  });

  it('emits what is posted, of its installation and device', async () => {
    const url = await open({ deviceId: '456' });
    for (const [installation, device] of [
      [17, 456],
      [16, 457],
      [16, 456],
    ] as const)
      assert.equal((await post(url, JSON.stringify(event(installation, device)))).status, 200);
    await until('an event', () => stage.audit.outputs.length > 0);
    assert.equal(stage.audit.outputs.length, 1);
    const [msg] = stage.audit.outputs;
    assert.deepEqual([msg?.topic, sourceOf(msg)], ['16/456/context', 'webhook']);
    assert.deepEqual(msg?.payload, { installationId: 16, deviceId: 456, type: 'context', pattern: cells, values: { 4: cells }, key: 0 });
  });

  it('reports what cannot be read, and evaluates nothing', async () => {
    const url = await open();
    assert.equal((await post(url, '__import__("os").system("true")')).status, 200);
    assert.equal(stage.audit.outputs.length, 0);
    await until('one report', () => stage.audit.reports.length === 1);
  });

  it('is subscribed at first, and live once an event has come, also over deploys', async () => {
    const publicUrl = stage.red.httpUrl.replace('127.0.0.1', 'localhost');
    const url = await open({ publicUrl });
    const waiting = { fill: 'yellow', shape: 'ring', text: 'subscribed, no event yet' };
    await stage.audit.status(waiting);
    await post(url, 'no event');
    await stage.audit.report();
    await stage.audit.deploy('full');
    await until('another subscription', () => stage.server.requests.length === 2);
    await stage.audit.status(waiting);
    // Of another installation: it has come all the same.
    await post(url, event(17, 1));
    await stage.audit.status({ fill: 'green', shape: 'dot', text: 'connected' });
    await stage.audit.deploy('full');
    await stage.audit.status({ fill: 'green', shape: 'dot', text: 'connected' });
    assert.equal(stage.audit.outputs.length, 0);
  });

  it('takes no response for a subscription that does not say so, asks again, and says so once', async () => {
    const others: Behaviour[] = [
      respond({ message: 'Success' }),
      respond({ message: 'Subscribed to http://127.0.0.1/elsewhere' }),
      respond({ message: 'Not subscribed' }),
      respond({ message: ['Subscribed to'] }),
      respond('Subscribed'),
      respond(null),
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Please log in</h1>'),
      (response) => response.writeHead(204).end(),
    ];
    await quickly(async () => {
      stage.server.next(...others);
      const url = await open();
      await stage.audit.status({ fill: 'yellow', shape: 'ring', text: 'BAD_RESPONSE: in 1 s' });
      await until('a subscription', () => stage.server.requests.length === others.length + 1);
      await post(url, event(16, 1));
      await stage.audit.status({ fill: 'green', shape: 'dot' });
      assert.deepEqual(
        stage.audit.reports.map(({ error }) => error.code),
        ['BAD_RESPONSE'],
      );
    });
  });

  it('goes on asking when the server refuses, and says so once', async () => {
    const refusals = [400, 401, 403, 404, 405, 500, 503].map((status) => respond({ error: 'down' }, status));
    await quickly(async () => {
      stage.server.next(...refusals);
      await open();
      await stage.audit.status({ fill: 'yellow', shape: 'ring' });
      await until('a subscription', () => stage.server.requests.length > refusals.length);
      await until('one report', () => stage.audit.reports.length === 1);
    });
  });

  it('leaves out an odd item of an event, and warns of it once', async () => {
    const url = await open();
    for (const item of ["{'i': 5, 'v': None}", '7', "{'v': 1}"])
      await post(url, `{'type': 'context', 'installation_id': '16', 'device_id': '1', 'payload': {'cl': [${item}, {'i': 0, 'v': 2}]}}`);
    await until('three events', () => stage.audit.outputs.length === 3);
    for (const { payload } of stage.audit.outputs)
      assert.deepEqual(payload, { installationId: 16, deviceId: 1, type: 'context', values: { 0: [2] } });
    const warnings = stage.red.logs.filter(({ level, id }) => level === 'warn' && id === 'events');
    assert.deepEqual([warnings.length, /an item of cl/.test(warnings[0]?.text ?? '')], [1, true]);
  });

  it('unsubscribes only where the user asked for it, and only when the node is removed', async () => {
    await open({ unsubscribe: true });
    await stage.audit.deploy('nodes', { id: 'events', type: 'sonata-events', name: 'changed' });
    await until('the second subscription', () => stage.server.requests.length === 2);
    assert.ok(stage.server.requests.every(({ path }) => path === '/subscribe'));
    await stage.red.deploy([stage.connection()], 'full');
    assert.deepEqual([stage.server.requests.at(-1)?.method, stage.server.requests.at(-1)?.path], ['GET', '/unsubscribe']);
  });

  for (const [publicUrl, reason] of [
    ['https://flows.example/?token=hush-3a', /^publicUrl must be an address without a query and a fragment/],
    ['https://flows.example/api#hush-3a', /^publicUrl must be an address without a query and a fragment/],
    ['https://user:hush-3a@flows.example', /^publicUrl must be an address without a user name and a password/],
    ['flows.example', /^publicUrl must be an address that begins with https:/],
  ] as const)
    it(`is not configured with the public address ${publicUrl}, and keeps that to itself`, async () => {
      await deploy({ publicUrl });
      await stage.audit.status({ fill: 'grey', shape: 'ring', text: 'not configured' });
      const { message } = (await stage.audit.report()).error;
      assert.match(message, reason);
      assert.equal(message.includes('hush'), false);
      assert.equal(stage.server.requests.length, 0);
    });
});
