import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { respond } from '../kit/fault-server';
import '../kit/once';
import { Stage } from '../kit/stage';
import { msg, num, str } from '../kit/typed-input';
import { backend, DEVICE, isLogin, says } from './backend';
import { thingsquare } from './vendor';

const device = str(DEVICE);
const variable = { device, kind: str('d'), name: str('period') };

describe('Thingsquare nodes and odd responses', () => {
  const stage = new Stage(thingsquare);

  const open = async (node: string, operation: string, parameters: object) => {
    await stage.open({ type: `thingsquare-${node}`, operation, parameters });
  };

  it('passes over what is null or unusable, and gives the rest', async () => {
    const d = { period: { value: '60', time: 'now', acked: null, synced: 1 }, none: null, word: 'warm' };
    const image = { name: 'a/b', platform: null, version: 'new', info: { platforms: { from: null, to: null, more: 1 } } };
    const rows: [string, string, object, unknown, unknown][] = [
      ['device', 'list', {}, { one: { d, s: null, meta: [] }, two: null }, { one: { d: { period: { value: '60', synced: 1 } } } }],
      ['device', 'get', { device }, { d }, { d: { period: { value: '60', synced: 1 } } }],
      ['variable', 'get', variable, { value: null, time: null, acked: 1 }, { value: null, acked: 1 }],
      ['variable', 'history', { ...variable, latest: num(1) }, [{ id: 1, value: '1', timestamp: null }], [{ id: 1, value: '1' }]],
      ['firmware', 'list', {}, [image, null, { name: 5 }], [{ name: 'a/b', info: { platforms: { more: 1 } } }]],
      ['user', 'get', {}, { login: 'a', confirmed: null, authcode: 1, data: null }, { login: 'a', data: null }],
    ];
    for (const [node, operation, parameters, odd, wanted] of rows) {
      backend(stage.server, respond(odd));
      await open(node, operation, parameters);
      assert.deepEqual((await stage.run({})).outputs[0]?.payload, wanted);
    }
    backend(stage.server, respond({ one: { d, s: null }, two: null }));
    await open('device', 'list', {});
    const values = { baseUrl: stage.server.url, authentication: 'login', timeout: 20_000 };
    const body = { id: 'frontend', values, credentials: {}, parameters: {} };
    const response = await stage.red.admin('/ensemble/lookup/thingsquare-frontend/devices', { method: 'POST', body });
    assert.deepEqual(await response.json(), [{ value: 'one', label: 'one', detail: '' }]);
    backend(
      stage.server,
      respond({ one: { d: { period: { value: '60', acked: 7000 } }, s: { platform: { value: 'lamp', time: 9000 } } } }),
    );
    const again = await stage.red.admin('/ensemble/lookup/thingsquare-frontend/devices', { method: 'POST', body });
    assert.deepEqual(await again.json(), [{ value: 'one', label: 'lamp', detail: '', time: 9000 }]);
  });

  it('signs no user up where others can read the password', async () => {
    await stage.open(
      { type: 'thingsquare-user', operation: 'signup', parameters: { login: str('a@b.example'), password: str('secret') } },
      { authentication: 'anonymous', credentials: {}, baseUrl: stage.server.url.replace('127.0.0.1', '0.0.0.0') },
    );
    const { ends, error } = await stage.run({});
    assert.deepEqual(ends, ['INVALID_INPUT']);
    assert.match((error as Error).message, /^signup needs a connection whose baseUrl begins with https:/);
    assert.deepEqual(stage.server.requests, []);
  });

  it('takes any id, and no refusal for one', async () => {
    for (const [word, end] of [
      ['7', 'done'],
      ['d-7', 'done'],
      ['abc123', 'done'],
      ['undefined', 'BAD_RESPONSE'],
      ['claim-fail', 'REJECTED'],
      ['claim-fail-no-auth', 'REJECTED'],
      ['', 'BAD_RESPONSE'],
      ['x'.repeat(129), 'BAD_RESPONSE'],
    ] as const) {
      backend(stage.server, says(word, 201));
      await open('device', 'claim', { auth: str('a') });
      const { ends, outputs } = await stage.run({});
      assert.deepEqual([ends, outputs[0]?.payload], [[end], end === 'done' ? word : undefined]);
    }
  });

  for (const [operation, type, parameters, word, plain] of [
    ['delete-token', 'user', { token: str('12345678') }, 'user-token-fail', /^there is no such token/],
    ['share', 'device', { auth: str('a'), user: str('b') }, 'add-user-fail', /^the device cannot be shared with that user/],
    ['claim', 'device', { auth: str('a') }, 'claim-fail-no-auth', /^no device can be claimed/],
    ['claim', 'device', { auth: str('a') }, 'other-fail-of-claim', /^the backend has refused it \(HTTP 200: other-fail-of-claim\)$/],
  ] as const)
    it(`takes ${word} with 200 as a refusal of ${operation}`, async () => {
      backend(stage.server, says(word));
      await open(type, operation, parameters);
      const { ends, error } = await stage.run({});
      assert.deepEqual([ends, (error as { cause: { vendorMessage: string } }).cause.vendorMessage], [['REJECTED'], word]);
      assert.match((error as Error).message, plain);
    });

  it('names no authentication token in an error, and still tells one from another', async () => {
    backend(stage.server, (response, request) =>
      (request.method === 'POST' ? says('claim-fail', 400) : respond({ login: 'a' }))(response, request),
    );
    await open('device', 'claim', { auth: msg('auth') });
    const tokens = ['secret-auth-1', 'secret-auth-2'];
    const targets = [];
    for (const auth of [...tokens, ...tokens]) {
      const { error } = await stage.run({ auth });
      targets.push((error as { cause: { target: string } }).cause.target);
      for (const token of tokens) assert.ok(!inspect(error).includes(token));
    }
    assert.equal(new Set(targets).size, 2);
  });

  it('finds the other path where the documented one is not there', async () => {
    const rows: [string, string, object, string[]][] = [
      ['user', 'recover-password', { login: str('a@b') }, ['/0/session/recover', '/0/session/recovery']],
      [
        'firmware',
        'start',
        { device: str('x'), firmware: str('20160718/a b/c') },
        ['/0/devices/x/fw/20160718/a%20b/c', '/0/devices/x/firmware/20160718/a%20b/c'],
      ],
      ['firmware', 'cancel', { device: str('x') }, ['/0/devices/x/fw', '/0/devices/x/firmware/']],
    ];
    for (const [node, operation, parameters, [documented, other]] of rows) {
      backend(stage.server, (response, request) =>
        (request.path === '/0/user/' ? respond({ login: 'a' }) : request.path === documented ? says('not found', 404) : says('x-ok'))(
          response,
          request,
        ),
      );
      await open(node, operation, parameters);
      stage.server.requests.length = 0;
      assert.deepEqual((await stage.run({})).outputs[0]?.payload, 'x-ok');
      const asked = stage.server.requests.filter((request) => !isLogin(request)).map(({ path }) => path);
      // Whether the session has ended is asked where there is one.
      assert.deepEqual(asked, node === 'user' ? [documented, other] : [documented, '/0/user/', other]);
    }
  });

  for (const [word, message] of [
    [
      'device-fwup-start-fail',
      /^the firmware update could not be started; a device must be connected first: set its d variable mode to connected/,
    ],
    ['device-fwup-name-fail', /^there is no firmware image of that name \(HTTP 400: device-fwup-name-fail\)$/],
    ['something-new', /something-new$/],
  ] as const)
    it(`says what a refusal means: ${word}`, async () => {
      backend(stage.server, (response, request) =>
        (request.method === 'POST' ? says(word, 400) : respond({ login: 'a' }))(response, request),
      );
      await open('firmware', 'start', { device, firmware: str('a') });
      const { ends, caught } = await stage.run({});
      assert.deepEqual(ends, ['REJECTED']);
      assert.match(caught[0]?.error.message ?? '', message);
      assert.equal((caught[0]?.error.cause as { vendorMessage?: string } | undefined)?.vendorMessage, word);
    });
});
