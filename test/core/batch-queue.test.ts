import { deepEqual, equal } from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { BatchQueue } from '../../src/core/batch-queue';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('a batch queue', () => {
  let done: number[];
  let queue: BatchQueue<number>;
  beforeEach(() => {
    done = [];
    queue = new BatchQueue<number>(100, (item) => void done.push(item));
  });
  const push = (items: readonly number[]) => {
    for (const item of items) queue.push(item);
  };

  it('is handed on one batch in each turn of the event loop, in order', async () => {
    push(numbers(250));
    equal(done.length, 0);
    const seen: number[] = [];
    while (queue.length > 0) {
      await turn();
      seen.push(done.length);
    }
    deepEqual(seen, [100, 200, 250]);
    push([250]);
    await turn();
    deepEqual(done, numbers(251));
  });

  it('waits while it is paused, whatever is asked, and loses nothing', async () => {
    queue.pause();
    push(numbers(150));
    queue.drain();
    await turn();
    equal(done.length, 0);
    queue.resume();
    await turn();
    equal(done.length, 100);
    queue.drain();
    deepEqual(done, numbers(150));
  });

  it('tells once when nothing waits any more, after the last item', async () => {
    const told: number[] = [];
    push(numbers(150));
    queue.whenEmpty(() => told.push(done.length));
    while (queue.length > 0) await turn();
    push(numbers(1));
    await turn();
    deepEqual(told, [150]);
  });

  it('drops what waits, and rejects the callers that wait for it', async () => {
    push(numbers(1));
    queue.whenEmpty(() => done.push(-1));
    queue.clear();
    await turn();
    deepEqual(done, []);
    push([7]);
    await turn();
    deepEqual(done, [7]);
  });
});
