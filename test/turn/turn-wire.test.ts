import { deepEqual, equal } from 'node:assert/strict';
import { answer, type Behaviour } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { bool, num, str } from '../kit/typed-input';
import { turn } from './vendor';

const light = str('light/1/1');

const plain =
  (text: string): Behaviour =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end(text);
  };
/** [G] The vendor's document has no sample of a channel: these are the keys of its table 3. */
const channel = (id: string, dataType: string, state: object) => ({
  id,
  description: id,
  channelType: id.split('/')[0],
  dataType,
  channel_permission: 'read_write',
  properties: {},
  state,
});
const LIGHT = channel('light/1/1', 'percent', { value: 0, on: 'false' });
const CONFIG = { pages: [{ id: 'light/1', name: 'Kitchen' }], layout: {}, startPageId: 'light_scenes/1' };
/** As another device may have it: shouting, and with numbers and booleans as text. */
const ODD_CONFIG = {
  pages: [
    {
      id: 'LIGHT/1',
      name: '1',
      icon: 'true',
      pageType: 'light',
      dialChannel: 'LIGHT/1/1',
      channels: ['LIGHT/1/1', { id: 'INFO/1/1', description: 'INFO/1/1', properties: { max: '5' }, state: { value: '7', on: 'true' } }],
    },
    { id: 'source/1', sources: [{ name: '7', power: 'true', transport: 'false' }], properties: [{ name: 'min', value: '-1.5' }] },
  ],
  layout: { columns: '2', order: ['LIGHT/1', 'source/1'] },
  startPageId: 'LIGHT/1',
};
const CONFIG_AS_MEANT = {
  pages: [
    {
      id: 'light/1',
      name: '1',
      icon: 'true',
      pageType: 'light',
      dialChannel: 'light/1/1',
      channels: ['light/1/1', { id: 'info/1/1', description: 'INFO/1/1', properties: { max: 5 }, state: { value: '7', on: true } }],
    },
    { id: 'source/1', sources: [{ name: '7', power: true, transport: false }], properties: [{ name: 'min', value: -1.5 }] },
  ],
  layout: { columns: 2, order: ['light/1', 'source/1'] },
  startPageId: 'light/1',
};
const CHANNELS = '/api/v1.0/control/channels';

type Parameters = Readonly<Record<string, { readonly type: string; readonly value: string }>>;
interface Row {
  readonly name: string;
  readonly node: 'turn-channel' | 'turn-control';
  readonly operation: string;
  readonly parameters?: Parameters;
  readonly more?: object;
  /** Method, path, body. */
  readonly wire: readonly [string, string, string];
  readonly contentType?: string;
  readonly given: Behaviour;
  readonly result: unknown;
}
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

const reads = (node: Row['node'], operation: string, path: string, given: unknown, result: unknown, parameters: Parameters = {}): Row => ({
  name: `${operation} ${path}`,
  node,
  operation,
  parameters,
  wire: ['GET', path, ''],
  given: answer(given),
  result,
});
const lists = (
  selector: string | undefined,
  path: string,
  given: unknown = [LIGHT],
  result: unknown = [{ ...LIGHT, state: { value: 0, on: false } }],
) => reads('turn-channel', 'list-channels', CHANNELS + path, given, result, selector === undefined ? {} : { selector: str(selector) });
const sets = (id: string, parameters: Parameters, body: object): Row => ({
  name: `set-state ${id} ${JSON.stringify(body)}`,
  node: 'turn-channel',
  operation: 'set-state',
  parameters: { channel: str(id), ...parameters },
  wire: ['PUT', `${CHANNELS}/${id.toLowerCase()}/state`, JSON.stringify(body)],
  contentType: JSON_TYPE,
  given: plain(''),
  result: '',
});
const acts = (id: string, action: string, given: Parameters, body: object): Row => ({
  name: `send-action ${id} ${JSON.stringify(body)}`,
  node: 'turn-channel',
  operation: 'send-action',
  parameters: { channel: str(id), action: str(action), ...given },
  wire: ['POST', `${CHANNELS}/${id}/action`, JSON.stringify(body)],
  contentType: JSON_TYPE,
  given: plain('OK'),
  result: 'OK',
});
const states = (state: string, value: Parameters[string], body: object): Row => ({
  name: `set-state ${state} ${JSON.stringify(body)}`,
  node: 'turn-control',
  operation: 'set-state',
  parameters: { state: str(state), value },
  wire: ['PUT', '/api/v1.0/control/state', JSON.stringify(body)],
  contentType: JSON_TYPE,
  given: plain(''),
  result: '',
});
const controls = (operation: string, path: string, given: unknown, result: unknown = given, parameters: Parameters = {}): Row =>
  reads('turn-control', operation, `/api/v1.0${path}`, given, result, parameters);

const ROWS: readonly Row[] = [
  lists(undefined, ''),
  lists('light', '/light'),
  lists('LIGHT/1', '/light/1'),
  lists('light/1/1', '/light/1/1'),
  // The document shows an array with one object; a device may send the object alone.
  lists('light/1/1', '/light/1/1', LIGHT),
  // One channel of which little is known must not hide the others.
  lists(
    'light/1',
    '/light/1',
    [{ ...LIGHT, description: null, dataType: null, channelType: null, channel_permission: null, state: null }, LIGHT],
    [
      { ...LIGHT, description: undefined, dataType: undefined, channelType: undefined, channel_permission: undefined, state: undefined },
      { ...LIGHT, state: { value: 0, on: false } },
    ],
  ),
  // In the form of the topics; and what is no channel costs only itself.
  lists(
    'light',
    '/light',
    [{ ...LIGHT, id: 'LIGHT/1/1', properties: { min: '0', max: '90', isSwitched: 'true', units: '%' } }, null, { id: 5 }, 'light/2/1'],
    [{ ...LIGHT, properties: { min: 0, max: 90, isSwitched: true, units: '%' }, state: { value: 0, on: false } }],
  ),
  reads('turn-channel', 'get-state', `${CHANNELS}/light/1/1/state`, { value: 0, on: 'false' }, { value: 0, on: false }, { channel: light }),
  reads(
    'turn-channel',
    'get-state',
    `${CHANNELS}/light/1/1/state`,
    [{ value: '20', on: 'true' }],
    { value: 20, on: true },
    { channel: str('Light/1/1') },
  ),
  reads(
    'turn-channel',
    'get-state',
    `${CHANNELS}/info/1/1/state`,
    { value: '415ppm', ppm_string: '415ppm' },
    { value: '415ppm', ppm_string: '415ppm', number: 415 },
    { channel: str('info/1/1') },
  ),
  reads(
    'turn-channel',
    'get-state',
    `${CHANNELS}/info/2/1/state`,
    { pa_string: '101325Pa' },
    { pa_string: '101325Pa', number: 101325 },
    { channel: str('info/2/1') },
  ),
  reads(
    'turn-channel',
    'get-state',
    `${CHANNELS}/temperature/1/2/state`,
    { value: '21.5' },
    { value: 21.5 },
    { channel: str('temperature/1/2') },
  ),
  reads('turn-channel', 'get-state', `${CHANNELS}/media/1/2/state`, { value: 'true' }, { value: true }, { channel: str('media/1/2') }),
  reads(
    'turn-channel',
    'get-state',
    `${CHANNELS}/media/1/6/state`,
    { value: '0', on: 1 },
    { value: false, on: true },
    { channel: str('media/1/6') },
  ),
  reads('turn-channel', 'get-state', `${CHANNELS}/light/1/1/state`, { value: '1', on: '1' }, { value: 1, on: true }, { channel: light }),
  // A track may be called so.
  reads('turn-channel', 'get-state', `${CHANNELS}/source/1/4/state`, { value: '1999' }, { value: '1999' }, { channel: str('source/1/4') }),
  reads('turn-channel', 'get-state', `${CHANNELS}/source/1/3/state`, { value: 'true' }, { value: 'true' }, { channel: str('source/1/3') }),
  sets('light/1/1', { value: num(50) }, { value: 50 }),
  sets('LIGHT/1/1', { value: str('50') }, { value: 50 }),
  sets('light/1/1', { on: bool(true) }, { on: true }),
  sets('light/1/1', { on: str('false') }, { on: false }),
  sets('temperature/1/1', { value: num(21.5) }, { value: 21.5 }),
  sets('temperature/1/1', { value: num(212) }, { value: 212 }),
  sets('modes/1/1', { value: num(8) }, { value: 8 }),
  sets('media/1/2', { value: bool(true) }, { value: true }),
  sets('media/1/6', { value: str('false') }, { value: false }),
  sets('source/1/3', { value: str('1999') }, { value: '1999' }),
  sets('source/1/2', { value: str('https://example.com/cover.jpg') }, { value: 'https://example.com/cover.jpg' }),
  sets('source/1/3', { value: str('') }, { value: '' }),
  sets('source/1/2', { value: str('') }, { value: '' }),
  sets('light/1/1', { value: str(''), on: bool(true) }, { on: true }),
  sets('light/1/1', { value: num(33.4) }, { value: 33 }),
  sets('humidity/1/2', { value: str('47.5') }, { value: 48 }),
  sets('media/1/1', { value: num(99.9) }, { value: 100 }),
  sets('media/1/6', { value: str('1') }, { value: true }),
  // Tables 5 and 6.
  sets('info/1/1', { value: num(414.5) }, { ppm_string: 414.5 }),
  sets('info/2/1', { value: num(101325) }, { pa_string: 101325 }),
  sets('info/1/1', { ppmString: num(415) }, { ppm_string: 415 }),
  sets('info/1/1', { ppmString: str('414.5') }, { ppm_string: 414.5 }),
  sets('info/2/1', { paString: num(101325) }, { pa_string: 101325 }),
  sets('info/1/1', { value: str('415') }, { value: '415' }),
  sets('info/1/1', { value: str('') }, { value: '' }),
  sets('info/1/1', { value: str('good') }, { value: 'good' }),
  {
    ...sets('light/1/1', { value: num(51) }, { value: 51 }),
    name: 'set-state answered with a word that calls itself JSON',
    given: (response) => void response.writeHead(200, { 'content-type': JSON_TYPE }).end('Success'),
    result: 'Success',
  },
  acts('light/1/1', 'increment_decrement', { payload: num(1) }, { increment_decrement: 1 }),
  acts('light/1/1', 'increment_decrement', { payload: str('0') }, { increment_decrement: 0 }),
  acts('media/1/2', 'play_action', { payload: str('1') }, { play_action: '1' }),
  acts('media/1/2', 'pause_action', {}, { pause_action: '1' }),
  reads('turn-channel', 'list-actions', `${CHANNELS}/light/1/1/action/`, ['increment_decrement', null], ['increment_decrement'], {
    channel: light,
  }),
  controls(
    'get-internal-temperature',
    '/control/state/internal_temperature',
    { value: '0.0', fahrenheit: '32.0' },
    { value: 0, fahrenheit: 32 },
  ),
  controls(
    'get-internal-temperature',
    '/control/state/internal_temperature/value',
    { value: '21.5' },
    { value: 21.5 },
    { part: str('value') },
  ),
  controls(
    'get-internal-temperature',
    '/control/state/internal_temperature/fahrenheit',
    { fahrenheit: '70.7' },
    { fahrenheit: 70.7 },
    { part: str('fahrenheit') },
  ),
  controls('get-states', '/control/state', { internal_temperature: 0, ready: 'true' }, { internal_temperature: 0, ready: true }),
  states('ready', bool(false), { ready: 'false' }),
  states('ready', str('false'), { ready: 'false' }),
  {
    ...states('ready', bool(true), { ready: 'true' }),
    name: 'set-state ready with an answer',
    given: answer({ ready: 'true' }),
    result: { ready: true },
  },
  {
    name: 'reset',
    node: 'turn-control',
    operation: 'reset',
    more: { confirmReset: true },
    wire: ['POST', '/api/v1.0/control/action/reset', ''],
    contentType: FORM_TYPE,
    given: plain('OK'),
    result: 'OK',
  },
  controls('get-config', '/config', CONFIG),
  controls('get-config', '/config', ODD_CONFIG, CONFIG_AS_MEANT),
  controls('get-config-version', '/config/version', '2.0.0'),
  controls('get-config-version', '/config/version', 2, '2'),
  {
    ...controls('get-config-version', '/config/version', 'v1.4.4-rc1'),
    name: 'get-config-version as plain text',
    given: plain('v1.4.4-rc1\n'),
  },
  { ...controls('get-config-version', '/config/version', '2.0'), name: 'get-config-version as a number', given: plain('2.0') },
  controls('get-integrations', '/integrations', { sonos: {} }),
  controls('get-integrations', '/integrations', { sonos: { enabled: 'true' } }, { sonos: { enabled: true } }),
  controls('get-transport-controls', '/integrations/sonos/transportControls', { previousEnabled: true, nextEnabled: false }),
];

describe('turn-channel and turn-control', () => {
  const stage = new Stage(turn);

  const open = async (type: string, node: object, config: object = {}) => {
    await stage.open({ type, ...node }, { senderId: 'flow 1', ...config });
  };

  describe('send on the wire, and give to the flow', () => {
    for (const { name, node, operation, parameters = {}, more, wire, contentType, given, result } of ROWS)
      it(`${name} → ${JSON.stringify(result).slice(0, 60)}`, async () => {
        await open(node, { operation, parameters, ...more });
        stage.server.always(given);
        const { ends, outputs, error } = await stage.audit.run({ topic: 'kept' });
        deepEqual([ends, error], [['done'], undefined]);
        const [request, ...others] = stage.server.requests;
        deepEqual([[request?.method, request?.path, request?.body], others.length], [wire, 0]);
        equal(request?.headers['sender-id'], 'flow 1');
        equal(request?.headers['content-type']?.split(';')[0], contentType);
        deepEqual([outputs[0]?.payload, outputs[0]?.statusCode, outputs[0]?.topic], [result, 200, 'kept']);
      });
  });
});
