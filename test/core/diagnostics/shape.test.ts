import { deepEqual, doesNotMatch } from 'node:assert/strict';
import fc from 'fast-check';
import { pathForm } from '../../../src/core/diagnostics/path-form';
import { shapeOf } from '../../../src/core/diagnostics/shape';

describe('the shape of a value', () => {
  for (const [what, value, shape] of [
    ['scalars', [null, true, 3, 1.5, 'word', ''], ['boolean or empty string or integer or null or number or string']],
    [
      'what vendors send as text',
      { alert_count: '207', on: 'true', from: '2021-01-01T00:00:00' },
      { alert_count: 'number as string', on: 'boolean as string', from: 'time as string' },
    ],
    [
      'elements of different kinds',
      [[], { a: 1 }, 'x', 2, { b: 1 }],
      [{ 'one of': [[], { 'a?': 'integer', 'b?': 'integer' }, 'integer or string'] }],
    ],
    ['elements of an array, together', [{ id: 1, name: 'x' }, { id: 'a' }], [{ id: 'integer or string', 'name?': 'string' }]],
    ['a dictionary by ids', { 48213: { runtime: {} }, 7: { error: 'gone' } }, { '*': { 'runtime?': {}, 'error?': 'string' } }],
    ['bytes', { data: Buffer.from('secret') }, { data: 'bytes' }],
  ] as const)
    it(`of ${what}`, () => {
      deepEqual(shapeOf(value), shape);
    });

  for (const key of [
    'kaarina@example.com',
    'TSPR02XYZ12345678',
    '0ac48bf3-aaaa-4ccc-8ddd-e394808eda6b',
    'deadbeef',
    'light/1/1',
    'Meeting room',
    'ä',
    '__proto__',
    'x'.repeat(33),
  ])
    it(`does not show the key ${key.slice(0, 20)}`, () => {
      deepEqual(shapeOf(JSON.parse(`{${JSON.stringify(key)}: 1}`)), { '*': 'integer' });
    });

  it('shows only the words of the vendor, where there is a list of them', () => {
    deepEqual(
      shapeOf({ d: { kaarina: { value: '1' } } }, (key) => ['d', 'value'].includes(key)),
      {
        d: { '*': { value: 'number as string' } },
      },
    );
  });

  it('shows no value, whatever is in it', () => {
    const planted = fc.stringMatching(/^[A-Z]{6}[a-z]{6}\d{4}$/);
    const any = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        planted,
        fc.array(tie('value')),
        fc.dictionary(fc.constantFrom('id', 'name', '7', 'a b'), tie('value')),
      ),
    })).value;
    fc.assert(fc.property(any, (value) => doesNotMatch(JSON.stringify(shapeOf(value)), /[A-Z]{6}[a-z]{6}\d{4}/)));
  });

  it('tells a time from another number, and its unit', () => {
    deepEqual(shapeOf({ at: 1_700_000_000, ms: 1_700_000_000_000, id: 48_213 }), { at: 'time in s', ms: 'time in ms', id: 'integer' });
  });

  it('of many objects with different keys is made in a moment, and short', () => {
    const names = (index: number) =>
      Array.from({ length: 200 }, (_, key) => `k${'abcdefghij'[key % 10]}${'x'.repeat(key / 10)}${'q'.repeat(index % 7)}`);
    const value = Array.from({ length: 500 }, (_, index) =>
      Object.fromEntries(names(index).map((name) => [name, { name: [{ id: index }] }])),
    );
    const began = performance.now();
    const shape = shapeOf(value);
    deepEqual(performance.now() - began < 1000, true);
    deepEqual(JSON.stringify(shape).length < 20_000, true);
  });

  it('of a deep or large value is made in a moment', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 200; level++) deep = [deep];
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key ${index}`, index]));
    deepEqual(JSON.stringify(shapeOf([deep, wide])).length < 200, true);
  });
});

describe('the form of a path', () => {
  const pathWords = new Set(['things', 'messages', 'v2', 'objects']);
  const requestWords = new Set(['limit', 'q', 'mine', 'token', 'ids']);
  for (const [path, query, form] of [
    ['/things/TSPR0123/messages', { limit: 100, from: undefined, q: 'Kaarina' }, '/things/{…}/messages?limit=integer&q=string'],
    ['/v2/objects/48213/', undefined, '/v2/objects/{…}/'],
    ['/v2/objects?mine=true&token=abc', undefined, '/v2/objects?mine=boolean-as-string&token=string'],
    ['/things', { 'kaarina@example.com': 1, ids: ['a', 'b'] }, '/things?*=integer&ids=string'],
  ] as const)
    it(`${path} is ${form}`, () => {
      deepEqual(pathForm({ path, ...(query && { query }) }, { pathWords, requestWords }), form);
    });
});
