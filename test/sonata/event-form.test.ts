import assert from 'node:assert/strict';
import { readEvent, readWebhook } from '../../src/vendors/sonata/event-form';

const cells = Array.from({ length: 100 }, (_, index) => (index === 31 || index === 55 || index === 65 ? 15 : 0));
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
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
const read = (body: string) => plain(readWebhook(Buffer.from(body)).event);

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
    const event = readEvent('context', 1, 2, {
      cl: [
        { i: 4, vl: cells },
        { i: 5, vl: [1, 2] },
      ],
    });
    assert.deepEqual(event.pattern, cells);
    assert.deepEqual(event.values, { 4: cells, 5: [1, 2] });
    assert.equal('key' in event, false);
  });

  it('of other devices have values and no pattern', () => {
    assert.deepEqual(readEvent('context', 1, 2, { cl: [{ i: 4, v: 1 }] }), {
      installationId: 1,
      deviceId: 2,
      type: 'context',
      values: { 4: [1] },
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
      ['{"installation_id":1,"device_id":2}', /message_type must be text, not nothing/],
      ['{"type":"context","installation_id":"x","device_id":2,"payload":{"cl":[]}}', /installation_id must be a whole number, not "x"/],
      ['{"type":"context","installation_id":1,"payload":{"cl":[]}}', /device_id must be a whole number, not nothing/],
      ['{"type":"context","installation_id":1,"device_id":2,"payload":{}}', /cl must be an array, not nothing/],
      ['{"type":"context","installation_id":1,"device_id":2,"payload":{"cl":[{"v":1}]}}', /whole number i/],
      [
        '{"type":"context","installation_id":1,"device_id":2,"payload":{"cl":[{"i":1,"v":"on"}]}}',
        /a value must be a number or an array of numbers, not "on"/,
      ],
    ];
    for (const [body, message] of refusals) assert.throws(() => readWebhook(Buffer.from(body)), { code: 'BAD_RESPONSE', message });
  });
});
