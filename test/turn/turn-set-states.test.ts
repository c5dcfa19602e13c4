import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { Simulator } from '../../src/simulators/simulator';
import { type Behaviour, respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { payload } from '../kit/typed-input';
import { refusalTable } from '../kit/wire-table';
import { until } from '../kit/within';
import { portOf } from '../simulators/ports';
import { simulated } from '../simulators/simulated';
import { channelState } from '../simulators/turn-client';
import { turn } from './vendor';

const NODE = { type: 'turn-channel', operation: 'set-states', parameters: { states: payload } };
const word: Behaviour = (response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end();
const refused = { message: 'only the Turn writes it' };

describe('turn-channel, set states', () => {
  const stage = new Stage(turn);
  /** Requests that wait for their response, by channel. */
  let open: Map<string, () => void>;
  let most: number;

  const channelOf = (path: string) => path.replace('/api/v1.0/control/channels/', '').replace('/state', '');
  /** The server responds when it is told to. */
  const hold = () => {
    stage.server.always((response, request) => {
      open.set(channelOf(request.path), () => word(response, request));
      most = Math.max(most, open.size);
    });
  };
  const answer = async (channel: string) => {
    await until(`a request for ${channel}`, () => open.has(channel));
    open.get(channel)?.();
    open.delete(channel);
  };
  const sent = () => stage.server.requests.map(({ method, path, body }) => [method, channelOf(path), body]);

  beforeEach(() => {
    open = new Map();
    most = 0;
  });

  it('sends one request for each channel, and gives one result by channel', async () => {
    await stage.open(NODE);
    stage.server.good = (response, request) =>
      request.path.includes('light') ? respond({ value: '40', on: 'true' })(response, request) : word(response, request);
    const states = {
      'LIGHT/1/1': 40,
      'light/2/1': true,
      'fan/1/1': 'false',
      'shade/1/1': { on: 0 },
      'media/1/2': true,
      'modes/1/1': { value: '3', on: null },
      'info/1/1': 414.5,
      'info/2/1': { paString: 7 },
      'source/1/4': '',
      'generic/1/1': false,
    };
    const { ends, outputs } = await stage.run({ payload: states, topic: 'kept' });
    const light = { value: 40, on: true };
    const others = Object.keys(states).slice(2);
    deepEqual(ends, ['done']);
    deepEqual(
      [outputs[0]?.payload, outputs[0]?.statusCode, outputs[0]?.topic],
      [{ 'light/1/1': light, 'light/2/1': light, ...Object.fromEntries(others.map((id) => [id, ''])) }, 200, 'kept'],
    );
    const bodies = [
      ['light/1/1', { value: 40 }],
      ['light/2/1', { on: true }],
      ['fan/1/1', { on: false }],
      ['shade/1/1', { on: false }],
      ['media/1/2', { value: true }],
      ['modes/1/1', { value: 3 }],
      ['info/1/1', { ppm_string: 414.5 }],
      ['info/2/1', { pa_string: 7 }],
      ['source/1/4', { value: '' }],
      ['generic/1/1', { value: false }],
    ];
    deepEqual(sent().sort(), bodies.map(([id, body]) => ['PUT', id, JSON.stringify(body)]).sort());
  });

  it('takes the states as JSON text', async () => {
    await stage.open(NODE);
    stage.respondWith(word);
    deepEqual((await stage.run({ payload: '{"light/1/1": 7}' })).outputs[0]?.payload, { 'light/1/1': '' });
    deepEqual(sent(), [['PUT', 'light/1/1', '{"value":7}']]);
  });

  it('fails for one channel alone: where the Turn refuses, and where the channel does not take the value', async () => {
    await stage.open(NODE);
    stage.respondWith((response: Parameters<Behaviour>[0], request: Parameters<Behaviour>[1]) =>
      (request.path.includes('media/1/5') ? respond(refused, 403) : word)(response, request),
    );
    const { ends, outputs } = await stage.run({ payload: { 'light/1/1': 101, 'media/1/5': 'next', 'light/2/1': 5 } });
    const common = { vendor: 'turn', operation: 'set-states', retryable: false };
    deepEqual([ends, outputs[0]?.statusCode], [['done'], 200]);
    deepEqual(outputs[0]?.payload, {
      'light/1/1': {
        error: {
          code: 'INVALID_INPUT',
          message: 'value must be a number from 0 to 100 for light/1/1, not 101',
          cause: { ...common, target: 'light/1/1' },
        },
      },
      'media/1/5': {
        error: {
          code: 'FORBIDDEN',
          message: `PUT /control/channels/media/1/5/state was answered with HTTP 403: ${refused.message}`,
          cause: { ...common, target: 'media/1/5', statusCode: 403, vendorMessage: refused.message },
        },
      },
      'light/2/1': '',
    });
    await stage.audit.status({ fill: 'red', shape: 'ring', text: 'Set states: INVALID_INPUT 2/3' });
  });

  it('fails for a channel whose success tells of nothing but an error', async () => {
    await stage.open(NODE);
    stage.respondWith((response: Parameters<Behaviour>[0], request: Parameters<Behaviour>[1]) =>
      (request.path.includes('light/1') ? respond({ error: 'no such page' }) : respond({ error: 'late', value: 5 }))(response, request),
    );
    const { outputs } = await stage.run({ payload: { 'light/1/1': 5, 'light/2/1': 5 } });
    const result = outputs[0]?.payload as Record<string, { error: { code: string; message: string; cause: object } }>;
    deepEqual([result['light/1/1']?.error.code, result['light/1/1']?.error.message], ['REJECTED', 'the Turn has refused it: no such page']);
    deepEqual(result['light/2/1'], { error: 'late', value: 5 });
    await stage.audit.status({ fill: 'red', shape: 'ring', text: 'Set states: REJECTED 1/2' });
  });

  it('fails with the first error where all fail', async () => {
    await stage.open(NODE);
    stage.respondWith(respond(refused, 403));
    const { ends, caught, outputs } = await stage.run({ payload: { 'media/1/5': 'next', 'media/1/3': true } });
    deepEqual([ends, outputs], [['FORBIDDEN'], []]);
    equal((caught[0]?.error.cause as { target?: string } | undefined)?.target, 'media/1/5');
    deepEqual((await stage.run({ payload: { 'light/1/1': 101, 'fan/1/1': 'fast' } })).ends, ['INVALID_INPUT']);
    equal(stage.server.requests.length, 2);
  });

  const light = (state: unknown) => ({ 'light/2/1': 1, 'light/1/1': state });
  const one = 'an object with one of value, on, ppmString, paString';
  const REFUSALS: readonly [given: unknown, says: string][] = [
    [undefined, 'states is missing'],
    [[40], 'states must be an object, not [40]'],
    ['light/1/1', 'states must be an object, not "light/1/1"'],
    [{}, 'states must have at least one entry, named by a channel id such as light/1/1'],
    [{ 'light/1': 40 }, 'states["light/1"] must be named by a channel id such as light/1/1'],
    [JSON.parse('{"__proto__": 40}'), 'states["__proto__"] must be named by a channel id such as light/1/1'],
    [{ 'light/1/1': 4, 'Light/1/1': 5 }, 'states["light/1/1"] and states["Light/1/1"] are for the same channel'],
    [light(null), 'states["light/1/1"] is missing'],
    [light([40]), `states["light/1/1"] must be text, a number, true, false, or ${one}, not [40]`],
    [light(Buffer.from('40')), `states["light/1/1"] must be text, a number, true, false, or ${one}, not a Buffer of 2 bytes`],
    [light(Number.NaN), 'states["light/1/1"] must be text, a number, true or false, not NaN'],
    [light({}), `states["light/1/1"] must be ${one}, not {}`],
    [light({ value: null }), `states["light/1/1"] must be ${one}, not {"value":null}`],
    [light({ value: 1, on: true }), `states["light/1/1"] must be ${one}, not {"value":1,"on":true}`],
    [light({ level: 1 }), `states["light/1/1"] must be ${one}, and has "level"`],
    [light({ toString: 1 }), `states["light/1/1"] must be ${one}, and has "toString"`],
    [light({ on: 'maybe' }), 'states["light/1/1"].on must be true or false, not "maybe"'],
    [light({ value: {} }), 'states["light/1/1"].value must be text, a number, true or false, not {}'],
    [{ 'info/1/1': { ppmString: 'good' } }, 'states["info/1/1"].ppmString must be a number, not "good"'],
  ];
  refusalTable(
    stage,
    REFUSALS.map(([given, says]) => ({
      title: `sends nothing at all: ${says}`,
      node: NODE,
      message: { payload: given },
      says: new RegExp(`^${says.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`),
    })),
  );

  it('has 16 requests under way at most, and tells how many are over', async () => {
    await stage.open(NODE);
    hold();
    const ids = Array.from({ length: 40 }, (_, index) => `light/${index + 1}/1`);
    const end = stage.run({ payload: Object.fromEntries(ids.map((id) => [id, 1])) });
    await until('as many as may be', () => open.size === 16);
    for (const id of ids.slice(0, 12)) await answer(id);
    await stage.audit.status({ fill: 'blue', shape: 'dot', text: 'Set states 12/40' });
    for (const id of ids.slice(12)) await answer(id);
    deepEqual([(await end).ends, most], [['done'], 16]);
  });

  for (const delivery of ['all', 'latest'])
    it(`keeps the order of each channel among messages for one and for several (delivery: ${delivery})`, async () => {
      await stage.open({ ...NODE, operation: '', parameters: {}, delivery });
      hold();
      const set = (channel: string, value: number) => stage.run({ operation: 'set-state', parameters: { channel, value } });
      const setAll = (states: object) => stage.run({ operation: 'set-states', parameters: { states } });
      const ends = [set('light/1/1', 1), setAll({ 'light/1/1': 2, 'light/2/1': 2 }), set('light/2/1', 3), set('light/3/1', 3)];
      await answer('light/3/1');
      deepEqual([...open.keys()], ['light/1/1']);
      await answer('light/1/1');
      await answer('light/1/1');
      deepEqual([...open.keys()], ['light/2/1']);
      await answer('light/2/1');
      await answer('light/2/1');
      deepEqual(
        (await Promise.all(ends)).map(({ ends: [end], outputs }) => [end, outputs.length]),
        Array(4).fill(['done', 1]),
      );
      deepEqual(
        sent()
          .filter(([, id]) => id !== 'light/3/1')
          .map(([, id, body]) => `${id} ${body}`),
        ['light/1/1 {"value":1}', 'light/1/1 {"value":2}', 'light/2/1 {"value":2}', 'light/2/1 {"value":3}'],
      );
    });

  it('sends what the message said when it came, whatever its flow makes of the object meanwhile', async () => {
    await stage.open(NODE);
    hold();
    const states: Record<string, number> = { 'light/1/1': 1 };
    const ends = [stage.run({ payload: { ...states } }), stage.run({ payload: states })];
    await until('the first', () => open.size === 1);
    states['light/1/1'] = 9;
    states['light/2/1'] = 9;
    await answer('light/1/1');
    await answer('light/1/1');
    await Promise.all(ends);
    deepEqual(
      sent().map(([, , body]) => body),
      ['{"value":1}', '{"value":1}'],
    );
  });

  it('ends with CANCELLED at a deploy, and sends none of the rest', async () => {
    await stage.open(NODE);
    hold();
    const id = stage.audit.send({ payload: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`light/${index + 1}/1`, 1])) });
    await until('as many as may be', () => open.size === 16);
    await answer('light/1/1');
    await until('the next', () => open.size === 16);
    await stage.audit.deploy('nodes', { id: 'node', type: 'turn-channel', name: 'again' });
    await stage.audit.settled();
    deepEqual([stage.audit.outcomes.get(id)?.ends, stage.server.requests.length], [['CANCELLED'], 17]);
  });

  describe('with a simulated Turn', () => {
    let simulator: Simulator;

    it('sets what it can', async () => {
      simulator = await simulated();
      await stage.open(NODE, { port: portOf(simulator.address) });
      const { outputs } = await stage.run({ payload: { 'light/1/1': 40, 'shade/1/1': true, 'media/1/5': 'next', 'light/9/1': 3 } });
      const result = outputs[0]?.payload as Record<string, { error?: { code: string; message: string } }>;
      deepEqual(
        Object.entries(result).map(([id, { error }]) => [id, error?.code]),
        [
          ['light/1/1', undefined],
          ['shade/1/1', undefined],
          ['media/1/5', 'FORBIDDEN'],
          ['light/9/1', 'NOT_FOUND'],
        ],
      );
      match(String(result['media/1/5']?.error?.message), /media\/1\/5 is only written by the Turn/);
      deepEqual(await channelState(simulator, 'light/1/1'), { value: 40, on: 'true' });
      ok(((await channelState(simulator, 'shade/1/1')) as { on: string }).on === 'true');
    });
  });
});
