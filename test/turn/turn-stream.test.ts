import assert from 'node:assert/strict';
import { setInterval } from 'node:timers/promises';
import type { EnsembleError } from '../../src/core/errors';
import type { EventContext, StreamState, VendorEvent } from '../../src/core/follow/events';
import type { StreamTiming } from '../../src/core/follow/stream';
import { type Operation, prepareRequest } from '../../src/core/operation';
import type { Scope } from '../../src/core/scope';
import { TurnClient } from '../../src/vendors/turn/client';
import { operations } from '../../src/vendors/turn/turn-channel';
import { start } from '../../src/vendors/turn/turn-sse';
import { BareEventNode } from '../kit/bare-event-node';
import { dice } from '../kit/dice';
import { until } from '../kit/within';
import { RestlessTurn } from './restless-turn';
import { HASTY } from './turn-sse-node';

type ChannelsContext = EventContext<TurnClient, { stream: 'channels'; selector: undefined; ignoreOwn: boolean; initial: boolean }>;

const CHANNELS = 50;

describe('the streams of a Turn', () => {
  let turn: RestlessTurn;
  let device: TurnClient;
  let scope: Scope;
  let events: VendorEvent[];
  let reports: EnsembleError[];
  let states: StreamState[];
  const kept = new Map<string, unknown>();

  const connect = (timing: Partial<StreamTiming> = {}, timeout = 30_000) => {
    const settings = { host: '127.0.0.1', port: turn.port, senderId: 'me' };
    device = new TurnClient({ settings, credentials: {}, network: { timeout }, identity: 'x'.repeat(20) }, { ...HASTY, ...timing });
  };
  const listen = async (more: Partial<ChannelsContext['settings']> = {}, emit = (event: VendorEvent): void => void events.push(event)) => {
    const node = new BareEventNode(kept);
    scope = node.scope;
    const settings = { stream: 'channels', selector: undefined, ignoreOwn: true, initial: false, ...more } as const;
    await start(
      node.context(device, settings, {
        emit,
        state: (state) => void states.push(state),
        report: (error) => void reports.push(error),
        warn: () => assert.fail('the Turn answers as it promises'),
      }),
    );
  };
  const perform = (id: string, values: Readonly<Record<string, unknown>>) => {
    const operation = operations.find((one) => one.id === id) as unknown as Operation;
    return prepareRequest(device, { operation, values, observer: { scope } })();
  };
  const set = (channel: string, value: number | undefined, on?: boolean) => perform('set-state', { channel, value, on });
  const setAll = (states: Readonly<Record<string, unknown>>) => perform('set-states', { states });
  const seen = () => new Map(events.map(({ topic, payload }) => [topic, payload]));
  const isCaughtUp = () => [...turn.values].every(([id, value]) => value === 0 || (seen().get(id) as { value?: number })?.value === value);
  const idOf = (index: number) => `generic/${index}/1`;

  beforeEach(async () => {
    events = [];
    reports = [];
    states = [];
    kept.clear();
    turn = await RestlessTurn.start(CHANNELS);
    connect();
  });
  afterEach(async () => {
    await scope.end();
    await device.close();
    await turn.close();
  });

  it('end at the true state after 200 cuts at any byte, with nothing twice, nothing of our own, and `resumed` where it belongs', async () => {
    await listen();
    await until('it listens', () => turn.isHeard);
    const random = dice(20261122);
    const foreign = CHANNELS - 5;
    for (let cuts = 0; cuts < 200; cuts++) {
      const wait = () => new Promise((resolve) => setTimeout(resolve, random(12)));
      for (let changes = random(8); changes > 0; changes--) turn.change(idOf(1 + random(foreign)));
      await wait();
      const [first, second] = [1 + random(4), 5].map((index) => idOf(foreign + index)) as [string, string];
      const own = random(2) === 0 ? set(first, 1_000_000 + cuts) : setAll({ [first]: 1_000_000 + cuts, [second]: 2_000_000 + cuts });
      if (random(2) === 0) await own;
      turn.changeAndCut(idOf(1 + random(foreign)), random(100) / 100);
      for (let changes = random(4); changes > 0; changes--) turn.change(idOf(1 + random(foreign)));
      await own;
      await wait();
      if (random(3) > 0) await until('it listens again', () => turn.isHeard);
    }
    for (let index = 1; index <= foreign; index++) turn.change(idOf(index));
    await until(
      'the true state',
      () => [...turn.values].filter(([id]) => Number(id.split('/')[1]) <= foreign),
      (values) => values.every(([id, value]) => (seen().get(id) as { value?: number } | undefined)?.value === value),
    );
    assert.ok(turn.opened > 100, `only ${turn.opened} connections`);

    const fates = new Map(turn.changes.map(({ id, value, fate, sender }) => [`${id}=${value}`, { fate, sender }]));
    const count = new Map<string, number>();
    for (const { topic, payload, resumed, initial } of events) {
      const key = `${topic}=${(payload as { value: number }).value}`;
      const change = fates.get(key);
      assert.ok(change, `${key} never was`);
      assert.notEqual(change.sender, 'me', `${key} is our own`);
      count.set(key, (count.get(key) ?? 0) + 1);
      assert.equal(initial, resumed === undefined ? undefined : false);
      if (change.fate === 'missed') assert.equal(resumed, true, `${key} was missed, yet is live`);
    }
    assert.deepEqual(
      [...count].filter(([, times]) => times > 1),
      [],
    );
    const told = turn.changes.filter(({ fate, sender }) => fate === 'told' && sender !== 'me');
    const late = events.filter(({ resumed }) => resumed);
    assert.ok(late.length > 20 && events.length - late.length > told.length / 2, `${late.length} resumed of ${events.length}`);
    assert.deepEqual(new Set(reports.map(({ code }) => code)), new Set(['UNREACHABLE']));
  }).timeout(120_000);

  it('gives up a peer that neither sends nor closes, and reconnects', async () => {
    await device.close();
    connect({ silence: 500 });
    await listen();
    await until('it listens', () => turn.isHeard);
    turn.change(idOf(1));
    await until('it knows the beginning', () => events.length === 1);
    turn.freeze();
    turn.change(idOf(3));
    await until('it listens again', () => turn.isHeard);
    await until('what it missed', () => events.length === 2);
    assert.deepEqual([events[1]?.topic, events[1]?.resumed], [idOf(3), true]);
    assert.deepEqual(
      reports.map(({ code }) => code),
      ['TIMEOUT'],
    );
    assert.match(String(reports[0]), /not even a heartbeat/);
  });

  it('reports once that a peer accepts connections and never responds, whatever its time limit', async () => {
    await device.close();
    connect({ silence: 50, stable: 10 });
    turn.isMute = true;
    await listen();
    await until('a few tries', () => states.filter(({ is }) => is === 'retrying').length >= 4);
    assert.deepEqual(
      reports.map(({ code }) => code),
      ['TIMEOUT'],
    );
  });

  it('tells that the beginning of a response is late, and waits for it as long as for a heartbeat', async () => {
    await device.close();
    connect({}, 300);
    turn.isMute = true;
    await listen();
    await until('it listens', () => turn.isHeard);
    await until('what other responses would be late for', () => reports.length === 1);
    turn.change(idOf(1));
    await until('the event', () => events.length === 1);
    assert.deepEqual(
      states.map(({ is }) => is),
      ['connecting', 'live'],
    );
    assert.deepEqual([turn.opened, reports[0]?.code], [1, 'TIMEOUT']);
  });

  it('stays open as long as any byte comes', async () => {
    await device.close();
    connect({ silence: 1500 });
    await listen();
    await until('it listens', () => turn.isHeard);
    const started = Date.now();
    for await (const _ of setInterval(50)) {
      await turn.sendSlowly(':\n');
      if (Date.now() - started > 3000) break;
    }
    assert.deepEqual([turn.opened, reports], [1, []]);
  });

  it('reads events that come byte by byte, with comments and unknown names, and goes on after a broken one', async () => {
    await listen();
    await until('it listens', () => turn.isHeard);
    const state = { modifiedBy: 'Küche 🍳', state: { value: '21.5', on: 'false' } };
    await turn.sendSlowly(`: heartbeat\n\nevent: LIGHT/1/1\r\nid: 7\r\nretry: 10\r\nodd: field\r\ndata: ${JSON.stringify(state)}\r\n\r\n`);
    await turn.sendSlowly('event: light/1/1\ndata: {"modifiedBy":\n\nevent: light/1/1\ndata: [1]\n\n');
    await turn.sendSlowly('event: news\ndata: {"modifiedBy":"x","action":{"play_action":"1"}}\n\n');
    await until('both events', () => events.length === 2);
    const [light, news] = events;
    assert.deepEqual(light, {
      topic: 'light/1/1',
      payload: { value: 21.5, on: false },
      source: 'sse',
      type: 'state',
      raw: state,
      details: { modifiedBy: 'Küche 🍳' },
      isState: true,
    });
    assert.deepEqual([news?.topic, news?.type, news?.payload], ['news', 'action', { action: { play_action: '1' } }]);
    assert.deepEqual(
      reports.map(({ code }) => code),
      ['BAD_RESPONSE'],
    );
    assert.equal(turn.opened, 1);
  });

  it('tell what changed without a listener, once, after a restart that kept the memory', async () => {
    await listen({ initial: true });
    await until('the beginning', () => events.length === CHANNELS);
    assert.ok(events.every(({ initial, resumed }) => initial === true && resumed === false));
    await scope.end();
    turn.change(idOf(7));
    events = [];
    await listen();
    await until('what changed', () => events.length > 0);
    assert.deepEqual(
      events.map(({ topic, payload, resumed }) => [topic, payload, resumed]),
      [[idOf(7), { value: 1, on: true }, true]],
    );
    assert.ok(isCaughtUp());
  });

  it('tell nothing twice that has come in, but is not read yet, when the reading is over', async () => {
    let heard = 0;
    const slow = () => {
      heard++;
      for (const began = performance.now(); performance.now() - began < 1; );
    };
    await listen({}, slow);
    await until('it listens', () => turn.isHeard);
    turn.change(idOf(2));
    await until('the first event', () => heard === 1);
    const first = scope;
    const before = { stream: 'channels', states: [...turn.values].map(([id, value]) => [id, { value, on: true }]) };
    kept.set('states', before);
    const count = 200;
    turn.onReading = () => {
      for (let changes = 0; changes < count; changes++) turn.change(idOf(changes === count - 1 ? 1 : 2));
    };
    await listen();
    await until('all', () => events.length >= count);
    await first.end();
    assert.deepEqual(
      events.map(({ payload, resumed }) => [(payload as { value: number }).value, resumed]),
      Array.from({ length: count }, (_, index) => [index + 2, undefined]),
    );
  });

  it('tell at the start also of what is set from here meanwhile', async () => {
    // After the response that is being made.
    turn.onReading = () => queueMicrotask(() => turn.change(idOf(9), 'me', 42));
    await listen({ initial: true });
    await until('the beginning', () => events.length >= CHANNELS);
    assert.deepEqual(
      events.flatMap(({ topic, payload, initial }) => (topic === idOf(9) ? [[payload, initial]] : [])),
      [[{ value: 42, on: true }, true]],
    );
  });

  it('compare with all that the last reading had, and with nothing that it had not', async () => {
    const states = [{}, {}, { a: 1 }, { b: 2 }, { a: 1 }, { a: 1, b: 3 }, {}];
    for (const [reading, state] of states.entries()) {
      turn.others = [{ id: 'media/1/5', state }];
      await until('nobody listens', () => !turn.isHeard);
      if (reading === 0) await listen();
      turn.isHushed = false;
      await until('it listens', () => turn.isHeard);
      // What comes now waits for the end of the reading.
      turn.change(idOf(1));
      await until('the end of the reading', () => seen().has(idOf(1)));
      events = events.filter(({ topic }) => topic !== idOf(1));
      turn.hush();
    }
    assert.deepEqual(
      events.map(({ payload, resumed }) => [payload, resumed]),
      states.slice(2).map((state) => [state, true]),
    );
  });

  describe('tell after an interruption that somebody', () => {
    const id = idOf(1);
    /** What is told of the channel, which had the value 10, after what happens while nobody is heard. */
    const told = async (happens: () => Promise<unknown> | undefined) => {
      await listen();
      await until('it listens', () => turn.isHeard);
      turn.change(id, 'somebody else', 10);
      await until('it knows the channel', () => events.length === 1);
      turn.hush();
      await happens();
      turn.change(idOf(2));
      turn.isHushed = false;
      await until('the other channel', () => seen().has(idOf(2)));
      return events.slice(1).flatMap(({ topic, payload, resumed }) => (topic === id ? [[payload, resumed]] : []));
    };
    const turned = (value: number) => turn.change(id, 'somebody else', value);

    it('has turned what we had only switched on', async () => {
      const happens = async () => {
        await set(id, undefined, true);
        turned(35);
      };
      assert.deepEqual(await told(happens), [[{ value: 35, on: true }, true]]);
    });

    for (const back of [20, 10])
      it(`has turned back to ${back} what we had set to 20 and to 50`, async () => {
        const happens = async () => {
          await set(id, 20);
          await set(id, 50);
          turned(back);
        };
        assert.deepEqual(await told(happens), [[{ value: back, on: true }, true]]);
      });

    it('has set what we were not allowed to', async () => {
      const happens = async () => {
        turn.isReadOnly = true;
        await assert.rejects(set(id, 60), { code: 'FORBIDDEN' });
        turned(60);
      };
      assert.deepEqual(await told(happens), [[{ value: 60, on: true }, true]]);
    });

    it('has done nothing: all changes are our own', async () => {
      const happens = async () => {
        await set(id, 20);
        await set(id, 50);
        await set(id, undefined, true);
        await set(id, 50);
      };
      assert.deepEqual(await told(happens), []);
    });

    it('has done nothing: our own change was one of several', async () => {
      assert.deepEqual(await told(() => setAll({ [idOf(8)]: 20, [id]: { value: 50 } })), []);
    });
  });

  it('pass our own changes on to whoever asks for them', async () => {
    await listen({ ignoreOwn: false });
    await until('it listens', () => turn.isHeard);
    await set(idOf(9), 42);
    await until('the event', () => events.length === 1);
    assert.deepEqual([events[0]?.payload, events[0]?.details], [{ value: 42, on: true }, { modifiedBy: 'me' }]);
  });
});
