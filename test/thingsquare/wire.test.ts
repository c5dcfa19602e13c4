import { respond } from '../kit/fault-server';
import '../kit/once';
import { Stage } from '../kit/stage';
import { json, msg, num, str } from '../kit/typed-input';
import { TOKEN } from '../kit/vendor';
import { wireTable } from '../kit/wire-table';
import { DEVICE, formOf, says } from './backend';
import { PASSWORD, thingsquare } from './vendor';

const payload = msg('payload');
const period = { device: str(DEVICE), kind: str('d'), name: str('period') };
const platform = { device: str(DEVICE), kind: str('s'), name: str('platform') };
const path = `/0/devices/${DEVICE}`;

const VARIABLE = { value: 'thsq-sensortag', time: 1468876126172 };
const SENSOR = { d: { mode: { value: 'deadleaf', time: 1467199258562, acked: 1467199259016 } }, s: { platform: VARIABLE } };
const POINT = { key: 'platform', value: 'thsq-sensortag', by: 'device', type: 's' };
const HISTORY = [
  { ...POINT, timestamp: 1468876126172, id: 54968717 },
  { ...POINT, timestamp: 1468852593002, id: 54800348 },
];
const IMAGE = {
  name: '20160718/cc2538dk/client.signed',
  platform: 'thsq-cc2538dk-bootloader',
  version: 1468838806,
  info: { platforms: { from: ['thsq-cc2538dk'], to: { platform: 'thsq-cc2538dk', name: 'TI CC2538dk' } } },
};
const USER = { login: 'dummy@example.com', confirmed: true, authcode: 'cbcca1229ef0b9d588a1b148090fa67d', data: { test: 'data' } };
const COMMAND = '043e6ba0-8cee-4519-b061-c3a263b7be18';
const bytes = Buffer.from([0, 255]);

interface DocumentedRequest {
  readonly node: 'variable' | 'device' | 'firmware' | 'user';
  readonly operation: string;
  readonly parameters?: Record<string, unknown>;
  readonly payload?: unknown;
  /** What must go out: method, path, and the fields of the form. */
  readonly wire: readonly [method: string, path: string, form?: Record<string, string>];
  /** What comes back: a word, or JSON. */
  readonly response: unknown;
  readonly result?: unknown;
  readonly status?: number;
  /** It needs no login. */
  readonly isPublic?: true;
}

/** The document's examples first, as they are; then what it says beside them. */
const ROWS: Readonly<Record<string, DocumentedRequest>> = {
  'session: sign up': {
    node: 'user',
    operation: 'signup',
    parameters: { login: str('badloginname'), password: str('secret') },
    wire: ['POST', '/0/session/signup', { login: 'badloginname', password: 'secret' }],
    response: 'signup-ok',
    status: 201,
    isPublic: true,
  },
  'session: resend': {
    node: 'user',
    operation: 'resend-confirmation',
    parameters: { login: str('badloginname') },
    wire: ['POST', '/0/session/resend', { login: 'badloginname' }],
    response: 'resend-ok',
    isPublic: true,
  },
  'session: recover': {
    node: 'user',
    operation: 'recover-password',
    parameters: { login: str('badloginname') },
    wire: ['POST', '/0/session/recover', { login: 'badloginname' }],
    response: 'recover-ok',
    isPublic: true,
  },
  'user data: get': { node: 'user', operation: 'get', wire: ['GET', '/0/user/'], response: USER },
  'user data: store': {
    node: 'user',
    operation: 'store',
    parameters: { data: json({ test: 'data' }) },
    wire: ['POST', '/0/user/', { test: 'data' }],
    response: 'user-data-ok',
  },
  'user data: store what is nested': {
    node: 'user',
    operation: 'store',
    parameters: { data: payload },
    payload: { count: 3, on: false, none: '', deep: { list: ['ä', 2] } },
    wire: ['POST', '/0/user/', { count: '3', on: 'false', none: '', 'deep[list][0]': 'ä', 'deep[list][1]': '2' }],
    response: 'user-data-ok',
  },
  'devices: all': { node: 'device', operation: 'list', wire: ['GET', '/0/devices/'], response: { [DEVICE]: SENSOR } },
  'devices: one': { node: 'device', operation: 'get', parameters: { device: str(DEVICE) }, wire: ['GET', path], response: SENSOR },
  'devices: one variable': {
    node: 'variable',
    operation: 'get',
    parameters: platform,
    wire: ['GET', `${path}/s/platform`],
    response: VARIABLE,
  },
  'devices: one variable that holds bytes': {
    node: 'variable',
    operation: 'get',
    parameters: platform,
    wire: ['GET', `${path}/s/platform`],
    response: { value: { type: 'Buffer', data: [0, 255] }, time: 1 },
    result: { value: bytes, time: 1 },
  },
  'devices: one variable whose times are in quotes': {
    node: 'variable',
    operation: 'get',
    parameters: platform,
    wire: ['GET', `${path}/s/platform`],
    response: { value: '1468876126172', time: '1468876126172', acked: '0' },
    result: { value: '1468876126172', time: 1468876126172, acked: 0 },
  },
  'devices: a history whose numbers are in quotes': {
    node: 'variable',
    operation: 'history',
    parameters: { ...platform, latest: num(2) },
    wire: ['GET', `${path}/s/platform?latest=2`],
    response: HISTORY.map((point) => ({ ...point, timestamp: String(point.timestamp), id: String(point.id) })),
    result: HISTORY,
  },
  'devices: history': {
    node: 'variable',
    operation: 'history',
    parameters: { ...platform, latest: num(2) },
    wire: ['GET', `${path}/s/platform?latest=2`],
    response: HISTORY,
  },
  'devices: claim': {
    node: 'device',
    operation: 'claim',
    parameters: { auth: str('123456789abcdef') },
    wire: ['POST', '/0/devices/', { auth: '123456789abcdef' }],
    response: DEVICE,
    status: 201,
  },
  'devices: share, known from the vendor’s library': {
    node: 'device',
    operation: 'share',
    parameters: { auth: str(DEVICE), user: str('other@example.com') },
    wire: ['POST', '/0/devices/', { auth: DEVICE, user: 'other@example.com' }],
    response: 'add-user-ok',
  },
  'user: create a token, known from the vendor’s library': {
    node: 'user',
    operation: 'create-token',
    wire: ['POST', '/0/user/accesstoken'],
    response: 'a1B2-c3_D4.e5',
    status: 201,
  },
  'user: delete a token, known from the vendor’s library': {
    node: 'user',
    operation: 'delete-token',
    parameters: { token: str('a1B2-c3_D4/e5+') },
    wire: ['DELETE', '/0/user/accesstoken/a1B2-c3_D4%2Fe5%2B'],
    response: 'user-token-deleted',
  },
  'devices: set with a time, known from the vendor’s library': {
    node: 'variable',
    operation: 'set',
    parameters: { ...period, value: str('120'), timestamp: num(1468876126) },
    wire: ['POST', `${path}/d/period`, { value: '120', timestamp: '1468876126' }],
    response: 'device-ok',
  },
  'devices: history from an id on, known from the vendor’s library': {
    node: 'variable',
    operation: 'history',
    parameters: { ...platform, latest: num(2000), startId: num(54800348) },
    wire: ['GET', `${path}/s/platform?latest=2000&startid=54800348`],
    response: HISTORY,
  },
  'devices: remove': {
    node: 'device',
    operation: 'remove',
    parameters: { device: str(DEVICE) },
    wire: ['DELETE', path],
    response: 'device-ok',
  },
  'devices: set': {
    node: 'variable',
    operation: 'set',
    parameters: { ...period, value: str('120') },
    wire: ['POST', `${path}/d/period`, { value: '120' }],
    response: 'device-ok',
  },
  ...Object.fromEntries(
    Object.entries({
      'a number': [120, '120'],
      zero: [0, '0'],
      false: [false, 'false'],
      'an empty text': ['', ''],
      text: ['ä & b', 'ä & b'],
    }).map(([name, [value, sent]]) => [
      `devices: set ${name}`,
      {
        node: 'variable',
        operation: 'set',
        parameters: { ...period, value: payload },
        payload: value,
        wire: ['POST', `${path}/d/period`, { value: String(sent) }],
        response: 'device-ok',
      } satisfies DocumentedRequest,
    ]),
  ),
  'devices: set bytes': {
    node: 'variable',
    operation: 'set',
    parameters: { ...period, value: payload },
    payload: bytes,
    wire: ['POST', `${path}/d/period`, { value64: 'AP8=' }],
    response: 'device-ok',
  },
  'devices: synchronize': {
    node: 'variable',
    operation: 'sync',
    parameters: period,
    wire: ['POST', `${path}/d/period`],
    response: 'device-ok',
  },
  'devices: delete a variable': {
    node: 'variable',
    operation: 'delete',
    parameters: period,
    wire: ['DELETE', `${path}/d/period`],
    response: 'device-ok',
  },
  'devices: a name that needs encoding': {
    node: 'variable',
    operation: 'get',
    parameters: { device: str('a/b'), kind: str('s'), name: str('what? this') },
    wire: ['GET', '/0/devices/a%2Fb/s/what%3F%20this'],
    response: VARIABLE,
  },
  'devices: command': {
    node: 'device',
    operation: 'send-command',
    parameters: { device: str(DEVICE), command: str('idfy') },
    wire: ['POST', `${path}/`, { command: 'idfy' }],
    response: COMMAND,
  },
  'devices: command with all that it can have': {
    node: 'device',
    operation: 'send-command',
    parameters: { device: str(DEVICE), command: payload, priority: num(2), lifetime: num(5000) },
    payload: bytes,
    wire: ['POST', `${path}/`, { command64: 'AP8=', priority: '2', lifetime: '5000' }],
    response: COMMAND,
  },
  network: {
    node: 'device',
    operation: 'list-network',
    wire: ['GET', '/0/network/'],
    response: { fd92477f326aaa4de8b2d85122560591: SENSOR },
  },
  'firmware: images': { node: 'firmware', operation: 'list', wire: ['GET', '/0/firmware/'], response: [IMAGE] },
  'firmware: start': {
    node: 'firmware',
    operation: 'start',
    parameters: { device: str(DEVICE), firmware: str('20160718/sensortag/client.signed') },
    wire: ['POST', `${path}/fw/20160718/sensortag/client.signed`],
    response: 'device-ok',
  },
  'firmware: cancel': {
    node: 'firmware',
    operation: 'cancel',
    parameters: { device: str(DEVICE) },
    wire: ['DELETE', `${path}/fw`],
    response: 'device-ok',
  },
};

describe('Thingsquare nodes send on the wire', () => {
  const stage = new Stage(thingsquare);

  wireTable(stage, {
    rows: Object.entries(ROWS).map(([title, row]) => {
      const { node, operation, parameters = {}, wire, response, result = response, status = 200, isPublic } = row;
      const [method, path, fields] = wire;
      return {
        title,
        node: { type: `thingsquare-${node}`, operation, parameters },
        message: { payload: row.payload },
        request: [method, path, fields, isPublic ? undefined : `session=${TOKEN}`],
        response: typeof response === 'string' ? says(response, status) : respond(response, status),
        ...{ result, status, ...(isPublic && { isPublic }) },
      };
    }),
    shows: (request) => [request.method, request.path, formOf(request), request.headers.cookie],
    login: ['POST', '/0/session/login', { login: 'dummy@example.com', password: PASSWORD }, undefined],
  });
});
