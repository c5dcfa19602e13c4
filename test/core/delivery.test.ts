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

  it('a message for several targets waits for all of them, and whoever comes after waits for it', async () => {
    const delivery = new Delivery('all', 10);
    const [first, several, later, other] = [task<string>(), task<string>(), task<string>(), task<string>()];
    const outcomes = [
      delivery.run('a', first.run),
      delivery.run(['a', 'b', 'b'], several.run),
      delivery.run('b', later.run),
      delivery.run('c', other.run),
    ];
    const started = () => [first, several, later, other].map(({ isStarted }) => isStarted());
    assert.deepEqual([started(), delivery.depth], [[true, false, false, true], 2]);
    first.end('1');
    await turn();
    assert.deepEqual([started(), delivery.depth], [[true, true, false, true], 1]);
    several.end('2');
    await turn();
    assert.deepEqual(started(), [true, true, true, true]);
    later.end('3');
    other.end('4');
    assert.deepEqual(await Promise.all(outcomes), ['1', '2', '3', '4']);
  });

  it('latest: a message for several targets is superseded by one for all of them, and not by one for some', async () => {
    const delivery = new Delivery('latest', 10);
    const first = task<string>();
    const ended: string[] = [];
    const run = (name: string, target: readonly string[]) =>
      delivery.run(target, async () => name).then((outcome) => ended.push(outcome === SUPERSEDED ? `${name} superseded` : name));
    const running = delivery.run('a', first.run);
    const others = [run('for both', ['a', 'b']), run('for one', ['b']), run('for both again', ['b', 'a']), run('for the other', ['a'])];
    await turn();
    assert.deepEqual([[...ended].sort(), delivery.depth], [['for both superseded', 'for one superseded'], 2]);
    first.end('');
    await Promise.all([running, ...others]);
    assert.deepEqual(ended.slice(2), ['for both again', 'for the other']);
  });

  it('latest: what supersedes keeps its place at more targets than are remembered', async () => {
    const delivery = new Delivery('latest', 10);
    const idle = task();
    const busy = Array.from({ length: 1001 }, (_, index) => delivery.run(`other ${index}`, idle.run));
    const [first, last] = [task<string>(), task<string>()];
    const outcomes = [
      delivery.run('a', first.run),
      delivery.run(['a', 'b'], async () => ''),
      delivery.run(['a', 'b'], async () => 'both'),
      delivery.run('b', last.run),
    ];
    await turn();
    assert.equal(last.isStarted(), false);
    first.end('');
    last.end('last');
    assert.deepEqual(await Promise.all(outcomes), ['', SUPERSEDED, 'both', 'last']);
    idle.end(undefined);
    await Promise.all(busy);
  });

  it('reject: names the target that is busy, and takes none of the others', async () => {
    const delivery = new Delivery('reject', 10);
    const first = task<string>();
    const outcome = delivery.run('b', first.run);
    await assert.rejects(delivery.run(['a', 'b'], task().run), { code: 'BUSY', message: 'a request for b is still under way' });
    assert.equal(await delivery.run('a', async () => '2'), '2');
    first.end('1');
    await outcome;
  });

  it('cancels a message for several targets once', async () => {
    const delivery = new Delivery('all', 10);
    const first = task<string>();
    const running = delivery.run('a', first.run);
    const waiting = delivery.run(['a', 'b'], task().run);
    await Promise.all([assert.rejects(waiting, { code: 'CANCELLED' }), delivery.cancel()]);
    assert.equal(delivery.depth, 0);
    first.end('1');
    await running;
  });

  it('whatever comes in whatever order: one in flight for a target, every message one outcome, the last one sent', async () => {
    const modes = fc.constantFrom('all' as const, 'latest' as const);
    const targets = fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }));
    const arrivals = fc.array(fc.record({ target: targets, fails: fc.boolean() }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(modes, arrivals, fc.scheduler(), async (mode, messages, scheduler) => {
        const delivery = new Delivery(mode, 1000);
        const inFlight = new Set<string>();
        const sent: number[] = [];
        const outcomes = messages.map(({ target, fails }, index) =>
          delivery.run(target, async () => {
            const own = [...new Set([target].flat())];
            for (const one of own) assert.ok(!inFlight.has(one));
            for (const one of own) inFlight.add(one);
            sent.push(index);
            await scheduler.schedule(Promise.resolve());
            for (const one of own) inFlight.delete(one);
            if (fails) throw new Error('vendor');
          }),
        );
        const settled = Promise.allSettled(outcomes);
        await scheduler.waitFor(settled);
        const broken = (await settled).flatMap((outcome) =>
          outcome.status === 'rejected' && String(outcome.reason) !== 'Error: vendor' ? [String(outcome.reason)] : [],
        );
        assert.deepEqual(broken, []);
        for (const target of ['a', 'b', 'c']) {
          const mine = messages.flatMap((message, index) => ([message.target].flat().includes(target) ? [index] : []));
          const delivered = sent.filter((index) => mine.includes(index));
          assert.equal(delivered.at(-1), mine.at(-1));
          assert.deepEqual(delivered, mode === 'all' ? mine : [...delivered].sort((a, b) => a - b));
        }
        assert.equal(delivery.depth, 0);
      }),
    );
  });
});
