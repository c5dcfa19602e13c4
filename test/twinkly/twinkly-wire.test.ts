import assert from 'node:assert/strict';
import { Account } from '../kit/account';
import { answer, FaultServer } from '../kit/fault-server';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import { account as config, str } from './flows';

type Row = readonly [name: string, operation: string, parameters: Record<string, unknown>, method: string, path: string, body?: object];

const COMMAND = '/v2/objects/7/runtime/command';

/** Every request of the profile: what the document says, and what we guess of it. */
const COMMANDS: readonly Row[] = [
  ['turn-on', 'turn-on', {}, 'POST', COMMAND, { command: 'turnOn' }],
  ['turn-off', 'turn-off', {}, 'POST', COMMAND, { command: 'turnOff' }],
  ['set-mode', 'set-mode', { mode: 'movie' }, 'POST', COMMAND, { command: 'setMode', params: { mode: 'movie' } }],
  [
    'set-mode with an effect',
    'set-mode',
    { mode: 'effect', effect: 'snow' },
    'POST',
    COMMAND,
    { command: 'setMode', params: { mode: 'effect', effect: 'snow' } },
  ],
  ['play-effect', 'play-effect', { effect: 'snow' }, 'POST', COMMAND, { command: 'playEffect', params: { effect: 'snow' } }],
  ['play-effect by number', 'play-effect', { effect: 3 }, 'POST', COMMAND, { command: 'playEffect', params: { effect: 3 } }],
  ['set-brightness', 'set-brightness', { brightness: 40 }, 'POST', COMMAND, { command: 'setBrightness', params: { value: 40 } }],
  [
    'set-color #rrggbb',
    'set-color',
    { color: '#FF8000' },
    'POST',
    COMMAND,
    { command: 'setColor', params: { red: 255, green: 128, blue: 0 } },
  ],
  ['set-color [r,g,b]', 'set-color', { color: [1, 2, 3] }, 'POST', COMMAND, { command: 'setColor', params: { red: 1, green: 2, blue: 3 } }],
  [
    'set-color {r,g,b}',
    'set-color',
    { color: { r: 0, g: 255, b: 9 } },
    'POST',
    COMMAND,
    { command: 'setColor', params: { red: 0, green: 255, blue: 9 } },
  ],
  [
    'set-color {h,s,v}',
    'set-color',
    { color: { h: 120, s: 100, v: 50 } },
    'POST',
    COMMAND,
    { command: 'setColor', params: { hue: 120, saturation: 255, value: 128 } },
  ],
  [
    'set-color with the whole circle',
    'set-color',
    { color: { h: 360, s: 0, v: 100 } },
    'POST',
    COMMAND,
    { command: 'setColor', params: { hue: 0, saturation: 0, value: 255 } },
  ],
  ['play-playlist', 'play-playlist', { playlist: 3 }, 'POST', COMMAND, { command: 'playPlaylist', params: { playlist: 3 } }],
  ['custom', 'custom', { command: 'reboot' }, 'POST', COMMAND, { command: 'reboot' }],
  [
    'custom with parameters',
    'custom',
    { command: 'installEffect', params: { effect: 'x' } },
    'POST',
    COMMAND,
    { command: 'installEffect', params: { effect: 'x' } },
  ],
  [
    'every option that is set',
    'turn-on',
    { async: false, timeout: 1, unreliable: false, forceOffline: false },
    'POST',
    COMMAND,
    { command: 'turnOn', async: false, timeout: 1, unreliable: false, forceOffline: false },
  ],
  ['an installation', 'turn-on', { target: 'installation' }, 'POST', '/v2/installations/7/runtime/command', { command: 'turnOn' }],
  ['an id that needs encoding', 'turn-on', { id: 'a/b c' }, 'POST', '/v2/objects/a%2Fb%20c/runtime/command', { command: 'turnOn' }],
];

const QUERIES: readonly Row[] = [
  ['list-objects', 'list-objects', {}, 'GET', '/v3/objects?mine=true'],
  ['get-device-configuration', 'get-device-configuration', { deviceId: 'D 1' }, 'GET', '/v2/devices/D%201/configuration'],
  ['get-object-status', 'get-object-status', { ids: '7' }, 'GET', '/v2/objects/runtime?objectIds=7'],
  [
    'get-object-status of several',
    'get-object-status',
    { ids: [7, '8'], config: false },
    'GET',
    '/v2/objects/runtime?objectIds=7,8&config=0',
  ],
  [
    'get-installation-status',
    'get-installation-status',
    { ids: 'a, b', config: true },
    'GET',
    '/v2/installations/runtime?installationIds=a,b&config=1',
  ],
  [
    'get-installation-status, legacy',
    'get-installation-status',
    { legacyObjectIds: [7, 8] },
    'GET',
    '/v2/installations/runtime?objectIds=7,8',
  ],
  ['get-command-status', 'get-command-status', { id: 7, commandId: 'c/1' }, 'GET', '/v2/objects/7/runtime/command/c%2F1'],
  [
    'get-command-status of an installation',
    'get-command-status',
    { target: 'installation', id: 7, commandId: 'c' },
    'GET',
    '/v2/installations/7/runtime/command/c',
  ],
];

/** Each kind of row of the profile, corrected. */
const OVERRIDES = {
  paths: {
    'command.object': 'PUT /v9/things/{id}/do',
    'turn-off': 'DELETE /v9/things/{id}/light',
    'status.object': 'GET /v9/things?full=1',
    'get-command-status': 'GET /v9/{target}/{id}/jobs/{commandId}',
    'list-objects': 'GET /v9/things',
  },
  commands: {
    'turn-on': { command: 'on' },
    'set-brightness': { command: 'dim', params: { brightness: 'level' } },
    'set-color': { params: { hue: 'h', saturation: 's', value: 'v' } },
    'set-mode': { params: { mode: 'to' } },
  },
  scales: { brightness: 255, hue: 65_536, saturation: 100, value: 1000 },
  colors: 'hsv',
  modes: { movie: 'film' },
};
const CORRECTED: readonly (readonly [node: 'command' | 'query', ...Row])[] = [
  ['command', 'a path and a name', 'turn-on', {}, 'PUT', '/v9/things/7/do', { command: 'on' }],
  ['command', 'the path of one operation', 'turn-off', {}, 'DELETE', '/v9/things/7/light', { command: 'turnOff' }],
  [
    'command',
    'a parameter and its scale',
    'set-brightness',
    { brightness: 40 },
    'PUT',
    '/v9/things/7/do',
    { command: 'dim', params: { level: 102 } },
  ],
  [
    'command',
    'the form of a colour',
    'set-color',
    { color: '#00ffff' },
    'PUT',
    '/v9/things/7/do',
    { command: 'setColor', params: { h: 32_768, s: 100, v: 1000 } },
  ],
  [
    'command',
    'the word for a mode',
    'set-mode',
    { mode: 'movie' },
    'PUT',
    '/v9/things/7/do',
    { command: 'setMode', params: { to: 'film' } },
  ],
  [
    'command',
    'nothing of installations',
    'turn-on',
    { target: 'installation' },
    'POST',
    '/v2/installations/7/runtime/command',
    { command: 'on' },
  ],
  ['query', 'a path with a query', 'get-object-status', { ids: 7 }, 'GET', '/v9/things?full=1&objectIds=7'],
  ['query', 'the path of a status', 'get-command-status', { id: 7, commandId: 1 }, 'GET', '/v9/object/7/jobs/1'],
];

describe('twinkly nodes on the wire', () => {
  let red: NodeRed;
  let vendor: FaultServer;
  let account: Account;

  before(async () => {
    red = await startNodeRed();
    vendor = await FaultServer.start();
    const fits = answer({ status: 'success', access_token: 'token-1', objects: [] });
    vendor.good = (response, request) =>
      (request.path.includes('runtime?') || request.path.includes('things?') ? answer({}) : fits)(response, request);
  });
  after(() => vendor.close());
  afterEach(async () => {
    await account.close();
    await vendor.heal();
  });

  const shows = async (node: string, [, operation, parameters, method, path, body]: Row, more = {}): Promise<void> => {
    account = await Account.open(
      red,
      {
        id: 'node',
        type: `twinkly-${node}`,
        connection: 'account',
        operation: '',
        parameters: node === 'command' && !('id' in parameters) ? { id: str('7') } : {},
      },
      [config(vendor.url, more)],
    );
    const { ends, error } = await account.run({ operation, parameters, topic: 'kept' });
    assert.deepEqual([ends, error], [['done'], undefined]);
    const [login, request, ...others] = vendor.requests;
    assert.deepEqual(
      [login?.method, login?.path, login?.json],
      ['POST', '/v2/auth', { username: 'me@example.com', password: 'pass-word-1' }],
    );
    assert.deepEqual([request?.method, request?.path, request?.json, others.length], [method, path, body, 0]);
    assert.equal(request?.headers.authorization, 'Bearer token-1');
  };

  for (const row of COMMANDS) it(row[0], () => shows('command', row));
  for (const row of QUERIES) it(row[0], () => shows('query', row));
  for (const [node, ...row] of CORRECTED) it(`corrects ${row[0]}`, () => shows(node, row, { overrides: OVERRIDES }));

  it('takes corrections as JSON text, too', () =>
    shows('command', ['', 'turn-on', {}, 'PUT', '/v9/things/7/do', { command: 'on' }], { overrides: JSON.stringify(OVERRIDES) }));

  for (const [node, operation, parameters, message] of [
    ['command', 'turn-on', { id: '..' }, /^id must be an ID, not "\.\."$/],
    ['query', 'get-device-configuration', { deviceId: '.' }, /^deviceId must be an ID, not "\."$/],
  ] as const)
    it(`${operation} refuses an id that would lead elsewhere`, async () => {
      account = await Account.open(red, { id: 'node', type: `twinkly-${node}`, connection: 'account', operation: '', parameters: {} }, [
        config(vendor.url),
      ]);
      const { ends, error } = await account.run({ operation, parameters });
      assert.deepEqual(ends, ['INVALID_INPUT']);
      assert.match((error as Error).message, message);
      assert.equal(vendor.requests.length, 0);
    });

  for (const [overrides, message] of [
    [{ paths: { 'lits-objects': 'GET /x' } }, /^overrides\.paths\.?.*lits-objects/],
    [{ paths: { 'list-objects': '/v3/objects' } }, /^overrides\.paths\.list-objects: must be like "GET \/path\/\{id\}"$/],
    [{ commands: { 'turn-on': 'on' } }, /^overrides\.commands\.turn-on: /],
    [{ commands: { 'turn-on': { params: { on: 'x' } } } }, /^overrides\.commands\.turn-on\.params: .*"on"/],
    [{ commands: { 'set-brightness': { params: { value: 'brightness' } } } }, /^overrides\.commands\.set-brightness\.params: .*"value"/],
    [{ paths: { 'command.object': 'POST /x/{objectId}' } }, /^overrides\.paths\.command\.object: takes only \{id\}$/],
    [{ paths: { 'turn-on': 'POST /{target}/{id}' } }, /^overrides\.paths\.turn-on: takes only \{id\}$/],
    [{ paths: { 'get-object-status': 'GET /x/{id}' } }, /^overrides\.paths\.get-object-status: takes no \{places\}$/],
    [{ sclaes: {} }, /^overrides: .*sclaes/],
    ['{', /^overrides must be an object/],
  ] as const)
    it(`refuses the corrections ${JSON.stringify(overrides)}, and sends nothing`, async () => {
      account = await Account.open(
        red,
        { id: 'node', type: 'twinkly-command', connection: 'account', operation: 'turn-on', parameters: { id: str('7') } },
        [config(vendor.url, { overrides })],
      );
      const { ends, error } = await account.run({});
      assert.deepEqual(ends, ['NOT_CONFIGURED']);
      assert.match((error as Error).message, message);
      assert.equal(vendor.requests.length, 0);
    });
});
