import assert from 'node:assert/strict';
import { backoff, retryAfter } from '../../src/core/backoff';

const rule = { first: 1000, most: 60_000 };

describe('backoff', () => {
  it('doubles up to its limit, and leaves the upper half to chance', () => {
    const shortest = [1, 2, 3, 10, 5000].map((failures) => backoff(failures, rule, () => 0));
    const longest = [1, 2, 3, 10, 5000].map((failures) => backoff(failures, rule, () => 1));
    assert.deepEqual(shortest, [500, 1000, 2000, 30_000, 30_000]);
    assert.deepEqual(longest, [1000, 2000, 4000, 60_000, 60_000]);
  });

  it('reads Retry-After as seconds and as a date', () => {
    const now = Date.parse('2026-11-22T10:00:00Z');
    assert.equal(retryAfter('5', now), 5000);
    assert.equal(retryAfter('Sun, 22 Nov 2026 10:00:30 GMT', now), 30_000);
    assert.equal(retryAfter('Sun, 22 Nov 2026 09:00:00 GMT', now), 0);
    assert.equal(retryAfter('3000000', now), 3_600_000);
    assert.equal(retryAfter('Tue, 22 Dec 2026 10:00:00 GMT', now), 3_600_000);
    assert.equal(retryAfter('soon', now), undefined);
    assert.equal(retryAfter(undefined, now), undefined);
  });
});
