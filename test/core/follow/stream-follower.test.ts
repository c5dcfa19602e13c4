import { deepEqual, equal, fail, ok } from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { EventContext, VendorEvent } from '../../../src/core/follow/events';
import { WAITING } from '../../../src/core/follow/late-listeners';
import { type StreamDefinition, streamEvent } from '../../../src/core/follow/stream';
import { followStream } from '../../../src/core/follow/stream-follower';
import { HttpConnection } from '../../../src/core/http-connection';
import { parseJson, readJson } from '../../../src/core/json';
import { Scope } from '../../../src/core/scope';
import { FaultServer, respond } from '../../kit/fault-server';
import { until } from '../../kit/within';

/** All that a vendor has to say: the lamps of a bridge. */
class BridgeClient extends HttpConnection<object> {
  readonly vendor = 'bridge';
}

const lamps: StreamDefinition<BridgeClient> = {
  path: '/events',
  timing: { silence: 60_000, standstill: 30_000, reconnect: { first: 4, most: 20 }, settle: 20 },
  read(name, data) {
    if (name === 'ping') return [];
    return [streamEvent(name, readJson(data), { raw: readJson(data) })];
  },
  async snapshot(client, options) {
    const { body } = await client.read('/lamps', options);
    return new Map(Object.entries(parseJson(body.toString()) as object));
  },
};

describe('a stream that nodes follow', () => {
  let bridge: FaultServer;
  let client: BridgeClient;
  let scope: Scope;
  let streams: Set<ServerResponse>;
  let state: Record<string, unknown>;
  let readings: number;
  let beforeReading: () => void;
  let reports: string[];
  let states: string[];
  let warnings: string[];
  const kept = new Map<string, unknown>();

  before(async () => {
    bridge = await FaultServer.start();
  });
  after(() => bridge.close());
  beforeEach(() => {
    client = new BridgeClient({}, { baseUrl: bridge.url, timeout: 10_000 });
    scope = new Scope();
    streams = new Set();
    state = { hall: { on: true, color: { hue: 1 } } };
    readings = 0;
    beforeReading = () => {};
    reports = [];
    states = [];
    warnings = [];
    kept.clear();
    bridge.good = (response, request) => {
      if (request.path === '/events') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        streams.add(response);
        response.once('close', () => streams.delete(response));
      } else {
        readings++;
        beforeReading();
        respond(state)(response, request);
      }
    };
  });
  afterEach(async () => {
    await scope.end();
    await client.close();
  });

  const follow = async (initial: boolean, emit: (event: VendorEvent) => void, more: object = {}) => {
    const context: EventContext<BridgeClient, unknown> = {
      nodeId: 'node',
      connection: client,
      settings: {},
      scope,
      emit,
      state: ({ is }) => void states.push(is),
      report: (error) => void reports.push(error.message),
      warn: (text) => void warnings.push(text),
      memory: {
        read: async (key) => structuredClone(kept.get(key)),
        write: (key, make) => void kept.set(key, structuredClone(make())),
        written: async () => {},
      },
      webhook: () => fail('a bridge has no webhook'),
      onRemoved: () => {},
    };
    await followStream(context, { stream: lamps, initial, ...more });
  };
  const say = (name: string, data: unknown) => {
    for (const stream of streams) stream.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const cut = () => {
    for (const stream of streams) stream.destroy();
  };
  const brief = ({ topic, payload, initial = false, resumed = false }: VendorEvent) => [topic, payload, { initial, resumed }];
  const live = { initial: false, resumed: false };

  it('gives the state at the start, what changes, and after an interruption what was missed', async () => {
    const events: VendorEvent[] = [];
    await follow(true, (event) => events.push(event));
    await until('the start', () => events.length === 1);
    say('ping', '');
    say('hall', { on: false });
    await until('a change', () => events.length === 2);
    state = { hall: { on: false }, attic: { on: true } };
    cut();
    await until('what was missed', () => events.length === 3);
    deepEqual(events.map(brief), [
      ['hall', { on: true, color: { hue: 1 } }, { initial: true, resumed: false }],
      ['hall', { on: false }, live],
      ['attic', { on: true }, { initial: false, resumed: true }],
    ]);
    equal(streams.size, 1);
  });

  it('gives what was missed once, although its event comes after the reading', async () => {
    const events: string[] = [];
    await follow(false, ({ topic, payload, resumed }) => void events.push(`${topic} ${payload} ${resumed ? 'resumed' : 'live'}`));
    state = { door: 1, hall: 1 };
    await until('a stream', () => streams.size > 0 && readings > 0);
    say('door', 1);
    await until('the event', () => events.length === 1);
    cut();
    state = { door: 2, hall: 2 };
    await until('what was missed', () => events.length === 3);
    // The events that the reading had; one that another overtook; and the same state once more.
    for (const [topic, value] of [
      ['door', 2],
      ['hall', 1],
      ['hall', 2],
      ['door', 2],
    ] as const)
      say(topic, value);
    await until('the last event', () => events.length >= 6);
    deepEqual(events, ['door 1 live', 'door 2 resumed', 'hall 2 resumed', 'hall 1 live', 'hall 2 live', 'door 2 live']);
  });

  it('says once that events cannot be read, with good ones between them, and goes on', async () => {
    const events: VendorEvent[] = [];
    await follow(true, (event) => events.push(event));
    await until('the start', () => events.length === 1);
    for (let number = 1; number <= 20; number++) {
      for (const stream of streams) stream.write('event: hall\ndata: {\n\n');
      say('hall', number);
    }
    await until('the good ones', () => events.length === 21);
    deepEqual(reports, ['an event "hall" that cannot be read']);
    equal(states.at(-1), 'live');
  });

  it('says that an event is nested too deeply, and goes on with the same connection, for all nodes', async () => {
    const [events, others]: VendorEvent[][] = [[], []];
    await follow(true, (event) => events?.push(event));
    await follow(true, (event) => others?.push(event));
    await until('the start', () => events?.length === 1 && others?.length === 1);
    const [stream] = streams;
    stream?.write(`event: hall\ndata: {"on":${'['.repeat(20_000)}${']'.repeat(20_000)}}\n\n`);
    say('hall', { on: ['x'] });
    await until('the next', () => events?.length === 2 && others?.length === 2);
    const told = 'an event "hall" that cannot be read: JSON nested more than 250 levels deep';
    deepEqual(reports, [told, told]);
    deepEqual([...streams], [stream]);
  });

  it('takes what was remembered for nothing where the node had another selection', async () => {
    const events: VendorEvent[] = [];
    for (const room of ['two', 'one']) {
      await scope.end();
      scope = new Scope();
      kept.set('states', { room: 'one', states: [['hall', { on: false }]] });
      await follow(false, (event) => events.push(event), { selection: { room } });
      const before = readings;
      await until('a reading', () => readings > before);
      say('mark', room);
      await until('its end', () => events.some(({ topic, payload }) => topic === 'mark' && payload === room));
    }
    deepEqual(events.filter(({ topic }) => topic === 'hall').map(brief), [
      ['hall', { on: true, color: { hue: 1 } }, { initial: false, resumed: true }],
    ]);
  });

  it('gives each node a copy of its own, in all depth, also of what waited', async () => {
    const spoil = (event: VendorEvent) => {
      const { color } = event.payload as { color: { hue: number } };
      all.push(color.hue);
      color.hue = -1;
      Object.assign(event.raw as object, { color: undefined });
    };
    const all: number[] = [];
    beforeReading = () => say('hall', { color: { hue: 2 } });
    await Promise.all([follow(true, spoil), follow(true, spoil)]);
    await until('the start of both', () => all.length === 4);
    say('hall', { color: { hue: 3 } });
    await until('a change for both', () => all.length === 6);
    state = { hall: { color: { hue: 3 } } };
    beforeReading = () => {};
    cut();
    await until('another stream', () => readings === 2 && streams.size === 1);
    say('hall', { color: { hue: 4 } });
    await until('no difference', () => all.length === 8);
    deepEqual(
      [all.slice(0, 4).sort(), all.slice(4)],
      [
        [1, 1, 2, 2],
        [3, 3, 4, 4],
      ],
    );
  });

  it('reads a burst in many turns of the event loop, and also while it catches up', async () => {
    const count = 100_000;
    let [heard, inTurn, most] = [0, 0, 0];
    beforeReading = () => {
      const frames = Array.from({ length: count }, (_, index) => `event: hall\ndata: {"index":${index}}\n\n`);
      for (const stream of streams) stream.write(frames.join(''));
    };
    await follow(true, () => {
      heard++;
      inTurn++;
      most = Math.max(most, inTurn);
      if (inTurn === 1) setImmediate(() => (inTurn = 0));
    });
    await until('the burst', () => heard >= count);
    ok(most <= WAITING.events + 500, `${most} events in one turn`);
    equal(warnings.length > 0, true);
  });
});
