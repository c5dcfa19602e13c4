import { type Recorded, respond } from '../kit/fault-server';
import { bool, num, str } from '../kit/typed-input';
import { type Ends, type Example, TOKEN, type Vendor } from '../kit/vendor';
import { until } from '../kit/within';
import { account, CREDENTIALS } from './flows';
import { beginSignIn, oauthAccount as oauth } from './sign-in';

/** What the document leaves open is taken as it comes: a fault is only what cannot be a response at all. */
const taken = (faults: RegExp): { ends: Ends } => ({ ends: [[faults, 'done']] });

const command = { id: num(7), timeout: num(1) };
const ofCommand = (operation: string, parameters: object = {}, more: Partial<Example> = {}): Example => ({
  type: 'twinkly-command',
  operation,
  parameters: { ...command, async: bool(true), ...parameters },
  good: { status: 'success' },
  target: 'object/7',
  ...taken(/wrong type|empty body/),
  ...more,
});
const ofQuery = (operation: string, target: string, parameters: object, good: unknown, more: Partial<Example> = {}): Example => ({
  type: 'twinkly-query',
  operation,
  parameters: { ...parameters },
  good,
  target,
  ...more,
});

export const twinkly: Vendor = {
  name: 'twinkly',
  connection: (url, more) => account(url, { ...more }),
  secrets: [CREDENTIALS.password],
  login: {
    isLogin: ({ path }) => path === '/v2/auth',
    accept: (token) => respond({ access_token: token }),
    refusals: [400, 401, 403].flatMap((status) => [respond({ message: 'wrong' }, status), respond({ error: 'wrong' }, status)]),
    odd: respond({ access_token: 17 }),
    action: { type: 'twinkly-query', operation: 'list-objects' },
    event: { type: 'twinkly-status-poll', target: 'object', ids: '7', interval: 5 },
    lookups: ['objects', 'installations'],
    good: (response, { path }) => respond(path.includes('runtime') ? { 7: { runtime: {} } } : { objects: [] })(response, {} as Recorded),
    forbidden: {
      type: 'twinkly-query',
      operation: 'get-command-status',
      parameters: { id: str('forbidden'), commandId: str('1') },
    },
    // In the cloud's own form, that is a refused login.
    ends: [[/^HTTP (400|403)/, 'UNAUTHORIZED']],
  },
  examples: [
    ofCommand('turn-off', { async: bool(false) }),
    ofCommand('turn-on'),
    ofCommand('set-mode', { mode: str('movie') }),
    ofCommand('play-effect', { effect: str('snow') }),
    ofCommand('set-brightness', { brightness: num(7) }),
    ofCommand('set-color', { color: str('#123456') }),
    ofCommand('play-playlist', { playlist: str('advent') }),
    ofCommand('apply', { on: bool(true), color: str('#123456') }),
    ofCommand('custom', { command: str('reboot') }, { harmful: true }),
    ofQuery('list-objects', 'objects', {}, { objects: [] }),
    ofQuery('get-device-configuration', 'device/d', { deviceId: str('d') }, {}, taken(/wrong type/)),
    ofQuery('get-object-status', 'object/7', { ids: str('7') }, {}),
    ofQuery('get-installation-status', 'installation/7', { ids: str('7') }, {}),
    ofQuery('get-command-status', 'object/7', { id: num(7), commandId: str('c') }, { status: 'success' }),
  ],
  oddElements: [
    ['twinkly-query', 'list-objects', {}, { objects: [{ id: 1 }, 'odd', null] }, [{ id: 1 }]],
    ['lookup', 'objects', {}, { objects: [{ id: 1 }, { id: null }, 'odd'] }, ['1']],
    ['lookup', 'installations', {}, { objects: [{ id: 1, installation: { id: 'i' } }, { id: {} }] }, ['i']],
    ['lookup', 'devices', {}, { objects: [{ id: 1, devices: [{ device: { id: 'd' } }, 'odd', { device: 5 }] }, 'odd'] }, ['d']],
  ],
  deployed: {
    nodes: [
      { id: 'off', type: 'twinkly-command', operation: 'turn-off', parameters: { id: num(7) } },
      { id: 'wait', type: 'twinkly-command', operation: 'turn-on', parameters: { id: num(8), waitForCompletion: num(3600) } },
      {
        id: 'all',
        type: 'twinkly-command',
        operation: 'apply',
        parameters: { ids: str('8,9'), on: bool(true), waitForCompletion: num(3600) },
      },
      { id: 'poll', type: 'twinkly-status-poll', ids: '7', interval: 5 },
      { id: 'signed-out', type: 'twinkly-status-poll', connection: 'person', ids: '7', interval: 5 },
    ],
    connections: (url) => [oauth(url, { id: 'person' })],
    good: respond({ 7: { runtime: { online: true } } }),
    prepare: async (red, url) => void (await beginSignIn(red, url)),
    busy: [
      {
        title: 'a request hangs, another is tried again, and a command is under way',
        server: (response, request) => {
          const begun = respond({ commandId: 'c', status: 'running', access_token: TOKEN });
          if (/\/[89]\//.test(request.path) || request.path === '/v2/auth') begun(response, request);
          else if (!request.path.includes('/7/')) respond({}, 503)(response, request);
        },
        begin: async (red, { requests }) => {
          red.inject('off', {});
          red.inject('wait', {});
          red.inject('all', {});
          await until('the request', () => requests.some(({ path }) => path.includes('/7/')));
          await until('a question', () => requests.some(({ path }) => path.includes('/8/runtime/command/c')));
          await until('a question of several', () => requests.some(({ path }) => path.includes('/9/runtime/command/c')));
        },
      },
    ],
  },
};
