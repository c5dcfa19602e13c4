import assert from 'node:assert/strict';
import { EnsembleError, NOT_IN_PANELS } from '../../../src/core/errors';
import type { StreamState } from '../../../src/core/follow/events';
import { type RetryOptions, retry } from '../../../src/core/follow/retry';
import { Scope } from '../../../src/core/scope';
import { until } from '../../kit/within';

describe('retrying', () => {
  let scope: Scope;
  let states: StreamState[];
  let reports: string[];
  beforeEach(() => {
    scope = new Scope();
    states = [];
    reports = [];
  });
  afterEach(() => scope.end());

  const down = (message = 'down') => new EnsembleError('UNREACHABLE', message, NOT_IN_PANELS);
  const start = <T>(options: Pick<RetryOptions<T>, 'attempt'> & Partial<RetryOptions<T>>) =>
    retry({
      scope,
      pause: () => 1,
      state: (state) => void states.push(state),
      report: ({ message }) => void reports.push(message),
      ...options,
    });

  it('attempts until one succeeds, counts the failures in a row, and reports the first of them', async () => {
    const counts: number[] = [];
    const attempt = async ({ failures }: { failures: number }) => {
      if (failures < 3) throw down(`down ${failures}`);
      return 'up';
    };
    assert.equal(await start({ attempt, pause: (_, failures) => counts.push(failures) }), 'up');
    assert.deepEqual([counts, reports, states.map(({ is }) => is)], [[1, 2, 3], ['down 0'], ['retrying', 'retrying', 'retrying']]);
  });

  it('reports each kind of trouble once, and all of them again after one that is over', async () => {
    const kinds = ['a', 'b', 'a', 'over', 'a'];
    const attempt = async (trouble: { over(): void }) => {
      const [kind] = kinds;
      if (kind === undefined) return;
      if (kind === 'over') trouble.over();
      throw down(kinds.shift());
    };
    await start({ attempt, kindOf: ({ message }) => message });
    assert.deepEqual(reports, ['a', 'b', 'over', 'a']);
  });

  it('counts nothing down where an attempt would send nothing', async () => {
    const errors = [new EnsembleError('NOT_CONFIGURED', 'baseUrl is missing', NOT_IN_PANELS), Object.assign(down(), { refused: true })];
    const attempt = async () => {
      const error = errors.shift();
      if (error) throw error;
    };
    await start({ attempt });
    assert.deepEqual(
      states.map(({ is }) => is),
      ['failed', 'failed'],
    );
  });

  for (const [what, by] of [
    ['news of the login', 'login'],
    ['whoever needs it', 'wake'],
  ] as const)
    it(`is interrupted by ${what}`, async () => {
      let wake = (): void => {};
      const listen = (callback: () => void) => {
        wake = callback;
        return () => {};
      };
      const error = Object.assign(down(), by === 'login' && { onLogin: listen });
      const attempt = async ({ failures }: { failures: number }) => {
        if (failures === 0) throw error;
      };
      const retried = start({ attempt, pause: () => 1_000_000, ...(by === 'wake' && { wake: listen }) });
      await until('the pause', () => states.length > 0);
      setImmediate(() => wake());
      await retried;
    });

  it('ends with its scope, in an attempt as in a pause, and says nothing more', async () => {
    const paused = start({ attempt: () => Promise.reject(down()), pause: () => 1_000_000 });
    const attempted = start({ attempt: () => scope.sleep(1_000_000).catch(() => Promise.reject(down())) });
    await until('the pause', () => states.length > 0);
    await Promise.all([assert.rejects(paused, { code: 'CANCELLED' }), assert.rejects(attempted), scope.end()]);
    assert.equal(states.length, 1);
  });
});
