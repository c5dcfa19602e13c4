import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { LinkedSet } from '../../src/core/linked-set';

describe('a linked set', () => {
  it('holds what was put on it and not taken off, newest first, whoever leaves when, and twice', () => {
    const comings = fc.array(fc.option(fc.nat(30), { nil: undefined }), { maxLength: 60 });
    fc.assert(
      fc.property(comings, (steps) => {
        const set = new LinkedSet<number>();
        const leave: (() => void)[] = [];
        let expected: number[] = [];
        for (const leaving of steps)
          if (leaving === undefined) {
            expected = [leave.length, ...expected];
            leave.push(set.add(leave.length));
          } else {
            leave[leaving]?.();
            expected = expected.filter((item) => item !== leaving);
          }
        deepEqual([...set], expected);
        deepEqual(set.empty(), expected);
        deepEqual([...set], []);
      }),
    );
  });
});
