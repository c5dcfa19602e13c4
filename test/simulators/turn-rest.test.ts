import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { call, simulated, snapshot } from './simulated';
import { act, channelState, put, sendToTurn } from './turn-client';

/** Table 6 of the vendor's document: each channel's states at first, and its actions. */
const CHANNELS: readonly [string, string, string, object, readonly string[]][] = [
  ['light_scenes/1/1', 'light_scenes', 'preset', { value: 0, on: 'false' }, ['increment_decrement']],
  ['light/1/1', 'light', 'percent', { value: 0, on: 'false' }, ['increment_decrement']],
  ['light/2/1', 'light', 'percent', { value: 0, on: 'false' }, ['increment_decrement']],
  ['shade_scenes/1/1', 'shade_scenes', 'preset', { value: 0, on: 'false' }, ['increment_decrement']],
  ['shade/1/1', 'shade', 'percent', { value: 0, on: 'false' }, ['increment_decrement']],
  ['temperature/1/1', 'setpoint_temperature', 'temperature', { value: 0 }, ['increment_decrement']],
  ['temperature/1/2', 'current_temperature', 'temperature', { value: 21.5 }, []],
  ['humidity/1/1', 'setpoint_humidity', 'percent', { value: 0 }, ['increment_decrement']],
  ['humidity/1/2', 'current_humidity', 'percent', { value: 0 }, []],
  ['modes/1/1', 'modes', 'preset', { value: 0, on: 'false' }, ['increment_decrement']],
  ['fan/1/1', 'fan', 'preset', { value: 0, on: 'false' }, ['increment_decrement']],
  ['info/1/1', 'generic_string', 'string', { value: '', ppm_string: '' }, []],
  ['info/2/1', 'generic_string', 'string', { value: '', pa_string: '' }, []],
  ['media/1/1', 'media_volume', 'percent', { value: 0 }, ['increment_decrement']],
  ['media/1/2', 'media_transport_play_pause', 'switch', { value: 'false' }, ['play_action', 'pause_action']],
  ['media/1/3', 'media_transport_play_stop', 'switch', { value: 'false' }, []],
  ['media/1/4', 'media_transport_pause_unpause', 'switch', { value: 'false' }, []],
  ['media/1/5', 'media_transport_skip', 'action', { value: '' }, []],
  ['media/1/6', 'media_mute', 'switch', { value: 'false' }, []],
  ['source/1/1', 'media_source_select', 'preset', { value: 0 }, []],
  ['source/1/2', 'media_artwork', 'image', { value: '' }, []],
  ['source/1/3', 'media_metadata', 'string', { value: '' }, []],
  ['source/1/4', 'media_metadata', 'string', { value: '' }, []],
];

interface ChannelObject {
  readonly id: string;
  readonly channelType: string;
  readonly dataType: string;
  readonly channel_permission: string;
  readonly state: object;
}

describe('simulated Turn, REST', () => {
  const channels = async (selector: string) => {
    const { body } = await sendToTurn(await simulated(), 'GET', `/control/channels${selector}`);
    return (body as ChannelObject[]).map(({ id }) => id);
  };
  const all = CHANNELS.map(([id]) => id);

  it('lists every channel of tables 1, 4 and 6', async () => {
    const { status, type, body } = await sendToTurn(await simulated(), 'GET', '/control/channels');
    deepEqual([status, type], [200, 'application/json']);
    deepEqual(
      (body as ChannelObject[]).map(({ id, channelType, dataType, state }) => [id, channelType, dataType, state]),
      CHANNELS.map((channel) => channel.slice(0, 4)),
    );
    for (const { channel_permission } of body as ChannelObject[]) ok(['read', 'write', 'read_write'].includes(channel_permission));
  });

  for (const [id, , , state, actions] of CHANNELS)
    it(`${id} has its states and actions`, async () => {
      const simulator = await simulated();
      deepEqual(await channelState(simulator, id), state);
      for (const slash of ['', '/'])
        deepEqual((await sendToTurn(simulator, 'GET', `/control/channels/${id}/action${slash}`)).body, actions);
    });

  for (const [selector, expected] of [
    ['/light', all.filter((id) => id.startsWith('light/'))],
    ['/light_scenes', ['light_scenes/1/1']],
    ['/setpoint_temperature', ['temperature/1/1']],
    ['/media_metadata', ['source/1/3', 'source/1/4']],
    ['/light/2', ['light/2/1']],
    ['/media/1', all.filter((id) => id.startsWith('media/'))],
    ['/source/1', all.filter((id) => id.startsWith('source/'))],
    ['/light/1/1', ['light/1/1']],
  ] as const)
    it(`GET control/channels${selector} is an array of ${expected.length}`, async () => deepEqual(await channels(selector), expected));

  /** Channel, body of the PUT, state after it. */
  for (const [id, body, expected] of [
    ['light/1/1', { value: 20 }, { value: 20, on: 'true' }],
    ['light/1/1', { on: true }, { value: 100, on: 'true' }],
    ['light/1/1', { on: 'true' }, { value: 100, on: 'true' }],
    ['light/1/1', { on: 'false' }, { value: 0, on: 'false' }],
    ['modes/1/1', { on: true }, { value: 1, on: 'true' }],
    ['modes/1/1', { value: 4 }, { value: 4, on: 'true' }],
    ['temperature/1/1', { value: 212 }, { value: 212 }],
    ['temperature/1/1', { value: 21.5 }, { value: 21.5 }],
    ['info/1/1', { ppm_string: 414.5 }, { value: '415ppm', ppm_string: '415ppm' }],
    ['info/1/1', { ppm_string: '414.4' }, { value: '414ppm', ppm_string: '414ppm' }],
    ['info/2/1', { pa_string: 101325 }, { value: '101325Pa', pa_string: '101325Pa' }],
    ['info/1/1', { value: 'Good' }, { value: 'Good', ppm_string: 'Good' }],
    // The unit comes only by the endpoint that has it in its name.
    ['info/1/1', { value: '415' }, { value: '415', ppm_string: '415' }],
    ['info/2/1', { value: '' }, { value: '', pa_string: '' }],
    ['media/1/6', { value: true }, { value: 'true' }],
    ['source/1/3', { value: 'Sigur Rós' }, { value: 'Sigur Rós' }],
    ['source/1/1', { value: 3 }, { value: 3 }],
  ] as const)
    it(`PUT ${id} ${JSON.stringify(body)} leaves ${JSON.stringify(expected)}`, async () => {
      const simulator = await simulated();
      equal((await put(simulator, id, body)).status, 200);
      deepEqual(await channelState(simulator, id), expected);
    });

  it('switches a light on again as it was', async () => {
    const simulator = await simulated();
    for (const body of [{ value: 35 }, { on: false }, { on: false }, { on: true }]) await put(simulator, 'light/1/1', body);
    deepEqual(await channelState(simulator, 'light/1/1'), { value: 35, on: 'true' });
  });

  for (const [what, id, body, status] of [
    ['more than 100 %', 'light/1/1', { value: 101 }, 400],
    ['less than 0 %', 'light/1/1', { value: -1 }, 400],
    ['a part of a percent', 'light/1/1', { value: 33.3 }, 400],
    ['text for a number', 'light/1/1', { value: '20' }, 400],
    ['two states at once', 'light/1/1', { value: 50, on: true }, 400],
    ['no state', 'light/1/1', {}, 400],
    ['an array', 'light/1/1', [20], 400],
    ['a word for a switch', 'light/1/1', { on: 'yes' }, 400],
    ['a state of other channels', 'temperature/1/1', { on: true }, 400],
    ['more than 212 degrees', 'temperature/1/1', { value: 213 }, 400],
    ['a preset that is not there', 'modes/1/1', { value: 5 }, 400],
    ['half a preset', 'modes/1/1', { value: 1.5 }, 400],
    ['words for a number with a unit', 'info/1/1', { ppm_string: 'Good' }, 400],
    ['what only the Turn writes', 'media/1/5', { value: 'next' }, 403],
    ['a channel that is not there', 'light/3/1', { value: 20 }, 404],
    ['an id in upper case', 'LIGHT/1/1', { value: 20 }, 404],
    ['an id with encoded slashes', 'light%2F1%2F1', { value: 20 }, 404],
  ] as const)
    it(`refuses ${what} with ${status}, says why, and changes nothing`, async () => {
      const simulator = await simulated();
      const before = (await snapshot(simulator)).vendors.turn;
      const response = await put(simulator, id, body);
      equal(response.status, status);
      match((response.body as { error: string }).error, /./);
      deepEqual((await snapshot(simulator)).vendors.turn, before);
    });

  for (const [what, method, path, question, status] of [
    ['a request without Sender-Id', 'GET', '/config', { sender: '' }, 400],
    ['a stream without Sender-Id', 'GET', '/control/events/channels', { sender: '' }, 400],
    ['Sonos without Sender-Id', 'GET', '/integrations/sonos/transportControls', { sender: '' }, 400],
    ['a body that is not JSON', 'PUT', '/control/channels/light/1/1/state', { body: '{"value":' }, 400],
    ['a body of another type', 'PUT', '/control/channels/light/1/1/state', { type: 'text/plain', body: '{"value":1}' }, 415],
    ['a reset as JSON', 'POST', '/control/action/reset', { body: {} }, 415],
    ['another method', 'POST', '/control/channels/light/1/1/state', { body: { value: 1 } }, 405],
    ['an unknown path', 'GET', '/control/nothing', {}, 404],
    ['an unknown action of the Turn', 'POST', '/control/action/explode', {}, 404],
    ['an unknown type', 'GET', '/control/channels/heating', {}, 404],
    ['a stream of an unknown channel', 'GET', '/control/events/channels/light/9/1', {}, 404],
    ['a stream of an unknown state', 'GET', '/control/events/state/toString', {}, 404],
    ['an action that the channel has not', 'POST', '/control/channels/light/1/1/action', { body: { play_action: '1' } }, 400],
    ['an action with another payload', 'POST', '/control/channels/light/1/1/action', { body: { increment_decrement: 2 } }, 400],
    ['a state that is measured', 'PUT', '/control/state', { body: { internal_temperature: 20 } }, 400],
    ['a word for ready', 'PUT', '/control/state', { body: { ready: 'maybe' } }, 400],
  ] as const)
    it(`refuses ${what} with ${status}`, async () => {
      const response = await sendToTurn(await simulated(), method, path, question);
      equal(response.status, status);
      match((response.body as { error: string }).error, /./);
    });

  for (const [id, start, up, more] of [
    ['light/1/1', 0, 5, 10],
    ['modes/1/1', 0, 1, 2],
    ['temperature/1/1', 20, 20.5, 21],
    ['media/1/1', 98, 100, 100],
    ['temperature/1/1', 0, 16, 16.5],
  ] as const)
    it(`increments ${id} from ${start} to ${up} and ${more}, and decrements`, async () => {
      const simulator = await simulated();
      const value = async () => ((await channelState(simulator, id)) as { value: number }).value;
      const step = (increment_decrement: unknown) =>
        sendToTurn(simulator, 'POST', `/control/channels/${id}/action`, { body: { increment_decrement } });
      await put(simulator, id, { value: start });
      const { status, type } = await step(1);
      deepEqual([status, type, await value()], [200, 'text/plain', up]);
      await step('1');
      equal(await value(), more);
      await step(0);
      ok((await value()) < more);
    });

  describe('play and pause', () => {
    const media = async (simulator: Awaited<ReturnType<typeof simulated>>) =>
      Promise.all(
        ['media/1/2', 'media/1/3', 'media/1/4'].map(async (id) => ((await channelState(simulator, id)) as { value: string }).value),
      );
    const [T, F] = ['true', 'false'];
    /** What is done, one after the other, and play/pause, play/stop, pause/unpause after each. */
    for (const [what, steps] of [
      [
        'by media/1/2',
        [
          ['media/1/2', true, [T, T, F]],
          ['media/1/2', false, [F, T, T]],
          ['media/1/2', true, [T, T, F]],
        ],
      ],
      [
        'by media/1/3 and 1/4',
        [
          ['media/1/3', true, [T, T, F]],
          ['media/1/4', true, [F, T, T]],
          ['media/1/4', false, [T, T, F]],
          ['media/1/3', false, [F, F, F]],
        ],
      ],
      [
        'play while paused is paused',
        [
          ['media/1/4', true, [F, F, T]],
          ['media/1/3', true, [F, T, T]],
        ],
      ],
    ] as const)
      it(`keep in step: ${what}`, async () => {
        const simulator = await simulated();
        for (const [id, value, expected] of steps) {
          await put(simulator, id, { value });
          deepEqual(await media(simulator), expected);
        }
      });

    it('keep in step: by actions', async () => {
      const simulator = await simulated();
      const send = (body: object) => sendToTurn(simulator, 'POST', '/control/channels/media/1/2/action', { body });
      equal((await send({ play_action: '1' })).status, 200);
      deepEqual(await media(simulator), [T, T, F]);
      await send({ pause_action: 0 });
      deepEqual(await media(simulator), [T, T, F]);
      await send({ pause_action: 1 });
      deepEqual(await media(simulator), [F, T, T]);
    });
  });

  it('has its own states, with the types of the document', async () => {
    const simulator = await simulated();
    const read = async (path: string) => (await sendToTurn(simulator, 'GET', path)).body;
    deepEqual(await read('/control/state/internal_temperature'), { value: '21.5', fahrenheit: '70.7' });
    deepEqual(await read('/control/state/internal_temperature/value'), { value: '21.5' });
    deepEqual(await read('/control/state/internal_temperature/fahrenheit'), { fahrenheit: '70.7' });
    deepEqual(await read('/control/state'), { internal_temperature: 21.5, ready: 'true' });
    equal((await sendToTurn(simulator, 'PUT', '/control/state', { body: { ready: 'false' } })).status, 200);
    deepEqual(await read('/control/state'), { internal_temperature: 21.5, ready: 'false' });
    await act(simulator, 'room', { temperature: 0 });
    deepEqual(await read('/control/state/internal_temperature'), { value: '0.0', fahrenheit: '32.0' });
    deepEqual(await channelState(simulator, 'temperature/1/2'), { value: 0 });
  });

  it('reset brings everything back to its start', async () => {
    const simulator = await simulated();
    const start = (await sendToTurn(simulator, 'GET', '/control/channels')).body;
    for (const [id, body] of Object.entries({ 'light/1/1': { value: 7 }, 'media/1/2': { value: true }, 'source/1/3': { value: 'x' } }))
      await put(simulator, id, body);
    await sendToTurn(simulator, 'PUT', '/control/state', { body: { ready: 'false' } });
    const { status, type } = await sendToTurn(simulator, 'POST', '/control/action/reset', { type: 'application/x-www-form-urlencoded' });
    deepEqual([status, type], [200, 'text/plain']);
    deepEqual((await sendToTurn(simulator, 'GET', '/control/channels')).body, start);
    deepEqual((await sendToTurn(simulator, 'GET', '/control/state')).body, { internal_temperature: 21.5, ready: 'true' });
  });

  it('has a configuration with all that tables 2 and 7 name', async () => {
    const simulator = await simulated();
    const { body } = await sendToTurn(simulator, 'GET', '/config');
    const config = body as { pages: Record<string, unknown>[]; layout: object; startPageId: string };
    deepEqual([Object.keys(config), config.startPageId], [['pages', 'layout', 'startPageId'], 'light_scenes/1']);
    deepEqual(
      new Set(config.pages.map(({ pageType }) => pageType)),
      new Set('light light_scenes shade shade_scenes temperature humidity modes fan info source'.split(' ')),
    );
    const source = config.pages.at(-1) as { dialChannel: string; channels: { id: string }[]; sources: object[] };
    deepEqual([source.dialChannel, source.channels.length], ['media/1/1', 10]);
    deepEqual(source.sources[0], { name: 'Sonos', power: false, transport: true, controlType: 'sonos' });
    const version = await sendToTurn(simulator, 'GET', '/config/version');
    deepEqual([version.type, version.body], ['application/json', '2.0.0']);
  });

  it('has integrations, and the policy of Sonos', async () => {
    const simulator = await simulated();
    await act(simulator, 'transport', { previousEnabled: false, nextEnabled: true });
    const policy = { previousEnabled: false, nextEnabled: true };
    deepEqual((await sendToTurn(simulator, 'GET', '/integrations/sonos/transportControls')).body, policy);
    deepEqual((await sendToTurn(simulator, 'GET', '/integrations')).body, { sonos: { transportControls: policy } });
  });

  it('has the channels of the pages that are configured, and keeps what they held', async () => {
    const simulator = await simulated();
    await act(simulator, 'configure', { page: 'shade/5', shown: true });
    await put(simulator, 'shade/5/1', { value: 40 });
    await act(simulator, 'configure', { page: 'shade/5', shown: false });
    equal((await put(simulator, 'shade/5/1', { value: 41 })).status, 404);
    await act(simulator, 'configure', { page: 'shade/5', shown: true });
    deepEqual(await channelState(simulator, 'shade/5/1'), { value: 40, on: 'true' });
    for (const { id } of (await snapshot(simulator)).vendors.turn.possiblePages)
      await act(simulator, 'configure', { page: id, shown: true });
    equal(((await sendToTurn(simulator, 'GET', '/control/channels')).body as unknown[]).length, 30);
  });

  for (const [action, input] of [
    ['dial', { page: 'info/1', steps: 1 }],
    ['dial', { page: 'light/1' }],
    ['set', { channel: 'light/1/1', value: 101 }],
    ['set', { channel: 'light/9/1', value: 1 }],
    ['room', { temperature: '20' }],
    ['transport', { previousEnabled: 'yes' }],
    ['configure', { page: 'light/6', shown: true }],
    ['heartbeat', { seconds: -1 }],
  ] as const)
    it(`the page cannot ask for ${action} ${JSON.stringify(input)}`, async () => {
      const { status, body } = await call(await simulated(), 'POST', `/page/turn/${action}`, input);
      equal(status, 400);
      ok(body);
    });
});
