import { deepEqual } from 'node:assert/strict';
import { type Behaviour, respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { str } from '../kit/typed-input';
import { TOKEN } from '../kit/vendor';
import { refusalTable, type WireRow, wireTable } from '../kit/wire-table';
import { CREDENTIALS } from './flows';
import { twinkly } from './vendor';

type ParameterValues = Readonly<Record<string, unknown>>;

const COMMAND = '/v2/objects/7/runtime/command';

/** Operation and parameters come with the message. */
const message = (node: 'command' | 'query', operation: string, parameters: ParameterValues) => ({
  node: { type: `twinkly-${node}`, operation: '', parameters: node === 'command' && !('id' in parameters) ? { id: str('7') } : {} },
  message: { operation, parameters },
});
/** @param title begins with the operation */
const row = (node: 'command' | 'query', title: string, parameters: ParameterValues, request: string, body?: object): WireRow => {
  const [operation = ''] = title.split(/[ ,:]/);
  const response = /(object|installation)-status$/.test(operation) ? {} : { status: 'success', objects: [] };
  return {
    ...message(node, operation, parameters),
    title,
    request: [request, body, `Bearer ${TOKEN}`],
    response,
    result: operation === 'list-objects' ? [] : response,
  };
};
const sends = (title: string, parameters: ParameterValues, body: object, request = `POST ${COMMAND}`) =>
  row('command', title, parameters, request, body);
const asks = (title: string, parameters: ParameterValues, path: string) => row('query', title, parameters, `GET ${path}`);

/** Every request of the profile: what the document says, and what we guess of it. */
const ROWS: readonly WireRow[] = [
  sends('turn-on', {}, { command: 'turnOn' }),
  sends('turn-off', {}, { command: 'turnOff' }),
  sends('set-mode', { mode: 'movie' }, { command: 'setMode', params: { mode: 'movie' } }),
  sends('set-mode with an effect', { mode: 'effect', effect: 'snow' }, { command: 'setMode', params: { mode: 'effect', effect: 'snow' } }),
  sends('play-effect', { effect: 'snow' }, { command: 'playEffect', params: { effect: 'snow' } }),
  sends('play-effect by number', { effect: 3 }, { command: 'playEffect', params: { effect: 3 } }),
  sends('set-brightness', { brightness: 40 }, { command: 'setBrightness', params: { value: 40 } }),
  ...Object.entries({
    '#rrggbb': ['#FF8000', { saturation: 255, value: 255, hue: 30 }],
    '[r,g,b]': [[1, 2, 3], { saturation: 170, value: 3, hue: 210 }],
    '{r,g,b}': [
      { r: 0, g: 255, b: 9 },
      { saturation: 255, value: 255, hue: 122 },
    ],
    '{h,s,v}': [
      { h: 120, s: 100, v: 50 },
      { hue: 120, saturation: 255, value: 128 },
    ],
    'with the whole circle': [
      { h: 360, s: 0, v: 100 },
      { hue: 0, saturation: 0, value: 255 },
    ],
  }).map(([form, [color, params]]) => sends(`set-color ${form}`, { color }, { command: 'setColor', params })),
  sends('play-playlist', { playlist: 3 }, { command: 'playPlaylist', params: { playlist: 3 } }),
  sends('custom', { command: 'reboot' }, { command: 'reboot' }),
  ...[{ command: 'installEffect', params: { effect: 'x' } }].map((body) => sends('custom with parameters', body, body)),
  ...[{ async: false, timeout: 1, unreliable: false, forceOffline: false }].map((options) =>
    sends('turn-on with every option that is set', options, { command: 'turnOn', ...options }),
  ),
  sends('turn-on: an installation', { target: 'installation' }, { command: 'turnOn' }, 'POST /v2/installations/7/runtime/command'),
  sends('turn-on: an id that needs encoding', { id: 'a/b c' }, { command: 'turnOn' }, 'POST /v2/objects/a%2Fb%20c/runtime/command'),
  asks('list-objects', {}, '/v3/objects?mine=true'),
  asks('get-device-configuration', { deviceId: 'D 1' }, '/v2/devices/D%201/configuration'),
  asks('get-object-status', { ids: '7' }, '/v2/objects/runtime?objectIds=7'),
  asks('get-object-status of several', { ids: [7, '8'], config: false }, '/v2/objects/runtime?objectIds=7,8&config=0'),
  asks('get-installation-status', { ids: 'a, b', config: true }, '/v2/installations/runtime?installationIds=a,b&config=1'),
  asks('get-installation-status, legacy', { legacyObjectIds: [7, 8] }, '/v2/installations/runtime?objectIds=7,8'),
  asks('get-command-status', { id: 7, commandId: 'c/1' }, '/v2/objects/7/runtime/command/c%2F1'),
  asks('get-command-status of an installation', { target: 'installation', id: 7, commandId: 'c' }, '/v2/installations/7/runtime/command/c'),
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
const DO = 'PUT /v9/things/7/do';
const CORRECTED: readonly WireRow[] = [
  sends('turn-on: a path and a name', {}, { command: 'on' }, DO),
  sends('turn-off: the path of one operation', {}, { command: 'turnOff' }, 'DELETE /v9/things/7/light'),
  sends('set-brightness: a parameter and its scale', { brightness: 40 }, { command: 'dim', params: { level: 102 } }, DO),
  sends('set-color: the form', { color: '#00ffff' }, { command: 'setColor', params: { h: 32_768, s: 100, v: 1000 } }, DO),
  sends('set-mode: the word', { mode: 'movie' }, { command: 'setMode', params: { to: 'film' } }, DO),
  sends('turn-on: nothing of installations', { target: 'installation' }, { command: 'on' }, 'POST /v2/installations/7/runtime/command'),
  asks('get-object-status: a path with a query', { ids: 7 }, '/v9/things?full=1&objectIds=7'),
  asks('get-command-status: the path of a status', { id: 7, commandId: 1 }, '/v9/object/7/jobs/1'),
].map((each) => ({ ...each, title: `corrects ${each.title}` }));

describe('twinkly nodes on the wire', () => {
  const stage = new Stage(twinkly);

  const table = (rows: readonly WireRow[], settings = {}) =>
    wireTable(stage, {
      rows,
      shows: ({ method, path, json, headers }) => [`${method} ${path}`, json, headers.authorization],
      login: ['POST /v2/auth', CREDENTIALS, undefined],
      settings,
    });

  table(ROWS);
  table(CORRECTED, { overrides: OVERRIDES });
  // Also as JSON text.
  table([sends('turn-on: corrections as text', {}, { command: 'on' }, DO)], { overrides: JSON.stringify(OVERRIDES) });
  table([sends('set-color as it came', { color: '#FF8000' }, { command: 'setColor', params: { red: 255, green: 128, blue: 0 } })], {
    overrides: { colors: 'given' },
  });
  table([asks('get-installation-status: the path of the older form', { legacyObjectIds: '7,8' }, '/v1/runtime?objectIds=7,8')], {
    overrides: { paths: { 'status.legacy': 'GET /v1/runtime' } },
  });

  describe('a status path that names one thing', () => {
    const overrides = { paths: { 'status.object': 'GET /v2/objects/{id}/runtime' } };
    const responses: Record<string, Parameters<typeof respond>> = {
      7: [{ runtime: { online: true } }],
      8: [{ online: false }],
      9: [{ 9: { runtime: { online: true } } }],
      10: [{ message: 'no such object' }, 404],
    };
    const one: Behaviour = (response, request) => {
      const [, id = ''] = /objects\/([^/]+)\/runtime/.exec(request.path) ?? [];
      respond(...(responses[id] ?? [{}, 500]))(response, request);
    };
    const run = async (parameters: ParameterValues) => {
      const { node, message: sent } = message('query', 'get-object-status', parameters);
      await stage.open(node, { overrides });
      stage.respondWith(one);
      return stage.audit.run(sent);
    };

    it('is asked once for each id, and gives one dictionary', async () => {
      const { ends, outputs } = await run({ ids: '7,8,9,10,7', config: false });
      deepEqual(ends, ['done']);
      deepEqual(outputs[0]?.payload, {
        7: { runtime: { online: true } },
        8: { runtime: { online: false } },
        9: { runtime: { online: true } },
        10: { error: 'no such object' },
      });
      deepEqual(
        stage.requests.map(({ path }) => path).sort(),
        ['10', '7', '8', '9'].map((id) => `/v2/objects/${id}/runtime?config=0`),
      );
    });

    it('fails with what is no trouble of one id alone', async () => {
      deepEqual((await run({ ids: '7,11' })).ends, ['VENDOR_ERROR']);
    });
  });

  refusalTable(stage, [
    {
      title: 'asks for the older form of an installation with one request, or refuses',
      ...message('query', 'get-installation-status', { legacyObjectIds: Array.from({ length: 400 }, (_, index) => 1_000_000_000 + index) }),
      says: /^too many ids for one request \(400\)/,
    },
    {
      title: 'turn-on refuses an id that would lead elsewhere',
      ...message('command', 'turn-on', { id: '..' }),
      says: /^id must be an ID, not "\.\."$/,
    },
    {
      title: 'get-device-configuration refuses an id that would lead elsewhere',
      ...message('query', 'get-device-configuration', { deviceId: '.' }),
      says: /^deviceId must be an ID, not "\."$/,
    },
  ]);

  const WRONG: readonly (readonly [overrides: unknown, says: RegExp])[] = [
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
  ];
  refusalTable(
    stage,
    WRONG.map(([overrides, says]) => ({
      title: `refuses the corrections ${JSON.stringify(overrides)}, and sends nothing`,
      node: { type: 'twinkly-command', operation: 'turn-on', parameters: { id: str('7') } },
      settings: { overrides },
      says,
      end: 'NOT_CONFIGURED',
    })),
  );
});
