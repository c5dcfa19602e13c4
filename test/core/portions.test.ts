import { deepEqual, equal } from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { BatchQueue } from '../../src/core/batch-queue';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('portions', () => {
  let done: number[];
  let portions: BatchQueue<number>;
  beforeEach(() => {
    done = [];
    portions = new BatchQueue<number>(100, (item) => void done.push(item));
  });
  const push = (items: readonly number[]) => {
    for (const item of items) portions.push(item);
  };

  it('are handed on one in each turn of the event loop, in order', async () => {
    push(numbers(250));
    equal(done.length, 0);
    const seen: number[] = [];
    while (portions.length > 0) {
      await turn();
      seen.push(done.length);
    }
    deepEqual(seen, [100, 200, 250]);
    push([250]);
    await turn();
    deepEqual(done, numbers(251));
  });

  it('wait while they are held, whatever is asked, and lose nothing', async () => {
    portions.pause();
    push(numbers(150));
    portions.drain();
    await turn();
    equal(done.length, 0);
    portions.resume();
    await turn();
    equal(done.length, 100);
    portions.drain();
    deepEqual(done, numbers(150));
  });

  it('tell once when nothing waits any more, after the last of them', async () => {
    const told: number[] = [];
    push(numbers(150));
    portions.whenEmpty(() => told.push(done.length));
    while (portions.length > 0) await turn();
    push(numbers(1));
    await turn();
    deepEqual(told, [150]);
  });

  it('are forgotten with whoever waits for them', async () => {
    push(numbers(1));
    portions.whenEmpty(() => done.push(-1));
    portions.clear();
    await turn();
    deepEqual(done, []);
    push([7]);
    await turn();
    deepEqual(done, [7]);
  });
});
