import { type Behaviour, type Recorded, respond } from '../kit/fault-server';
import { json, num, str } from '../kit/typed-input';
import type { Ends, Example, Vendor } from '../kit/vendor';
import { until } from '../kit/within';
import { DEVICE, frontend, isLogin, opensSession, says } from './backend';

export const PASSWORD = 'secret-password-7f3a';
/** Which a message deletes: nothing but the environment and the request may have it. */
const API_TOKEN = 'secret/token+81c2d7';
const TOKEN_VARIABLE = 'ENSEMBLE_TEST_API_TOKEN';
process.env[TOKEN_VARIABLE] = API_TOKEN;
const NEW_TOKEN = 'new-token-5d0e77';
const device = str(DEVICE);
const variable = { device, kind: str('d'), name: str('period') };
const COMMAND = '043e6ba0-8cee-4519-b061-c3a263b7be18';

const of =
  (node: string, target?: Example['target']) =>
  (operation: string, parameters: object, good: Behaviour, more: Partial<Example> = {}): Example => ({
    type: `thingsquare-${node}`,
    operation,
    parameters: { ...parameters },
    good,
    target: target ?? DEVICE,
    ...more,
  });
const [ofVariable, ofDevice, ofFirmware, ofUser] = [of('variable'), of('device'), of('firmware'), of('user', 'user')];
const ok = says('device-ok');
const harmful = { harmful: true } as const;
/** Nothing at all is what there is of an unknown device or variable. */
const NOTHING: Ends = [[/^the wrong type: null$/, 'NOT_FOUND']];
const login = { login: str('a@b.example') };
const IMAGE = { name: 'a', platform: 'p' };
const FOUND = { s: { x: { value: '1' } } };

export const thingsquare: Vendor = {
  name: 'thingsquare',
  connection: (url, more) => frontend({ url }, { credentials: { login: 'dummy@example.com', password: PASSWORD }, ...more }),
  secrets: [PASSWORD, API_TOKEN],
  login: {
    isLogin,
    accept: opensSession,
    refusals: [says('login-fail', 403), says('login-fail', 401), says('user-fail', 403), respond({ error: 'login-fail' }, 403)],
    odd: says('login-ok', 201),
    action: { type: 'thingsquare-device', operation: 'list' },
    event: { type: 'thingsquare-events', interval: 1 },
    lookups: ['devices', 'firmware'],
    good: (response, { path }) => {
      const body = path === '/0/user/' ? { login: 'dummy@example.com' } : path === '/0/firmware/' ? [] : {};
      respond(body)(response, {} as Recorded);
    },
    forbidden: { type: 'thingsquare-device', operation: 'get', parameters: { device: str('forbidden') } },
  },
  examples: [
    ofVariable('set', { ...variable, value: str('120') }, ok),
    ofVariable('get', variable, respond({ value: '60', time: 1 }), { ends: NOTHING }),
    ofVariable('history', { ...variable, latest: num(1) }, respond([{ id: 1, value: '1', timestamp: 1 }]), { ends: NOTHING }),
    ofVariable('sync', variable, ok),
    ofVariable('delete', variable, ok, harmful),
    ofDevice('list', {}, respond({}), { target: 'devices' }),
    ofDevice('get', { device }, respond({ d: {}, s: {} }), { ends: NOTHING }),
    ofDevice('claim', { auth: str('123456789abcdef') }, says(DEVICE, 201), { ...harmful, target: /^auth \w{8}$/ }),
    ofDevice('share', { auth: str('123456789abcdef'), user: str('a@b.example') }, says('add-user-ok'), {
      ...harmful,
      target: /^auth \w{8}$/,
    }),
    ofDevice('remove', { device }, ok, harmful),
    ofDevice('send-command', { device, command: str('idfy') }, says(COMMAND), harmful),
    ofDevice('list-network', {}, respond({}), { target: 'network' }),
    ofFirmware('list', {}, respond([]), { target: 'firmware' }),
    ofFirmware('start', { device, firmware: str('a/b') }, ok, harmful),
    ofFirmware('cancel', { device }, ok, harmful),
    ofUser('get', {}, respond({ login: 'dummy@example.com' })),
    ofUser('store', { data: json({ test: 'data' }) }, says('user-data-ok')),
    ofUser('signup', { ...login, password: str('other') }, says('signup-ok', 201), { ...harmful, target: 'a@b.example' }),
    ofUser('resend-confirmation', login, says('resend-ok'), { ...harmful, target: 'a@b.example' }),
    // Where the path of the document is unknown, it is sent to that of the vendor's library, too.
    ofUser('recover-password', login, says('recover-ok'), { target: 'a@b.example' }),
    // Any text may be a token: only what the library calls a refusal is none.
    ofUser('create-token', {}, says(NEW_TOKEN, 201), harmful),
    ofUser('delete-token', { token: { type: 'env', value: TOKEN_VARIABLE } }, says('user-token-deleted'), {
      ...harmful,
      target: /^token \w{8}$/,
    }),
    ofUser('logout', {}, says('logout-ok'), { target: 'session' }),
  ],
  oddElements: [
    [
      'thingsquare-device',
      'list',
      {},
      { a: { d: { x: { value: '1' }, y: 'odd' } }, b: 'odd', c: ['odd'] },
      { a: { d: { x: { value: '1' } } } },
    ],
    ['thingsquare-device', 'list-network', {}, { a: {}, b: 'odd' }, { a: {} }],
    ['thingsquare-device', 'list', {}, { a: null }, {}],
    ['thingsquare-device', 'list', {}, { a: {}, b: null }, { a: {} }],
    ['thingsquare-device', 'list', {}, { a: { d: { x: null } } }, { a: { d: {} } }],
    ...['..', '.', '', '\ud800', '__proto__'].map(
      (id) => ['thingsquare-device', 'list', {}, JSON.parse(`{"a":{},${JSON.stringify(id)}:{}}`), { a: {} }] as const,
    ),
    ['thingsquare-device', 'get', { device: 'a' }, JSON.parse('{"s":{"x":{"value":"1"},"__proto__":{"value":"2"}}}'), FOUND],
    ['thingsquare-device', 'get', { device: 'a' }, { s: { ...FOUND.s, y: 'odd' } }, FOUND],
    [
      'thingsquare-variable',
      'history',
      { device: 'a', name: 'x', latest: 5 },
      [{ id: 3, value: '1' }, { id: 'odd' }, { id: 1, value: '2' }],
      [
        { id: 3, value: '1' },
        { id: 1, value: '2' },
      ],
    ],
    ['thingsquare-firmware', 'list', {}, [IMAGE, { name: 5 }, null], [IMAGE]],
    ['lookup', 'devices', {}, { a: {}, b: 'odd' }, ['a']],
    ['lookup', 'variables', { device: 'a', kind: 'd' }, { d: { x: { value: '1' }, y: 'odd' } }, ['x']],
    ['lookup', 'firmware', {}, [IMAGE, { name: 5 }], ['a']],
  ],
  deployed: {
    nodes: [
      { id: 'events', type: 'thingsquare-events', interval: 1 },
      {
        id: 'set',
        type: 'thingsquare-variable',
        operation: 'set',
        parameters: { device: str('a'), kind: str('d'), name: str('b'), value: str('c'), waitForAck: num(60) },
      },
    ],
    good: respond({ a: { s: { b: { value: 'c', time: 1 } } } }),
    busy: [
      {
        title: 'a request hangs, and the goodbye too',
        server: (response, request) => isLogin(request) && opensSession()(response, request),
        begin: (red, { requests }) => {
          red.inject('set', {});
          return until('the request', () => requests.some(({ path }) => path === '/0/devices/a/d/b'));
        },
        redeploys: 1,
      },
    ],
  },
};
