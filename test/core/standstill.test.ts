import assert from 'node:assert/strict';
import { poll } from '../../src/core/follow/poll';
import { Scope } from '../../src/core/scope';
import { Standstill } from '../../src/core/standstill';
import { until } from '../kit/within';

/** Nothing of this process goes on for so long. */
const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe('a standstill', () => {
  let scope: Scope;
  beforeEach(() => {
    scope = new Scope();
  });
  afterEach(() => scope.end());

  it('is noticed where it is longer than the limit, whoever asks first', async () => {
    const [short, long] = [new Standstill(scope, 1), new Standstill(scope, 5000)];
    standStill(1100);
    assert.deepEqual([short.count, long.count], [1, 0]);
    standStill(1100);
    await until('the timer has noticed', () => short.count === 2);
    assert.equal(long.count, 0);
  });

  it('is noticed where the monotonic clock stopped with its machine', () => {
    const standstill = new Standstill(scope, 1);
    const { now } = Date;
    try {
      Date.now = () => now() + 60_000;
      assert.equal(standstill.count, 1);
      assert.equal(standstill.count, 1);
    } finally {
      Date.now = now;
    }
  });

  it('interrupts a poll: the one under way, and all until a good one began after it', async () => {
    const seen: boolean[] = [];
    const duties: (() => void)[] = [() => {}, () => {}, () => standStill(1100), () => assert.fail('down')];
    const polling = poll({
      interval: 1,
      scope,
      state: () => {},
      report: () => {},
      work: async (interrupted) => {
        duties.shift()?.();
        seen.push(interrupted());
      },
    });
    await until('some polls', () => seen.length >= 6);
    assert.deepEqual(seen.slice(0, 6), [false, false, true, true, false, false]);
    await Promise.all([assert.rejects(polling), scope.end()]);
  });
});
