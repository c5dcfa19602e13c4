import { deepEqual, equal, throws } from 'node:assert/strict';
import { z } from 'zod';
import type { EnsembleError } from '../../../src/core/errors';
import type { HttpResponse } from '../../../src/core/http/request';
import { json, lenientArray, lenientRecord } from '../../../src/core/http/response';
import { once } from '../../../src/core/once';

describe('a response', () => {
  let told: string[];
  beforeEach(() => {
    told = [];
  });
  const response = (body: unknown): HttpResponse => ({
    statusCode: 200,
    contentType: 'application/json',
    cookies: [],
    date: undefined,
    body: Buffer.from(JSON.stringify(body)),
    warn: (text) => told.push(text),
  });
  const thing = z.looseObject({ id: z.string(), tags: lenientArray(z.string()).optional() });

  it('that is not as promised is told with what was expected and where', () => {
    const read = json(z.looseObject({ data: z.looseObject({ id: z.string() }) }));
    const said = (broken: HttpResponse) => {
      try {
        read(broken);
        return 'nothing';
      } catch (error) {
        return (error as EnsembleError).told.map(({ text }) => text).join(' ');
      }
    };
    const body = (text: string, contentType = 'application/octet-stream') => ({ ...response({}), body: Buffer.from(text), contentType });
    const promise = 'The answer is not what the vendor promises';
    equal(said(response({})), `${promise}: "data" must be an object.`);
    equal(said(response({ data: { id: 7 } })), `${promise}: "data.id" must be text.`);
    equal(said(response([])), `${promise}: it must be an object.`);
    equal(said(body('not all')), 'The answer is no JSON, but of type application/octet-stream (bytes: 7). Check the address.');
    equal(said(body('x', '')), 'The answer is no JSON (bytes: 1). Check the address.');
    equal(said(body('{"a":', 'application/json')), 'The answer is broken or incomplete JSON (bytes: 5). Try again.');
    equal(said(body('')), 'The answer is empty. Check the address.');
    equal(said(body('['.repeat(300) + ']'.repeat(300))), 'The answer is nested more than 250 levels deep.');
  });

  describe('of which a part is odd', () => {
    it('keeps the other elements of a list, in their order, and tells of each kind of oddity once', () => {
      const read = json(z.looseObject({ data: lenientArray(thing) }));
      const data = [{ id: 'a' }, null, { id: 7, secret: 'secret-word' }, { id: 'b', more: 1 }, { id: 8 }, 'secret-word', []];
      deepEqual(read(response({ data })), { data: [{ id: 'a' }, { id: 'b', more: 1 }] });
      deepEqual(told, [
        'an element of the response is left out: expected object, received null',
        'an element of the response is left out: "id": expected string, received number',
        'an element of the response is left out: expected object, received string',
        'an element of the response is left out: expected object, received array',
      ]);
    });

    it('keeps the other entries of a dictionary, and names the odd one', () => {
      const entries = '{"a": {"id": "a"}, "b": {"id": 1}, "__proto__": {"id": "p"}, "constructor": {"id": "c"}}';
      const read = json(lenientRecord(thing));
      deepEqual(Object.entries(read({ ...response({}), body: Buffer.from(entries) })).sort(), [
        ['a', { id: 'a' }],
        ['constructor', { id: 'c' }],
      ]);
      deepEqual(told, [
        'the entry "__proto__" of the response is left out: it has a name that is no ID',
        'the entry "b" of the response is left out: "id": expected string, received number',
      ]);
    });

    it('keeps nothing of a dictionary in which all is null, and tells of it; but where nothing fits otherwise, it is none', () => {
      const read = json(lenientRecord(thing));
      deepEqual(read(response({ a: null })), {});
      deepEqual(told, ['the entry "a" of the response is left out: expected object, received null']);
      for (const body of [{ a: 'odd', b: null }, [], null, 'a', 5]) throws(() => read(response(body)), { code: 'BAD_RESPONSE' });
    });

    it('keeps what is odd deeper in it from costing more than itself', () => {
      deepEqual(json(lenientArray(thing))(response([{ id: 'a', tags: ['x', 5, 'y'] }])), [{ id: 'a', tags: ['x', 'y'] }]);
      deepEqual(told, ['an element of the response is left out: expected string, received number']);
    });

    it('is not warned of without a listener, and at most a few times', () => {
      const { warn: _, ...silent } = response([1, 'x']);
      deepEqual(json(lenientArray(z.string()))(silent), ['x']);
      const many = Object.fromEntries(Array.from({ length: 1000 }, (_, id) => [id, id]));
      deepEqual(json(lenientRecord(z.string()))(response({ ...many, good: 'x' })), { good: 'x' });
      deepEqual(told.length, 5);
    });

    it('is refused where it is the whole, and tells nothing else then', () => {
      const read = json(z.looseObject({ data: lenientArray(z.string()), id: z.string() }));
      throws(() => read(response({ data: 5, id: 'x' })), { code: 'BAD_RESPONSE', message: /^"data" of the response: .*expected array/ });
      throws(() => read(response({ data: ['x', 5] })), { code: 'BAD_RESPONSE', message: /^"id" of the response: .*expected string/ });
      deepEqual(told, []);
    });

    it('is refused where nothing of it is as promised, for then it is not what was asked for', () => {
      const read = json(z.looseObject({ data: lenientArray(thing) }));
      deepEqual(read(response({ data: [] })), { data: [] });
      throws(() => read(response({ data: [{ id: 7 }, {}] })), {
        code: 'BAD_RESPONSE',
        message: /^"data.0.id" of the response: .*expected string/,
      });
      throws(() => json(lenientRecord(thing))(response({ a: [] })), {
        code: 'BAD_RESPONSE',
        message: /^"a" of the response: .*expected object/,
      });
      deepEqual(told, []);
    });
  });
});

describe('warnings', () => {
  it('come once each, and so many different ones at most, which is told', () => {
    const told: string[] = [];
    const warn = once((text) => told.push(text));
    for (let i = 0; i < 1000; i++) warn(`odd ${i % 2 ? 'always' : i}`);
    deepEqual(told.slice(0, 3), ['odd 0', 'odd always', 'odd 2']);
    deepEqual(told.slice(99), ['odd 196', 'there were 100 different warnings; no more of them are shown until the next deploy']);
  });
});
