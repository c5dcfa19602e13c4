import { deepEqual, equal, rejects, throws } from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpClient } from '../../../src/core/http/client';
import { POOL } from '../../../src/core/http/connection-pool';
import { environmentProxies, proxyAddress } from '../../../src/core/http/proxy';
import { Scope } from '../../../src/core/scope';
import { until } from '../../kit/within';

describe('the connections of a client', () => {
  const patience = { ...POOL };
  const scope = new Scope();
  let server: Server;
  let client: HttpClient;
  /** Of each request, the connection that it came by. */
  let came: number[];
  let behave: (response: ServerResponse, path: string) => void;

  beforeEach(async () => {
    came = [];
    let connections = 0;
    const numbers = new WeakMap<object, number>();
    behave = (response) => response.end('{}');
    server = createServer((request, response) => {
      came.push(numbers.get(request.socket) ?? 0);
      request.resume().on('end', () => behave(response, request.url ?? ''));
    });
    server.on('connection', (socket) => numbers.set(socket, ++connections));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new HttpClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeout: 30_000 });
  });
  afterEach(async () => {
    Object.assign(POOL, patience);
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const send = async (path = '/') => {
    // A connection that has just brought a response is free in the next turn.
    await new Promise<void>((resolve) => setImmediate(resolve));
    return client.send({ method: 'GET', path }, { repeatable: false, scope });
  };

  it('are kept, and given up when they are old; what is under way on them comes to its end', async () => {
    for (let i = 0; i < 3; i++) await send();
    deepEqual(came, [1, 1, 1]);
    let slow: ServerResponse | undefined;
    behave = (response, path) => {
      if (path === '/slow') slow = response;
      else response.end('{}');
    };
    const pending = send('/slow');
    await until('the slow request', () => slow);
    POOL.age = 0;
    await send();
    await send();
    deepEqual(came, [1, 1, 1, 1, 2, 3]);
    slow?.end('{"slow": true}');
    equal((await pending).body.toString(), '{"slow": true}');
    await until(
      'the old ones to be closed',
      () => new Promise<number>((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count)))),
      (count) => count === 1,
    );
  });

  it('are given up after some responses of 5xx in a row, for their address may be one that the name has left', async () => {
    POOL.pause = 0;
    let isDown = true;
    behave = (response) => response.writeHead(isDown ? 503 : 200).end();
    for (let i = 0; i < 2; i++) await rejects(send(), { code: 'VENDOR_ERROR' });
    isDown = false;
    await send();
    isDown = true;
    for (let i = 0; i < 4; i++) await rejects(send(), { code: 'VENDOR_ERROR' });
    deepEqual(came, [1, 1, 1, 1, 1, 1, 2]);
    // Not all the time.
    POOL.pause = 60_000;
    for (let i = 0; i < 6; i++) await rejects(send(), { code: 'VENDOR_ERROR' });
    deepEqual(came.slice(7), [2, 2, 2, 2, 2, 2]);
  });
});

describe('the address of a proxy', () => {
  const variables = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];
  const before = variables.map((name) => [name, process.env[name]] as const);
  const set = (values: Readonly<Record<string, string>>) => {
    for (const name of variables) delete process.env[name];
    Object.assign(process.env, values);
  };
  afterEach(() => set(Object.fromEntries(before.filter((one): one is [string, string] => one[1] !== undefined))));

  it('is understood without its scheme', () => {
    equal(proxyAddress('proxy', 'proxy.example:3128').href, 'http://proxy.example:3128/');
    equal(proxyAddress('proxy', ' proxy ').href, 'http://proxy/');
    equal(proxyAddress('proxy', 'user:p%40ss@proxy:1').href, 'http://user:p%40ss@proxy:1/');
    equal(proxyAddress('proxy', 'HTTPS://proxy:1').href, 'https://proxy:1/');
  });

  it('is named where it is malformed, and not shown', () => {
    for (const malformed of ['ftp://secret@proxy', 'http://', ':3128', 'http://a b', 'http://secret%zz:x@proxy', 'proxy:99999', 'pro xy:1'])
      throws(() => proxyAddress('proxy', malformed), {
        code: 'NOT_CONFIGURED',
        message: 'proxy must be the address of a proxy, such as http://proxy.example:3128',
      });
  });

  it('is read from the environment, by the name of its variable', () => {
    set({});
    equal(environmentProxies(), undefined);
    set({ HTTPS_PROXY: 'proxy:1' });
    deepEqual(environmentProxies(), { httpProxy: '', httpsProxy: 'http://proxy:1/' });
    set({ http_proxy: 'proxy:1', HTTP_PROXY: 'other:1' });
    deepEqual(environmentProxies(), { httpProxy: 'http://proxy:1/', httpsProxy: 'http://proxy:1/' });
    set({ http_proxy: '', HTTP_PROXY: 'other:1' });
    equal(environmentProxies(), undefined);
    set({ HTTPS_PROXY: 'ftp://proxy' });
    throws(() => environmentProxies(), { code: 'NOT_CONFIGURED', message: /^HTTPS_PROXY must be/ });
    throws(() => new HttpClient({ baseUrl: 'https://vendor.example', timeout: 1000, proxy: 'environment' }), { code: 'NOT_CONFIGURED' });
  });
});
