import assert from 'node:assert/strict';
import { Audit } from '../kit/audit';
import { answer, FaultServer } from '../kit/fault-server';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import { str } from '../kit/typed-input';
import { account as config } from './flows';

type WireRow = readonly [name: string, operation: string, parameters: Record<string, unknown>, method: string, path: string, body?: object];

const COMMAND = '/v2/objects/7/runtime/command';

/** Every request of the profile: what the document says, and what we guess of it. */
const COMMANDS: readonly WireRow[] = [
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
    { command: 'setColor', params: { saturation: 255, value: 255, hue: 30 } },
  ],
  [
    'set-color [r,g,b]',
    'set-color',
    { color: [1, 2, 3] },
    'POST',
    COMMAND,
    { command: 'setColor', params: { saturation: 170, value: 3, hue: 210 } },
  ],
  [
    'set-color {r,g,b}',
    'set-color',
    { color: { r: 0, g: 255, b: 9 } },
    'POST',
    COMMAND,
    { command: 'setColor', params: { saturation: 255, value: 255, hue: 122 } },
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

const QUERIES: readonly WireRow[] = [
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
const CORRECTED: readonly (readonly [node: 'command' | 'query', ...WireRow])[] = [
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
  let audit: Audit;

  before(async () => {
    red = await startNodeRed();
    vendor = await FaultServer.start();
    const fits = answer({ status: 'success', access_token: 'token-1', objects: [] });
    vendor.good = (response, request) =>
      (request.path.includes('runtime?') || request.path.includes('things?') ? answer({}) : fits)(response, request);
  });
  after(() => vendor.close());
  afterEach(async () => {
    await audit.close();
    await vendor.heal();
  });

  const shows = async (node: string, [, operation, parameters, method, path, body]: WireRow, more = {}): Promise<void> => {
    audit = await Audit.open(
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
    const { ends, error } = await audit.run({ operation, parameters, topic: 'kept' });
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

  it('sends a colour as it came where the account says so', () =>
    shows(
      'command',
      ['', 'set-color', { color: '#FF8000' }, 'POST', COMMAND, { command: 'setColor', params: { red: 255, green: 128, blue: 0 } }],
      { overrides: { colors: 'given' } },
    ));

  it('corrects the path of the older form of an installation', () =>
    shows('query', ['', 'get-installation-status', { legacyObjectIds: '7,8' }, 'GET', '/v1/runtime?objectIds=7,8'], {
      overrides: { paths: { 'status.legacy': 'GET /v1/runtime' } },
    }));

  it('asks for the older form of an installation with one request, or refuses', async () => {
    const node = { id: 'node', type: 'twinkly-query', connection: 'account', operation: 'get-installation-status', parameters: {} };
    audit = await Audit.open(red, { ...node, operation: '' }, [config(vendor.url)]);
    const legacyObjectIds = Array.from({ length: 400 }, (_, index) => 1_000_000_000 + index);
    const { ends, error } = await audit.run({ operation: 'get-installation-status', parameters: { legacyObjectIds } });
    assert.deepEqual(ends, ['INVALID_INPUT']);
    assert.match((error as Error).message, /^too many ids for one request \(400\)/);
    assert.equal(vendor.requests.length, 0);
  });

  describe('a status path that names one thing', () => {
    const overrides = { paths: { 'status.object': 'GET /v2/objects/{id}/runtime' } };
    const answers: Record<string, Parameters<typeof answer>> = {
      7: [{ runtime: { online: true } }],
      8: [{ online: false }],
      9: [{ 9: { runtime: { online: true } } }],
      10: [{ message: 'no such object' }, 404],
    };
    const one: FaultServer['good'] = (response, request) => {
      const [, id = ''] = /objects\/([^/]+)\/runtime/.exec(request.path) ?? [];
      answer(...(answers[id] ?? [{ access_token: 'token-1' }]))(response, request);
    };

    it('is asked once for each id, and gives one dictionary', async () => {
      audit = await Audit.open(red, { id: 'node', type: 'twinkly-query', connection: 'account', operation: '', parameters: {} }, [
        config(vendor.url, { overrides }),
      ]);
      vendor.always(one);
      const parameters = { ids: '7,8,9,10,7', config: false };
      const { ends, outputs } = await audit.run({ operation: 'get-object-status', parameters });
      assert.deepEqual(ends, ['done']);
      assert.deepEqual(outputs[0]?.payload, {
        7: { runtime: { online: true } },
        8: { runtime: { online: false } },
        9: { runtime: { online: true } },
        10: { error: 'no such object' },
      });
      assert.deepEqual(
        vendor.requests
          .slice(1)
          .map(({ path }) => path)
          .sort(),
        ['10', '7', '8', '9'].map((id) => `/v2/objects/${id}/runtime?config=0`),
      );
    });

    it('fails with what is no trouble of one id alone', async () => {
      audit = await Audit.open(red, { id: 'node', type: 'twinkly-query', connection: 'account', operation: '', parameters: {} }, [
        config(vendor.url, { overrides }),
      ]);
      vendor.always((response, request) => (/objects\/8/.test(request.path) ? answer({}, 500) : one)(response, request) as never);
      const { ends } = await audit.run({ operation: 'get-object-status', parameters: { ids: '7,8' } });
      assert.deepEqual(ends, ['VENDOR_ERROR']);
    });
  });

  it('takes corrections as JSON text, too', () =>
    shows('command', ['', 'turn-on', {}, 'PUT', '/v9/things/7/do', { command: 'on' }], { overrides: JSON.stringify(OVERRIDES) }));

  for (const [node, operation, parameters, message] of [
    ['command', 'turn-on', { id: '..' }, /^id must be an ID, not "\.\."$/],
    ['query', 'get-device-configuration', { deviceId: '.' }, /^deviceId must be an ID, not "\."$/],
  ] as const)
    it(`${operation} refuses an id that would lead elsewhere`, async () => {
      audit = await Audit.open(red, { id: 'node', type: `twinkly-${node}`, connection: 'account', operation: '', parameters: {} }, [
        config(vendor.url),
      ]);
      const { ends, error } = await audit.run({ operation, parameters });
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
    [{ paths: { 'get-object-status': 'GET /x/{ids}' } }, /^overrides\.paths\.get-object-status: takes only \{id\}$/],
    [{ paths: { 'list-objects': 'GET /x/{id}' } }, /^overrides\.paths\.list-objects: takes no \{places\}$/],
    [{ paths: { 'status.legacy': 'GET /x/{id}' } }, /^overrides\.paths\.status\.legacy: takes no \{places\}$/],
    [{ sclaes: {} }, /^overrides: .*sclaes/],
    ['{', /^overrides must be an object/],
  ] as const)
    it(`refuses the corrections ${JSON.stringify(overrides)}, and sends nothing`, async () => {
      audit = await Audit.open(
        red,
        { id: 'node', type: 'twinkly-command', connection: 'account', operation: 'turn-on', parameters: { id: str('7') } },
        [config(vendor.url, { overrides })],
      );
      const { ends, error } = await audit.run({});
      assert.deepEqual(ends, ['NOT_CONFIGURED']);
      assert.match((error as Error).message, message);
      assert.equal(vendor.requests.length, 0);
    });
});
