import { deepEqual, equal, ok } from 'node:assert/strict';
import * as fc from 'fast-check';
import { isShown, ShownMatrix, ShownPatterns } from '../../src/vendors/sonata/shown-patterns';

const of = (level: number) => Array<number>(100).fill(level);
const ids = { installation_id: 7, device_id: 3 };
const levelOf = (levels: readonly number[] | undefined) => levels?.[1];

describe('what a matrix shows, as far as it is known', () => {
  const matrixOf = () => {
    const matrix = new ShownMatrix(ids);
    const known = () => [levelOf(matrix.now), levelOf(matrix.lit)];
    return { matrix, known };
  };

  it('is what the server has accepted', () => {
    const { matrix, known } = matrixOf();
    matrix.begin(of(4))(false);
    deepEqual(known(), [undefined, undefined]);
    matrix.begin(of(5))(true);
    matrix.begin('dark')(true);
    deepEqual(known(), [0, 5]);
    matrix.begin('toggled')(true);
    deepEqual(known(), [5, 5]);
    matrix.begin('toggled')(true);
    deepEqual(known(), [0, 5]);
  });

  it('is not known after a toggle of what is not known', () => {
    const { matrix, known } = matrixOf();
    matrix.begin('toggled')(true);
    deepEqual(known(), [undefined, undefined]);
    matrix.begin('dark')(true);
    matrix.begin('toggled')(true);
    deepEqual(known(), [undefined, undefined]);
  });

  it('is what the matrix itself tells, also while a request is under way', () => {
    const { matrix, known } = matrixOf();
    const end = matrix.begin('toggled');
    matrix.hear(of(9), false);
    end(true);
    deepEqual(known(), [9, 9]);
    matrix.hear(of(2), true);
    deepEqual(known(), [9, 9]);
    matrix.hear(of(0), false);
    deepEqual(known(), [0, 9]);
  });

  it('is what began last of two requests at the same time', () => {
    const { matrix, known } = matrixOf();
    const [first, second] = [matrix.begin(of(1)), matrix.begin(of(2))];
    second(true);
    first(true);
    deepEqual(known(), [2, 2]);
  });

  it('leaves out the corners, which have no LED', () => {
    const { matrix } = matrixOf();
    const corners = of(0).map((_, index) => ([0, 9, 90, 99].includes(index) ? 15 : 0));
    matrix.begin(corners)(true);
    equal(isShown(matrix.now), false);
    equal(matrix.lit, undefined);
  });

  it('follows a model of one matrix whose events come at once, whatever happens', () => {
    const deeds = fc.array(fc.oneof(fc.integer({ min: 0, max: 15 }), fc.constant('toggled' as const), fc.constant('event' as const)));
    void fc.assert(
      fc.property(deeds, fc.integer({ min: 1, max: 15 }), (all, other) => {
        const { matrix, known } = matrixOf();
        let model: [number, number] = [8, 8];
        matrix.hear(of(8), true);
        for (const deed of all) {
          const [now, lit] = model;
          const next = deed === 'toggled' ? (now > 0 ? 0 : lit) : deed === 'event' ? other : deed;
          model = [next, next > 0 ? next : lit];
          if (deed === 'event') matrix.hear(of(next), false);
          else matrix.begin(deed === 0 ? 'dark' : typeof deed === 'number' ? of(deed) : deed)(true);
          deepEqual(known(), model);
        }
      }),
    );
  });
});

describe('what all matrices show', () => {
  it('has a bound, and events do not drive out what was sent', () => {
    const patterns = new ShownPatterns();
    const sent = patterns.sentTo(ids);
    for (let device = 0; device < 20_000; device++) patterns.hear({ installation_id: 8, device_id: device }, of(1), false);
    equal(patterns.known(ids), sent);
    equal(patterns.known({ installation_id: 8, device_id: 19_999 }), undefined);
    ok(patterns.sentTo({ installation_id: 9, device_id: 1 }));
    equal(patterns.known(ids), undefined);
  });
});
