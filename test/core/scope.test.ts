import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { redactor } from '../../src/core/http/redact';
import { Scope } from '../../src/core/scope';
import { Watchdog } from '../../src/core/watchdog';

describe('scope', () => {
  it('takes its timers, waits and endings with it, newest first', async () => {
    const scope = new Scope();
    const order: string[] = [];
    scope.defer(() => void order.push('first'));
    scope.defer(async () => {
      await sleep(1);
      order.push('slow');
    });
    scope.defer(() => void order.push('last'));
    scope.timeout(1, () => order.push('timer'));
    const waiting = scope.sleep(60_000);
    await Promise.all([scope.end(), assert.rejects(waiting, { code: 'CANCELLED' })]);
    assert.deepEqual(order, ['last', 'first', 'slow']);
    await sleep(5);
    assert.ok(!order.includes('timer'));
  });

  it('runs all endings although one fails, and tells of it', async () => {
    const scope = new Scope();
    let ran = false;
    scope.defer(() => {
      ran = true;
    });
    scope.defer(() => {
      throw new Error('stuck');
    });
    await assert.rejects(scope.end(), AggregateError);
    assert.equal(ran, true);
  });

  it('ends at once what is registered too late', async () => {
    const scope = new Scope();
    await scope.end();
    let ended = false;
    scope.defer(() => {
      ended = true;
    });
    assert.equal(ended, true);
    await assert.rejects(scope.sleep(1), { code: 'CANCELLED' });
  });

  it('holds nothing of what is over', async () => {
    const scope = new Scope();
    await Promise.all([scope.sleep(1), scope.race(Promise.resolve()), assert.rejects(scope.race(Promise.reject(new Error('no'))), /no/)]);
    assert.deepEqual([...(scope as unknown as { endings: Iterable<unknown> }).endings], []);
  });

  it('limits what is done within it, and ends that with itself', async () => {
    const scope = new Scope();
    assert.equal(await scope.limited(60_000, async () => 7), 7);
    await assert.rejects(
      scope.limited(10, (limited) => limited.sleep(60_000)),
      { code: 'CANCELLED' },
    );
    assert.equal(scope.ended, false);
    const waiting = assert.rejects(
      scope.limited(60_000, (limited) => limited.sleep(60_000)),
      { code: 'CANCELLED' },
    );
    await Promise.all([scope.end(), waiting]);
    assert.deepEqual([...(scope as unknown as { endings: Iterable<unknown> }).endings], []);
  });

  it('waits for a promise for a while, and says whether it was fulfilled', async () => {
    const scope = new Scope();
    const never = new Promise(() => {});
    assert.equal(await scope.waitAtMost(60_000, Promise.resolve()), true);
    assert.equal(await scope.waitAtMost(60_000, Promise.reject(new Error('no'))), false);
    assert.equal(await scope.waitAtMost(10, never), false);
    const waiting = scope.waitAtMost(60_000, never);
    await scope.end();
    assert.equal(await waiting, false);
    assert.equal(await scope.waitAtMost(60_000, never), false);
  });
});

describe('watchdog', () => {
  it('does not fire while it is fed, and fires once when it is not', async () => {
    const started = performance.now();
    let fed = 0;
    const barked = await new Promise<number>((resolve) => {
      const dog = new Watchdog(40, () => resolve(performance.now()));
      const feeding = setInterval(() => {
        dog.feed();
        if (++fed === 8) clearInterval(feeding);
      }, 10);
    });
    assert.ok(fed === 8 && barked - started >= 110, `barked after ${barked - started} ms, fed ${fed} times`);
  });

  it('does not count as silence that this process stood still', async () => {
    let barked = false;
    const dog = new Watchdog(40, () => {
      barked = true;
    });
    const end = performance.now() + 100;
    while (performance.now() < end);
    // As a socket: what came meanwhile is read after the timers.
    await new Promise((resolve) => setImmediate(resolve));
    dog.feed();
    assert.equal(barked, false);
    dog.stop();
  });
});

describe('redaction', () => {
  it('takes secrets out in every form in which they travel', () => {
    const redact = redactor(['p@ss"word', undefined, 'abc', 'p@ss"word-long']);
    assert.equal(redact('login=p%40ss%22word and p@ss"word-long, {"p":"p@ss\\"word"} abc'), 'login=*** and ***, {"p":"***"} abc');
  });
});
