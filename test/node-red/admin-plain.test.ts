import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { allVendors } from '../kit/all-vendors';
import { FaultServer, respond } from '../kit/fault-server';
import { PlainNodeRed } from '../kit/plain';

const TYPED = 'typed-password-6c20';

interface AdminResponse {
  readonly status: number;
  readonly text: string;
}

/** The routes as people have them: a plain Node-RED with its own settings, and nobody who logs in. */
describe('admin routes on a plain Node-RED', () => {
  let red: PlainNodeRed;
  let vendor: FaultServer;

  before(async () => {
    red = await PlainNodeRed.start();
    vendor = await FaultServer.start();
    vendor.good = respond([{ id: 'light/1/1' }]);
  });
  after(async () => {
    await red?.remove();
    await vendor?.close();
  });
  beforeEach(() => vendor.heal());

  /** As a browser or a program sends it, with whatever headers. */
  const send = async (method: string, path: string, headers: Record<string, string>, body = ''): Promise<AdminResponse> => {
    const [response] = (await once(request(red.url + path, { method, headers }).end(body), 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, text: await text(response) };
  };
  const json = { 'content-type': 'application/json' };
  const turn = () => ({ id: 'new', values: { host: '127.0.0.1', port: new URL(vendor.url).port } });
  const ROUTE = '/ensemble/lookup/turn-device/channels';
  const own = () => new URL(red.url).host;

  it('respond to a program', async () => {
    for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON'])
      equal((await send('POST', ROUTE, { 'content-type': type }, JSON.stringify(turn()))).status, 200, type);
  });

  it('take no form of another site, and nothing that could be one', async () => {
    const form = `id=new&values[host]=127.0.0.1&values[port]=${new URL(vendor.url).port}`;
    for (const [type, body] of [
      ['application/x-www-form-urlencoded', form],
      ['text/plain', JSON.stringify(turn())],
      ['multipart/form-data; boundary=x', JSON.stringify(turn())],
      [undefined, JSON.stringify(turn())],
    ] as const)
      for (const path of [ROUTE, '/ensemble/test/turn-device', '/ensemble/sign-in/twinkly-account'])
        equal((await send('POST', path, type ? { 'content-type': type } : {}, body)).status, 415, `${type} ${path}`);
    deepEqual(vendor.requests, []);
  });

  it('refuse a page of another site', async () => {
    const foreign: Record<string, string>[] = [
      { origin: 'https://example.com' },
      { origin: 'null' },
      { origin: `https://${own()}.example.com` },
      { origin: 'http://127.0.0.1:8080' },
      { origin: 'http://example.com', 'sec-fetch-site': 'cross-site', 'x-forwarded-host': 'example.com' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      const refused = await send('POST', ROUTE, { ...json, ...headers }, JSON.stringify(turn()));
      deepEqual([refused.status, (JSON.parse(refused.text) as { reason: string }).reason], [403, 'foreign'], JSON.stringify(headers));
      equal((await send('GET', '/ensemble/sign-in/twinkly-account/any', headers)).status, 403);
    }
    deepEqual(vendor.requests, []);
  });

  it('respond to the editor, directly and behind a proxy', async () => {
    const editor: Record<string, string>[] = [
      { origin: `http://${own()}` },
      { origin: 'http://nodered.local:1880', host: 'nodered.local:1880' },
      { origin: 'https://nodered.example.com', host: 'nodered.example.com' },
      { origin: 'https://nodered.example.com', host: 'nodered.example.com:443' },
      // Hands on the name without its port.
      { origin: 'http://nodered.lan:8080', host: 'nodered.lan' },
      { origin: 'https://nodered.example.com', 'x-forwarded-host': 'nodered.example.com' },
      { origin: 'http://nodered.lan:8123', 'x-forwarded-host': 'nodered.lan:8123, inner:80' },
      { origin: 'https://nodered.example.com', forwarded: 'for=192.0.2.1;host="nodered.example.com";proto=https' },
      // Says nothing of the name, but the browser knows.
      { origin: 'https://nodered.example.com', 'sec-fetch-site': 'same-origin' },
    ];
    for (const headers of editor)
      equal((await send('POST', ROUTE, { ...json, ...headers }, JSON.stringify(turn()))).status, 200, JSON.stringify(headers));
  });

  it('respond to a malformed request without a stack trace, and repeat and log nothing of it', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const bodies = [
      `{"credentials":{"password":"${TYPED}"`,
      `"${TYPED}"`,
      'null',
      '[]',
      '7',
      deep,
      `{"values":{"overrides":${deep}}}`,
      `{"values":{"host":${deep}},"parameters":{"id":${deep}}}`,
      '{"id":{}}',
      '{"id":7}',
      '{"id":null}',
      `{"values":"${TYPED}"}`,
      '{"values":null}',
      '{"values":[]}',
      `{"credentials":["${TYPED}"]}`,
      `{"credentials":{"password":{"x":"${TYPED}"}}}`,
      '{"parameters":null}',
      '{"parameters":"x"}',
      '{"within":5}',
      '{"node":{}}',
      '{"z":[]}',
      '{"values":{"timeout":{"__proto__":1},"host":["x"],"__proto__":{"polluted":1}}}',
      'x'.repeat(6 * 1024 * 1024),
    ];
    const isRefused = async (path: string, body: string) => {
      const { status, text } = await send('POST', path, json, body);
      ok(status >= 400 && status < 500, `${path} ${body.slice(0, 60)}: ${status}`);
      isPlain(text);
    };
    for (const path of ['/ensemble/test/twinkly-account', '/ensemble/sign-in/twinkly-account', ROUTE])
      for (const body of bodies) await isRefused(path, body);
    for (const { connection } of allVendors)
      for (const path of ['test', 'sign-in', 'lookup']) await isRefused(`/ensemble/${path}/${connection(vendor.url).type}`, '{"id":{}}');
    await isRefused('/ensemble/lookup/turn-device/constructor', '{}');
    vendor.next(respond({ statusCode: 401, message: `not ${TYPED}` }, 401));
    const cloud = { id: 'new', values: { baseUrl: vendor.url }, credentials: { clientId: 'client', clientSecret: TYPED } };
    await isRefused('/ensemble/test/thingsee-cloud', JSON.stringify(cloud));
    ok(vendor.requests[0]?.body.includes(TYPED), 'the vendor was asked');
    ok(!red.output.includes(TYPED), 'the log');
  });

  const isPlain = (text: string) => ok(!/node_modules|\bat .*:\d+:\d+/.test(text) && !text.includes(TYPED), text.slice(0, 300));

  it('respond to an odd address without a stack trace', async () => {
    for (const [method, path, headers, body] of [
      ['GET', '/ensemble/signed-in?state[toString]=x&code[a]=b', {}, ''],
      ['GET', '/ensemble/signed-in?state=a&state=b', {}, ''],
      ['GET', '/ensemble/signed-in?state=%E0%A4%A', {}, ''],
      ['GET', '/ensemble/signed-in', json, '{'],
      ['GET', '/ensemble/sign-in/twinkly-account/%E0%A4%A', {}, ''],
      ['GET', '/ensemble/sign-in/twinkly-account/__proto__', {}, ''],
      ['POST', '/ensemble/lookup/turn-device/%E0%A4%A', json, '{}'],
      ['POST', '/ensemble/test/turn-device', { 'content-type': 'application/json; charset=nonsense' }, '{}'],
      ['POST', '/ensemble/test/turn-device', { ...json, 'content-encoding': 'gzip' }, '{}'],
    ] as const) {
      const { status, text } = await send(method, path, headers, body);
      ok(status < 500, `${path}: ${status} ${text}`);
      isPlain(text);
    }
    deepEqual(JSON.parse((await send('GET', '/ensemble/sign-in/twinkly-account/__proto__', {})).text), { signedIn: false, pending: false });
  });

  describe('send a person who signs in back to this Node-RED alone:', () => {
    const begin = async (callback: unknown, headers: Record<string, string> = {}) => {
      const values = { environment: 'custom', baseUrl: vendor.url, authentication: 'oauth', clientId: 'client' };
      const body = { id: 'new', values, credentials: { clientSecret: TYPED }, callback };
      return send('POST', '/ensemble/sign-in/twinkly-account', { ...json, ...headers }, JSON.stringify(body));
    };
    const END = '/ensemble/signed-in';

    it('by the address that the request came by', async () => {
      const accepted: readonly (readonly [string, Record<string, string>])[] = [
        [`http://${own()}${END}`, {}],
        [`http://${own()}${END}`, { origin: `http://${own()}`, referer: `http://${own()}/` }],
        [`https://nodered.example.com${END}`, { 'x-forwarded-host': 'nodered.example.com' }],
        // A proxy with a root of its own.
        [
          `https://example.com/in/a1${END}`,
          { origin: 'https://example.com', 'x-forwarded-host': 'example.com', 'x-ingress-path': '/in/a1' },
        ],
        [`https://example.com/red${END}`, { origin: 'https://example.com', host: 'example.com', referer: 'https://example.com/red/' }],
        [
          `https://example.com/red${END}`,
          { origin: 'https://example.com', 'x-forwarded-host': 'example.com', 'x-forwarded-prefix': '/red/' },
        ],
      ];
      for (const [callback, headers] of accepted) {
        const { status, text } = await begin(callback, headers);
        equal(status, 200, `${callback} ${JSON.stringify(headers)}: ${text}`);
        equal(new URL((JSON.parse(text) as { page: string }).page).searchParams.get('redirect_uri'), callback);
      }
    });

    it('and by no other', async () => {
      const origin = { origin: `http://${own()}` };
      const refused: readonly (readonly [unknown, Record<string, string>])[] = [
        [`https://example.com${END}`, {}],
        [`https://example.com${END}`, origin],
        [`https://${own()}${END}`, origin],
        [`http://${own()}/elsewhere${END}`, {}],
        [`http://${own()}/elsewhere${END}`, { ...origin, referer: `http://${own()}/` }],
        [`http://${own()}${END}?next=x`, {}],
        [`http://${own()}${END}#x`, {}],
        [`http://user@${own()}${END}`, {}],
        [`http://${own()}${END}/`, {}],
        [`javascript:alert(1)//${END}`, {}],
        [`http://127.0.0.1:99999${END}`, {}],
        [undefined, {}],
        [{}, {}],
      ];
      for (const [callback, headers] of refused) {
        const { status, text } = await begin(callback, headers);
        equal(status, 400, `${String(callback)} ${JSON.stringify(headers)}`);
        match((JSON.parse(text) as { message: string }).message, /^callback must be/);
      }
    });
  });
});
