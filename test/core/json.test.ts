import { deepEqual, equal, throws } from 'node:assert/strict';
import { DEEPEST, parseJson, readJson } from '../../src/core/json';

const nested = (levels: number, open = '[', close = ']') => open.repeat(levels) + close.repeat(levels);
const TOO_DEEP = { code: 'BAD_RESPONSE', message: 'JSON nested more than 250 levels deep' };

describe('JSON text of a peer', () => {
  it('is read up to 250 levels of objects and arrays', () => {
    equal(JSON.stringify(readJson(nested(DEEPEST))), nested(DEEPEST));
    const mixed = nested(DEEPEST / 2, '{"a":[', ']}');
    equal(JSON.stringify(readJson(mixed)), mixed);
  });

  it('is refused where it is nested deeper, wherever that is in it', () => {
    for (const deep of [
      nested(DEEPEST + 1),
      nested(20_000),
      `{"a":1,"b":[{},${nested(DEEPEST)}]}`,
      nested(DEEPEST / 2, '[{"a":[', ']}]'),
    ]) {
      throws(() => readJson(deep), TOO_DEEP);
      equal(parseJson(deep), undefined);
    }
  });

  it('may be as wide as it likes, and hold brackets as text', () => {
    const texts = ['[{'.repeat(200), '"', '\\', '\\"[', '"\\\\', ''];
    const wide = Array(10_000).fill({ list: [[], ...texts], '[{"': {} });
    deepEqual(readJson(JSON.stringify(wide)), wide);
  });

  it('is told from what is no JSON', () => {
    throws(() => readJson('{'), SyntaxError);
    deepEqual([parseJson('{'), parseJson('null')], [undefined, null]);
  });
});
