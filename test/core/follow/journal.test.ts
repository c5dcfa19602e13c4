import assert from 'node:assert/strict';
import type { EnsembleError } from '../../../src/core/errors';
import type { Memory } from '../../../src/core/follow/events';
import { JOURNAL, Journal, type Store } from '../../../src/core/follow/journal';
import { Scope } from '../../../src/core/scope';
import { until } from '../../kit/within';

const timing = { ...JOURNAL };

/** A store that does as it is told. */
class FakeStore implements Store {
  readonly kept = new Map<string, unknown>();
  readonly written: unknown[] = [];
  /** What becomes of the next calls, in turn. */
  readonly orders: Promise<unknown>[] = [];
  open = 0;
  most = 0;

  async read(key: string): Promise<unknown> {
    await this.orders.shift();
    return this.kept.get(key);
  }

  async write(key: string, value: unknown): Promise<void> {
    this.most = Math.max(this.most, ++this.open);
    await Promise.resolve(this.orders.shift()).finally(() => this.open--);
    this.kept.set(key, value);
    this.written.push(value);
  }
}

const failing = () => {
  const failure = Promise.reject(new Error('no space left'));
  failure.catch(() => {});
  return failure;
};
const hanging = () => {
  let end = () => {};
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { promise, end };
};

describe('a journal', () => {
  let store: FakeStore;
  let journal: Journal;
  let scope: Scope;
  let reports: EnsembleError[];
  const open = (): Memory => {
    scope = new Scope();
    return journal.open(scope, store, (error) => reports.push(error));
  };

  beforeEach(() => {
    store = new FakeStore();
    journal = new Journal();
    reports = [];
    Object.assign(JOURNAL, { patience: 40, limit: 80, closing: 100, retry: { first: 20, most: 20 }, wake: 20 });
  });
  afterEach(async () => {
    await scope.end();
    Object.assign(JOURNAL, timing);
  });

  it('reads what is in the store, and then what was written in this process, whatever became of the store', async () => {
    store.kept.set('key', 'old');
    assert.equal(await open().read('key'), 'old');
    store.orders.push(failing());
    open().write('key', () => 'new');
    await scope.end();
    store.kept.clear();
    assert.equal(await open().read('key'), 'new');
  });

  it('writes the newest value only, never two at a time', async () => {
    const memory = open();
    const first = hanging();
    store.orders.push(first.promise);
    memory.write('key', () => 1);
    await until('the first write', () => store.open === 1);
    for (const value of [2, 3, 4]) memory.write('key', () => value);
    first.end();
    await until('the last one', () => store.kept.get('key') === 4);
    assert.deepEqual([store.written, store.most], [[1, 4], 1]);
  });

  it('writes later what the store cannot write now, and reports the store’s error once', async () => {
    const memory = open();
    store.orders.push(failing(), failing(), failing());
    memory.write('key', () => 1);
    await until('it is written', () => store.kept.get('key') === 1);
    assert.equal(reports.length, 1);
    assert.equal(reports[0]?.code, 'NOT_CONFIGURED');
    assert.match(reports[0]?.message ?? '', /^the context store cannot write .*: no space left; /);
    store.orders.push(failing());
    memory.write('key', () => 2);
    await until('it is written, too', () => store.kept.get('key') === 2);
    assert.equal(reports.length, 2);
  });

  it('does not wait for a store that is not there yet, writes nothing over what it holds, and tells when it has come', async () => {
    const memory = open();
    store.kept.set('key', 'old');
    store.orders.push(failing(), hanging().promise, failing());
    const late: unknown[] = [];
    assert.equal(await memory.read('key', (value) => late.push([value, store.written.length])), undefined);
    memory.write('key', () => 'new');
    await until('it is written', () => store.kept.get('key') === 'new');
    assert.deepEqual(late, [['old', 0]]);
    assert.match(reports.map(({ message }) => message).join(), /^the context store cannot read .*: no space left; /);
    assert.equal(reports.length, 1);
  });

  it('is waited for where the store is only slow', async () => {
    const memory = open();
    const slow = hanging();
    store.orders.push(slow.promise);
    memory.write('key', () => 1);
    setTimeout(slow.end, 30);
    await memory.written('key');
    assert.equal(store.kept.get('key'), 1);
    store.orders.push(failing(), hanging().promise);
    memory.write('key', () => 2);
    await until('it is told', () => reports.length === 1);
    await memory.written('key');
    assert.equal(store.kept.get('key'), 1);
  });

  it('gives up a write that hangs, and writes once more where that one comes last', async () => {
    const memory = open();
    const first = hanging();
    store.orders.push(first.promise);
    memory.write('key', () => 1);
    await until('it was given up', () => reports.length === 1);
    assert.match(reports[0]?.message ?? '', /no response within/);
    memory.write('key', () => 2);
    await until('the next one', () => store.kept.get('key') === 2);
    first.end();
    // The first value is also written before, where its pause has ended before the second came.
    await until('the newest again', () => store.written.slice(-3).join() === '2,1,2');
  });

  it('is written when its node is closed, but does not hold it up for long', async () => {
    const memory = open();
    const slow = hanging();
    store.orders.push(slow.promise);
    memory.write('key', () => 1);
    await until('a write', () => store.open === 1);
    memory.write('key', () => 2);
    setTimeout(slow.end, 50);
    await scope.end();
    assert.equal(store.kept.get('key'), 2);
    const next = open();
    store.orders.push(hanging().promise);
    next.write('key', () => 3);
    const began = performance.now();
    await scope.end();
    assert.ok(performance.now() - began < 1000);
    assert.equal(await open().read('key'), 3);
    await until('the next instance has written it', () => store.kept.get('key') === 3);
  });

  const SELDOM = { first: 60_000, most: 60_000 };

  for (const [what, trouble] of Object.entries({ hung: () => hanging().promise, failed: failing }))
    it(`is written at a stop where the reading has ${what} and the store is back: first read, for who merges it`, async () => {
      Object.assign(JOURNAL, { retry: SELDOM });
      store.kept.set('key', 'old');
      store.orders.push(trouble());
      const memory = open();
      await memory.read('key', (value) => memory.write('key', () => `new after ${value} ${store.written.length}`));
      memory.write('key', () => 'new');
      await until('it has failed', () => reports.length === 1);
      await scope.end();
      assert.deepEqual([store.kept.get('key'), store.written.length], ['new after old 0', 1]);
    });

  it('is written at a stop where a write hangs and the store is back', async () => {
    const memory = open();
    store.orders.push(hanging().promise);
    memory.write('key', () => 1);
    await until('a write', () => store.open === 1);
    await scope.end();
    assert.equal(store.kept.get('key'), 1);
  });

  it('is written over nothing that nobody has read, neither at a stop nor by the next instance', async () => {
    Object.assign(JOURNAL, { retry: SELDOM });
    store.kept.set('key', 'old');
    store.orders.push(failing(), failing());
    const memory = open();
    await memory.read('key');
    memory.write('key', () => 'new');
    await scope.end();
    assert.deepEqual(store.written, []);
    const late: unknown[] = [];
    assert.equal(await open().read('key', (value) => late.push([value, store.written.length])), 'new');
    await until('it is written', () => store.kept.get('key') === 'new');
    assert.deepEqual(late, [['old', 0]]);
  });

  it('notices with the next event that a store works again', async () => {
    Object.assign(JOURNAL, { retry: SELDOM });
    store.kept.set('key', 'old');
    store.orders.push(failing(), failing());
    const memory = open();
    await memory.read('key');
    let number = 0;
    await until('it is written', () => {
      memory.write('key', () => `new ${++number}`);
      return String(store.kept.get('key')).startsWith('new');
    });
    assert.equal(reports.length, 1);
  });
});
