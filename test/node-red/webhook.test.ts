import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { HttpHandler } from '../../src/node-red/red';
import { Audit, TAB } from '../kit/audit';
import { FaultServer, respond } from '../kit/fault-server';
import { type FlowNode, type NodeRed, type NodeRedOptions, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';

const LIMIT = 256 * 1024;
const event = (key: number, more = '') =>
  `{'type': 'context', 'installation_id': '16', 'device_id': '456', 'payload': {'key': ${key}, 'cl': []}${more}}`;
const keyOf = (payload: unknown) => (payload as { key: number }).key;

describe('the address of a webhook', () => {
  let red: NodeRed;
  let server: FaultServer;
  let audit: Audit | undefined;
  let url = '';
  before(async () => {
    server = await FaultServer.start();
    server.good = (response, { json }) => respond({ message: `Subscribed to ${(json as { url: string }).url}` })(response, {} as never);
  });
  after(() => server.close());
  afterEach(async () => {
    await audit?.close();
    audit = undefined;
    await server.heal();
  });

  const open = async (others: readonly FlowNode[] = [], options: NodeRedOptions = {}) => {
    red = await startNodeRed(options);
    const gateway = { id: 'gateway', type: 'sonata-gateway', baseUrl: server.url, installationId: 16 };
    const node = { id: 'events', type: 'sonata-events', connection: 'gateway', publicUrl: red.httpUrl };
    audit = await Audit.open(red, node, [gateway, ...others]);
    await until('a subscription', () => server.requests.length > 0);
    url = subscribed();
  };
  const subscribed = () => (server.requests.at(-1)?.json as { url: string } | undefined)?.url ?? '';
  const keys = async (count: number) => {
    await until(`${count} events`, () => audit?.outputs.length === count);
    return audit?.outputs.map(({ payload }) => keyOf(payload));
  };
  const post = (body: string | Buffer, headers = {}) => fetch(url, { method: 'POST', body, headers });
  /** Sends what is given and no more; waits for the response all the same. */
  const begin = async (headers: Record<string, string | number>, start: string | Buffer): Promise<IncomingMessage> => {
    const sent = request(url, { method: 'POST', headers, agent: false });
    sent.on('error', () => {});
    sent.write(start);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    sent.destroy();
    return response;
  };

  it('takes POSTs alone, and none below or beside it', async () => {
    await open();
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH']) {
      const response = await fetch(url, { method });
      deepEqual([method, response.status, response.headers.get('allow')], [method, 405, 'POST']);
    }
    for (const other of [`${url}x`, `${url}/x`, url.slice(0, -1), url.replace(/[^/]+$/, ''), url.toUpperCase().replace('HTTP', 'http')])
      deepEqual([other, (await fetch(other, { method: 'POST', body: event(1) })).status], [other, 404]);
    for (const same of [url, `${url}/`, `${url}?a=1`]) equal((await fetch(same, { method: 'POST', body: event(2) })).status, 200);
    deepEqual(await keys(3), [2, 2, 2]);
  });

  it('responds with 413 to a body over the limit without waiting for it, and accepts one at the limit', async () => {
    await open();
    const large = await begin({ 'content-length': LIMIT + 1 }, 'x');
    deepEqual([large.statusCode, large.headers.connection], [413, 'close']);
    const huge = await begin({ 'content-length': 50_000_000, expect: '100-continue' }, 'x');
    deepEqual([huge.statusCode, huge.headers.connection], [413, 'close']);
    const endless = await begin({ 'transfer-encoding': 'chunked' }, Buffer.alloc(LIMIT + 1, ' '));
    deepEqual([endless.statusCode, endless.headers.connection], [413, 'close']);
    equal((await post(event(1).padEnd(LIMIT))).status, 200);
    deepEqual(await keys(1), [1]);
  });

  it('lets a sender who is still sending read the 413, and cuts off one who never ends', async () => {
    await open();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let said = '';
    socket.on('data', (text) => {
      said += text.toString();
    });
    socket.on('error', () => {});
    const closed = once(socket, 'close');
    socket.write(`POST ${new URL(url).pathname} HTTP/1.1\r\nhost: x\r\ncontent-length: 900000000\r\n\r\n`);
    const endless = setInterval(() => socket.write(Buffer.alloc(64 * 1024, ' ')), 10);
    await until('the response', () => said.startsWith('HTTP/1.1 413'));
    await closed;
    clearInterval(endless);
    ok(socket.bytesWritten < 20_000_000, `${socket.bytesWritten} bytes`);
  });

  it('accepts a body in chunks, and one that waits for `100 Continue`', async () => {
    await open();
    const sent = request(url, { method: 'POST', headers: { expect: '100-continue', 'transfer-encoding': 'chunked' } });
    sent.flushHeaders();
    await once(sent, 'continue');
    for (const part of event(1).match(/.{1,7}/g) ?? []) sent.write(part);
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    equal(response.statusCode, 200);
    deepEqual(await keys(1), [1]);
  });

  it('reads a compressed body, but no more of it than of another', async () => {
    await open();
    const encodings: [string, (text: string) => Buffer][] = [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['br', brotliCompressSync],
      ['identity', Buffer.from],
    ];
    for (const [key, [encoding, encode]] of encodings.entries())
      equal((await post(encode(event(key)), { 'content-encoding': encoding })).status, 200, encoding);
    deepEqual(await keys(4), [0, 1, 2, 3]);
    const refusals: [number, string, Buffer][] = [
      [413, 'gzip', gzipSync(Buffer.alloc(LIMIT + 1))],
      [400, 'gzip', Buffer.from(event(5))],
      [415, 'zstd', Buffer.from(event(6))],
    ];
    for (const [status, encoding, body] of refusals)
      deepEqual([encoding, (await post(body, { 'content-encoding': encoding })).status], [encoding, status]);
    equal(audit?.outputs.length, 4);
  });

  it('survives a sender that disconnects in the middle', async () => {
    await open();
    const logged = red.logs.length;
    for (const headers of [{ 'content-length': 1000 }, { 'transfer-encoding': 'chunked' }]) {
      const sent = request(url, { method: 'POST', headers, agent: false });
      sent.on('error', () => {});
      await new Promise((resolve) => sent.write(event(1), resolve));
      sent.destroy();
    }
    equal((await post(event(2))).status, 200);
    deepEqual(await keys(1), [2]);
    deepEqual(
      red.logs.slice(logged).filter(({ level }) => level === 'warn' || level === 'error'),
      [],
    );
  });

  it('asks to try again while the flow is deployed, and is gone when the node is', async () => {
    // Its close takes longer than that of all others.
    await open([{ id: 'late', type: 'kit-careless', z: TAB, behaviour: 'closes late', wires: [] }]);
    const deployed = audit?.deploy('full');
    const away = await until(
      'nobody is there',
      () => post(event(1)),
      ({ status }) => status !== 200,
    );
    deepEqual([away.status, away.headers.get('retry-after')], [503, '5']);
    await deployed;
    await until('somebody is there', async () => (await post(event(2))).status === 200);
    await audit?.deploy('full', { id: 'gateway', type: 'sonata-gateway', baseUrl: `${server.url}/other` });
    // The node has another address now.
    await until('the old address is gone', async () => (await post(event(3))).status === 404);
    url = await until('the new one', subscribed, (now) => now !== url);
    equal((await post(event(4))).status, 200);
    await red.stop();
    deepEqual([(await post(event(5))).status], [404]);
    // What was green before is green no more.
    deepEqual(red.statuses.findLast(({ id }) => id === 'events')?.status, {});
  });

  it('does not respond with 200 to an event that is lost with the flow', async () => {
    await open();
    let accepted = 0;
    let goesOn = true;
    const sending = (async () => {
      while (goesOn) if ((await post(event(1))).status === 200) accepted++;
    })();
    for (let count = 0; count < 5; count++) {
      const before = accepted;
      await until('some events', () => accepted > before + 5);
      await audit?.deploy('full');
    }
    goesOn = false;
    await sending;
    await until('each event', () => (audit?.outputs.length ?? 0) >= accepted);
  });

  it('asks to try again before the flows have been started', async () => {
    red = await startNodeRed({ settings: { safeMode: true } });
    url = `${red.httpUrl}/ensemble/webhook/${'A'.repeat(32)}`;
    equal((await post(event(1))).status, 503);
    await red.stop();
    equal((await post(event(1))).status, 404);
  });

  it('asks to try again while the flows are stopped, but not where its node is switched off', async () => {
    await open([], { settings: { runtimeState: { enabled: true } } });
    for (const [state, status] of [
      ['stop', 503],
      ['start', 200],
    ] as const) {
      await red.admin('/flows/state', { method: 'POST', body: { state } });
      await until(`${status} after ${state}`, async () => (await post(event(1))).status === status);
    }
    await red.deploy([]);
    equal((await post(event(2))).status, 404);
    await audit?.deploy('nodes');
    await until('it is back', async () => (await post(event(3))).status === 200);
    await red.deploy(audit?.flow.map((node) => (node.id === 'events' ? { ...node, d: true } : node)) ?? [], 'nodes');
    equal((await post(event(4))).status, 404);
  });

  it('takes what a middleware has read before, and says nothing of one that fails', async () => {
    const httpNodeMiddleware: HttpHandler = (incoming, _response, next) => {
      if (incoming.headers['x-kit'] === 'fail') return next(Object.assign(new Error('hush'), { status: 418 }));
      if (incoming.headers['x-kit'] === 'throw') throw new Error('hush');
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const body = Buffer.concat(chunks);
        const made = { text: body.toString(), bytes: body, json: JSON.parse(body.toString()) as unknown };
        Object.assign(incoming, { body: made[String(incoming.headers['x-kit']) as keyof typeof made] });
        next();
      });
    };
    await open([], { settings: { httpNodeMiddleware, kit: 'a middleware that reads' } });
    for (const form of ['text', 'bytes', 'json']) equal((await post(JSON.stringify(event(1)), { 'x-kit': form })).status, 200);
    deepEqual(await keys(3), [1, 1, 1]);
    for (const [kind, status] of [
      ['fail', 418],
      ['throw', 500],
    ] as const) {
      const response = await post(event(1), { 'x-kit': kind });
      equal(response.status, status);
      equal(/hush|\bat /.test(await response.text()), false);
    }
    await red.shutdown();
    audit = undefined;
  });

  it('warns where Node-RED asks for a login that the vendor does not have', async () => {
    await open([], { settings: { httpNodeAuth: { user: 'u', pass: 'p' } } });
    await until('the warning', () =>
      red.logs.some(({ level, id, text }) => level === 'warn' && id === 'events' && /httpNodeAuth/.test(text)),
    );
  });

  it('is not there where Node-RED serves no flows', async () => {
    red = await startNodeRed({ httpNodeRoot: false });
    const gateway = { id: 'gateway', type: 'sonata-gateway', baseUrl: server.url };
    audit = await Audit.open(red, { id: 'events', type: 'sonata-events', connection: 'gateway', publicUrl: red.httpUrl }, [gateway]);
    await audit.status({ fill: 'grey', shape: 'ring' });
    match((await audit.report()).error.message, /^httpNodeRoot is switched off/);
  });
});
