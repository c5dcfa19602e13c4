import assert from 'node:assert/strict';
import { EnsembleError, NOT_IN_PANELS } from '../../../src/core/errors';
import type { StreamState } from '../../../src/core/follow/events';
import { LOGIN_PAUSES, Login } from '../../../src/core/follow/login';
import { poll } from '../../../src/core/follow/poll';
import { inShard, shard } from '../../../src/core/follow/shard';
import { misfit } from '../../../src/core/schema/parse';
import { Scope } from '../../../src/core/scope';
import { until } from '../../kit/within';

describe('polling', () => {
  let scope: Scope;
  let states: StreamState[];
  let reports: string[];
  /** The pauses before the next tries, in milliseconds. */
  let waits: number[];
  const start = (interval: number, work: () => Promise<void>) =>
    poll({
      interval,
      scope,
      work,
      state: (state) => {
        states.push(state);
        if (state.is === 'retrying') waits.push(Math.ceil(state.at - performance.now()));
      },
      report: ({ code }) => void reports.push(code),
    });

  beforeEach(() => {
    scope = new Scope();
    states = [];
    reports = [];
    waits = [];
  });
  afterEach(() => scope.end());

  it('begins at once, never overlaps, and ends with its scope', async () => {
    let [under, most, count] = [0, 0, 0];
    const polling = start(1, async () => {
      most = Math.max(most, ++under);
      await scope.sleep(5);
      under--;
      count++;
    });
    await until('ten polls', () => count >= 10);
    await Promise.all([assert.rejects(polling, { code: 'CANCELLED' }), scope.end()]);
    assert.equal(most, 1);
  });

  it('slows down while it fails, tells of it once, and comes back', async () => {
    let failing = true;
    let count = 0;
    const polling = start(4, async () => {
      count++;
      if (failing) throw new EnsembleError('UNREACHABLE', 'down', NOT_IN_PANELS);
    });
    await until('four failures', () => count === 4);
    assert.ok(
      waits.every((wait, index) => wait >= Math.min(4 * 2 ** index, 1000)),
      String(waits),
    );
    assert.deepEqual(reports, ['UNREACHABLE']);
    failing = false;
    await until('it is live', () => states.at(-1)?.is === 'live');
    await Promise.all([assert.rejects(polling), scope.end()]);
  });

  it('waits as long as the vendor asks', async () => {
    const error = new EnsembleError('RATE_LIMITED', 'slow down', NOT_IN_PANELS);
    error.retryAfter = 7_000_000;
    const polling = start(1, () => Promise.reject(error));
    await until('a wait', () => waits.length > 0);
    assert.equal(waits[0], 7_000_000);
    await Promise.all([assert.rejects(polling), scope.end()]);
  });

  it('tries again within a minute, however long its interval is, and whatever a page on the way says', async () => {
    const error = new EnsembleError('VENDOR_ERROR', 'a page of a proxy', NOT_IN_PANELS);
    error.retryAfter = 3_600_000;
    const polling = start(86_400_000, () => Promise.reject(error));
    await until('a wait', () => waits.length > 0);
    assert.equal(waits[0], 60_000);
    await Promise.all([assert.rejects(polling), scope.end()]);
  });

  it('waits for nothing where the login was refused, and is live again when it no longer is', async () => {
    const error = new EnsembleError('UNAUTHORIZED', 'unknown user', NOT_IN_PANELS);
    error.refused = true;
    let isRefused = true;
    const polling = start(2, async () => {
      if (isRefused) throw error;
    });
    await until('a refusal', () => states.length > 0);
    assert.deepEqual(states[0], { is: 'failed', error });
    isRefused = false;
    await until('it is live', () => states.at(-1)?.is === 'live');
    assert.deepEqual(reports, ['UNAUTHORIZED']);
    await Promise.all([assert.rejects(polling), scope.end()]);
  });
});

describe('polling while the login fails', () => {
  const { failed } = LOGIN_PAUSES;
  let scope: Scope;
  const use = (login: Login<number>) => login.use(scope, { method: 'GET', path: '/' }, async () => {});
  beforeEach(() => {
    scope = new Scope();
  });
  afterEach(() => {
    LOGIN_PAUSES.failed = failed;
    return scope.end();
  });

  it('shows a countdown that is never longer than to the next attempt of any node, and no more countdowns than attempts', async () => {
    LOGIN_PAUSES.failed = { first: 100, most: 400 };
    const tries: number[] = [];
    let isUp = false;
    const login = new Login<number>({
      make: async () => {
        tries.push(performance.now());
        if (!isUp) throw new EnsembleError('FORBIDDEN', 'a page of a proxy', NOT_IN_PANELS);
        return { value: 1 };
      },
      early: 0,
    });
    const states: { readonly state: StreamState; readonly said: number }[] = [];
    const tell = (state: StreamState) => states.push({ state, said: performance.now() });
    const polling = poll({ interval: 60_000, scope, work: () => use(login), state: tell, report: () => {} });
    // Messages come all the time.
    const messages = (async () => {
      while (!scope.ended) await Promise.all([use(login).catch(() => {}), scope.sleep(3).catch(() => {})]);
    })();
    await until('eight tries', () => tries.length >= 8);
    for (const { state, said } of states)
      if (state.is === 'retrying') {
        const next = tries.find((time) => time > said) ?? Number.POSITIVE_INFINITY;
        // A try may begin a little before the end of the pause.
        assert.ok(state.at - next < 50, `a try ${next} for ${state.at}`);
      }
    assert.ok(states.length <= tries.length + 1, `${states.length} states for ${tries.length} tries`);
    isUp = true;
    await until('it is live', () => states.at(-1)?.state.is === 'live');
    await Promise.all([assert.rejects(polling, { code: 'CANCELLED' }), scope.end(), messages]);
  });

  it('tries at once when a login has become good', async () => {
    LOGIN_PAUSES.failed = { first: 60_000, most: 60_000 };
    let isUp = false;
    const login = new Login<number>({
      make: async () => {
        if (isUp) return { value: 1 };
        throw Object.assign(new EnsembleError('UNAUTHORIZED', 'no', NOT_IN_PANELS), { refused: true });
      },
      early: 0,
    });
    const states: string[] = [];
    const polling = poll({ interval: 60_000, scope, work: () => use(login), state: ({ is }) => states.push(is), report: () => {} });
    await until('a refusal', () => states.length > 0);
    isUp = true;
    login.retry();
    await until('it is live', () => states.at(-1) === 'live');
    await Promise.all([assert.rejects(polling, { code: 'CANCELLED' }), scope.end()]);
  });
});

describe('polling while the login is refused', () => {
  for (const [interval, wait] of [
    [4, 4],
    [86_400_000, 60_000],
  ] as const)
    it(`asks again after ${wait} ms where the interval is ${interval} ms, and tells of it once`, async () => {
      const waits: number[] = [];
      const scope = new (class extends Scope {
        override sleep(ms: number): Promise<void> {
          waits.push(ms);
          return super.sleep(ms);
        }
      })();
      let reports = 0;
      const refused = Object.assign(new EnsembleError('UNAUTHORIZED', 'no', NOT_IN_PANELS), { refused: true, retryAfter: 7_000_000 });
      const polling = poll({
        interval,
        scope,
        work: () => Promise.reject(refused.with({ operation: 'list' })),
        state: ({ is }) => assert.equal(is, 'failed'),
        report: () => void reports++,
      });
      await until('the tries', () => waits.length >= (interval < 1000 ? 6 : 1));
      await Promise.all([assert.rejects(polling, { code: 'CANCELLED' }), scope.end()]);
      assert.deepEqual([new Set(waits), reports], [new Set([wait]), 1]);
    });
});

describe('a shard', () => {
  it('splits ids so that each falls to one shard, about evenly', () => {
    const ids = Array.from({ length: 3000 }, (_, index) => `TSPR04EZU${31230000 + index}`);
    const shares = ['1/3', '2/3', '3/3'].map((share) => ids.filter(inShard(share)));
    assert.equal(shares.flat().length, ids.length);
    assert.equal(new Set(shares.flat()).size, ids.length);
    for (const { length } of shares) assert.ok(length > 800 && length < 1200, String(length));
    assert.deepEqual(ids.filter(inShard(undefined)), ids);
  });

  it('is one of as many as there are', () => {
    for (let count = 1; count <= 1200; count++)
      for (const index of [0, 1, count - 1, count, count + 1, count * 10]) {
        const isOne = index >= 1 && index <= count;
        assert.equal(misfit(shard, `${index}/${count}`) === undefined, isOne, `${index}/${count}`);
      }
    assert.notEqual(misfit(shard, '1/10000'), undefined);
  });
});
