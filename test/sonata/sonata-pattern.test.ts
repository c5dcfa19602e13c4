import assert from 'node:assert/strict';
import { respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { json, msg, num, str } from '../kit/typed-input';
import { refusalTable, type WireRow, wireTable } from '../kit/wire-table';
import { until } from '../kit/within';
import { sonata } from './vendor';

const cells = Array.from({ length: 100 }, (_, index) => index % 16);
const all = (level: number) => Array<number>(100).fill(level);
/** Of `cells`: 0, seven times 1, eight times what is nearest. */
const tenth = cells.map((cell) => (cell === 0 ? 0 : cell === 15 ? 2 : 1));
const device = num(3);
const pattern = msg('payload');

describe('sonata-pattern', () => {
  const stage = new Stage(sonata);
  before(() => stage.respondWith({ message: 'Success' }));

  const open = (node: object, config = {}) => stage.open({ type: 'sonata-pattern', ...node }, { installationId: '7', ...config });
  const setPattern = { operation: 'set-pattern', parameters: { deviceId: device, pattern } };
  const ids = { installation_id: 7, device_id: 3 };

  describe('sends on the wire', () => {
    const row = (title: string, node: object, path: string, body: object, settings = {}): WireRow => ({
      title,
      node: { type: 'sonata-pattern', ...node },
      settings,
      message: { payload: cells, req: { kept: true } },
      request: [`POST ${path}`, body, 'application/json'],
      response: { message: 'Success' },
    });
    const off = { operation: 'off', parameters: { deviceId: device } };
    const elsewhere = { ...off.parameters, installationId: num(4294967295) };
    wireTable(stage, {
      rows: [
        row('set-pattern under both keys', setPattern, '/pattern', { ...ids, values: cells, pattern: cells }),
        row('set-pattern under `values`', setPattern, '/pattern', { ...ids, values: cells }, { patternKey: 'values' }),
        row('set-pattern under `pattern`', setPattern, '/pattern', { ...ids, pattern: cells }, { patternKey: 'pattern' }),
        row(
          'set-pattern dimmed: to the nearest level, but what is lit stays lit',
          { ...setPattern, parameters: { ...setPattern.parameters, brightness: num(10) } },
          '/pattern',
          { ...ids, values: tenth, pattern: tenth },
        ),
        row(
          'set-pattern at brightness 0: dark',
          { ...setPattern, parameters: { ...setPattern.parameters, brightness: num(0) } },
          '/pattern',
          { ...ids, values: all(0), pattern: all(0) },
        ),
        row('fill', { operation: 'fill', parameters: { deviceId: device, level: num(6) } }, '/pattern', {
          ...ids,
          values: all(6),
          pattern: all(6),
        }),
        row(
          'on, where nothing is known',
          { ...off, operation: 'on', parameters: { deviceId: num(77) } },
          '/pattern',
          { installation_id: 7, device_id: 77, pattern: all(15) },
          { patternKey: 'pattern' },
        ),
        row('toggle', { ...off, operation: 'toggle' }, '/toggle', ids),
        row('off', off, '/off', ids),
        row('another installation than the gateway’s', { ...off, parameters: elsewhere }, '/off', { ...ids, installation_id: 4294967295 }),
      ],
      shows: ({ method, path, json, headers }) => [`${method} ${path}`, json, headers['content-type']?.split(';')[0]],
      settings: { installationId: '7' },
    });
  });

  it('lets the panels offer the devices that it has sent to', async () => {
    await open({ operation: 'off', parameters: { deviceId: msg('payload') } });
    stage.next(respond({ error: 'no such device' }, 400));
    for (const payload of [9, 12, 3, 12]) await stage.audit.run({ payload });
    const { id, type, credentials, ...values } = stage.connection({ installationId: '7' });
    const response = await stage.red.admin(`/ensemble/lookup/${type}/devices`, { method: 'POST', body: { id, values } });
    assert.deepEqual(await response.json(), [
      { value: '3', label: '3', detail: '7/3' },
      { value: '12', label: '12', detail: '7/12' },
    ]);
  });

  it('takes the pattern as rows, and a base address with a path', async () => {
    await open(setPattern, { baseUrl: `${stage.server.url}/below/this/` });
    const rows = Array.from({ length: 10 }, (_, row) => cells.slice(row * 10, row * 10 + 10));
    assert.deepEqual((await stage.audit.run({ payload: rows })).ends, ['done']);
    assert.equal(stage.server.requests[0]?.path, '/below/this/pattern');
    assert.deepEqual(stage.server.requests[0]?.json, { ...ids, values: cells, pattern: cells });
  });

  it('takes the pattern as JSON text, as bytes, and without the corners', async () => {
    await open({ operation: 'set-pattern', parameters: { deviceId: device, pattern } });
    const shown = cells.map((cell, index) => ([0, 9, 90, 99].includes(index) ? 0 : cell));
    const leds = cells.filter((_, index) => ![0, 9, 90, 99].includes(index));
    for (const payload of [JSON.stringify(shown), Buffer.from(shown), new Int16Array(shown), leds, JSON.stringify(leds)]) {
      assert.deepEqual((await stage.audit.run({ payload })).ends, ['done']);
      assert.deepEqual(stage.server.requests.at(-1)?.json, { ...ids, values: shown, pattern: shown });
    }
  });

  it('refuses what does not fit, names it, and sends nothing', async () => {
    await open(setPattern);
    const refusals: [unknown, RegExp][] = [
      [cells.with(42, 16), /^pattern\[42\] must be a whole number from 0 to 15, not 16$/],
      [cells.slice(1), /^pattern\[99\]/],
      ['text', /^pattern must be an array of 100 whole numbers, 10 rows of 10, or 96 without the corners, not "text"$/],
      [undefined, /^pattern is missing$/],
    ];
    for (const [payload, message] of refusals) {
      const { ends, caught, outputs } = await stage.audit.run({ payload });
      assert.deepEqual([ends, outputs], [['INVALID_INPUT'], []]);
      const { error } = caught[0] as { error: { message: string; code: string; cause: object } };
      assert.match(error.message, message);
      assert.deepEqual([error.code, error.cause], ['INVALID_INPUT', { vendor: 'sonata', operation: 'set-pattern', retryable: false }]);
    }
    assert.equal(stage.server.requests.length, 0);
    await stage.audit.status({ fill: 'red', shape: 'ring', text: 'Set pattern: INVALID_INPUT' });
  });

  describe('with a parameter from the environment', () => {
    const VALUE = 'a-value-that-no-log-must-have';
    const env = (value: unknown) => ({ type: 'env', value });
    const warnings = () => stage.red.logs.filter(({ level, id }) => level === 'warn' && id === 'node').map(({ text }) => text);
    const run = async (value: unknown) => {
      stage.red.logs.splice(0);
      await open({ operation: 'fill', parameters: { deviceId: str('12'), installationId: env(value), level: num(3) } });
      const ends = [];
      for (let count = 0; count < 2; count++) ends.push(...(await stage.audit.run({})).ends);
      return ends;
    };

    it('that is not set: goes on as if it were not given, and says once which variable it was', async () => {
      const told = (name: string) => [`installationId: the environment variable ${name} is not set, so the parameter counts as not given`];
      assert.deepEqual([await run('ENSEMBLE_UNSET'), warnings()], [['done', 'done'], told('ENSEMBLE_UNSET')]);
      assert.deepEqual([await run('$' + '{ENSEMBLE_UNSET}'), warnings()], [['done', 'done'], told('$' + '{ENSEMBLE_UNSET}')]);
      // A number, as a flow that no panel has made may have it.
      assert.deepEqual([await run(5), warnings()], [['done', 'done'], told('5')]);
    });

    it('whose name is in braces, of which a deploy makes the value: says so, and not the value', async () => {
      process.env.ENSEMBLE_SET = VALUE;
      const ends = await run('$' + '{ENSEMBLE_SET}');
      delete process.env.ENSEMBLE_SET;
      assert.deepEqual(ends, ['done', 'done']);
      assert.match(warnings().join('|'), /^installationId: enter the name of the environment variable without \$\{ \}\.[^|]+$/);
      assert.equal(JSON.stringify(stage.red.logs).includes(VALUE), false);
    });

    it('that is set to nothing: goes on without a word', async () => {
      process.env.ENSEMBLE_EMPTY = '';
      const ends = await run('ENSEMBLE_EMPTY');
      delete process.env.ENSEMBLE_EMPTY;
      assert.deepEqual([ends, warnings()], [['done', 'done'], []]);
    });
  });

  it('reads parameters from every source that a TypedInput has', async () => {
    const installationId = { type: 'env', value: 'INSTALLATION' };
    await open({ operation: 'set-pattern', parameters: {} });
    const sources: [string, object][] = [
      ['json', json(cells)],
      ['jsonata', { type: 'jsonata', value: '$map([0..99], function($i) { $i % 16 })' }],
      ['flow', { type: 'flow', value: 'kept.pattern' }],
      ['global', { type: 'global', value: 'pattern' }],
      ['msg', msg('deep.pattern')],
    ];
    process.env.INSTALLATION = '99';
    for (const [source, input] of sources) {
      await stage.audit.deploy('nodes', {
        id: 'node',
        type: 'sonata-pattern',
        parameters: { deviceId: str('12'), installationId, pattern: input },
      });
      const context = stage.red.node('node') as unknown as {
        context(): Record<'flow' | 'global', { set(key: string, value: unknown): void }>;
      };
      context.context().flow.set('kept', { pattern: cells });
      context.context().global.set('pattern', cells);
      assert.deepEqual((await stage.audit.run({ deep: { pattern: cells } })).ends, ['done'], source);
      assert.deepEqual(stage.server.requests.at(-1)?.json, { installation_id: 99, device_id: 12, values: cells, pattern: cells }, source);
    }
    delete process.env.INSTALLATION;
  });

  it('keeps the order of messages although reading their parameters takes time', async () => {
    const late = { type: 'jsonata', value: '$count($map([1..(slow ? 2000 : 1)], function($i) { $i })) > 0 ? 3 : 0' };
    await open({ operation: 'set-pattern', parameters: { deviceId: late, pattern } });
    for (let first = 0; first < 6; first++) stage.audit.send({ slow: first % 2 === 0, payload: cells.with(0, first) });
    await stage.audit.settled();
    assert.deepEqual(
      stage.server.requests.map(({ json }) => (json as { values: number[] }).values[0]),
      [0, 1, 2, 3, 4, 5],
    );
  });

  it('says what JSONata found wrong', async () => {
    await open({ operation: 'off', parameters: { deviceId: { type: 'jsonata', value: '$nowhere(1)' } } });
    const { ends, error } = await stage.audit.run({});
    assert.deepEqual([ends, (error as Error).message], [['INVALID_INPUT'], 'deviceId: Attempted to invoke a non-function']);
  });

  describe('with the operation left to the message', () => {
    it('takes msg.operation and msg.parameters, for what the node leaves empty', async () => {
      await open({ operation: '', parameters: { deviceId: str(''), installationId: num(5) } });
      const { ends } = await stage.audit.run({
        operation: 'set-pattern',
        parameters: { deviceId: '9', installationId: 6, pattern: cells },
      });
      assert.deepEqual(ends, ['done']);
      assert.deepEqual(stage.server.requests[0]?.json, { installation_id: 5, device_id: 9, values: cells, pattern: cells });
    });

    it('refuses an operation or a parameter that there is not', async () => {
      await open({ operation: '', parameters: {} });
      const refusals: [object, RegExp][] = [
        [{}, /^operation is missing/],
        [{ operation: 'explode' }, /^msg\.operation must be one of set-pattern, fill, on, toggle, off, not "explode"$/],
        [{ operation: 'off', parameters: { devcieId: 1 } }, /^msg\.parameters\.devcieId is unknown: off takes deviceId, installationId$/],
        [{ operation: 'off', parameters: [1] }, /^msg\.parameters must be an object/],
        [{ operation: 'off', parameters: { deviceId: null } }, /^deviceId is missing$/],
      ];
      for (const [msg, message] of refusals) {
        const { ends, error } = await stage.audit.run({ ...msg });
        assert.deepEqual(ends, ['INVALID_INPUT']);
        assert.match((error as Error).message, message);
      }
    });

    it('never lets a message change a node with a fixed one', async () => {
      await open({ operation: 'off', parameters: { deviceId: device } });
      await stage.audit.run({ operation: 'toggle', parameters: { deviceId: 8 } });
      assert.deepEqual([stage.server.requests[0]?.path, stage.server.requests[0]?.json], ['/off', { installation_id: 7, device_id: 3 }]);
    });
  });

  it('puts the result where the node says', async () => {
    await open({ ...setPattern, result: 'sonata.answer' });
    const { outputs } = await stage.audit.run({ payload: cells });
    assert.deepEqual([outputs[0]?.payload, outputs[0]?.sonata], [cells, { answer: { message: 'Success' } }]);
  });

  describe('delivers', () => {
    const holding = () => {
      const held: (() => void)[] = [];
      stage.server.always((response, request) => held.push(() => respond({ message: 'Success' })(response, request)));
      return held;
    };
    const off = { operation: 'off', parameters: { deviceId: msg('device') } };

    it('all: one in flight for each target, the rest in order, one too many fails', async () => {
      await open({ ...off, delivery: 'all', queueLimit: '2' });
      const held = holding();
      for (const device of [1, 1, 1, 1, 2]) stage.audit.send({ device });
      await until('two requests', () => held.length === 2);
      assert.deepEqual(
        stage.server.requests.map(({ json }) => (json as { device_id: number }).device_id),
        [1, 2],
      );
      await stage.audit.status({ fill: 'blue', shape: 'dot', text: 'Off +2 QUEUE_FULL' });
      for (let released = 0; released < 4; released++) {
        await until('the next request', () => held.length > released);
        held[released]?.();
      }
      await stage.audit.settled();
      assert.deepEqual(
        [...stage.audit.outcomes.values()].map(({ ends }) => ends),
        [['done'], ['done'], ['done'], ['QUEUE_FULL'], ['done']],
      );
      await stage.audit.status({ fill: 'green', shape: 'dot' });
    });

    it('latest: a superseded message completes without output', async () => {
      await open({ ...off, delivery: 'latest' });
      const held = holding();
      for (const topic of ['first', 'second', 'third']) stage.audit.send({ device: 1, topic });
      await until('a request', () => held.length === 1);
      held[0]?.();
      await until('the last request', () => held.length === 2);
      held[1]?.();
      await stage.audit.settled();
      assert.deepEqual(
        stage.audit.outputs.map(({ topic }) => topic),
        ['first', 'third'],
      );
      assert.deepEqual(
        [...stage.audit.outcomes.values()].map(({ ends }) => ends),
        [['done'], ['done'], ['done']],
      );
    });

    it('reject: a message for a busy target fails', async () => {
      await open({ ...off, delivery: 'reject' });
      const held = holding();
      for (const device of [1, 1, 2]) stage.audit.send({ device });
      await until('two requests', () => held.length === 2);
      for (const release of held) release();
      await stage.audit.settled();
      assert.deepEqual(
        [...stage.audit.outcomes.values()].map(({ ends }) => ends),
        [['done'], ['BUSY'], ['done']],
      );
    });
  });

  it('ends what waits and what is in flight with CANCELLED at a deploy', async () => {
    await open(setPattern);
    stage.server.always(() => {});
    for (let count = 0; count < 5; count++) stage.audit.send({ payload: cells });
    await until('a request', () => stage.server.requests.length === 1);
    await stage.audit.deploy('nodes', { id: 'node', type: 'sonata-pattern', name: 'changed' });
    // No TIMEOUT: the deploy has not waited for a response.
    await stage.audit.settled();
    assert.deepEqual(
      [...stage.audit.outcomes.values()].map(({ ends }) => ends),
      Array(5).fill(['CANCELLED']),
    );
  });

  const NOT_CONFIGURED: readonly (readonly [node: object, config: object, says: RegExp])[] = [
    [{ connection: 'nobody' }, {}, /^connection: no sonata-gateway is chosen/],
    [{}, { baseUrl: 'sonata' }, /^baseUrl must be an address that begins with https:\/\/ or http:\/\/, not "sonata"$/],
    [{}, { installationId: '-1' }, /^installationId must be a whole number from 0 to 4294967295, not "-1"$/],
    [{}, { timeout: 'soon' }, /^timeout must be/],
    [{ delivery: 'sometimes' }, {}, /^delivery must be one of all, latest, reject, not "sometimes"$/],
    [{ operation: 'explode' }, {}, /^operation must be one of/],
    [{ result: 'a b[' }, {}, /^result must be the name of a message's property, not "a b\["$/],
    [{}, { tls: 'nowhere' }, /^tls: /],
  ];
  refusalTable(
    stage,
    NOT_CONFIGURED.map(([node, settings, says]) => ({
      title: `says what is not configured, before the first message and at each: ${JSON.stringify({ ...node, ...settings })}`,
      node: { type: 'sonata-pattern', ...setPattern, ...node },
      message: { payload: cells },
      settings,
      says,
      end: 'NOT_CONFIGURED',
      isKnown: true,
    })),
  );

  it('works with a gateway that has its address alone, as a flow file may', async () => {
    const alone = { installationId: undefined, credentials: undefined };
    await open({ operation: 'off', parameters: { deviceId: device, installationId: device } }, alone);
    assert.deepEqual((await stage.audit.run({})).ends, ['done']);
  });

  describe('after a refusal', () => {
    const off = () => open({ operation: 'off', parameters: { deviceId: device } });

    it('says again, in the vendor’s words, why it refused', async () => {
      await off();
      stage.server.next(respond({ error: "Missing key: 'device_id'" }, 400));
      const { caught } = await stage.audit.run({});
      const error = caught[0]?.error;
      assert.equal((error?.cause as Record<string, unknown> | undefined)?.vendorMessage, "Missing key: 'device_id'");
      assert.match(error?.message ?? '', /Missing key: 'device_id'/);
    });

    it('tries again where that is harmless, and says so', async () => {
      await off();
      stage.server.next(respond({}, 503, { 'retry-after': '0' }), respond({}, 500));
      assert.deepEqual((await stage.audit.run({})).ends, ['done']);
      assert.equal(stage.server.requests.length, 3);
    });

    it('waits as long as Retry-After says, and shows it', async () => {
      await off();
      stage.server.next(respond({}, 429, { 'retry-after': '1' }));
      const started = performance.now();
      const id = stage.audit.send({});
      await stage.audit.status({ fill: 'yellow', shape: 'ring', text: 'Off: RATE_LIMITED, again in 1 s' });
      await stage.audit.settled();
      assert.deepEqual(stage.audit.outcomes.get(id)?.ends, ['done']);
      assert.ok(performance.now() - started >= 1000);
    });
  });
});
