import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parsePythonLiteral } from '../../src/vendors/sonata/python-literal';

/** Python's repr() of a JSON value, written from the language reference. */
function repr(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, item]) => `${repr(key)}: ${repr(item)}`)
      .join(', ')}}`;
  const text = String(value);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return quote + escaped.replace(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`) + quote;
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe('python literals', () => {
  it('are read as they were written, whatever the value', () => {
    const numbers = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'grapheme' }),
        numbers,
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('tree')),
        fc.dictionary(fc.string(), tie('tree')),
      ),
    }));
    return fc.assert(fc.property(tree, (value) => assert.deepEqual(plain(parsePythonLiteral(repr(value))), plain(value))));
  });

  it('read what Python writes and JSON cannot', () => {
    assert.deepEqual(plain(parsePythonLiteral("{'a': (1, 2.5, -3e2,), \"b\": \"it's\", 3: None, 'c': []}")), {
      a: [1, 2.5, -300],
      b: "it's",
      3: null,
      c: [],
    });
    assert.equal(parsePythonLiteral("'\\x41\\u00e9\\U0001F600\\\\n'"), 'Aé😀\\n');
    assert.deepEqual(Object.keys(parsePythonLiteral("{'__proto__': 1}") as object), ['__proto__']);
  });

  it('refuse everything else, naming the place', () => {
    const wrong = [
      '',
      "{'a' 1}",
      "{'a': 1",
      '[1 2]',
      "'open",
      'exit()',
      '__import__',
      '1 + 1',
      "'\\xg1'",
      'nan',
      '{[]: 1}',
      '['.repeat(100),
    ];
    for (const text of wrong) assert.throws(() => parsePythonLiteral(text), /at position \d+$/, text);
    return fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parsePythonLiteral(text);
        } catch (error) {
          assert.ok(error instanceof SyntaxError);
        }
      }),
    );
  });
});
