import assert from 'node:assert/strict';
import { EnsembleError, NOT_IN_PANELS } from '../../../src/core/errors';
import { askUntil, type UntilOptions } from '../../../src/core/follow/until';
import { Scope } from '../../../src/core/scope';
import { within } from '../../kit/within';

describe('asking until a condition holds', () => {
  let scope: Scope;
  beforeEach(() => {
    scope = new Scope();
  });
  afterEach(() => scope.end());

  const timedOut = () => new EnsembleError('TIMEOUT', 'not within its time', NOT_IN_PANELS);
  const start = <T>(ask: UntilOptions<T>['ask'], options: Partial<UntilOptions<T>> = {}) =>
    within(10_000, 'the end', askUntil({ scope, limit: 60, pauses: { first: 1, most: 4 }, ask, timedOut, ...options }));

  it('returns the first result that is defined, and tells how much time is left before each pause', async () => {
    const left: number[] = [];
    let count = 0;
    const response = await start(async () => (++count === 3 ? 'yes' : undefined), { onPause: (ms) => left.push(Math.ceil(ms / 1000)) });
    assert.deepEqual([response, left], ['yes', [60, 60]]);
  });

  it('asks for the last time when the time is over', async () => {
    const began = performance.now();
    const response = await start(async () => (performance.now() - began > 290 ? true : undefined), {
      limit: 0.3,
      pauses: { first: 10_000, most: 10_000 },
    });
    assert.equal(response, true);
  });

  it('ends with the given error, also while a request is under way', async () => {
    await assert.rejects(
      start(async () => undefined, { limit: 0.05 }),
      { code: 'TIMEOUT', message: 'not within its time' },
    );
    await assert.rejects(
      start((asking) => asking.sleep(1_000_000).then(() => true), { limit: 0.05 }),
      { code: 'TIMEOUT' },
    );
  });

  it('goes on after errors that pass, and not after others', async () => {
    const troubles = [new EnsembleError('UNREACHABLE', 'down', NOT_IN_PANELS), new EnsembleError('NOT_FOUND', 'gone', NOT_IN_PANELS)];
    const ask = async () => {
      throw troubles.shift() ?? assert.fail();
    };
    await assert.rejects(start(ask), { code: 'NOT_FOUND' });
  });

  it('lets the caller decide which errors pass', async () => {
    let count = 0;
    const ask = async () => {
      if (count++ === 0) throw new EnsembleError('NOT_FOUND', 'not there yet', NOT_IN_PANELS);
      throw new EnsembleError('UNREACHABLE', 'down', NOT_IN_PANELS);
    };
    const onError = (error: EnsembleError) => {
      if (error.code !== 'NOT_FOUND') throw error.withMessage('asked, and down');
    };
    await assert.rejects(start(ask, { onError }), { code: 'UNREACHABLE', message: 'asked, and down' });
  });

  it('ends with its scope', async () => {
    const asked = start((asking) => asking.sleep(1_000_000).then(() => true));
    const paused = start(async () => undefined, { pauses: { first: 1_000_000, most: 1_000_000 } });
    const delayed = start(async () => true, { delay: 1_000_000 });
    await Promise.all([...[asked, paused, delayed].map((one) => assert.rejects(one, { code: 'CANCELLED' })), scope.end()]);
  });
});
