import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { Delivery, SUPERSEDED } from '../../src/core/delivery';

/** A task that ends when it is told to. */
function task<T>() {
  let end: (value: T) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const promise = new Promise<T>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  let started = false;
  const run = () => {
    started = true;
    return promise;
  };
  return { run, end, fail, isStarted: () => started };
}

describe('delivery', () => {
  it('keeps the order of one target and lets others pass', async () => {
    const delivery = new Delivery('all', 10);
    const [first, second, other] = [task<string>(), task<string>(), task<string>()];
    const outcomes = [delivery.run('a', first.run), delivery.run('a', second.run), delivery.run('b', other.run)];
    assert.deepEqual([first.isStarted(), second.isStarted(), other.isStarted()], [true, false, true]);
    first.end('1');
    await outcomes[0];
    await turn();
    assert.equal(second.isStarted(), true);
    second.end('2');
    other.end('3');
    assert.deepEqual(await Promise.all(outcomes), ['1', '2', '3']);
  });

  it('goes on after a task that failed', async () => {
    const delivery = new Delivery('all', 10);
    const [first, second] = [task<string>(), task<string>()];
    const failing = delivery.run('a', first.run);
    const following = delivery.run('a', second.run);
    first.fail(new Error('broken'));
    await assert.rejects(failing, /broken/);
    second.end('2');
    assert.equal(await following, '2');
  });

  it('refuses one message more than may wait, over all targets', async () => {
    const delivery = new Delivery('all', 2);
    const tasks = [task(), task(), task(), task()];
    const outcomes = ['a', 'a', 'b', 'b'].map((target, index) => delivery.run(target, tasks[index]?.run ?? assert.fail()));
    assert.equal(delivery.depth, 2);
    await assert.rejects(delivery.run('a', task().run), { code: 'QUEUE_FULL' });
    for (const { end } of tasks) end(undefined);
    await Promise.all(outcomes);
    assert.equal(delivery.depth, 0);
  });

  it('latest: only the newest waits, the one before it is superseded', async () => {
    const delivery = new Delivery('latest', 10);
    const [first, second, third] = [task<string>(), task<string>(), task<string>()];
    const outcomes = [first, second, third].map(({ run }) => delivery.run('a', run));
    assert.equal(await outcomes[1], SUPERSEDED);
    first.end('1');
    third.end('3');
    assert.equal(await outcomes[2], '3');
    assert.equal(second.isStarted(), false);
  });

  it('reject: a busy target refuses, a free one takes', async () => {
    const delivery = new Delivery('reject', 10);
    const first = task<string>();
    const outcome = delivery.run('a', first.run);
    await assert.rejects(delivery.run('a', task().run), { code: 'BUSY' });
    first.end('1');
    await outcome;
    assert.equal(await delivery.run('a', async () => '2'), '2');
  });

  it('drains in a time that is linear in how many wait', async () => {
    const drain = async (count: number): Promise<number> => {
      const delivery = new Delivery('all', count);
      const first = task<void>();
      const outcomes = [delivery.run('a', first.run), ...Array.from({ length: count }, () => delivery.run('a', async () => {}))];
      const began = performance.now();
      first.end();
      await Promise.all(outcomes);
      return (performance.now() - began) / count;
    };
    // The quickest of several: others may use the machine, too.
    const times = async (count: number) => {
      const all: number[] = [];
      for (let round = 0; round < 4; round++) all.push(await drain(count));
      return Math.min(...all);
    };
    const [few, many] = [await times(10_000), await times(100_000)];
    // Where each `shift` moves all up, it takes fifty times as long; where the collector is slow, up to ten times.
    assert.ok(many < few * 25, `${few} and ${many} ms for each`);
  });

  it('cancels what waits', async () => {
    const delivery = new Delivery('all', 10);
    const first = task<string>();
    const outcome = delivery.run('a', first.run);
    const waiting = delivery.run('a', task().run);
    const cancelling = delivery.cancel();
    await assert.rejects(waiting, { code: 'CANCELLED' });
    await cancelling;
    await assert.rejects(delivery.run('b', task().run), { code: 'CANCELLED' });
    first.end('1');
    assert.equal(await outcome, '1');
  });

  it('whatever comes in whatever order: one in flight for a target, every message one outcome, the last one sent', async () => {
    const modes = fc.constantFrom('all' as const, 'latest' as const);
    const arrivals = fc.array(fc.record({ target: fc.constantFrom('a', 'b', 'c'), fails: fc.boolean() }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(modes, arrivals, fc.scheduler(), async (mode, messages, scheduler) => {
        const delivery = new Delivery(mode, 1000);
        const inFlight = new Map<string, number>();
        const sent: number[] = [];
        const outcomes = messages.map(({ target, fails }, index) =>
          delivery.run(target, async () => {
            inFlight.set(target, (inFlight.get(target) ?? 0) + 1);
            assert.equal(inFlight.get(target), 1);
            sent.push(index);
            await scheduler.schedule(Promise.resolve());
            inFlight.set(target, 0);
            if (fails) throw new Error('vendor');
          }),
        );
        const settled = Promise.allSettled(outcomes);
        await scheduler.waitFor(settled);
        for (const target of ['a', 'b', 'c']) {
          const mine = messages.flatMap((message, index) => (message.target === target ? [index] : []));
          const delivered = sent.filter((index) => messages[index]?.target === target);
          assert.equal(delivered.at(-1), mine.at(-1));
          if (mode === 'all') assert.deepEqual(delivered, mine);
        }
        assert.equal(delivery.depth, 0);
      }),
    );
  });
});
