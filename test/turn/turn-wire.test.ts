import type { ServerResponse } from 'node:http';
import type { Behaviour } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { bool, num, str, type TypedInput, type TypedInputs } from '../kit/typed-input';
import { type WireRow, wireTable } from '../kit/wire-table';
import { turn } from './vendor';

const plain =
  (text: string): Behaviour =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'text/plain' }).end(text);
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

/** @param body in JSON */
const row = (what: string, parameters: TypedInputs, asked: string, response: unknown, result = response, body?: object): WireRow => {
  const [[type = '', operation = ''], [method, path]] = [what.split(' '), asked.split(' ')];
  const sent = body && JSON.stringify(body);
  const name = `${operation} ${sent ? `${Object.values(parameters)[0]?.value} ${sent}` : path}`;
  return {
    title: `${name} → ${JSON.stringify(result).slice(0, 60)}`,
    node: { type, operation, parameters },
    request: [method, path, sent ?? '', sent && 'application/json', 'flow 1'],
    response,
    result,
  };
};
const lists = (
  selector: string | undefined,
  path: string,
  given: unknown = [LIGHT],
  result: unknown = [{ ...LIGHT, state: { value: 0, on: false } }],
) => row('turn-channel list-channels', selector === undefined ? {} : { selector: str(selector) }, `GET ${CHANNELS}${path}`, given, result);
const reads = (id: string, given: unknown, result: unknown) =>
  row('turn-channel get-state', { channel: str(id) }, `GET ${CHANNELS}/${id.toLowerCase()}/state`, given, result);
const sets = (id: string, parameters: TypedInputs, body: object) =>
  row('turn-channel set-state', { channel: str(id), ...parameters }, `PUT ${CHANNELS}/${id.toLowerCase()}/state`, plain(''), '', body);
const acts = (id: string, action: string, given: TypedInputs, body: object) =>
  row(
    'turn-channel send-action',
    { channel: str(id), action: str(action), ...given },
    `POST ${CHANNELS}/${id}/action`,
    plain('OK'),
    'OK',
    body,
  );
const states = (value: TypedInput, body: object) =>
  row('turn-control set-state', { state: str('ready'), value }, 'PUT /api/v1.0/control/state', plain(''), '', body);
const controls = (operation: string, path: string, given: unknown, result = given, parameters: TypedInputs = {}) =>
  row(`turn-control ${operation}`, parameters, `GET /api/v1.0${path}`, given, result);
const temperature = (part: string, given: object, result: object) =>
  controls(
    'get-internal-temperature',
    `/control/state/internal_temperature${part && `/${part}`}`,
    given,
    result,
    part ? { part: str(part) } : {},
  );

const ROWS: readonly WireRow[] = [
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
  reads('light/1/1', { value: 0, on: 'false' }, { value: 0, on: false }),
  reads('Light/1/1', [{ value: '20', on: 'true' }], { value: 20, on: true }),
  reads('info/1/1', { value: '415ppm', ppm_string: '415ppm' }, { value: '415ppm', ppm_string: '415ppm', number: 415 }),
  reads('info/2/1', { pa_string: '101325Pa' }, { pa_string: '101325Pa', number: 101325 }),
  reads('temperature/1/2', { value: '21.5' }, { value: 21.5 }),
  reads('media/1/2', { value: 'true' }, { value: true }),
  reads('media/1/6', { value: '0', on: 1 }, { value: false, on: true }),
  reads('light/1/1', { value: '1', on: '1' }, { value: 1, on: true }),
  // A track may be called so.
  reads('source/1/4', { value: '1999' }, { value: '1999' }),
  reads('source/1/3', { value: 'true' }, { value: 'true' }),
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
    title: 'set-state answered with a word that calls itself JSON',
    response: (response: ServerResponse) => void response.writeHead(200, { 'content-type': 'application/json' }).end('Success'),
    result: 'Success',
  },
  acts('light/1/1', 'increment_decrement', { payload: num(1) }, { increment_decrement: 1 }),
  acts('light/1/1', 'increment_decrement', { payload: str('0') }, { increment_decrement: 0 }),
  acts('media/1/2', 'play_action', { payload: str('1') }, { play_action: '1' }),
  acts('media/1/2', 'pause_action', {}, { pause_action: '1' }),
  row(
    'turn-channel list-actions',
    { channel: str('light/1/1') },
    `GET ${CHANNELS}/light/1/1/action/`,
    ['increment_decrement', null],
    ['increment_decrement'],
  ),
  temperature('', { value: '0.0', fahrenheit: '32.0' }, { value: 0, fahrenheit: 32 }),
  temperature('value', { value: '21.5' }, { value: 21.5 }),
  temperature('fahrenheit', { fahrenheit: '70.7' }, { fahrenheit: 70.7 }),
  controls('get-states', '/control/state', { internal_temperature: 0, ready: 'true' }, { internal_temperature: 0, ready: true }),
  states(bool(false), { ready: 'false' }),
  states(str('false'), { ready: 'false' }),
  {
    ...states(bool(true), { ready: 'true' }),
    title: 'set-state ready with a response',
    response: { ready: 'true' },
    result: { ready: true },
  },
  {
    title: 'reset',
    node: { type: 'turn-control', operation: 'reset', parameters: {}, confirmReset: true },
    request: ['POST', '/api/v1.0/control/action/reset', '', 'application/x-www-form-urlencoded', 'flow 1'],
    response: plain('OK'),
    result: 'OK',
  },
  controls('get-config', '/config', CONFIG),
  controls('get-config', '/config', ODD_CONFIG, CONFIG_AS_MEANT),
  controls('get-config-version', '/config/version', '2.0.0'),
  controls('get-config-version', '/config/version', 2, '2'),
  // In plain text.
  controls('get-config-version', '/config/version', plain('v1.4.4-rc1\n'), 'v1.4.4-rc1'),
  controls('get-config-version', '/config/version', plain('2.0'), '2.0'),
  controls('get-integrations', '/integrations', { sonos: {} }),
  controls('get-integrations', '/integrations', { sonos: { enabled: 'true' } }, { sonos: { enabled: true } }),
  controls('get-transport-controls', '/integrations/sonos/transportControls', { previousEnabled: true, nextEnabled: false }),
];

describe('turn-channel and turn-control send on the wire, and give to the flow', () => {
  wireTable(new Stage(turn), {
    rows: ROWS,
    shows: ({ method, path, body, headers }) => [method, path, body, headers['content-type']?.split(';')[0], headers['sender-id']],
    settings: { senderId: 'flow 1' },
  });
});
