import assert from 'node:assert/strict';
import { readEvent, readWebhook } from '../../src/vendors/sonata/event-form';

const cells = Array.from({ length: 100 }, (_, index): number => (index === 31 || index === 55 || index === 65 ? 15 : 0));
/** The vendor's example of a context event. */
const example = `{'type': 'context', 'installation_id': '16', 'device_id': '456', 'payload': {'key': 0, 'cl': [{'i': 0, 'v': 0}, {'i': 1, 'v': 0}, {'i': 2, 'v': 0}, {'i': 3, 'v': 0}, {'i': 4, 'v': [${cells.join(', ')}]}]}}`;
const expected = {
  installationId: 16,
  deviceId: 456,
  type: 'context',
  pattern: cells,
  values: { 0: [0], 1: [0], 2: [0], 3: [0], 4: cells },
  key: 0,
};
const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
const unexpected = (what: string) => assert.fail(what);
const read = (body: string) => plain(readWebhook(Buffer.from(body), unexpected).event);

describe('sonata events', () => {
  it('are the same in all three forms of a body', () => {
    const object = {
      message_type: 'context',
      installation_id: 16,
      device_id: 456,
      payload: { key: 0, cl: [0, 1, 2, 3].map((i) => ({ i, v: 0 })).concat([{ i: 4, v: cells as never }]) },
    };
    const forms = { python: example, 'JSON string of Python': JSON.stringify(example), JSON: JSON.stringify(object) };
    for (const [form, body] of Object.entries(forms)) assert.deepEqual(read(body), expected, form);
  });

  it('have their pattern at index 4, wherever that stands, under v or vl', () => {
    const cl = [
      { i: 4, vl: cells },
      { i: 5, vl: [1, 2] },
    ];
    const event = readEvent('context', 1, 2, { cl }, unexpected);
    assert.deepEqual(event.pattern, cells);
    assert.deepEqual(event.values, { 4: cells, 5: [1, 2] });
    assert.equal('key' in event, false);
  });

  it('of other devices have values and no pattern', () => {
    for (const v of [[1], cells.slice(1)])
      assert.deepEqual(readEvent('context', 1, 2, { cl: [{ i: 4, v }] }, unexpected), {
        installationId: 1,
        deviceId: 2,
        type: 'context',
        values: { 4: v },
      });
  });

  it('of a device that boots need their ids alone', () => {
    const alive = { installationId: 16, deviceId: 456, type: 'alive', values: {} };
    for (const payload of ["''", 'None', '{}', "'up'"])
      assert.deepEqual(read(`{'type': 'alive', 'installation_id': '16', 'device_id': 456, 'payload': ${payload}}`), alive);
    assert.deepEqual(read('{"message_type":"alive","installation_id":"16","device_id":"456"}'), alive);
  });

  it('that are not as documented are refused, naming what differs', () => {
    const refusals: [string, RegExp][] = [
      ['', /neither JSON nor a Python literal/],
      ['[1]', /the body must be an object/],
      ['{"installation_id":1,"device_id":2}', /message_type must be a word such as context, not nothing/],
      ['{"type":"getboard/../#","installation_id":1,"device_id":2}', /message_type must be a word/],
      ['{"type":"context","installation_id":"x","device_id":2,"payload":{"cl":[]}}', /installation_id must be a whole number, not "x"/],
      ['{"type":"context","installation_id":1,"payload":{"cl":[]}}', /device_id must be a whole number, not nothing/],
      ['{"type":"context","installation_id":1,"device_id":2,"payload":{}}', /cl must be an array, not nothing/],
      [`{"type":"alive","installation_id":1,"device_id":2,"more":${nested(100_000, '[', ']')}}`, /nested more than 250 levels deep/],
      [`{'type': 'alive', 'installation_id': 1, 'device_id': 2, 'more': ${nested(100_000, '(', ')')}}`, /nested more than 250 levels deep/],
    ];
    for (const [body, message] of refusals)
      assert.throws(() => readWebhook(Buffer.from(body), unexpected), { code: 'BAD_RESPONSE', message });
  });

  it('may be nested as deep as no documented one is, and begin with a byte order mark', () => {
    const alive = { installationId: 16, deviceId: 456, type: 'alive', values: {} };
    for (const mark of ['', '\uFEFF'])
      assert.deepEqual(read(`${mark}{"type":"alive","installation_id":16,"device_id":456,"more":${nested(60, '[', ']')}}`), alive);
  });

  it('have numbers also where the vendor sends text', () => {
    const payload = {
      key: '9',
      cl: [
        { i: '0', v: '3' },
        { i: '4', v: cells.map(String) },
      ],
    };
    assert.deepEqual(plain(readEvent('context', 1, 2, payload, unexpected)), {
      installationId: 1,
      deviceId: 2,
      type: 'context',
      pattern: cells,
      values: { 0: [3], 4: cells },
      key: 9,
    });
  });

  it('have no pattern that could not be shown again, which is told', () => {
    for (const level of [16, -1, 0.5]) {
      const told: string[] = [];
      const event = readEvent('context', 1, 2, { cl: [{ i: 4, v: cells.with(7, level) }] }, (what) => told.push(what));
      assert.deepEqual([event.pattern, event.values[4]?.[7], /levels/.test(told[0] ?? '')], [undefined, level, true]);
    }
  });

  it('are without an item of cl that is not as documented, which is told', () => {
    const odd = [
      null,
      7,
      'text',
      [],
      {},
      { i: 'four', v: 1 },
      { i: 1 },
      { i: 1, v: 'on' },
      { i: 1, v: null },
      { i: 1, v: [1, '2', ''] },
      { i: 1.5, v: 1 },
    ];
    for (const item of odd) {
      const told: string[] = [];
      const payload = { key: 9, cl: [{ i: 0, v: 3 }, item, { i: 4, v: cells }] };
      const event = readEvent('context', 1, 2, payload, (what) => told.push(what));
      const values = { 0: [3], 4: cells };
      assert.deepEqual(
        plain(event),
        { installationId: 1, deviceId: 2, type: 'context', pattern: cells, values, key: 9 },
        JSON.stringify(item),
      );
      assert.deepEqual([told.length, /item of cl/.test(told[0] ?? '')], [1, true]);
    }
  });
});
