import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { z } from 'zod';
import { EnsembleError, NOT_IN_PANELS } from '../../../src/core/errors';
import { HttpClient, OPEN } from '../../../src/core/http/client';
import { redactor } from '../../../src/core/http/redact';
import type { ByteSource, HttpClientOptions, HttpRequest, StreamReader } from '../../../src/core/http/request';
import { json, jsonOrText } from '../../../src/core/http/response';
import { Scope } from '../../../src/core/scope';
import { CERTIFICATE } from '../../kit/certificate';
import { FaultServer, respond } from '../../kit/fault-server';
import { ProxyServer } from '../../kit/proxy-server';
import { until } from '../../kit/within';

describe('the HTTP client', () => {
  let server: FaultServer;
  let client: HttpClient;
  const scope = new Scope();
  const request: HttpRequest = { method: 'POST', path: '/do?token=query-secret', json: { a: 1 } };

  beforeEach(async () => {
    server = await FaultServer.start();
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const open = (options: Partial<HttpClientOptions> = {}) => {
    client = new HttpClient({ baseUrl: server.url, timeout: 30_000, ...options });
    return client;
  };
  const send = (repeatable = true) => client.send(request, { repeatable, scope });

  it('keeps what it is told to keep out of every error', async () => {
    open({ redact: redactor(['secret-word']) });
    server.always(respond({ error: `no access for secret-word${'x'.repeat(500)}` }, 400));
    await assert.rejects(send(), (error: Error & { cause: { vendorMessage: string } }) => {
      const said = `${error.stack} ${JSON.stringify(error)} ${error.cause.vendorMessage}`;
      assert.match(said, /no access for \*\*\*x/);
      assert.doesNotMatch(said, /secret/);
      assert.ok(error.cause.vendorMessage.length <= 300);
      return true;
    });
  });

  it('keeps it out of what the head of a response says, and out of words that are no text', async () => {
    const secret = 'secret-word';
    open({ redact: redactor([secret]) });
    for (const [status, headers, body] of [
      [302, { location: `https://${secret}.example/` }, ''],
      [200, { 'content-type': `text/${secret}` }, 'x'],
      [200, { 'content-encoding': secret }, 'x'],
      [400, { 'content-type': 'text/plain; charset=utf-16' }, Buffer.from(secret, 'utf16le')],
    ] as const) {
      server.next((response) => void response.writeHead(status, headers).end(body));
      await assert.rejects(
        send().then((response) => json(z.unknown())(response)),
        ({ message }: Error) => {
          assert.doesNotMatch(message.replaceAll('\0', ''), /secret/);
          return true;
        },
      );
    }
  });

  it('keeps the secrets of a request out of every error, wherever they stand in it', async () => {
    open({ timeout: 5000 });
    const secrets = ['p/ss word'];
    const told = { path: `/token/${encodeURIComponent('p/ss word')}`, form: { password: 'p/ss word' }, secrets };
    const refused = async (behave: Parameters<FaultServer['next']>[0]) => {
      server.next(behave);
      const sending = client.send({ ...request, ...told, json: undefined }, { repeatable: false, scope });
      await assert.rejects(sending, (error: Error & { cause: { vendorMessage?: string } }) => {
        assert.doesNotMatch(`${error.stack} ${error.cause.vendorMessage}`, /p\/ss|p%2Fss/i);
        assert.match(error.message, /POST \/token\/\*\*\*/);
        return true;
      });
    };
    await refused(respond({ error: 'p/ss word is too short' }, 400));
    await refused((response, { body }) => response.writeHead(400, { 'content-type': 'text/plain' }).end(body));
    await refused((response) => void response.socket?.destroy());
    await refused(respond({}, 302));
  });

  it('keeps the session out of every error', async () => {
    open();
    server.next((response, { headers }) => response.writeHead(400, { 'content-type': 'text/plain' }).end(`odd: ${headers.cookie}`));
    const headers = { cookie: 'id=session-1; more=session%202' };
    await assert.rejects(client.send({ ...request, headers }, { repeatable: false, scope }), { message: /: odd: id=\*\*\*; more=\*\*\*$/ });
  });

  it('sends what must not be repeated again only where it certainly never left', async () => {
    open();
    await server.refuse();
    const sending = send(false);
    await new Promise<void>((resolve) => setImmediate(resolve));
    await server.heal();
    assert.equal((await sending).statusCode, 200);
    for (const [status, code] of [
      [503, 'VENDOR_ERROR'],
      [429, 'RATE_LIMITED'],
    ] as const) {
      await server.heal();
      server.next(respond({}, status, { 'retry-after': '0' }), respond({}, 200));
      await assert.rejects(send(false), { code });
      assert.equal(server.requests.length, 1);
    }
  });

  it('waits longer for a request on which the vendor may work for a while', async () => {
    open({ timeout: 200 });
    server.next(() => {});
    server.always((response, request) => void setTimeout(() => server.good(response, request), 400));
    await assert.rejects(send(false), { code: 'TIMEOUT', message: /within 200 ms$/ });
    assert.equal((await client.send({ ...request, allowance: 30_000 }, { repeatable: false, scope })).statusCode, 200);
  });

  it('does not count against the peer that this process stood still', async () => {
    open({ timeout: 1000 });
    const end = performance.now() + 1500;
    server.always((response, asked) => {
      server.good(response, asked);
      while (performance.now() < end);
    });
    assert.equal((await send(false)).statusCode, 200);
  });

  it('ends a request with the scope that asked for it, and all of them with itself', async () => {
    open();
    server.always(() => {});
    const mine = new Scope();
    const first = client.send(request, { repeatable: true, scope: mine });
    const second = send();
    await until('both requests', () => server.requests.length === 2);
    await Promise.all([assert.rejects(first, { code: 'CANCELLED' }), mine.end()]);
    await Promise.all([assert.rejects(second, { code: 'CANCELLED' }), client.close()]);
    await assert.rejects(send(), { code: 'CANCELLED' });
  });

  it('has no more requests under way than memory holds, and says so', async () => {
    open();
    server.always(() => {});
    OPEN.most = 2;
    const waiting = [send(), send()];
    await assert.rejects(send(), { code: 'QUEUE_FULL', message: /^2 requests to 127\.0\.0\.1:\d+ are under way already$/ });
    OPEN.most = 100_000;
    await until('the others', () => server.requests.length === 2);
    await Promise.all([Promise.allSettled(waiting), client.close()]);
  });

  it('sends nothing of what JSON cannot say', async () => {
    open();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    for (const json of [circle, { big: 1n }, { toJSON: () => assert.fail('no') }])
      await assert.rejects(client.send({ method: 'POST', path: '/', json }, { repeatable: true, scope }), {
        code: 'INVALID_INPUT',
        message: /^JSON cannot represent this value: an object that/,
      });
    assert.equal((await send()).statusCode, 200);
    assert.equal(server.requests.length, 1);
  });

  it('reports a header that HTTP cannot carry', async () => {
    open();
    const odd = { ...request, headers: { authorization: 'Bearer a\nb' } };
    await assert.rejects(client.send(odd, { repeatable: true, scope }), { code: 'BAD_RESPONSE', message: /cannot be sent/ });
  });

  it('shows nothing of a response that it cannot read', async () => {
    open();
    const got = { ...(await send()), body: Buffer.from('{"token": "secret-word"'), contentType: 'text/html' };
    for (const read of [json(z.object({})), jsonOrText])
      assert.throws(() => read(got), {
        code: 'BAD_RESPONSE',
        message: /^expected (JSON|a word), got \d+ bytes of text\/html$/,
      });
  });

  it('sends queries and forms encoded, and leaves out what is undefined', async () => {
    open();
    const query = { 'a b': 'ü&', ids: [1, 'x'], none: undefined };
    await client.send({ method: 'PUT', path: '/q', query, form: { word: 'a=b', on: true } }, { repeatable: true, scope });
    await client.send({ method: 'GET', path: '/q', query: { none: undefined } }, { repeatable: true, scope });
    const [first, second] = server.requests;
    assert.deepEqual([first?.path, first?.body, second?.path], ['/q?a+b=%C3%BC%26&ids=1&ids=x', 'word=a%3Db&on=true', '/q']);
    assert.equal(first?.headers['content-type'], 'application/x-www-form-urlencoded');
  });

  describe('with a stream', () => {
    const stream = (reader: Partial<StreamReader> = {}, owner = scope) =>
      client.stream({ method: 'GET', path: '/stream' }, { open: () => {}, data: () => {}, ...reader }, owner);

    it('hands on what comes, for longer than the time limit, until the peer ends it', async () => {
      open({ timeout: 1000 });
      let response: ServerResponse | undefined;
      server.always((serverResponse, { path }) => {
        if (path !== '/stream') return;
        response = serverResponse;
        serverResponse.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      });
      const seen: string[] = [];
      const ended = stream({ open: (_status, type) => seen.push(type), data: (chunk) => seen.push(chunk.toString()) });
      await until('the beginning', () => seen.length === 1);
      await assert.rejects(send(false), { code: 'TIMEOUT' });
      response?.write('late');
      await until('the piece', () => seen.length === 2);
      response?.end();
      await ended;
      assert.deepEqual(seen, ['text/event-stream', 'late']);
    });

    it('lets the peer wait while its reader cannot follow, and loses nothing', async () => {
      open();
      const size = 8 * 1024 * 1024;
      server.next((response) => void response.writeHead(200).end(Buffer.alloc(size)));
      let got = 0;
      let source: ByteSource | undefined;
      const ended = stream({
        data(chunk, from) {
          got += chunk.length;
          if (!source) from.pause();
          source = from;
        },
      });
      await until('the first piece', () => source);
      const first = got;
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(got, first);
      source?.resume();
      await ended;
      assert.equal(got, size);
    });

    it('tells a refusal, a silent peer and a break as a request would', async () => {
      open();
      server.next(respond({ error: 'nobody' }, 404));
      await assert.rejects(stream(), { code: 'NOT_FOUND' });
      server.next((response) => {
        response.writeHead(200);
        response.write('x', () => response.socket?.resetAndDestroy());
      });
      await assert.rejects(stream(), { code: 'UNREACHABLE' });
      await client.close();
      open({ timeout: 50 });
      server.next(() => {});
      await assert.rejects(stream(), { code: 'TIMEOUT' });
    });

    it('ends with its scope, and with what its reader throws', async () => {
      open();
      let opened = false;
      server.always((response) => void response.writeHead(200).write('x'));
      const mine = new Scope();
      const begin = () => {
        opened = true;
      };
      const first = stream({ open: begin }, mine);
      await until('the beginning', () => opened);
      await Promise.all([assert.rejects(first, { code: 'CANCELLED' }), mine.end()]);
      const reader = {
        data: () => {
          throw new EnsembleError('BAD_RESPONSE', 'not for me', NOT_IN_PANELS);
        },
      };
      await assert.rejects(stream(reader), { code: 'BAD_RESPONSE', message: 'not for me' });
    });
  });

  it('trusts a certificate that it was given, and no other', async () => {
    await server.close();
    server = await FaultServer.start({ tls: true });
    open();
    const onRetry = () => assert.fail('trying again would not help');
    await assert.rejects(client.send(request, { repeatable: true, scope, onRetry }), { code: 'UNREACHABLE' });
    await client.close();
    open({ tls: { ca: CERTIFICATE, servername: 'localhost' } });
    assert.equal((await send()).statusCode, 200);
  });

  describe('behind a proxy', () => {
    let proxy: ProxyServer;
    beforeEach(async () => {
      proxy = await ProxyServer.start();
    });
    afterEach(() => {
      proxy.close();
      delete process.env.http_proxy;
    });
    const host = () => new URL(server.url).host;

    it('goes through the one that was chosen, with its login', async () => {
      open({ proxy: { url: proxy.url.replace('//', '//user:pass@'), noProxy: [] } });
      assert.equal((await send()).statusCode, 200);
      const authorization = `Basic ${Buffer.from('user:pass').toString('base64')}`;
      assert.deepEqual(proxy.tunnels, [{ to: host(), authorization }]);
    });

    it('goes around it for the hosts that are excepted', async () => {
      open({ proxy: { url: proxy.url, noProxy: ['127.0.0.1'] } });
      assert.equal((await send()).statusCode, 200);
      assert.deepEqual(proxy.tunnels, []);
    });

    it('is told of one that cannot be reached', async () => {
      const url = 'http://127.0.0.1:1';
      open({ proxy: { url, noProxy: [] } });
      await assert.rejects(send(false), { code: 'UNREACHABLE', message: /: there is no connection to the proxy 127\.0\.0\.1:1 \(/ });
      await client.close();
      open({ proxy: { url: 'http://nowhere.invalid:1', noProxy: [] } });
      await assert.rejects(send(false), { code: 'UNREACHABLE', message: /proxy nowhere\.invalid / });
      await client.close();
      open({ baseUrl: url });
      await assert.rejects(send(false), { code: 'UNREACHABLE', message: '127.0.0.1:1 cannot be reached (ECONNREFUSED)' });
    });

    it('gives up one that breaks off instead of opening a tunnel, and pauses then', async () => {
      let connections = 0;
      const breaking = createTcpServer((socket) => {
        connections++;
        socket.once('data', () => socket.destroy());
      });
      await new Promise<void>((resolve) => breaking.listen(0, '127.0.0.1', resolve));
      open({ proxy: { url: `http://127.0.0.1:${(breaking.address() as AddressInfo).port}`, noProxy: [] } });
      await assert.rejects(send(false), { code: 'UNREACHABLE' });
      assert.ok(connections <= 3, `${connections} connections`);
      breaking.close();
    });

    it('takes the environment’s for a cloud, and none for a device in the LAN', async () => {
      process.env.http_proxy = proxy.url;
      open({ proxy: 'environment' });
      assert.equal((await send()).statusCode, 200);
      assert.equal(proxy.tunnels.length, 1);
      await client.close();
      open({ proxy: 'none' });
      assert.equal((await send()).statusCode, 200);
      assert.equal(proxy.tunnels.length, 1);
    });
  });
});
