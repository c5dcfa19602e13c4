import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { Message } from '../../src/node-red/red';
import { Simulator } from '../../src/simulators/simulator';
import { TAB } from '../kit/audit';
import { respond } from '../kit/fault-server';
import { forwardTo } from '../kit/forward';
import type { FlowNode } from '../kit/node-red';
import { Stage } from '../kit/stage';
import { bool, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { freePorts, portOf } from '../simulators/ports';
import { call, snapshot } from '../simulators/simulated';
import { act, put, sendToTurn } from '../simulators/turn-client';
import { turn } from './vendor';

const PERSON = 'UserInterfaceServiceImpl';
const SENSOR = 'InternalTemperatureServiceImpl';
const ME = 'flow 1';
const READY = { state: str('ready'), value: bool(false) };

const eventOf = (msg: Message | undefined) => msg?.event as Record<string, unknown>;
const topics = (messages: readonly Message[]) => messages.map(({ topic }) => topic);

describe('turn-sse with a simulated Turn', () => {
  /** Its server is the way to the simulated Turn: while it is shut, no stream can begin, and all else passes. */
  const stage = new Stage(turn);
  let simulator: Simulator;
  let isShut: boolean;

  beforeEach(async () => {
    simulator = await Simulator.start(await freePorts());
    isShut = false;
    stage.server.good = (response, request) => {
      if (isShut && request.headers.accept === 'text/event-stream') return respond({}, 503)(response, request);
      forwardTo(simulator.address)(response, request);
    };
  });
  afterEach(() => simulator.close());

  const other = (id: string, type: string, operation: string, parameters: object = {}): FlowNode => ({
    ...{ id, type, z: TAB, connection: 'device', wires: [[]] },
    ...{ operation, parameters },
  });
  const open = async (settings: object, port = portOf(simulator.address)) => {
    const others = [other('state', 'turn-control', 'set-state', READY), other('any', 'turn-channel', '')];
    await stage.open({ type: 'turn-sse', ...settings }, { port, senderId: ME }, others);
  };
  const portOfGate = () => portOf(stage.server.url);
  const listen = async (settings: object, port?: number) => {
    await open(settings, port);
    await stage.audit.status({ fill: 'green' });
  };
  const heard = async (count: number) => {
    await until(`${count} messages`, () => stage.audit.outputs.length >= count);
    return stage.audit.outputs;
  };
  /** Sends from this Node-RED. */
  const set = (channel: string, value: unknown) => stage.red.inject('any', { operation: 'set-state', parameters: { channel, value } });
  const answered = (path: string, wanted: number, count: number) =>
    until(
      `${path} was answered ${count} times with ${wanted}`,
      async () => (await snapshot(simulator)).log.filter((entry) => entry.path.endsWith(path) && entry.status === wanted).length,
      (times) => times >= count,
    );
  /** Interrupts the stream that came through the gate, until that is opened. */
  const interrupt = async (path: string) => {
    isShut = true;
    await call(simulator, 'POST', '/page/turn/drop', {});
    await until('a refusal', () => stage.server.requests.filter((request) => request.path.endsWith(path)).length > 1);
  };
  /** The last thing in a test that nothing else may follow. */
  const mark = () => put(simulator, 'light/1/1', { value: 99 }, 'mark');

  it('gives topic, payload and event', async () => {
    await listen({ stream: 'channels' });
    await act(simulator, 'dial', { page: 'light/1', steps: 4 });
    const [message] = await heard(1);
    deepEqual([message?.topic, message?.payload], ['light/1/1', { value: 20, on: true }]);
    deepEqual(eventOf(message), {
      vendor: 'turn',
      source: 'sse',
      type: 'state',
      initial: false,
      resumed: false,
      raw: { modifiedBy: PERSON, state: { value: 20, on: 'true' } },
      modifiedBy: PERSON,
    });
  });

  /** Of these changes, what each selection hears. */
  const CHANGED = ['light/1/1', 'light/2/1', 'light_scenes/1/1', 'temperature/1/1', 'media/1/1', 'source/1/1'];
  for (const [stream, selector, expected] of [
    ['channels', '', CHANGED],
    ['channel-type', 'light', ['light/1/1', 'light/2/1']],
    ['channel-type', 'LIGHT', ['light/1/1', 'light/2/1']],
    ['channel-type', 'setpoint_temperature', ['temperature/1/1']],
    ['page', 'light/2', ['light/2/1']],
    // The channels of the sources page begin with media, too.
    ['page', 'source/1', ['media/1/1', 'source/1/1']],
    ['channel', 'light/2/1', ['light/2/1']],
    ['channel', 'Media/1/1', ['media/1/1']],
  ] as const)
    it(`${stream} ${selector} receives ${expected.length} of ${CHANGED.length} changes`, async () => {
      await listen({ stream, selector });
      for (const id of CHANGED) await put(simulator, id, { value: 1 });
      // The streams of one kind are one: what comes by it comes in order.
      await put(simulator, expected.at(-1) ?? '', { value: 2 });
      deepEqual(topics(await heard(expected.length + 1)), [...expected, expected.at(-1)]);
    });

  it('leaves out what was sent from here, and only that', async () => {
    await listen({ stream: 'channels' });
    set('light/1/1', 20);
    await stage.red.status('any', { fill: 'green' });
    // A name that has ours in it is another's.
    await put(simulator, 'light/1/1', { value: 30 }, `${ME} and more`);
    await mark();
    deepEqual(
      (await heard(2)).map((message) => eventOf(message).modifiedBy),
      [`${ME} and more`, 'mark'],
    );
  });

  it('passes on what was sent from here where it is told to', async () => {
    await listen({ stream: 'channels', ignoreOwn: false });
    set('light/1/1', 20);
    const [message] = await heard(1);
    deepEqual([message?.payload, eventOf(message).modifiedBy], [{ value: 20, on: true }, ME]);
  });

  it('tells the sensor in the Turn from a person', async () => {
    await listen({ stream: 'channel', selector: 'temperature/1/2' });
    await act(simulator, 'room', { temperature: 20 });
    await put(simulator, 'temperature/1/2', { value: 22 });
    deepEqual(
      (await heard(2)).map((message) => [eventOf(message).modifiedBy, eventOf(message).internal]),
      [
        [SENSOR, true],
        ['test', undefined],
      ],
    );
  });

  it('passes on an action as it comes', async () => {
    await listen({ stream: 'channel', selector: 'media/1/2' });
    await act(simulator, 'set', { channel: 'media/1/2', value: true });
    const [state, action] = await heard(2);
    deepEqual([state?.payload, eventOf(state).type], [{ value: true }, 'state']);
    deepEqual([action?.payload, eventOf(action).type], [{ action: { play_action: '1' } }, 'action']);
    for (const value of ['next', 'next']) await act(simulator, 'set', { channel: 'media/1/5', value });
    await put(simulator, 'media/1/2', { value: false });
    deepEqual((await heard(3))[2]?.payload, { value: false });
  });

  it('sends the state at the start where it is told to, marked initial', async () => {
    await put(simulator, 'light/2/1', { value: 5 });
    await open({ stream: 'channel-type', selector: 'light', initial: true });
    const messages = await heard(2);
    deepEqual(
      messages.map(({ topic, payload }) => [topic, payload]),
      [
        ['light/1/1', { value: 0, on: false }],
        ['light/2/1', { value: 5, on: true }],
      ],
    );
    ok(messages.every((message) => eventOf(message).initial === true && eventOf(message).resumed === false));
    await mark();
    equal(eventOf((await heard(3))[2]).initial, false);
  });

  it('catches up after an interruption: what others changed, marked resumed, and nothing of our own', async () => {
    await listen({ stream: 'channels' }, portOfGate());
    await act(simulator, 'dial', { page: 'light/1', steps: 1 });
    await heard(1);
    await interrupt('/control/events/channels');
    set('light/2/1', 40);
    stage.red.inject('any', { operation: 'set-states', parameters: { states: { 'INFO/1/1': 414.5, 'source/1/3': '1999' } } });
    await until(
      'what was sent',
      async () => (await sendToTurn(simulator, 'GET', '/control/channels/source/1/3/state')).body,
      (body) => (body as { value: string }).value === '1999',
    );
    await put(simulator, 'shade/1/1', { value: 70 });
    await put(simulator, 'light/1/1', { value: 6 });
    isShut = false;
    await heard(3);
    await mark();
    const [, ...messages] = await heard(4);
    deepEqual(
      messages.map((message) => [message.topic, message.payload, eventOf(message).resumed]),
      [
        ['light/1/1', { value: 6, on: true }, true],
        ['shade/1/1', { value: 70, on: true }, true],
        ['light/1/1', { value: 99, on: true }, false],
      ],
    );
    equal(stage.audit.reports.length, 1);
    equal(stage.audit.reports[0]?.error.code, 'UNREACHABLE');
  });

  it('receives the states of the device, all or one', async () => {
    await listen({ stream: 'control-state', selector: 'ready', initial: true });
    const [initial] = await heard(1);
    deepEqual([initial?.topic, initial?.payload, eventOf(initial).initial], ['ready', { value: true }, true]);
    await act(simulator, 'room', { temperature: 20 });
    await sendToTurn(simulator, 'PUT', '/control/state', { body: { ready: 'false' } });
    const [, live] = await heard(2);
    deepEqual([live?.topic, live?.payload, eventOf(live).modifiedBy], ['ready', { value: false }, 'test']);
    await listen({ stream: 'control-states', selector: '' });
    await act(simulator, 'room', { temperature: 18 });
    const [warm] = await heard(1);
    deepEqual([warm?.topic, warm?.payload, eventOf(warm).internal], ['internal_temperature', { value: 18, fahrenheit: 64.4 }, true]);
  });

  it('leaves out after an interruption which states of the device were set from here', async () => {
    await listen({ stream: 'control-states' }, portOfGate());
    await act(simulator, 'room', { temperature: 18 });
    await heard(1);
    await interrupt('/control/events/state');
    stage.red.inject('state', {});
    await stage.red.status('state', { fill: 'green' });
    await act(simulator, 'room', { temperature: 19 });
    isShut = false;
    const [, resumed] = await heard(2);
    deepEqual([resumed?.topic, resumed?.payload, eventOf(resumed).resumed], ['internal_temperature', { value: 19 }, true]);
    await act(simulator, 'room', { temperature: 20 });
    deepEqual(topics(await heard(3)), ['internal_temperature', 'internal_temperature', 'internal_temperature']);
  });

  it('emits no change where a list has less of a state than its event', async () => {
    await listen({ stream: 'control-states', selector: '' });
    await act(simulator, 'room', { temperature: 18 });
    await heard(1);
    await call(simulator, 'POST', '/page/turn/drop', {});
    await answered('/control/events/state', 200, 2);
    await sendToTurn(simulator, 'PUT', '/control/state', { body: { ready: 'false' } });
    deepEqual(topics(await heard(2)), ['internal_temperature', 'ready']);
  });

  it('receives a restart: ready is raised while the stream is cut, and comes as resumed', async () => {
    await sendToTurn(simulator, 'PUT', '/control/state', { body: { ready: 'false' } });
    await listen({ stream: 'control-state', selector: 'ready' });
    await sendToTurn(simulator, 'PUT', '/control/state', { body: { ready: 'true' } });
    await sendToTurn(simulator, 'PUT', '/control/state', { body: { ready: 'false' } });
    await heard(2);
    await act(simulator, 'restart', {});
    const message = (await heard(3))[2];
    deepEqual([message?.topic, message?.payload, eventOf(message).resumed], ['ready', { value: true }, true]);
  });

  it('reads the configuration when it is told that it changed', async () => {
    await listen({ stream: 'config' });
    await act(simulator, 'configure', { page: 'light/5', shown: true });
    const [message] = await heard(1);
    equal(message?.topic, 'config');
    match(JSON.stringify(message?.payload), /"id":"light\/5"/);
  });

  it('gives the configuration the same topic, whatever the event is called that tells of its change', async () => {
    let notify = (_name: string): void => {};
    stage.server.always((response, request) => {
      if (!request.path.endsWith('/events')) return respond({ pages: [] })(response, request);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      notify = (name) => void response.write(`event: ${name}\ndata: 2.0.1\n\n`);
    });
    await open({ stream: 'config', initial: true }, portOfGate());
    await heard(1);
    for (const name of ['version', 'config', 'message']) {
      const before = stage.audit.outputs.length;
      notify(name);
      await heard(before + 1);
    }
    deepEqual(topics(stage.audit.outputs), ['config', 'config', 'config', 'config']);
    deepEqual(eventOf(stage.audit.outputs[1]).raw, { data: '2.0.1' });
  });

  it('tells of a configuration that is as it was before the last event, when that was missed', async () => {
    const [first, changed] = [
      { pages: [], layout: {}, startPageId: 'light/1' },
      { pages: [], layout: {} },
    ];
    let config: object = first;
    let stream: ServerResponse | undefined;
    stage.server.always((response, request) => {
      if (!request.path.endsWith('/events')) return respond(config)(response, request);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      stream = response;
    });
    await open({ stream: 'config', initial: true }, portOfGate());
    await heard(1);
    config = changed;
    stream?.write('data: changed\n\n');
    await heard(2);
    config = first;
    stream?.destroy();
    const messages = await heard(3);
    deepEqual(
      messages.map(({ payload }) => payload),
      [first, changed, first],
    );
    equal(eventOf(messages[2]).resumed, true);
  });

  it('reads the configuration for one notification after the other', async () => {
    let readings = 0;
    let notify = (): void => {};
    stage.server.always((response, request) => {
      if (request.path.endsWith('/events')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        notify = () => void response.write('event: config\ndata:\n\n');
        return;
      }
      const reading = ++readings;
      // The first that was notified takes its time.
      setTimeout(() => respond({ reading })(response, request), reading === 2 ? 500 : 0);
    });
    await open({ stream: 'config', initial: true }, portOfGate());
    await heard(1);
    notify();
    notify();
    deepEqual(
      (await heard(3)).map(({ payload }) => payload),
      [{ reading: 1 }, { reading: 2 }, { reading: 3 }],
    );
  });

  it('receives the policy of Sonos, in a stream with another content type', async () => {
    await listen({ stream: 'transport-controls', initial: true });
    await heard(1);
    await act(simulator, 'transport', { previousEnabled: false, nextEnabled: true });
    const messages = await heard(2);
    deepEqual(
      messages.map(({ topic, payload }) => [topic, payload]),
      [
        ['transportControls', { previousEnabled: true, nextEnabled: true }],
        ['transportControls', { previousEnabled: false, nextEnabled: true }],
      ],
    );
  });

  it('keeps trying during faults, reports them once, and works again when they are over', async () => {
    stage.server.always(respond({ error: 'not now' }, 503));
    await open({ stream: 'channels' }, portOfGate());
    await stage.audit.status({ fill: 'yellow', shape: 'ring' });
    await until('three tries', () => stage.server.requests.length >= 3);
    deepEqual(
      stage.audit.reports.map(({ error }) => [error.code, (error.cause as Record<string, unknown>).vendorMessage]),
      [['VENDOR_ERROR', 'not now']],
    );
    ok(stage.server.requests.every(({ headers }) => headers['sender-id'] === ME && headers.accept === 'text/event-stream'));
    stage.server.always((response, { path }) => {
      if (path.endsWith('/events/channels')) response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': heartbeat\n\n');
      else respond([])(response, stage.server.requests[0] as never);
    });
    await stage.audit.status({ fill: 'green' });
  });

  it('waits as long as it is asked to', async () => {
    stage.server.always(respond({}, 429, { 'retry-after': '60' }));
    await open({ stream: 'channels' }, portOfGate());
    const status = () => stage.red.statuses.findLast(({ id }) => id === 'node')?.status.text ?? '';
    // Less than a second later, and never more than is left.
    await until('the time', status, (text) => /^RATE_LIMITED: in [56]0 s$/.test(text));
    equal(stage.server.requests.length, 1);
  });

  it('says what is not configured', async () => {
    for (const [settings, message] of [
      [{ stream: 'everything' }, /^stream must be one of channels, /],
      [{ stream: 'page', selector: 'light/1/1/1' }, /^selector must be/],
      [{ connection: 'nobody' }, /^connection: /],
    ] as const) {
      await open(settings);
      await stage.audit.status({ fill: 'grey', shape: 'ring' });
      const logged = () =>
        stage.red.logs.filter(({ id, level }) => id === 'node' && level === 'error').map(({ text }) => text.replace(/^\w+: /, ''));
      const said = () => logged().join() || stage.audit.reports.map(({ error }) => error.message).join();
      // Catch nodes hear of it a moment later.
      match(await until('the report', said), message);
    }
  });
});
