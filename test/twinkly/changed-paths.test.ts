import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { changedPaths } from '../../src/vendors/twinkly/changed-paths';
import { valueAt } from '../../src/vendors/twinkly/wire-profile';

const state = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true });

describe('the changed paths of two states', () => {
  it('are none for states that are the same', () => {
    return fc.assert(fc.property(state, (one) => assert.deepEqual(changedPaths(one, JSON.parse(JSON.stringify(one)), 'color'), [])));
  });

  it('lead to what differs, and to all of it', () => {
    return fc.assert(
      fc.property(state, state, (one, other) => {
        const paths = changedPaths(one, other, 'color').filter((path) => !path.includes('..') && !path.endsWith('.'));
        for (const path of paths) {
          // A key may have a dot in it; then its path leads nowhere.
          const [before, after] = [valueAt(one, path), valueAt(other, path)];
          if (before !== undefined || after !== undefined) assert.notEqual(before, after, path);
        }
        const isSame = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        assert.equal(changedPaths(one, other, 'color').length === 0, isSame);
      }),
    );
  });

  it('leave out a colour that differs by one, and nothing else', () => {
    const before = { color: { red: 255, list: [1] }, brightness: 80 };
    assert.deepEqual(changedPaths(before, { color: { red: 254, list: [2] }, brightness: 79 }, 'color'), ['brightness']);
    assert.deepEqual(changedPaths(before, { color: { red: 253, list: [1] }, brightness: 80 }, 'color'), ['color.red']);
    assert.deepEqual(changedPaths(before, { brightness: 80 }, 'color'), ['color']);
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
