import { deepEqual, equal, match } from 'node:assert/strict';
import type { Simulator } from '../../src/simulators/simulator';
import { until } from '../kit/within';
import { call, simulated, snapshot } from './simulated';
import { act, OpenStream, put, sendToTurn } from './turn-client';

const PERSON = 'UserInterfaceServiceImpl';
const event = (modifiedBy: string, state: object) => ({ modifiedBy, state });

describe('simulated Turn, events', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await simulated();
  });
  const listen = (path: string) => OpenStream.open(simulator, path);

  it('tells a change in the form of the document, with the sender as it came', async () => {
    const listener = await listen('/control/events/channels');
    equal(listener.response.headers['content-type'], 'text/event-stream');
    await put(simulator, 'light/1/1', { value: 20 }, 'Tyba Home');
    await listener.heard(1);
    equal(listener.text, 'event: light/1/1\ndata: {"modifiedBy":"Tyba Home","state":{"value":20,"on":"true"}}\n\n');
  });

  it('tells what changed, and nothing else', async () => {
    const listener = await listen('/control/events/channels');
    for (const value of [20, 20, 30]) await put(simulator, 'light/1/1', { value });
    await put(simulator, 'light/1/1', { on: true });
    await put(simulator, 'light/1/1', { value: 101 });
    await put(simulator, 'shade/1/1', { on: true });
    deepEqual(await listener.heard(3), [
      ['light/1/1', event('test', { value: 20, on: 'true' })],
      ['light/1/1', event('test', { value: 30, on: 'true' })],
      ['shade/1/1', event('test', { value: 100, on: 'true' })],
    ]);
  });

  it('each feed has its selection', async () => {
    const paths = [
      'channels',
      'channels/light',
      'channels/light/1',
      'channels/light/2/1',
      'channels/setpoint_temperature',
      'channels/media/1',
    ];
    const listeners = await Promise.all(paths.map((path) => listen(`/control/events/${path}`)));
    const changed = ['light/1/1', 'light/2/1', 'light_scenes/1/1', 'temperature/1/1', 'temperature/1/2', 'media/1/1', 'source/1/1'];
    for (const id of changed) await put(simulator, id, { value: 1 });
    await put(simulator, 'light/2/1', { value: 99 });
    await listeners[0]?.heard(changed.length + 1);
    deepEqual(
      listeners.map(({ events }) => events.map(([name]) => name)),
      [
        [...changed, 'light/2/1'],
        ['light/1/1', 'light/2/1', 'light/2/1'],
        ['light/1/1'],
        ['light/2/1', 'light/2/1'],
        ['temperature/1/1'],
        ['media/1/1'],
      ],
    );
  });

  it('tells play by each of the three ways, and the action', async () => {
    const listener = await listen('/control/events/channels/media');
    await put(simulator, 'media/1/2', { value: true });
    await put(simulator, 'media/1/4', { value: true });
    deepEqual(await listener.heard(6), [
      ['media/1/2', event('test', { value: 'true' })],
      ['media/1/3', event('test', { value: 'true' })],
      ['media/1/2', { modifiedBy: 'test', action: { play_action: '1' } }],
      ['media/1/2', event('test', { value: 'false' })],
      ['media/1/4', event('test', { value: 'true' })],
      ['media/1/2', { modifiedBy: 'test', action: { pause_action: '1' } }],
    ]);
  });

  it('a person turns, switches and skips: the Turn itself is the sender', async () => {
    const listener = await listen('/control/events/channels');
    await act(simulator, 'dial', { page: 'light/1', steps: 3 });
    await act(simulator, 'dial', { page: 'light/1', steps: -100 });
    await act(simulator, 'dial', { page: 'source/1', steps: 1 });
    await act(simulator, 'set', { channel: 'light_scenes/1/1', value: 2 });
    for (const value of ['next', 'next']) await act(simulator, 'set', { channel: 'media/1/5', value });
    await put(simulator, 'light/1/1', { value: 1 });
    deepEqual(await listener.heard(7), [
      ['light/1/1', event(PERSON, { value: 15, on: 'true' })],
      ['light/1/1', event(PERSON, { value: 0, on: 'false' })],
      ['media/1/1', event(PERSON, { value: 5 })],
      ['light_scenes/1/1', event(PERSON, { value: 2, on: 'true' })],
      // The same once more is a new event: it is no state.
      ['media/1/5', event(PERSON, { value: 'next' })],
      ['media/1/5', event(PERSON, { value: 'next' })],
      ['light/1/1', event('test', { value: 1, on: 'true' })],
    ]);
  });

  it('the sensor is the sender of what it measures', async () => {
    const [channels, states] = await Promise.all([
      listen('/control/events/channels'),
      listen('/control/events/state/internal_temperature'),
    ]);
    await act(simulator, 'room', { temperature: 20 });
    deepEqual(await channels.heard(1), [['temperature/1/2', event('InternalTemperatureServiceImpl', { value: 20 })]]);
    deepEqual(await states.heard(1), [
      ['internal_temperature', event('InternalTemperatureServiceImpl', { value: '20.0', fahrenheit: '68.0' })],
    ]);
  });

  it('tells its own states, all or one', async () => {
    const [all, ready] = await Promise.all([listen('/control/events/state'), listen('/control/events/state/ready')]);
    await sendToTurn(simulator, 'PUT', '/control/state', { body: { ready: 'false' }, sender: 'flow' });
    await act(simulator, 'room', { temperature: 20 });
    await sendToTurn(simulator, 'PUT', '/control/state', { body: { ready: 'true' }, sender: 'flow' });
    deepEqual(
      (await all.heard(3)).map(([name]) => name),
      ['ready', 'internal_temperature', 'ready'],
    );
    deepEqual(await ready.heard(2), [
      ['ready', event('flow', { value: 'false' })],
      ['ready', event('flow', { value: 'true' })],
    ]);
  });

  it('announces a new configuration, and the policy of Sonos in a stream called text/plain', async () => {
    const [config, sonos] = await Promise.all([listen('/config/events'), listen('/integrations/sonos/transportControls/stream')]);
    equal(sonos.response.headers['content-type'], 'text/plain');
    await act(simulator, 'configure', { page: 'light/3', shown: true });
    await act(simulator, 'transport', { previousEnabled: true, nextEnabled: false });
    await config.heard(1);
    equal(config.text, 'event: config\ndata: \n\n');
    await sonos.heard(1);
    equal(sonos.text, 'event: transportControls\ndata: {"previousEnabled":true,"nextEnabled":false}\n\n');
  });

  it('sends heartbeats on every stream, as often as it is told to', async () => {
    equal((await snapshot(simulator)).vendors.turn.heartbeat, 30);
    const paths = ['/control/events/channels', '/control/events/state', '/config/events', '/integrations/sonos/transportControls/stream'];
    const listeners = await Promise.all(paths.map(listen));
    await act(simulator, 'heartbeat', { seconds: 0.02 });
    for (const listener of listeners) await until('two heartbeats', () => /^(: heartbeat\n\n){2}/.test(listener.text));
    await act(simulator, 'heartbeat', { seconds: 0 });
    const before = listeners.map(({ text }) => text);
    await put(simulator, 'light/1/1', { value: 1 });
    await listeners[0]?.heard(1);
    deepEqual(
      listeners.map(({ text }) => text.replace(/event: (.|\n)*/, '').length),
      before.map(({ length }) => length),
    );
  });

  it('a restart loses all values, cuts all streams, and raises ready', async () => {
    await put(simulator, 'light/1/1', { value: 20 });
    await sendToTurn(simulator, 'PUT', '/control/state', { body: { ready: 'false' } });
    const listeners = await Promise.all(['/control/events/channels', '/control/events/state'].map(listen));
    await act(simulator, 'restart', {});
    for (const listener of listeners) await until('the end', () => listener.ended);
    deepEqual(
      listeners.map(({ text }) => text),
      ['', ''],
    );
    const { pages, ready, streams } = await until(
      'no stream',
      async () => (await snapshot(simulator)).vendors.turn,
      (turn) => turn.streams === 0,
    );
    deepEqual([pages[1]?.channels[0]?.state, ready, streams], [{ value: 0, on: 'false' }, true, 0]);
  });

  it('cuts streams when told to, and lets them come again', async () => {
    const listener = await listen('/control/events/channels');
    await call(simulator, 'POST', '/page/turn/drop', {});
    await until('the end', () => listener.ended);
    await put(simulator, 'light/1/1', { value: 20 });
    const again = await listen('/control/events/channels');
    await put(simulator, 'light/1/1', { value: 21 });
    deepEqual(await again.heard(1), [['light/1/1', event('test', { value: 21, on: 'true' })]]);
    equal((await snapshot(simulator)).vendors.turn.streams, 1);
  });

  it('a stream that a fault prevents from opening fails in the vendor’s form', async () => {
    await call(simulator, 'POST', '/page/turn/faults', { latency: 0, errorRate: 100, retryAfter: 0 });
    const listener = await listen('/control/events/channels');
    equal(listener.response.statusCode, 500);
    await until('the end', () => listener.ended);
    equal(listener.text, '{"error":"Error message"}');
  });

  it('logs a stream when it opens, without its query', async () => {
    await listen('/control/events/channels?token=secret');
    const { log } = await snapshot(simulator);
    match(JSON.stringify(log), /"path":"\/api\/v1.0\/control\/events\/channels","status":200/);
    equal(JSON.stringify(log).includes('secret'), false);
  });

  it('ends with all its streams and its heartbeat', async () => {
    const listener = await listen('/control/events/channels');
    await act(simulator, 'heartbeat', { seconds: 0.01 });
    await until('a heartbeat', () => listener.text.length > 0);
    await simulator.close();
    await until('the end', () => listener.ended);
  });
});
