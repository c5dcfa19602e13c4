import { deepEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { changesOf } from '../../src/simulators/changes';
import { NewRequests } from '../../src/simulators/new-requests';
import type { Change, Update } from '../../src/simulators/page/update';
import type { Simulator } from '../../src/simulators/simulator';
import { until } from '../kit/within';
import { call, levels, simulated } from './simulated';

/** The updates that a page gets from now on. */
async function updates(simulator: Simulator): Promise<Update[]> {
  const got: Update[] = [];
  const response = await fetch(`${simulator.address}/page/feed`);
  const read = async () => {
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (text + chunk).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) if (event.startsWith('data: ')) got.push(JSON.parse(event.slice('data: '.length)));
    }
  };
  // The simulator ends it with the test.
  void read().catch(() => {});
  await until('the first state', () => got.length > 0);
  return got;
}

const lines = (got: readonly Update[], path: string) => got.flatMap(({ log }) => log.filter((entry) => entry.path === path));
const times = (got: readonly Update[], path: string) => lines(got, path).reduce((sum, { count = 1 }) => sum + count, 0);

function applied(whole: unknown, [[key, ...path], value]: Change): unknown {
  if (key === undefined) return value;
  const parts = whole as Record<string, unknown>;
  parts[key] = applied(parts[key], [path, value]);
  return parts;
}

describe('what the device page is told', () => {
  it('is what has become another, and makes of what was before what is now', () => {
    const two = fc.jsonValue().chain((before) => fc.tuple(fc.constant(before), fc.oneof(fc.jsonValue(), fc.constant(before))));
    fc.assert(
      fc.property(two, ([first, now]) => {
        const before = JSON.parse(JSON.stringify(first));
        deepEqual(changesOf(before, before), []);
        const target = JSON.parse(JSON.stringify(now));
        deepEqual(changesOf(before, target).reduce(applied, before), target);
      }),
      { examples: [[[[], {}]], [[{ 0: 1 }, [1]]], [[JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":2}')]]] },
    );
    const things = [
      { id: 1, values: [1, 2] },
      { id: 2, values: [3] },
    ] as const;
    deepEqual(changesOf({ things, late: false }, { things: [things[0], { id: 2, values: [4] }], late: false }), [
      [['things', '1', 'values'], [4]],
    ]);
  });

  it('is short, where one value of many has changed', async () => {
    const simulator = await simulated();
    const got = await updates(simulator);
    await call(simulator, 'POST', '/sonata/pattern', { installation_id: 1, device_id: 2, values: levels({ 12: 3 }) });
    await until('the pattern', () => got.some(({ changes }) => changes.some(([[vendor]]) => vendor === 'sonata')));
    const [first] = got.flatMap(({ changes }) => changes.filter(([[vendor]]) => vendor === 'sonata'));
    deepEqual(first?.[0].slice(0, 2), ['sonata', 'matrices']);
    ok(JSON.stringify(first).length < 400, JSON.stringify(first));
  });

  it('is less than 100 kB at first, whatever was requested', async () => {
    const simulator = await simulated();
    for (let index = 0; index < 220; index++) await call(simulator, 'GET', `/thingsee/${'long/'.repeat(1500)}${index}`);
    const [first] = await updates(simulator);
    deepEqual(first?.log.length, 200);
    ok(first?.log.at(-1)?.path.endsWith('/219'));
    const size = JSON.stringify(first).length;
    ok(size < 100_000, `${size} bytes`);
  });

  it('has reads that come together in the order in which each came first, and what is set in that of the last', () => {
    const requests = new NewRequests();
    const about = { vendor: 'turn', direction: 'in', status: 200, duration: 1 } as const;
    const received = ['GET state', 'PUT value', 'GET identify', 'GET state', 'PUT value', 'GET state'];
    for (const [time, request] of received.entries()) {
      const [method = '', path = ''] = request.split(' ');
      requests.add({ ...about, time, method, path });
    }
    deepEqual(
      requests.take().map(({ method, path, count = 1, time, last }) => [method, path, count, time, last]),
      [
        ['GET', 'state', 3, 0, 5],
        ['GET', 'identify', 1, 2, undefined],
        ['PUT', 'value', 2, 4, undefined],
      ],
    );
  });

  it('comes seldom under many requests, and counts them all', async () => {
    const simulator = await simulated();
    const got = await updates(simulator);
    const started = Date.now();
    for (let sent = 0; sent < 500; sent += 50)
      await Promise.all(Array.from({ length: 50 }, () => call(simulator, 'GET', '/api/v1.0/control/state')));
    await until('all requests', () => times(got, '/api/v1.0/control/state') === 500);
    const most = 3 + (Date.now() - started) / 150;
    ok(got.length <= most, `${got.length} updates, at most ${most} were expected`);
    ok(lines(got, '/api/v1.0/control/state').length <= got.length);
    for (const [number, { log }] of got.slice(1).entries()) ok(log.length <= 40, `update ${number}: ${log.length} lines`);
    deepEqual(
      got.slice(1).flatMap(({ changes }) => changes.filter(([[vendor]]) => vendor === 'turn')),
      [],
    );
  });
});
