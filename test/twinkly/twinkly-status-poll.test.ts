import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EnsembleError } from '../../src/core/errors';
import { Journal } from '../../src/core/follow/journal';
import { parseParameters } from '../../src/core/schema/parse';
import type { Scope } from '../../src/core/scope';
import type { TwinklyClient } from '../../src/vendors/twinkly/client';
import { settings as accountSettings, connect } from '../../src/vendors/twinkly/twinkly-account';
import { settings, start } from '../../src/vendors/twinkly/twinkly-status-poll';
import { BareEventNode } from '../kit/bare-event-node';
import { FaultServer, type Recorded, respond } from '../kit/fault-server';
import { until } from '../kit/within';
import { CREDENTIALS } from './flows';

type Runtime = Record<string, unknown>;
const runtime = (more: Runtime = {}): Runtime => ({
  online: true,
  mode: 'effect',
  brightness: 80,
  color: { red: 254, green: 9, blue: 0 },
  ...more,
});

/** A poller alone, without Node-RED: at a pace that no user may choose. */
class Poller extends BareEventNode {
  /** @param slowness milliseconds that the store takes to write */
  constructor(connection: TwinklyClient, given: Record<string, unknown>, kept = new Map<string, unknown>(), slowness = 0) {
    super(kept);
    const store = {
      read: async (key: string) => kept.get(key),
      // As a store in files: by value.
      write: async (key: string, value: unknown) => {
        await sleep(slowness);
        kept.set(key, structuredClone(value));
      },
    };
    const memory = new Journal().open(this.scope, store, (error) => this.reports.push(error));
    const all = { ...parseParameters(settings, { interval: 5, ...given }), interval: 0.02 };
    start(this.context(connection, all, { memory })).catch((error: EnsembleError) => this.reports.push(error));
  }

  /** What the flow was told, in short. */
  get told(): (readonly unknown[])[] {
    return this.events.map(({ topic, initial, resumed, details }) => [
      topic,
      initial ? 'initial' : resumed ? 'resumed' : 'live',
      details?.changed,
    ]);
  }
}

describe('twinkly-status-poll', () => {
  let vendor: FaultServer;
  let connection: TwinklyClient;
  let poller: Poller;
  /** What the vendor says of each id. */
  let world: Record<string, unknown>;
  const scopes: Scope[] = [];

  before(async () => {
    vendor = await FaultServer.start();
  });
  after(() => vendor.close());
  beforeEach(() => {
    world = { 1: { runtime: runtime() }, 2: { runtime: runtime() } };
    vendor.good = (response, request) => respond(said(request))(response, request);
    connection = connect({
      settings: parseParameters(accountSettings, { environment: 'custom', baseUrl: vendor.url }),
      credentials: { ...CREDENTIALS, clientSecret: undefined },
      network: { timeout: 10_000 },
      identity: 'test',
    });
  });
  afterEach(async () => {
    await Promise.all(scopes.splice(0).map((scope) => scope.end()));
    await connection.close();
    await vendor.heal();
  });

  const said = ({ path }: Recorded): object => {
    if (path === '/v2/auth') return { access_token: 'token' };
    const { searchParams } = new URL(path, vendor.url);
    const ids = (searchParams.get('objectIds') ?? searchParams.get('installationIds'))?.split(',');
    if (ids) return Object.fromEntries(ids.flatMap((id) => (world[id] ? [[id, world[id]]] : [])));
    return { objects: Object.keys(world).map((id) => ({ id: Number(id) })), next_page: null };
  };
  const polls = () => vendor.requests.filter(({ path }) => path.includes('runtime?'));
  /** Waits for so many polls from now on, which have seen the world as it is. */
  const after2 = async (count = 2) => {
    const from = polls().length + 1;
    await until('more polls', () => polls().length >= from + count);
  };
  const open = async (given: Record<string, unknown> = {}, kept?: Map<string, unknown>) => {
    poller = new Poller(connection, { ids: '1,2', ...given }, kept);
    scopes.push(poller.scope);
    await until('the first poll', () => poller.states.some(({ is }) => is === 'live'));
  };

  it('tells the state at the start, and then what has changed, with its paths', async () => {
    await open();
    assert.deepEqual(poller.told, [
      ['1', 'initial', []],
      ['2', 'initial', []],
    ]);
    assert.deepEqual(poller.events[0]?.payload, runtime());
    await after2();
    assert.equal(poller.events.length, 2);
    world[2] = { runtime: { ...runtime({ mode: 'color', color: { red: 1, green: 9, blue: 0 } }), fresh: true } };
    await after2();
    assert.deepEqual(poller.told.slice(2), [['2', 'live', ['mode', 'color.red', 'fresh']]]);
    assert.deepEqual(poller.events[2]?.raw, world[2]);
  });

  it('tells everything each time where that is wanted', async () => {
    await open({ emit: 'all' });
    await after2();
    assert.ok(poller.events.length >= 6, `${poller.events.length} events`);
    assert.deepEqual(poller.told.slice(2, 4), [
      ['1', 'live', []],
      ['2', 'live', []],
    ]);
  });

  it('knows the state although a flow changes the payload that it was given', async () => {
    await open();
    (poller.events[0]?.payload as Runtime).mode = 'spoilt';
    await after2();
    assert.equal(poller.events.length, 2);
  });

  it('treats something as offline when two polls in a row say so', async () => {
    await open();
    let times = 0;
    const flicker = (response: Parameters<typeof vendor.good>[0], request: Recorded) =>
      respond({ 1: { runtime: runtime({ online: times++ % 2 === 1, mode: 'off' }) }, 2: world[2] })(response, request);
    vendor.always(flicker);
    await after2(4);
    // Offline once, and back with another mode: the mode is news, that it was offline is not.
    assert.deepEqual(poller.told.slice(2), [['1', 'live', ['mode']]]);
    vendor.always((response, request) => respond({ 1: { runtime: runtime({ online: false }) }, 2: world[2] })(response, request));
    await until('offline is told', () => poller.events.length === 4);
    assert.deepEqual(poller.told[3], ['1', 'live', ['online', 'mode']]);
  });

  it('does not take a colour for changed that differs by one, and does when that adds up', async () => {
    await open();
    for (const red of [253, 254, 253]) {
      world[1] = { runtime: runtime({ color: { red, green: 9, blue: 0 } }) };
      await after2();
    }
    assert.equal(poller.events.length, 2);
    world[1] = { runtime: runtime({ color: { red: 252, green: 9, blue: 0 }, brightness: 81 }) };
    await after2();
    assert.deepEqual(poller.told[2], ['1', 'live', ['brightness', 'color.red']]);
  });

  it('reports an id that the vendor has no state for, once, and tells the others', async () => {
    world[1] = { error: 'not yours' };
    await open();
    await after2();
    const [report, ...more] = poller.reports;
    assert.deepEqual([report?.code, report?.cause.target, report?.cause.vendorMessage, more], ['NOT_FOUND', '1', 'not yours', []]);
    assert.deepEqual(poller.told, [['2', 'initial', []]]);
    world[1] = { runtime: runtime() };
    await after2();
    delete world[1];
    await after2();
    assert.deepEqual(poller.told[1], ['1', 'initial', []]);
    assert.match(poller.reports[1]?.message ?? '', /the response leaves it out$/);
    world[1] = { runtime: runtime() };
    await after2();
    assert.deepEqual(poller.told.slice(2), [['1', 'resumed', []]]);
  });

  it('reports each odd entry alone, and tells the others', async () => {
    world = { 1: { runtime: null, error: 'not yours' }, 2: { runtime: runtime() }, 3: 'gone', 4: { runtime: 'none' } };
    vendor.good = (response, request) =>
      respond(request.path.includes('runtime?') ? { ...world, 5: null } : said(request))(response, request);
    await open({ ids: '1,2,3,4,5' });
    assert.deepEqual(poller.told, [['2', 'initial', []]]);
    assert.deepEqual(
      poller.reports.map(({ code, cause }) => [code, cause.target, cause.vendorMessage]),
      [
        ['NOT_FOUND', '1', 'not yours'],
        ['NOT_FOUND', '3', 'gone'],
        ['NOT_FOUND', '4', 'no runtime: {"runtime":"none"}'],
        ['NOT_FOUND', '5', 'no runtime: null'],
      ],
    );
  });

  it('marks as resumed what changed while polls failed', async () => {
    await open();
    vendor.always(respond({}, 500));
    await until('trouble', () => poller.states.at(-1)?.is === 'retrying');
    assert.deepEqual(
      poller.reports.map(({ code }) => code),
      ['VENDOR_ERROR'],
    );
    world[1] = { runtime: runtime({ mode: 'off' }) };
    await vendor.heal();
    await until('the change', () => poller.events.length === 3);
    world[1] = { runtime: runtime({ mode: 'movie' }) };
    await until('the next change', () => poller.events.length === 4);
    assert.deepEqual(poller.told.slice(2), [
      ['1', 'resumed', ['mode']],
      ['1', 'live', ['mode']],
    ]);
  });

  it('marks as resumed what changed while this process stood still', async () => {
    await open();
    world[1] = { runtime: runtime({ mode: 'off' }) };
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100);
    await until('the change', () => poller.events.length === 3);
    await after2();
    world[1] = { runtime: runtime({ mode: 'movie' }) };
    await until('the next change', () => poller.events.length === 4);
    assert.deepEqual(poller.told.slice(2), [
      ['1', 'resumed', ['mode']],
      ['1', 'live', ['mode']],
    ]);
  });

  it('marks as resumed, too, what is believed to be offline only at the second poll after those that failed', async () => {
    await open();
    vendor.always(respond({}, 500));
    await until('trouble', () => poller.states.at(-1)?.is === 'retrying');
    world[1] = { runtime: runtime({ online: false }) };
    await vendor.heal();
    await until('the change', () => poller.events.length === 3);
    world[1] = { runtime: runtime() };
    await until('the next change', () => poller.events.length === 4);
    assert.deepEqual(poller.told.slice(2), [
      ['1', 'resumed', ['online']],
      ['1', 'live', ['online']],
    ]);
  });

  it('has written down all that it has told when it ends', async () => {
    const ids = Array.from({ length: 1000 }, (_, index) => String(480_000 + index));
    for (const id of ids) world[id] = { runtime: runtime() };
    const kept = new Map<string, unknown>();
    poller = new Poller(connection, { ids }, kept, 100);
    scopes.push(poller.scope);
    // The second call of the poll hangs.
    vendor.next(vendor.good, vendor.good, () => {});
    await until('the second call', () => polls().length === 2 && poller.events.length > 0);
    await poller.scope.end();
    assert.deepEqual(
      Object.keys(kept.get('states') ?? {}),
      poller.told.map(([topic]) => topic),
    );
  });

  it('marks as resumed what changed while Node-RED was stopped, once', async () => {
    const kept = new Map<string, unknown>();
    await open({}, kept);
    await poller.scope.end();
    world[2] = { runtime: runtime({ brightness: 5 }) };
    await open({}, kept);
    await after2();
    assert.deepEqual(poller.told, [
      ['1', 'initial', []],
      ['2', 'resumed', ['brightness']],
    ]);
    await poller.scope.end();
    await open({ ids: '2' }, kept);
    assert.deepEqual(poller.told, [['2', 'initial', []]]);
  });

  it('polls all of the account where no ids are given', async () => {
    await open({ ids: '' });
    assert.deepEqual(
      poller.told.map(([topic]) => topic),
      ['1', '2'],
    );
  });

  it('asks for the configuration only where it is wanted', async () => {
    await open();
    assert.equal(polls()[0]?.path, '/v2/objects/runtime?objectIds=1,2&config=0');
    await poller.scope.end();
    await open({ config: true, target: 'installation' });
    assert.equal(polls().at(-1)?.path, '/v2/installations/runtime?installationIds=1,2&config=1');
  });

  it('never polls twice at a time', async () => {
    let [now, most] = [0, 0];
    vendor.always((response, request) => {
      if (request.path.includes('runtime?')) most = Math.max(most, ++now);
      setTimeout(() => {
        now -= request.path.includes('runtime?') ? 1 : 0;
        vendor.good(response, request);
      }, 60);
    });
    await open();
    await after2(3);
    assert.equal(most, 1);
  });

  it('splits the ids between shards: each is polled by one of them', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => String(index));
    for (const id of ids) world[id] = { runtime: runtime() };
    const told: unknown[] = [];
    for (const shard of ['1/3', '2/3', '3/3']) {
      await open({ ids, shard });
      assert.ok(poller.told.length > 5, `${poller.told.length} in ${shard}`);
      told.push(...poller.told.map(([topic]) => topic));
      await poller.scope.end();
    }
    assert.deepEqual(
      told.map(Number).sort((a, b) => a - b),
      ids.map(Number),
    );
  });

  it('polls 1,000 objects in two calls, and tells of the ten that changed', async () => {
    const ids = Array.from({ length: 1000 }, (_, index) => String(480_000 + index));
    for (const id of ids) world[id] = { runtime: runtime() };
    await open({ ids });
    assert.equal(poller.events.length, 1000);
    const changing = ids.filter((_, index) => index % 100 === 7);
    for (const id of changing) world[id] = { runtime: runtime({ brightness: 1 }) };
    await after2(4);
    assert.deepEqual(
      poller.told.slice(1000),
      changing.map((id) => [id, 'live', ['brightness']]),
    );
    const asked = polls().map(({ path }) => path);
    assert.deepEqual(
      asked.slice(0, 2).flatMap((path) => new URL(path, vendor.url).searchParams.get('objectIds')?.split(',')),
      ids,
    );
    assert.ok(asked.every((path) => path.length <= 4000));
    assert.deepEqual([...new Set(asked)].length, 2);
    const counts = asked.map((path) => path.split(',').length);
    assert.ok(
      counts.every((count) => count >= 100),
      counts.join(),
    );
  });

  it('polls a hundred of the longest ids in one call', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`);
    for (const id of ids) world[id] = { runtime: runtime() };
    await open({ ids });
    assert.equal(new Set(polls().map(({ path }) => path)).size, 1);
  });
});
