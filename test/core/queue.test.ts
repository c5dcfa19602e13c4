import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Queue } from '../../src/core/queue';

describe('a queue', () => {
  it('gives out what came first, whatever is done with it', () => {
    const deeds = fc.array(fc.oneof(fc.constant('shift' as const), fc.constant('empty' as const), fc.integer({ min: 1, max: 3000 })));
    void fc.assert(
      fc.property(deeds, (all) => {
        const queue = new Queue<number>();
        let model: number[] = [];
        let next = 0;
        for (const deed of all) {
          if (deed === 'shift') assert.equal(queue.shift(), model.shift());
          else if (deed === 'empty') {
            assert.deepEqual(queue.empty(), model);
            model = [];
          } else {
            for (let count = 0; count < deed; count++) {
              model.push(next);
              queue.push(next++);
            }
            for (let count = 0; count < deed / 2; count++) assert.equal(queue.shift(), model.shift());
          }
          assert.equal(queue.length, model.length);
          const [first = -1] = model;
          assert.deepEqual([queue.some((one) => one === first), queue.some((one) => one < first)], [model.length > 0, false]);
        }
      }),
    );
  });
});
