import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import * as fc from 'fast-check';
import { Delivery, type DeliveryMode, SUPERSEDED } from '../../src/core/delivery';
import { EnsembleError, type ErrorCode, NOT_IN_PANELS } from '../../src/core/errors';
import { KEEPING, Keeping, pauseBetween } from '../../src/core/keeping';
import { Scope } from '../../src/core/scope';
import { until } from '../kit/within';

const down = (code: ErrorCode = 'UNREACHABLE', more: object = {}) => Object.assign(new EnsembleError(code, 'down', NOT_IN_PANELS), more);

/** A vendor that is down until it is told to come back. */
class Vendor {
  readonly asked: string[] = [];
  error: EnsembleError | undefined = down();

  ask(name: string): Promise<string> {
    this.asked.push(name);
    return this.error ? Promise.reject(this.error) : Promise.resolve(name);
  }
}

describe('keeping', () => {
  const { rule } = KEEPING;
  let scope = new Scope();
  let vendor = new Vendor();
  let changes = 0;
  beforeEach(() => {
    KEEPING.rule = { first: 4, most: 20 };
    scope = new Scope();
    vendor = new Vendor();
    changes = 0;
  });
  afterEach(() => scope.end());
  after(() => {
    KEEPING.rule = rule;
  });

  /** A node with so many seconds, that sends to one target or another. */
  const nodeOf = (mode: DeliveryMode, seconds = 60, queueLimit = 1000) => {
    const delivery = new Delivery(mode, queueLimit);
    const keeping = new Keeping(scope, seconds * 1000, () => changes++);
    scope.defer(() => delivery.cancel());
    const send = (
      name: string,
      { target = 'a', mayTryAgain = (_error: EnsembleError): boolean => true, arrived = performance.now() } = {},
    ) => delivery.run(target, (place) => keeping.run(place, { arrived, mayTryAgain }, () => vendor.ask(name)));
    return { delivery, keeping, send };
  };

  it('tries again with pauses until it succeeds, and holds back what is for the same target', async () => {
    const { keeping, send, delivery } = nodeOf('all');
    const [first, second] = [send('first'), send('second')];
    const other = send('other', { target: 'b' });
    await until('four tries', () => vendor.asked.filter((name) => name === 'first').length >= 4);
    ok(!vendor.asked.includes('second'));
    ok(vendor.asked.includes('other'));
    equal(delivery.depth, 1);
    equal(keeping.kept?.count, 2);
    ok(Date.now() - (keeping.kept?.since ?? 0) < 10_000);
    vendor.error = undefined;
    deepEqual(await Promise.all([first, second, other]), ['first', 'second', 'other']);
    ok(vendor.asked.indexOf('second') > vendor.asked.lastIndexOf('first'));
    equal(keeping.kept, undefined);
    ok(changes > 6);
  });

  for (const code of ['UNREACHABLE', 'TIMEOUT', 'RATE_LIMITED', 'VENDOR_ERROR'] as const)
    it(`fails with its last error when it is too old: ${code}`, async () => {
      const { send } = nodeOf('all', 0.2);
      const began = performance.now();
      vendor.error = down(code);
      const ended = rejects(send('late'), { code });
      await until('a second try', () => vendor.asked.length > 1);
      vendor.error = down(code, { message: 'still down' });
      await ended;
      const took = performance.now() - began;
      ok(took >= 200 && took < 2000, `${took} ms`);
    });

  it('counts from the arrival of the message, and a try that begins in time may end later', async () => {
    const { send } = nodeOf('all', 10);
    await rejects(send('old', { arrived: performance.now() - 10_001 }), { code: 'UNREACHABLE' });
    equal(vendor.asked.length, 1);
    const slow = { ask: 0 };
    const { keeping } = nodeOf('all', 0.1);
    const result = await new Delivery('all', 1).run('a', (place) =>
      keeping.run(place, { arrived: performance.now(), mayTryAgain: () => true }, async () => {
        if (slow.ask++ === 0) throw down();
        await scope.sleep(300);
        return 'after its time';
      }),
    );
    equal(result, 'after its time');
  });

  const fatal = ['INVALID_INPUT', 'UNAUTHORIZED', 'REJECTED', 'BAD_RESPONSE', 'COMMAND_FAILED', 'QUEUE_FULL', 'CANCELLED'] as const;
  for (const code of fatal)
    it(`does not keep what has failed with ${code}`, async () => {
      const { send, keeping } = nodeOf('all');
      vendor.error = down(code);
      await rejects(send('once'), { code });
      equal(vendor.asked.length, 1);
      equal(keeping.kept, undefined);
    });

  it('does not keep what must not be sent again, even after tries that did no harm', async () => {
    const { send } = nodeOf('all');
    const mayTryAgain = ({ unsent }: EnsembleError) => unsent;
    vendor.error = down('UNREACHABLE', { unsent: true });
    const ended = rejects(send('toggle', { mayTryAgain }), { code: 'TIMEOUT' });
    await until('three tries', () => vendor.asked.length > 2);
    vendor.error = down('TIMEOUT');
    await ended;
    const { length } = vendor.asked;
    vendor.error = undefined;
    equal(await send('next'), 'next');
    equal(vendor.asked.length, length + 1);
  });

  it('latest: a newer message takes the place at once, also during a long pause', async () => {
    KEEPING.rule = { first: 60_000, most: 60_000 };
    const { send, keeping } = nodeOf('latest');
    const first = send('first');
    await until('a pause', () => keeping.kept?.next !== undefined);
    vendor.error = undefined;
    const second = send('second');
    equal(await first, SUPERSEDED);
    equal(await second, 'second');
    deepEqual(vendor.asked, ['first', 'second']);
  });

  it('latest: what comes while a try is under way takes over instead of the next try', async () => {
    const { send } = nodeOf('latest');
    const outcomes = [send('first'), send('second'), send('third')];
    await until('the third', () => vendor.asked.includes('third'));
    vendor.error = undefined;
    deepEqual(await Promise.all(outcomes), [SUPERSEDED, SUPERSEDED, 'third']);
    equal(vendor.asked.filter((name) => name === 'first').length, 1);
  });

  it('latest: a message for several targets gives way only to one for all of them', async () => {
    const { delivery, keeping } = nodeOf('latest');
    const send = (name: string, target: readonly string[]) =>
      delivery.run(target, (place) => keeping.run(place, { arrived: performance.now(), mayTryAgain: () => true }, () => vendor.ask(name)));
    KEEPING.rule = { first: 60_000, most: 60_000 };
    const both = send('both', ['a', 'b']);
    await until('a pause', () => keeping.kept?.next !== undefined);
    const one = send('one', ['a']);
    equal(keeping.kept?.count, 1);
    const all = send('all', ['c', 'b', 'a']);
    deepEqual(await Promise.all([both, one]), [SUPERSEDED, SUPERSEDED]);
    await until('another pause', () => keeping.kept?.next !== undefined);
    vendor.error = undefined;
    equal(await send('all again', ['a', 'b', 'c']), 'all again');
    equal(await all, SUPERSEDED);
    deepEqual(vendor.asked, ['both', 'all', 'all again']);
  });

  it('reject and a full queue: what comes later fails, and the kept message stays', async () => {
    const rejecting = nodeOf('reject');
    const first = rejecting.send('first');
    await until('a pause', () => rejecting.keeping.kept !== undefined);
    await rejects(rejecting.send('second'), { code: 'BUSY' });
    const queueing = nodeOf('all', 60, 1);
    const all = [queueing.send('third'), queueing.send('fourth')];
    await rejects(queueing.send('fifth'), { code: 'QUEUE_FULL' });
    vendor.error = undefined;
    deepEqual(await Promise.all([first, ...all]), ['first', 'third', 'fourth']);
  });

  it('ends with its node', async () => {
    const { send, keeping } = nodeOf('all');
    const outcomes = ['a', 'b', 'b', 'c'].map((target) => send('x', { target }));
    const ended = Promise.all(outcomes.map((outcome) => rejects(outcome, { code: 'CANCELLED' })));
    await until('pauses', () => keeping.kept?.count === 3);
    await scope.end();
    await ended;
    const { length } = vendor.asked;
    await new Promise((resolve) => setTimeout(resolve, 50));
    equal(vendor.asked.length, length);
    equal(keeping.kept, undefined);
  });

  it('does not depend on the wall clock', async () => {
    const { now } = Date;
    try {
      const { send } = nodeOf('all', 30);
      const outcome = send('x');
      Date.now = () => now() + 86_400_000;
      await until('a try', () => vendor.asked.length > 2);
      Date.now = () => now() - 86_400_000;
      const { length } = vendor.asked;
      await until('another', () => vendor.asked.length > length);
      vendor.error = undefined;
      equal(await outcome, 'x');
    } finally {
      Date.now = now;
    }
  });

  it('does not send what should have been sent long ago, where this process stood still', async () => {
    const { now } = performance;
    try {
      const { send } = nodeOf('all', 10);
      const ended = rejects(send('light on'), { code: 'UNREACHABLE' });
      await until('a try', () => vendor.asked.length > 1);
      vendor.error = down('UNREACHABLE', { retryAfter: 100 });
      const { length } = vendor.asked;
      await until('a longer pause', () => vendor.asked.length > length);
      vendor.error = undefined;
      performance.now = () => now.call(performance) + 3_600_000;
      await ended;
      equal(vendor.asked.length, length + 1);
    } finally {
      performance.now = now;
    }
  });

  it('never tries before the end of a pause that the vendor asked for', async () => {
    const { send } = nodeOf('all', 0.3);
    vendor.error = down('RATE_LIMITED', { retryAfter: 3_600_000 });
    const began = performance.now();
    await rejects(send('x'), { code: 'RATE_LIMITED' });
    equal(vendor.asked.length, 1);
    ok(performance.now() - began >= 300);
  });

  it('pauses: longer each time, a minute at most, as long as the vendor asks, and never the same for all', () => {
    KEEPING.rule = rule;
    const failures = fc.integer({ min: 1, max: 1000 });
    const asked = fc.option(fc.integer({ min: 0, max: 3_600_000 }), { nil: undefined });
    const random = fc.double({ min: 0, max: 0.999, noNaN: true });
    void fc.assert(
      fc.property(failures, asked, random, random, (count, retryAfter, one, other) => {
        for (const code of ['VENDOR_ERROR', 'RATE_LIMITED'] as const) {
          const wanted = code === 'RATE_LIMITED' ? (retryAfter ?? 0) : Math.min(60_000, retryAfter ?? 0);
          const pause = (chance: number) => pauseBetween(down(code, { retryAfter }), count, () => chance);
          ok(pause(one) >= wanted);
          ok(pause(one) <= Math.max(60_000, wanted + 10_000));
          if (Math.abs(one - other) > 0.1) ok(Math.abs(pause(one) - pause(other)) > Math.min(20, wanted / 30));
          if (count < 7 && retryAfter === undefined) ok(pauseBetween(down(code), count + 1, () => one) > pause(one) * 1.8);
        }
      }),
    );
  });

  it('whatever happens in whatever order: every message ends once, one at a time for each target, in order', async () => {
    KEEPING.rule = { first: 1, most: 1 };
    const codes = fc.constantFrom<(ErrorCode | 'ok')[]>('ok', 'UNREACHABLE', 'VENDOR_ERROR', 'REJECTED');
    const targets = fc.constantFrom<string[][]>(['a'], ['b'], ['a', 'b']);
    const message = fc.record({ target: targets, tries: fc.array(codes, { maxLength: 4 }), repeatable: fc.boolean() });
    const modes = fc.constantFrom<DeliveryMode[]>('all', 'latest', 'reject');
    await fc.assert(
      fc.asyncProperty(modes, fc.array(message, { maxLength: 20 }), fc.boolean(), async (mode, messages, isClosed) => {
        const node = new Scope();
        const delivery = new Delivery(mode, 5);
        const keeping = new Keeping(node, 30_000, () => {});
        node.defer(() => delivery.cancel());
        const inFlight = new Set<string>();
        const done: number[] = [];
        const ends = messages.map(({ target, tries, repeatable }, index) => {
          const left = [...tries];
          const attempt = async () => {
            for (const one of target) ok(!inFlight.has(one));
            for (const one of target) inFlight.add(one);
            await new Promise((resolve) => setImmediate(resolve));
            for (const one of target) inFlight.delete(one);
            const code = left.shift() ?? 'ok';
            if (code !== 'ok') throw down(code);
            done.push(index);
          };
          const outcome = delivery.run(target, (place) =>
            keeping.run(place, { arrived: performance.now(), mayTryAgain: () => repeatable }, attempt),
          );
          return outcome.then(
            (value) => (value === SUPERSEDED ? 'superseded' : 'done'),
            ({ code }: EnsembleError) => code,
          );
        });
        if (isClosed) await node.end();
        const all = await Promise.all(ends);
        const allowed = ['done', 'UNREACHABLE', 'VENDOR_ERROR', 'REJECTED', 'CANCELLED'];
        const more = { all: 'QUEUE_FULL', latest: 'superseded', reject: 'BUSY' }[mode];
        ok(
          all.every((end) => [...allowed, more].includes(end)),
          all.join(),
        );
        if (!isClosed) ok(!all.includes('CANCELLED'));
        for (const target of ['a', 'b']) {
          const mine = done.filter((index) => messages[index]?.target.includes(target));
          deepEqual(
            mine,
            [...mine].sort((one, other) => one - other),
          );
        }
        deepEqual([keeping.kept, delivery.depth], [undefined, 0]);
        await node.end();
      }),
      { numRuns: 200 },
    );
  });
});
