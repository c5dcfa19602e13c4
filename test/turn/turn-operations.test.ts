import { deepEqual, equal, match } from 'node:assert/strict';
import { Simulator } from '../../src/simulators/simulator';
import { Stage } from '../kit/stage';
import { freePorts, portOf } from '../simulators/ports';
import { act, channelState, put, sendToTurn } from '../simulators/turn-client';
import { turn } from './vendor';

type ParameterValues = Readonly<Record<string, unknown>>;

/** Every operation, against the simulated Turn: an independent reading of the vendor's document. */
describe('turn-channel and turn-control with a simulated Turn', () => {
  const stage = new Stage(turn);
  let simulator: Simulator;

  beforeEach(async () => {
    simulator = await Simulator.start(await freePorts());
  });
  afterEach(() => simulator.close());

  const open = (type: string) =>
    stage.open({ type, operation: '', parameters: {}, confirmReset: true }, { port: portOf(simulator.address) });
  const ends = async (operation: string, parameters: ParameterValues = {}) => (await stage.run({ operation, parameters })).ends;
  const run = async (operation: string, parameters: ParameterValues = {}): Promise<unknown> => {
    const { ends, outputs, error } = await stage.run({ operation, parameters });
    deepEqual([ends, error], [['done'], undefined]);
    return outputs[0]?.payload;
  };

  /** Channel, what is set, the state that is then read, and the state as the device has it. */
  const STATES: readonly [string, ParameterValues, ParameterValues, ParameterValues][] = [
    ['SHADE/1/1', { on: true }, { value: 100, on: true }, { value: 100, on: 'true' }],
    ['light/1/1', { on: 'false' }, { value: 0, on: false }, { value: 0, on: 'false' }],
    ['light_scenes/1/1', { value: 6 }, { value: 6, on: true }, { value: 6, on: 'true' }],
    ['temperature/1/1', { value: 21.5 }, { value: 21.5 }, { value: 21.5 }],
    ['media/1/2', { value: true }, { value: true }, { value: 'true' }],
    ['source/1/4', { value: '1999' }, { value: '1999' }, { value: '1999' }],
    ['light/1/1', { value: 33.4 }, { value: 33, on: true }, { value: 33, on: 'true' }],
    // A number gets its unit, and a text none.
    ['info/1/1', { value: 414.5 }, { value: '415ppm', ppm_string: '415ppm', number: 415 }, { value: '415ppm', ppm_string: '415ppm' }],
    ['info/2/1', { value: '101325' }, { value: '101325', pa_string: '101325' }, { value: '101325', pa_string: '101325' }],
    ['info/1/1', { ppmString: '414.4' }, { value: '414ppm', ppm_string: '414ppm', number: 414 }, { value: '414ppm', ppm_string: '414ppm' }],
    ['info/2/1', { paString: 99 }, { value: '99Pa', pa_string: '99Pa', number: 99 }, { value: '99Pa', pa_string: '99Pa' }],
    ['info/1/1', { value: 'good' }, { value: 'good', ppm_string: 'good' }, { value: 'good', ppm_string: 'good' }],
  ];
  for (const [channel, change, read, there] of STATES)
    it(`sets ${channel} to ${JSON.stringify(change)} and reads it`, async () => {
      await open('turn-channel');
      await run('set-state', { channel, ...change });
      deepEqual(await channelState(simulator, channel.toLowerCase()), there);
      deepEqual(await run('get-state', { channel }), read);
    });

  for (const channel of ['source/1/2', 'source/1/4', 'info/1/1'])
    it(`empties ${channel}`, async () => {
      await open('turn-channel');
      await run('set-state', { channel, value: 'something' });
      await run('set-state', { channel, value: '' });
      equal(((await channelState(simulator, channel)) as ParameterValues).value, '');
    });

  it('lists channels, all or some, with their states repaired', async () => {
    await open('turn-channel');
    const ids = async (selector?: string) => ((await run('list-channels', { selector })) as { id: string }[]).map(({ id }) => id);
    equal((await ids()).length, 23);
    deepEqual(await ids('light'), ['light/1/1', 'light/2/1']);
    deepEqual(await ids('Light/2'), ['light/2/1']);
    deepEqual(await ids('media_mute'), ['media/1/6']);
    await put(simulator, 'light/2/1', { value: 5 });
    const [light] = (await run('list-channels', { selector: 'light/2/1' })) as ParameterValues[];
    deepEqual([light?.dataType, light?.channel_permission, light?.state], ['percent', 'read_write', { value: 5, on: true }]);
    deepEqual(await ends('list-channels', { selector: 'light/9' }), ['NOT_FOUND']);
  });

  it('lists and sends actions', async () => {
    await open('turn-channel');
    deepEqual(await run('list-actions', { channel: 'media/1/2' }), ['play_action', 'pause_action']);
    deepEqual(await run('list-actions', { channel: 'info/1/1' }), []);
    for (const payload of [1, '1', 0]) await run('send-action', { channel: 'light/1/1', action: 'increment_decrement', payload });
    deepEqual(await channelState(simulator, 'light/1/1'), { value: 5, on: 'true' });
    await run('send-action', { channel: 'media/1/2', action: 'play_action' });
    deepEqual(await channelState(simulator, 'media/1/3'), { value: 'true' });
    await run('send-action', { channel: 'media/1/2', action: 'pause_action', payload: 1 });
    deepEqual(await channelState(simulator, 'media/1/4'), { value: 'true' });
    deepEqual(await ends('send-action', { channel: 'light/1/1', action: 'play_action' }), ['REJECTED']);
  });

  it('passes on the error text of the Turn where it refuses', async () => {
    await open('turn-channel');
    const { ends, error } = await stage.run({ operation: 'set-state', parameters: { channel: 'media/1/5', value: 'next' } });
    deepEqual(ends, ['FORBIDDEN']);
    match((error as Error).message, /media\/1\/5 is only written by the Turn/);
  });

  it('reads what belongs to the whole Turn', async () => {
    await open('turn-control');
    deepEqual(await run('get-internal-temperature'), { value: 21.5, fahrenheit: 70.7 });
    deepEqual(await run('get-internal-temperature', { part: 'value' }), { value: 21.5 });
    deepEqual(await run('get-internal-temperature', { part: 'fahrenheit' }), { fahrenheit: 70.7 });
    deepEqual(await run('get-states'), { internal_temperature: 21.5, ready: true });
    const { pages, startPageId } = (await run('get-config')) as { pages: ParameterValues[]; startPageId: string };
    deepEqual([pages.length, startPageId], [12, 'light_scenes/1']);
    equal(await run('get-config-version'), '2.0.0');
    await act(simulator, 'transport', { previousEnabled: false, nextEnabled: true });
    const policy = { previousEnabled: false, nextEnabled: true };
    deepEqual(await run('get-transport-controls'), policy);
    deepEqual(await run('get-integrations'), { sonos: { transportControls: policy } });
  });

  it('lowers ready, and resets', async () => {
    await open('turn-control');
    await run('set-state', { state: 'ready', value: false });
    equal(((await sendToTurn(simulator, 'GET', '/control/state')).body as ParameterValues).ready, 'false');
    await put(simulator, 'light/1/1', { value: 20 });
    await run('reset');
    deepEqual(await channelState(simulator, 'light/1/1'), { value: 0, on: 'false' });
    deepEqual(await run('get-states'), { internal_temperature: 21.5, ready: true });
    deepEqual(await ends('set-state', { state: 'internal_temperature', value: 5 }), ['REJECTED']);
  });

  it('keep the order of a fast dial, and end at its last value', async () => {
    await open('turn-channel');
    await stage.audit.deploy('nodes', { id: 'node', type: 'turn-channel', delivery: 'latest' });
    await act(simulator, 'faults', { latency: 20, errorRate: 0, retryAfter: 0 });
    for (let value = 0; value <= 100; value++) stage.audit.send({ operation: 'set-state', parameters: { channel: 'light/1/1', value } });
    await stage.audit.settled();
    await act(simulator, 'faults', { latency: 0, errorRate: 0, retryAfter: 0 });
    deepEqual(await channelState(simulator, 'light/1/1'), { value: 100, on: 'true' });
    deepEqual(new Set([...stage.audit.outcomes.values()].flatMap(({ ends }) => ends)), new Set(['done']));
  });
});
