import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { EnsembleError } from '../../../src/core/errors';
import {
  address,
  boolean,
  choice,
  color,
  grid,
  host,
  integer,
  list,
  object,
  objects,
  optional,
  type Parameter,
  port,
  scalar,
  scalarOrBytes,
  secret,
  text,
} from '../../../src/core/schema/parameters';
import { misfit, parseCredentials, parseParameter, parseParameters, parseSettings } from '../../../src/core/schema/parse';

const face = { label: '', help: '' };
const level = integer({ ...face, min: 0, max: 100, unit: 'percent' });
const matrix = grid({ ...face, columns: 10, rows: 10, min: 0, max: 15 });
const cornerless = grid({ ...face, columns: 10, rows: 10, corners: false, min: 0, max: 15 });
const refused = (parameter: Parameter<unknown>, value: unknown, message: string | RegExp) =>
  assert.throws(() => parseParameter('x', parameter, value), { code: 'INVALID_INPUT', message });

describe('parameters', () => {
  it('take numbers as text, as TypedInputs and the environment give them', () => {
    assert.equal(parseParameter('x', level, '42'), 42);
    assert.equal(parseParameter('x', level, 0), 0);
  });

  it('name the field, what was expected and what came', () => {
    refused(level, 101, 'x must be a whole number from 0 to 100 percent, not 101');
    refused(level, '1.5', 'x must be a whole number from 0 to 100 percent, not "1.5"');
    refused(level, Number.NaN, 'x must be a whole number from 0 to 100 percent, not NaN');
    refused(level, [5], 'x must be a whole number from 0 to 100 percent, not [5]');
    refused(choice({ ...face, options: ['a', 'b'] }), 'c', 'x must be one of a, b, not "c"');
    refused(boolean(face), 'yes', 'x must be true or false, not "yes"');
    refused(text({ ...face, pattern: '^\\d+$', expected: 'digits' }), 'abc', 'x must be digits, not "abc"');
    refused(address({ ...face, options: ['https:'] }), 'http://host', 'x must be an address that begins with https://, not "http://host"');
  });

  it('take true and false in the words and numbers that stand for them', () => {
    for (const value of [true, 'true', 1, '1']) assert.equal(parseParameter('x', boolean(face), value), true);
    for (const value of [false, 'false', 0, '0']) assert.equal(parseParameter('x', boolean(face), value), false);
    for (const value of ['yes', 2, '2', [], {}]) refused(boolean(face), value, `x must be true or false, not ${JSON.stringify(value)}`);
  });

  it('count null, undefined and an empty text as missing, but a zero or false as a value', () => {
    for (const missing of [undefined, null, '']) {
      refused(level, missing, 'x is missing');
      assert.equal(parseParameter('x', optional(level), missing), undefined);
      assert.equal(parseParameter('x', integer({ ...face, default: 7 }), missing), 7);
    }
    assert.equal(parseParameter('x', text({ ...face, allowEmpty: true }), ''), '');
    assert.equal(parseParameter('x', boolean(face), false), false);
  });

  it('read lists of ids from arrays and from text with commas', () => {
    assert.deepEqual(parseParameter('x', list(face), '1, b ,,3'), ['1', 'b', '3']);
    assert.deepEqual(parseParameter('x', list(face), [1, 'b']), ['1', 'b']);
    assert.deepEqual(parseParameter('x', list(face), 5), ['5']);
    refused(list(face), [1, {}], 'x[1] must be text or a number, not {}');
    refused(list(face), 'a, ..', 'x[1] must be an ID, not " .."');

    refused(list(face), [1, Number.NaN], 'x[1] must be text or a number, not NaN');
    refused(list(face), [1, null], 'x[1] must be text or a number, not null');
    refused(list(face), Number.NaN, 'x must be text or a number, not NaN');
    for (const blank of ['', ' ']) refused(list(face), [1, blank], `x[1] must be an ID, not "${blank}"`);
    refused(list(face), ' , ', 'x must be at least one id, not " , "');
  });

  it('name the first wrong cell of a grid and its value', () => {
    const cells: unknown[] = Array(100).fill(0);
    const rows = () => Array.from({ length: 10 }, () => Array(10).fill(3) as unknown[]);
    refused(matrix, cells.with(37, 16), 'x[37] must be a whole number from 0 to 15, not 16');
    refused(matrix, cells.with(5, '7').with(6, -1), 'x[5] must be a whole number from 0 to 15, not "7"');
    refused(matrix, cells.slice(1), 'x[99] must be a whole number from 0 to 15, not nothing');
    refused(matrix, [...cells, 4], 'x[100] must be left out (there are 100), not 4');
    refused(matrix, rows().with(3, Array(9).fill(3)), 'x[3][9] must be a whole number from 0 to 15, not nothing');
    refused(matrix, rows().with(4, 'row' as never), 'x[4] must be an array of 10 whole numbers, not "row"');
    refused(matrix, rows().slice(1), 'x[9] must be an array of 10 whole numbers, not nothing');
    refused(matrix, 'text', 'x must be an array of 100 whole numbers, or 10 rows of 10, not "text"');
  });

  it('make the same pattern of rows and of a flat array', () => {
    return fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 100, maxLength: 100 }), (cells) => {
        const rows = Array.from({ length: 10 }, (_, row) => cells.slice(row * 10, row * 10 + 10));
        assert.deepEqual(parseParameter('x', matrix, rows), cells);
        assert.deepEqual(parseParameter('x', matrix, cells), cells);
      }),
    );
  });

  it('make the same pattern of JSON text, a Buffer, typed arrays, and of the numbers without the corners', () => {
    const cells = Array.from({ length: 100 }, (_, index) => ([0, 9, 90, 99].includes(index) ? 0 : index % 16));
    const rows = Array.from({ length: 10 }, (_, row) => cells.slice(row * 10, row * 10 + 10));
    const leds = cells.filter((_, index) => ![0, 9, 90, 99].includes(index));
    for (const form of [JSON.stringify(cells), JSON.stringify(rows, null, 2), Buffer.from(cells), new Float64Array(cells)])
      assert.deepEqual(parseParameter('x', matrix, form), cells);
    const rowsOfBytes = rows.map((row) => new Uint8Array(row));
    for (const form of [rowsOfBytes, leds, Buffer.from(leds), JSON.stringify(leds)])
      assert.deepEqual(parseParameter('x', cornerless, form), cells);
    refused(matrix, leds, 'x[96] must be a whole number from 0 to 15, not nothing');
    refused(cornerless, leds.with(95, 16), 'x[95] must be a whole number from 0 to 15, not 16');
    refused(cornerless, leds.slice(1), 'x[95] must be a whole number from 0 to 15, not nothing');
    refused(cornerless, Buffer.from(cells.with(1, 200)), 'x[1] must be a whole number from 0 to 15, not 200');
    refused(cornerless, new BigInt64Array(100), 'x[0] must be a whole number from 0 to 15, not a bigint');
    for (const [value, shown] of [
      ['[0', '"[0"'],
      ['7', '"7"'],
      [new DataView(new ArrayBuffer(100)), '{}'],
      [{}, '{}'],
    ])
      refused(cornerless, value, `x must be an array of 100 whole numbers, 10 rows of 10, or 96 without the corners, not ${shown}`);
  });

  it('take an address without a query, a fragment and a password, and show none of them', () => {
    const web = address({ ...face, options: ['https:', 'http:'] });
    assert.equal(parseParameter('x', web, ' https://a.example/b// '), 'https://a.example/b');
    for (const more of ['?', '?token=hush', '#', '#hush', '/b?hush#hush'])
      refused(web, `https://a.example${more}`, 'x must be an address without a query and a fragment, not "https://a.example/…"');
    for (const login of ['hush', 'u:hush', ':hush'])
      refused(web, `https://${login}@a.example`, 'x must be an address without a user name and a password, not "https://…@a.example"');
  });

  it('show no password of what should be a host', () => {
    const device = host({ ...face, expected: 'a host' });
    refused(device, 'https://user:hush@127.0.0.1', 'x must be a host, not "https://…@127.0.0.1"');
    refused(device, 'user:hush@127.0.0.1', 'x must be a host, not "…@127.0.0.1"');
  });

  it('take no address without a host, or with a port that is none', () => {
    const broker = address({ ...face, options: ['mqtt:', 'https:'] });
    for (const written of ['mqtt://', 'mqtt:///x', 'mqtt:', 'mqtt://:1883'])
      refused(broker, written, `x must be an address with a host, not ${JSON.stringify(written)}`);
    for (const written of [
      'mqtt://host:0',
      'https://host:0',
      'mqtt://host:65536',
      'https://[::1]:99999/a',
      'MQTT://host:99999',
      'mqtt://host:a',
    ])
      refused(broker, written, `x must be an address with a port from 1 to 65535, not ${JSON.stringify(written)}`);
    for (const written of ['ws://host:65536', 'host:99999'])
      refused(broker, written, `x must be an address that begins with mqtt:// or https://, not ${JSON.stringify(written)}`);
  });

  it('tell what is wrong with an address that begins as it should, for panels to say it in their language', () => {
    const web = address({ ...face, options: ['https:', 'mqtt:'] });
    const reasons = {
      'https://user:pw@host/': 'login',
      'https://host/a?x=1': 'query',
      'https://host/#a': 'query',
      'mqtt://127.0.0.1:99999': 'port',
      'mqtt://host:0': 'port',
      'https://': 'host',
      'https://a b': 'spaces',
      'https://127.1': 'misread',
      'ftp://host': undefined,
      host: undefined,
    };
    for (const [written, reason] of Object.entries(reasons)) assert.equal(misfit(web, written)?.reason, reason, written);
    assert.equal(misfit(web, 'https://host'), undefined);
    assert.throws(
      () => parseParameter('x', web, 'https://user:pw@host/'),
      ({ told }: EnsembleError) => told[0]?.text === 'x must be an address without a username and a password.',
    );
  });

  it('take no host that is read as another than the one that is written', () => {
    const web = address({ ...face, options: ['https:', 'mqtt:'] });
    const device = host({ ...face, expected: 'a host' });
    const misread: [string, string][] = [
      ['192.168.001.010', '192.168.1.8'],
      ['127.1', '127.0.0.1'],
      ['0x7f.1', '127.0.0.1'],
      ['2130706433', '127.0.0.1'],
      ['１２７.0.0.1', '127.0.0.1'],
      ['ｅxample.com', 'example.com'],
      ['example。com', 'example.com'],
      ['ex%61mple.com', 'example.com'],
      ['exam\u00adple.com', 'example.com'],
    ];
    for (const [written, read] of misread) {
      const reason = ` that everybody reads alike (${written} would be ${read}), not `;
      refused(device, written, `x must be a host${reason}"${written}"`);
      for (const more of ['', ':8883', '/a/b'])
        for (const protocol of ['https', 'mqtt'])
          refused(web, `${protocol}://${written}${more}`, `x must be an address with a host${reason}"${protocol}://${written}${more}"`);
    }
    const good = ['192.168.1.10', 'Turn.local', 'turn.local.', 'münchen.example', 'MÜNCHEN.example', 'xn--mnchen-3ya.example', '[::1]'];
    for (const one of [...good, '[0:0:0:0:0:0:0:1]', 'localhost', 'a_b', '10.0.0.1.nip.io', '日本.example']) {
      assert.equal(parseParameter('x', device, one), one);
      for (const protocol of ['https', 'mqtt'])
        assert.equal(parseParameter('x', web, `${protocol}://${one}:1234/a`), `${protocol}://${one}:1234/a`);
    }
    refused(device, '192.168.1.300', 'x must be a host, not "192.168.1.300"');
  });

  it('take a host alone, with IPv6 only where it serves', () => {
    for (const written of ['http://turn', 'turn:80', 'turn/a', 'a b', '::1', '[::1', '.', '..'])
      refused(
        host(face),
        written,
        `x must be a host name or an IP address (IPv6 in brackets: [::1]), without http:// and port, not "${written}"`,
      );
    refused(host(face), -1, 'x must be a host name or an IP address (IPv6 in brackets: [::1]), without http:// and port, not -1');
    const ipv4 = host({ ...face, ipv6: false });
    refused(ipv4, '[::1]', 'x must be an IPv4 address or a name, not "[::1]"');
    assert.equal(parseParameter('x', ipv4, '255.255.255.255'), '255.255.255.255');
  });

  it('take a port', () => {
    assert.equal(parseParameter('x', port(face), '80'), 80);
    for (const wrong of [0, 65536, 1.5]) refused(port(face), wrong, `x must be a whole number from 1 to 65535, not ${wrong}`);
    assert.equal(parseParameter('x', port({ ...face, default: 55555 }), undefined), 55555);
  });

  it('show no login and no query of what is no address', () => {
    const web = address({ ...face, options: ['https:'] });
    const begins = 'x must be an address that begins with https://, not ';
    refused(web, 'ftp://user:hush@host/a?token=hush', `${begins}"ftp://…@host/a…"`);
    refused(web, 'user:hush@host', `${begins}"…@host"`);
    refused(web, 'https://user:hush@192.168.001.010', /^x must be an address with a host .*, not "https:\/\/…@192\.168\.001\.010"$/);
  });

  it('show nothing of a credential, whatever rule it breaks', () => {
    const credentials = {
      key: secret({ ...face, pattern: '^[a-z]+$', expected: 'small letters' }),
      pin: integer({ ...face, max: 9999 }),
      ids: list(face),
    };
    const hush = { key: 'HUSH', pin: 1, ids: 'a' };
    const told = (given: object, message: string) =>
      assert.throws(() => parseCredentials(credentials, { ...hush, key: 'a', ...given }, {}), { code: 'NOT_CONFIGURED', message });
    told({ key: 'HUSH' }, 'key must be small letters');
    told({ key: { hush: 1 } }, 'key must be small letters');
    told({ pin: 'HUSH' }, 'pin must be a whole number of at most 9999');
    told({ ids: ['a', { hush: 1 }] }, 'ids[1] must be text or a number');
    told({ key: '' }, 'key is missing');
    refused(secret(face), ['hush'], 'x must be text');
    refused(secret({ ...face, pattern: '^[a-z]+$', expected: 'small letters' }), 'HUSH', 'x must be small letters');
  });

  it('show nothing of a credential of any kind', () => {
    const kinds = [secret(face), text(face), level, port(face), host(face), matrix, list(face), boolean(face), object(face), objects(face)];
    const others = [scalar(face), color(face), address({ ...face, options: ['https:'] }), choice({ ...face, options: ['a'] })];
    const hush = ['HUSH', 'https://HUSH@a', 'https://a?HUSH', '127.HUSH', 'hｕSH', 'hush%61', 'HUSH\n', '0xHUSH', '#HUSH', '12345678'];
    const values = hush.flatMap((text) => [text, [text], { r: text, g: 0, b: 0 }, [{ text }], JSON.stringify([text, { text }])]);
    let refusals = 0;
    for (const parameter of [...kinds, ...others])
      for (const value of values)
        try {
          parseCredentials({ x: parameter as Parameter<unknown> }, { x: value }, {});
        } catch (error) {
          refusals++;
          assert.doesNotMatch(String(error), /h[uｕ]sh|1234/i);
        }
    assert.ok(refusals > 300, String(refusals));
  });

  it('take a secret for a header only as a header can carry it', () => {
    const token = secret({ ...face, inHeader: true });
    for (const good of ['a', 'dG9rZW4=', 'two words', 'größe', 42]) assert.equal(parseParameter('x', token, good), String(good));
    for (const bad of ['token\n', 'a\r\nb: c', ' a', 'a ', 'a\u0000', 'a\u007f', 'a\u00a0', '日本', '\t'])
      refused(token, bad, 'x must be a line of Latin letters, digits and signs without spaces around it, as a header can carry it');
    assert.equal(parseParameter('x', secret(face), 'a\nb '), 'a\nb ');
  });

  it('take a single value as it is, bytes only where they may be', () => {
    for (const value of ['on', 0, -1.5, true, false]) assert.deepEqual(parseParameter('x', scalar(face), value), value);
    const bytes = Buffer.from([0, 255]);
    assert.equal(parseParameter('x', scalarOrBytes(face), bytes), bytes);
    refused(scalar(face), bytes, 'x must be text, a number, true or false, not a Buffer of 2 bytes');
    refused(scalar(face), Number.NaN, 'x must be text, a number, true or false, not NaN');
    refused(scalar(face), [1], 'x must be text, a number, true or false, not [1]');
  });

  it('take objects, one or many, or their JSON text', () => {
    assert.deepEqual(parseParameter('x', object(face), '{"a":1}'), { a: 1 });
    assert.deepEqual(parseParameter('x', objects(face), { a: 1 }), [{ a: 1 }]);
    assert.deepEqual(parseParameter('x', objects(face), '[{"a":1},{"b":2}]'), [{ a: 1 }, { b: 2 }]);
    refused(object(face), [{}], 'x must be an object, not [{}]');
    refused(object(face), '{"a":', 'x must be an object, not "{\\"a\\":"');
    refused(objects(face), [{}, 3], 'x[1] must be an object, not 3');
    refused(objects(face), [], 'x must be an object, or an array of objects, not []');
  });

  it('name the part of an object that cannot be sent', () => {
    const circle: Record<string, unknown> = { list: [{}] };
    (circle.list as object[])[0] = circle;
    refused(object(face), circle, 'x.list[0] must be a value that JSON can hold, not an object that refers to itself');
    const named = { 'light/1/1': { on: 1n } };
    refused(object(face), named, 'x["light/1/1"].on must be a value that JSON can hold, not a bigint');
    refused(object(face), { a: { b: [1, 2n] } }, 'x.a.b[1] must be a value that JSON can hold, not a bigint');
    refused(objects(face), [{}, { a: 1n }], 'x[1].a must be a value that JSON can hold, not a bigint');
    let deep = {};
    for (let i = 0; i < 100_000; i++) deep = { deep };
    refused(object(face), deep, 'x must be a value that JSON can hold, not an object that is nested too deeply');
    const shared = {};
    assert.deepEqual(parseParameter('x', object(face), { a: shared, b: shared }), { a: {}, b: {} });
  });

  it('take a colour in each of its forms', () => {
    const part = fc.integer({ min: 0, max: 255 });
    void fc.assert(
      fc.property(part, part, part, (r, g, b) => {
        const hex = `#${[r, g, b].map((value) => value.toString(16).padStart(2, '0')).join('')}`;
        for (const form of [
          hex,
          hex.toUpperCase(),
          hex.slice(1),
          [r, g, b],
          { r, g, b },
          JSON.stringify({ r, g, b }),
          JSON.stringify([r, g, b]),
        ])
          assert.deepEqual(parseParameter('x', color(face), form), { r, g, b });
      }),
    );
    assert.deepEqual(parseParameter('x', color(face), { h: 360, s: 0, v: 12.5, more: 1 }), { h: 360, s: 0, v: 12.5 });
    refused(color(face), '#12345', 'x must be a colour as #rrggbb, [r, g, b], {r, g, b} or {h, s, v}, not "#12345"');
    refused(color(face), [0, 256, 0], 'x[1] must be a number from 0 to 255, not 256');
    refused(color(face), { h: 0, s: 101, v: 0 }, 'x.s must be a number from 0 to 100, not 101');
  });

  it('are asked for only as other settings stand, and missed only then', () => {
    const settings = {
      by: choice({ ...face, options: ['door', 'window'], default: 'door' }),
      key: optional(text({ ...face, when: { by: 'door' }, needed: true })),
    };
    assert.throws(() => parseSettings(settings, {}), { code: 'NOT_CONFIGURED', message: 'key is missing' });
    assert.equal(parseSettings(settings, { by: 'window' }).key, undefined);
    assert.throws(() => parseSettings({ key: settings.key }, {}, { by: 'door' }), { message: 'key is missing' });
    assert.equal(parseSettings({ key: settings.key }, {}, { by: 'window' }).key, undefined);
  });

  it('survive any value, with a value in range or an INVALID_INPUT', () => {
    const kinds = [
      level,
      matrix,
      list(face),
      boolean(face),
      text(face),
      secret(face),
      host(face),
      port(face),
      object(face),
      objects(face),
      scalar(face),
      color(face),
    ];
    const protocols = address({ ...face, options: ['https:'] });
    return fc.assert(
      fc.property(fc.anything({ withBigInt: true, withTypedArray: true }), fc.constantFrom(...kinds, protocols), (value, parameter) => {
        try {
          parseParameter('x', parameter as Parameter<unknown>, value);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'INVALID_INPUT', String(error));
        }
      }),
    );
  });

  it('tell a setting that does not fit as NOT_CONFIGURED', () => {
    assert.throws(() => parseSettings({ level }, { level: 'high' }), { code: 'NOT_CONFIGURED', message: /^level must be/ });
    assert.deepEqual(parseParameters({ level }, { level: 3, other: 4 }), { level: 3 });
  });
});
