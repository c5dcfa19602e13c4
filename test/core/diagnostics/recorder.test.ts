import { deepEqual, equal } from 'node:assert/strict';
import { Recorder } from '../../../src/core/diagnostics/recorder';

const request = (n: number) => ({ method: 'POST', path: `/things/${n}`, json: { n } }) as const;

describe('what a connection has done of late', () => {
  it('is the last 100 exchanges, from the oldest to the newest', () => {
    const recorder = new Recorder({ pathWords: new Set(['things']), requestWords: new Set(['n']), isWord: (key) => key === 'a' });
    for (let n = 0; n < 250; n++)
      recorder.exchange(request(n), performance.now() - n, 200 + n, n === 249 ? 'TIMEOUT' : undefined, Buffer.from('{"a":1}'));
    const { exchanges } = recorder.report();
    deepEqual(
      exchanges.map(({ status }) => status),
      Array.from({ length: 100 }, (_, index) => 350 + index),
    );
    const { at, ms, ...last } = exchanges.at(-1) ?? { at: '', ms: 0 };
    deepEqual(last, {
      method: 'POST',
      path: '/things/{…}',
      status: 449,
      code: 'TIMEOUT',
      request: { n: 'integer' },
      response: { a: 'integer' },
    });
    equal(ms, 249);
    equal(Math.abs(Date.parse(at) + ms - Date.now()) < 5000, true);
  });

  it('holds the bodies of the newest, so that large ones do not fill the memory', () => {
    const recorder = new Recorder();
    const body = Buffer.from(JSON.stringify('x'.repeat(900_000)));
    for (let n = 0; n < 50; n++) recorder.exchange(request(n), 0, 200, undefined, body);
    const kept = recorder.report().exchanges.map(({ response }) => response);
    equal(kept.at(-1), 'string');
    equal(kept.filter(Boolean).length <= 4, true);
    recorder.exchange(request(0), 0, 200, undefined, Buffer.alloc(2_000_000));
    equal(recorder.report().exchanges.at(-1)?.response, undefined);
  });

  for (const [body, shape] of [
    ['', 'nothing'],
    ['device-ok', 'text'],
    ['60', 'integer'],
    ['<!DOCTYPE html><title>Kaarina</title>', 'HTML'],
    [Buffer.from([0xff, 0xfe, 0]), 'bytes'],
  ] as const)
    it(`a body ${JSON.stringify(String(body))} is ${shape}`, () => {
      const recorder = new Recorder();
      recorder.exchange(request(0), 0, 200, undefined, Buffer.from(body));
      equal(recorder.report().exchanges[0]?.response, shape);
    });
});
