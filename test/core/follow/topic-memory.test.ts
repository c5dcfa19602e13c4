import { deepEqual, equal } from 'node:assert/strict';
import { copyOf } from '../../../src/core/copy';
import { eventMarks } from '../../../src/core/follow/event-marks';
import type { Memory } from '../../../src/core/follow/events';
import { TopicMemory } from '../../../src/core/follow/topic-memory';
import { isRecord } from '../../../src/core/objects';

describe('what a node remembers of each topic', () => {
  let kept: unknown;
  let answerLate: (value: unknown) => void;
  const store: Memory = {
    read: async (_key, late = () => {}) => {
      answerLate = late;
      return kept;
    },
    write: (_key, make) => {
      kept = make();
    },
    written: async () => {},
  };
  const open = (most = { topics: 3, characters: 20 }) =>
    new TopicMemory<string>({
      memory: store,
      key: 'states',
      most: { ...most, sizeOf: (value) => value.length },
      parse: (value) => (isRecord(value) && value.stream === 'all' ? { topics: value.states as [string, string][] } : undefined),
      format: (topics) => ({ stream: 'all', states: [...topics] }),
    });

  beforeEach(() => {
    kept = undefined;
  });

  it('is what an earlier instance has kept under the same settings, and was not told by this one', async () => {
    const first = open();
    equal(await first.restore(), undefined);
    first.set('a', '1');
    first.markTold('a');
    first.save();
    const second = open();
    deepEqual(await second.restore(), { topics: [['a', '1']] });
    deepEqual([second.get('a'), second.isTold('a'), first.isTold('a')], ['1', false, true]);
    kept = { stream: 'other', states: [['a', '1']] };
    const third = open();
    equal(await third.restore(), undefined);
    deepEqual([...third], []);
  });

  it('takes in of a store that answers late what is still unknown', async () => {
    const memory = open();
    await memory.restore();
    memory.set('a', 'new');
    const late = { stream: 'all', states: [...[['a', 'old']], ...[['b', 'old']]] };
    answerLate(late);
    const all = [
      ['a', 'new'],
      ['b', 'old'],
    ];
    deepEqual([[...memory], kept], [all, { stream: 'all', states: all }]);
    const other = open();
    const told: unknown[] = [];
    await other.restore((value) => told.push(value));
    answerLate(late);
    answerLate('nonsense');
    deepEqual(told, [{ topics: late.states }, undefined]);
  });

  it('has a bound of topics and of characters', () => {
    const memory = open();
    deepEqual([memory.set('a', '1'), memory.set('b', '2'), memory.isCrowded, memory.set('c', '3')], [true, true, false, true]);
    deepEqual([memory.isCrowded, memory.set('d', '4'), memory.has('d')], [true, false, false]);
    deepEqual([memory.set('a', 'x'.repeat(15)), memory.set('b', '22'), memory.get('b')], [true, false, '2']);
    memory.retain((topic) => topic === 'b');
    deepEqual([[...memory], memory.isCrowded, memory.set('d', '4'.repeat(17))], [[['b', '2']], false, true]);
    memory.forget('d');
    memory.forget('never');
    equal(memory.set('d', '4'.repeat(17)), true);
  });
});

describe('events are marked', () => {
  const known = { isFirst: false, isKnown: true, isChanged: true, interrupted: false };
  const live = { initial: false, resumed: false };
  it('initial at the start, but resumed where a change was missed', () => {
    deepEqual(eventMarks({ ...known, isFirst: true, isKnown: false }), { initial: true, resumed: false });
    deepEqual(eventMarks({ ...known, isFirst: true, isChanged: false }), { initial: true, resumed: false });
    deepEqual(eventMarks({ ...known, isFirst: true }), { initial: false, resumed: true });
  });
  it('resumed after an interruption, and else not at all', () => {
    deepEqual(eventMarks({ ...known, interrupted: true }), { initial: false, resumed: true });
    deepEqual(eventMarks({ ...known, interrupted: true, isChanged: false }), live);
    deepEqual(eventMarks(known), live);
  });
});

describe('a copy', () => {
  it('shares nothing with its original, and keeps Buffers and odd names', () => {
    const original = {
      list: [{ deep: 1 }],
      bytes: Buffer.from([1, 2]),
      nothing: null,
      text: 'x',
      ...JSON.parse('{"__proto__": {"a": 1}}'),
    };
    const copy = copyOf(original);
    deepEqual(copy, original);
    equal(copy.list === original.list || copy.list[0] === original.list[0] || copy.bytes === original.bytes, false);
  });
});
