import '../kit/once';
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { createServer } from 'node:net';
import { REPORTS } from '../../src/core/follow/unreadable-events';
import { PUSH } from '../../src/vendors/thingsquare/push-feed';
import { CERTIFICATE } from '../kit/certificate';
import { type Behaviour, FaultServer, respond } from '../kit/fault-server';
import { ProxyServer } from '../kit/proxy-server';
import { until } from '../kit/within';
import { isLogin } from './backend';
import { PushBackend } from './push-backend';
import { codes, HASTY, kinds, PushStage, short } from './push-stage';

const page =
  (status: number): Behaviour =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Log in</html>');

/** Answers requests for WebSockets so, and all others as the backend does. */
const onlySockets = (server: FaultServer, behaviour: Behaviour): void => {
  server.upgrade((request, socket) => {
    const head = new Map<string, string>();
    let status = 0;
    const response = {
      writeHead: (code: number, headers: Record<string, string> = {}) => {
        status = code;
        for (const [name, value] of Object.entries(headers)) head.set(name, value);
        return response;
      },
      end: (body = '') => {
        const fields = [...head].map(([name, value]) => `${name}: ${value}\r\n`).join('');
        socket.end(`HTTP/1.1 ${status} Answer\r\n${fields}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      },
    };
    behaviour(response as never, request as never);
  });
};

describe('the push of thingsquare-events in trouble', () => {
  const stage = new PushStage();

  const follow = async () => {
    const node = await stage.follow(stage.client());
    await until('live', () => kinds(node).at(-1) === 'live');
    return node;
  };

  for (const [what, code, says, behaviour] of [
    ['HTTP 200', 'BAD_RESPONSE', /is no WebSocket: it was answered with HTTP 200, application\/json/, respond({})],
    ['a page with 200', 'BAD_RESPONSE', /is no WebSocket: it was answered with HTTP 200, text\/html/, page(200)],
    ['a page with 403', 'FORBIDDEN', /HTTP 403/, page(403)],
    ['HTTP 400', 'REJECTED', /HTTP 400/, respond({ error: 'no upgrade' }, 400)],
    ['HTTP 401', 'UNAUTHORIZED', /HTTP 401/, respond({}, 401)],
    ['HTTP 404', 'NOT_FOUND', /HTTP 404/, respond({}, 404)],
    ['HTTP 426', 'REJECTED', /HTTP 426/, respond({}, 426)],
    ['a page with 502', 'VENDOR_ERROR', /HTTP 502/, page(502)],
    ['a redirect', 'BAD_RESPONSE', /redirect/, (response) => void response.writeHead(302, { location: 'http://a.example/' }).end()],
    [
      '101 without a WebSocket',
      'BAD_RESPONSE',
      /HTTP 101, but not with a WebSocket of the protocol thsq-user/,
      (response) => void response.writeHead(101, { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-accept': 'wrong' }).end(),
    ],
  ] as const satisfies readonly (readonly [string, string, RegExp, Behaviour])[])
    it(`says so where the upgrade is answered with ${what}, tries again, and comes back`, async () => {
      onlySockets(stage.server, behaviour);
      const node = await stage.follow(stage.client());
      await until('a few tries', () => kinds(node).filter((is) => is === 'retrying').length >= 3);
      deepEqual(codes(node.reports), [code]);
      match(String(node.reports[0]), says);
      ok(!kinds(node).includes('live'));
      stage.server.upgrade(stage.backend.behaviour);
      await until('live', () => kinds(node).at(-1) === 'live');
      deepEqual(short(node), ['initial one/s/x 0']);
    });

  it('says so once where a WebSocket is closed as soon as it is open, and comes back', async () => {
    const { backend } = stage;
    backend.onOpen = ({ client }) => client.close(1011);
    const node = await stage.follow(stage.client());
    await until('a few tries', () => kinds(node).filter((is) => is === 'retrying').length >= 4);
    deepEqual(codes(node.reports), ['UNREACHABLE']);
    match(String(node.reports[0]), /the peer closed the WebSocket \/0\/session\/ \(1011\)/);
    backend.onOpen = () => {};
    await until('live', () => kinds(node).at(-1) === 'live');
  });

  it('says so where nobody answers the request for a WebSocket', async () => {
    stage.server.upgrade(() => {});
    const node = await stage.follow(stage.client('a', { timeout: 300 }));
    await until('another try', () => kinds(node).filter((is) => is === 'retrying').length >= 2);
    deepEqual(codes(node.reports), ['TIMEOUT']);
    stage.server.upgrade(stage.backend.behaviour);
    await until('live', () => kinds(node).at(-1) === 'live');
  });

  it('comes back where the backend was gone for a while', async () => {
    const node = await follow();
    await stage.server.refuse();
    await until('a few tries', () => kinds(node).filter((is) => is === 'retrying').length >= 3);
    await stage.server.heal();
    stage.server.upgrade(stage.backend.behaviour);
    stage.backend.change('one');
    await until('live', () => kinds(node).at(-1) === 'live');
    deepEqual([short(node)[1], codes(node.reports)], ['resumed one/s/x 1', ['UNREACHABLE']]);
  });

  it('is not live before the listing is read, and says why', async () => {
    stage.backend.listing = respond({ error: 'busy' }, 503);
    const node = await stage.follow(stage.client());
    await until('a few tries', () => kinds(node).filter((is) => is === 'retrying').length >= 2);
    deepEqual([codes(node.reports), node.reports[0]?.cause.operation], [['VENDOR_ERROR'], 'list']);
    ok(!kinds(node).includes('live') && stage.backend.opened === 1);
    stage.backend.listing = undefined;
    await until('live', () => kinds(node).at(-1) === 'live');
    deepEqual(short(node), ['initial one/s/x 0']);
  });

  it('reports messages that are none, not each of them, and goes on', async () => {
    REPORTS.minutes = 10;
    const node = await follow();
    const { backend } = stage;
    const deep = `{"delta":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    for (const text of ['no JSON', '17', '[]', '"devices"', deep, '{"delta":', '{"delta":{"one":{"s":{"x":"odd"}}}}'])
      backend.tell('a', text);
    backend.tell('a', { news: true, delta: null });
    backend.tell('a', JSON.parse('{"delta":{"__proto__":{"s":{"x":{"value":"1","time":1}}},"..":{}}}'));
    backend.change('one');
    await until('a change', () => node.events.length === 2);
    deepEqual([short(node)[1], codes(node.reports), backend.opened], ['live one/s/x 1', ['BAD_RESPONSE'], 1]);
    match(String(node.reports[0]), /an event "message" that cannot be read/);
  });

  it('takes what is right in a message of which a part is odd, and warns of that', async () => {
    const node = await follow();
    stage.backend.tell('a', { delta: { one: { s: { odd: 5, y: { value: 'right', time: 3 } }, d: 'odd' } } });
    await until('what is right', () => node.events.length === 2);
    deepEqual([short(node)[1], node.reports], ['live one/s/y right', []]);
    match(node.warnings.join(), /"odd"/);
  });

  it('ends a connection with a message that is too large, says so, and comes back', async () => {
    const node = await follow();
    // The head of a frame of 17 MiB.
    stage.backend.write(Buffer.from([0x81, 127, 0, 0, 0, 0, 0x01, 0x10, 0, 0]));
    await until('another connection', () => stage.backend.opened === 2 && kinds(node).at(-1) === 'live');
    deepEqual(codes(node.reports), ['BAD_RESPONSE']);
    match(String(node.reports[0]), /larger than 16777216 bytes/);
  });

  it('ends a connection with bytes that are no frame', async () => {
    const node = await follow();
    stage.backend.write(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'));
    await until('another connection', () => stage.backend.opened === 2 && kinds(node).at(-1) === 'live');
    deepEqual(codes(node.reports), ['BAD_RESPONSE']);
  });

  it('goes on after this process has stood still, with what came meanwhile as resumed', async () => {
    Object.assign(PUSH, { timing: { ...HASTY.timing, standstill: 1000 } });
    const node = await follow();
    stage.backend.change('one');
    await new Promise<void>((resolve) => process.nextTick(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1300);
    await until('the change', () => node.events.length === 2);
    deepEqual([short(node)[1], node.reports], ['resumed one/s/x 1', []]);
  });

  it('waits where the login is refused, without a countdown, and asks nobody meanwhile', async () => {
    const node = await follow();
    const refuse: Behaviour = (response) => void response.writeHead(403, { 'content-type': 'text/plain' }).end('login-fail');
    const { good } = stage.server;
    stage.server.good = (response, request) => (isLogin(request) ? refuse : good)(response, request);
    stage.backend.endSessions();
    stage.backend.cut();
    await until('it says so', () => kinds(node).at(-1) === 'failed');
    const logins = () => stage.server.requests.filter(isLogin).length;
    const before = logins();
    const sockets = stage.backend.opened;
    const began = performance.now();
    await until('a while', () => performance.now() - began > 500);
    deepEqual([logins(), stage.backend.opened, kinds(node).at(-1)], [before, sockets, 'failed']);
    const { error } = node.states.at(-1) as { error?: { code: string } };
    equal(error?.code, 'UNAUTHORIZED');
  });

  it('goes through a proxy, and says so where that refuses', async () => {
    const proxy = await ProxyServer.start();
    const tls = { ca: CERTIFICATE };
    const server = await FaultServer.start({ tls: true });
    const backend = new PushBackend(server);
    backend.a.one = { s: { x: { value: '0', time: 0 } } };
    const client = stage.client('a', { tls, proxy: { url: proxy.url, noProxy: [] } }, server.url);
    const node = await stage.follow(client);
    await until('live', () => kinds(node).at(-1) === 'live');
    ok(proxy.tunnels.length > 0 && proxy.tunnels.every(({ to }) => server.url.endsWith(to)));
    backend.change('one');
    await until('a change', () => node.events.length === 2);
    proxy.close();
    const refusing = createServer((socket) => void socket.once('data', () => socket.end('HTTP/1.1 407 Who are you\r\n\r\n')));
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const { port } = refusing.address() as { port: number };
    const lost = await stage.follow(stage.client('a', { tls, proxy: { url: `http://127.0.0.1:${port}`, noProxy: [] } }, server.url));
    await until('it says so', () => lost.reports.length > 0);
    match(String(lost.reports[0]), /the proxy refused a connection .* HTTP 407/);
    refusing.close();
    await node.scope.end();
    await lost.scope.end();
    await server.close();
  });

  it('finds a dead socket behind TLS, too', async () => {
    Object.assign(PUSH, { ping: 100, timing: { ...HASTY.timing, silence: 500 } });
    const server = await FaultServer.start({ tls: true });
    const backend = new PushBackend(server);
    backend.a.one = { s: { x: { value: '0', time: 0 } } };
    const node = await stage.follow(stage.client('a', { tls: { ca: CERTIFICATE } }, server.url));
    await until('live', () => kinds(node).at(-1) === 'live');
    const began = performance.now();
    await until('a while', () => performance.now() - began > 1500);
    equal(backend.opened, 1);
    backend.freeze();
    await until('another connection', () => backend.opened === 2 && kinds(node).at(-1) === 'live');
    await node.scope.end();
    await server.close();
  });

  it('shows no cookie and no password in what it says', async () => {
    onlySockets(stage.server, (response, request) =>
      respond({ error: `not ${request.headers.cookie} secret-password` }, 400)(response, request),
    );
    const node = await stage.follow(stage.client());
    await until('it says so', () => node.reports.length > 0);
    match(String(node.reports[0]), /\*\*\*/);
    ok(!/session-1|secret-password/.test(JSON.stringify(node.reports.map((error) => [error.message, error.cause, error.stack]))));
  });
});
