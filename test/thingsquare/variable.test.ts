import assert from 'node:assert/strict';
import { Account } from '../kit/account';
import { answer, type Behaviour, FaultServer } from '../kit/fault-server';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { backend, DEVICE, frontend, says } from './backend';

const str = (value: string) => ({ type: 'str', value });
const num = (value: number) => ({ type: 'num', value: String(value) });
const payload = { type: 'msg', value: 'payload' };
const period = { device: str(DEVICE), kind: str('d'), name: str('period') };

describe('thingsquare-variable', () => {
  let red: NodeRed;
  let vendor: FaultServer;
  let account: Account;

  before(async () => {
    red = await startNodeRed();
    vendor = await FaultServer.start();
  });
  after(() => vendor.close());
  beforeEach(() => backend(vendor, says('device-ok')));
  afterEach(async () => {
    await account.close();
    await vendor.heal();
  });
  const open = async (operation: string, parameters: object, timeout = 10_000) => {
    account = await Account.open(red, { id: 'node', type: 'thingsquare-variable', connection: 'frontend', operation, parameters }, [
      frontend(vendor, { timeout }),
    ]);
  };
  /** The status counts down. */
  const waits = (text: RegExp) =>
    until(
      `a status like ${text}`,
      () => red.statuses.at(-1)?.status,
      (status) => status?.fill === 'blue' && status.shape === 'dot' && text.test(status.text ?? ''),
    );
  const paths = () => vendor.requests.slice(1).map(({ method, path }) => `${method} ${path.replace(/.*\//, '')}`);

  it('never takes a missing value for a synchronization', async () => {
    await open('set', { ...period, value: payload });
    for (const value of [undefined, null, {}, [1], Number.NaN]) {
      const { ends, error } = await account.run({ payload: value });
      assert.deepEqual(ends, ['INVALID_INPUT']);
      assert.match((error as Error).message, /^value (is missing|must be text, a number, true, false or a Buffer)/);
    }
    assert.equal(vendor.requests.length, 0);
  });

  it('refuses what does not fit, and sends nothing', async () => {
    const refusals: [string, object, RegExp][] = [
      ['set', { ...period, kind: str('meta'), value: str('1') }, /^kind must be one of d, s, not "meta"$/],
      ['sync', { ...period, kind: str('s') }, /^kind must be one of d, not "s"$/],
      ['delete', { ...period, kind: str('meta') }, /^kind must be one of d, s/],
      ['set', { ...period, kind: str('s'), value: str('1'), waitForAck: num(5) }, /^waitForAck must be left out: a variable of kind s/],
      ['set', { ...period, value: str('1'), waitForAck: num(0) }, /^waitForAck must be a number from 1 to 86400 seconds, not 0$/],
      ['history', { ...period, latest: num(-1) }, /^latest must be a whole number of at least 0, not -1$/],
      ['history', period, /^latest is missing$/],
      ['get', { ...period, device: str('') }, /^device is missing$/],
      ['get', { ...period, name: str('') }, /^name is missing$/],
    ];
    for (const [operation, parameters, message] of refusals) {
      await open(operation, parameters);
      const { ends, error } = await account.run({});
      assert.deepEqual(ends, ['INVALID_INPUT']);
      assert.match((error as Error).message, message);
      await account.close();
    }
    assert.equal(vendor.requests.length, 0);
    await open('get', period);
  });

  describe('waits for the device', () => {
    const set = { ...period, value: str('120') };
    const reads = (...answers: (Behaviour | object)[]) => {
      const left = answers.map((one) => (typeof one === 'function' ? (one as Behaviour) : answer(one)));
      backend(vendor, (response, request) =>
        (request.method === 'POST' ? says('device-ok') : left.length > 1 ? (left.shift() as Behaviour) : (left[0] as Behaviour))(
          response,
          request,
        ),
      );
    };

    it('until the acknowledgement is newer than the change', async () => {
      reads({ value: '120', time: 2000 }, { value: '120', time: 2000, acked: 1000 }, { value: '120', time: 2000, acked: 2000 });
      await open('set', { ...set, waitForAck: num(10) });
      const { ends, outputs } = await account.run({});
      assert.deepEqual([ends, outputs[0]?.payload, outputs[0]?.statusCode], [['done'], 'device-ok', 200]);
      assert.deepEqual(paths(), ['POST period', 'GET period', 'GET period', 'GET period']);
    });

    it('and shows how long it still will', async () => {
      reads({ value: '120', time: 2000, acked: 1000 });
      await open('set', { ...set, waitForAck: num(3) });
      const id = account.send({});
      await waits(/^set ⏳ [1-3] s$/);
      await account.settled();
      const { ends, error } = account.outcomes.get(id) ?? assert.fail();
      assert.deepEqual(ends, ['TIMEOUT']);
      assert.equal((error as Error).message, 'the value is stored at the backend, but within 3 seconds the device has not acknowledged it');
      assert.equal((error as { cause: { retryable: boolean } }).cause.retryable, true);
    });

    it('through trouble that passes', async () => {
      reads(says('down', 503), says('down', 503), says('down', 503), { value: '120', time: 2000, acked: 2001 });
      await open('set', { ...set, waitForAck: num(20) });
      assert.deepEqual((await account.run({})).ends, ['done']);
    });

    it('but not when the value was refused', async () => {
      backend(vendor, (response, { method, path }) =>
        (method === 'POST' ? says('device-fail', 400) : path === '/0/user/' ? answer({ login: 'a' }) : answer({}))(
          response,
          vendor.requests[0] ?? assert.fail(),
        ),
      );
      await open('set', { ...set, waitForAck: num(20) });
      const { ends, error } = await account.run({});
      assert.deepEqual(ends, ['REJECTED']);
      assert.equal((error as { cause: { vendorMessage: string } }).cause.vendorMessage, 'device-fail');
      assert.match((error as Error).message, /^there is no such device or variable, or it cannot be changed \(HTTP 400: device-fail\)$/);
    });

    for (const [trouble, behaviour] of [
      ['hangs', () => {}],
      ['asks for more patience', says('busy', 503, { 'retry-after': '100' })],
    ] as const)
      it(`no longer than it was told to, although the backend ${trouble}`, async () => {
        reads(behaviour);
        // Who waited for the backend would wait longer than `run` does.
        await open('set', { ...set, waitForAck: num(1) }, 120_000);
        const { ends, error } = await account.run({});
        assert.match(`${ends} ${(error as Error).message}`, /^TIMEOUT the value is stored at the backend, but within 1 seconds/);
      });

    it('and ends with a deploy', async () => {
      reads({ value: '120', time: 2000 });
      await open('set', { ...set, waitForAck: num(60) });
      account.send({});
      await waits(/^set ⏳ (60|5\d) s$/);
      await account.deploy('nodes', { id: 'node', type: 'thingsquare-variable', name: 'changed' });
      await account.settled();
      assert.deepEqual(
        [...account.outcomes.values()].flatMap(({ ends }) => ends),
        ['CANCELLED'],
      );
    });
  });

  describe('reads a history', () => {
    /** Points with ids from `total` down to 1. @param ids what stands between two ids */
    const serve = (total: number, gap = 1) =>
      backend(vendor, (response, { path }) => {
        const query = new URL(path, 'http://x').searchParams;
        const latest = Number(query.get('latest'));
        const from = Math.min(total * gap, Number(query.get('from') ?? Number.POSITIVE_INFINITY));
        const count = Math.max(0, Math.min(latest, Math.floor(from / gap)));
        const points = Array.from({ length: count }, (_, index) => {
          const id = from - index * gap;
          return { key: 'temperature', value: `2${id % 10}.5`, by: 'device', type: 's', timestamp: 1468876126172 + id, id };
        });
        answer(points)(response, vendor.requests[0] ?? assert.fail());
      });
    const history = (latest: number, more = {}) => ({ ...period, latest: num(latest), ...more });
    const idsOf = (payload: unknown) => (payload as { id: number }[]).map(({ id }) => id);
    const down = (from: number, count: number) => Array.from({ length: count }, (_, index) => from - index);

    for (const [latest, total, count, requests] of [
      [1, 5000, 1, 1],
      [1000, 5000, 1000, 1],
      [1001, 5000, 1001, 2],
      [2500, 5000, 2500, 3],
      [2500, 1200, 1200, 3],
      [5, 2, 2, 2],
      [5, 0, 0, 1],
      [0, 2300, 2300, 4],
    ] as const)
      it(`latest ${latest} of ${total}: ${count} points, none twice, in ${requests} requests`, async () => {
        serve(total);
        await open('history', history(latest));
        const { ends, outputs } = await account.run({});
        assert.deepEqual([ends, outputs.length], [['done'], 1]);
        assert.deepEqual(idsOf(outputs[0]?.payload), down(total, count));
        assert.equal(vendor.requests.length - 1, requests);
        assert.equal(outputs[0]?.parts, undefined);
      });

    it('asks as the vendor’s library does: the newest first, and on from the last', async () => {
      serve(5000);
      await open('history', history(2500));
      await account.run({});
      assert.deepEqual(
        vendor.requests.slice(1).map(({ path }) => path.replace(/.*\?/, '')),
        ['latest=1000', 'latest=1000&from=4001', 'latest=502&from=3002'],
      );
    });

    it('whose ids have gaps', async () => {
      serve(1500, 7);
      await open('history', history(0));
      const [output] = (await account.run({})).outputs;
      assert.equal(new Set(idsOf(output?.payload)).size, 1500);
    });

    it('and notices a backend that does not page', async () => {
      backend(
        vendor,
        answer([
          { id: 9, value: '1', timestamp: 1 },
          { id: 8, value: '1', timestamp: 1 },
        ]),
      );
      await open('history', history(5));
      const { ends, error } = await account.run({});
      assert.deepEqual(ends, ['BAD_RESPONSE']);
      assert.match((error as Error).message, /does not read a history page by page/);
    });

    it('in several messages, numbered so that a join node puts them together', async () => {
      serve(5000);
      await open('history', history(2500, { batch: num(1000) }));
      const { ends, outputs, id } = await account.run({ topic: 'kept', parts: { id: 'before', index: 0, count: 1 } });
      assert.deepEqual(ends, ['done']);
      const part = { id, type: 'array', len: 1000, property: 'payload', parts: { id: 'before', index: 0, count: 1 } };
      assert.deepEqual(
        outputs.map(({ topic, payload, parts, statusCode }) => [topic, (payload as unknown[]).length, parts, statusCode]),
        [
          ['kept', 1000, { ...part, index: 0 }, 200],
          ['kept', 1000, { ...part, index: 1 }, 200],
          ['kept', 500, { ...part, index: 2, count: 3 }, 200],
        ],
      );
      assert.deepEqual(
        outputs.flatMap(({ payload }) => idsOf(payload)),
        down(5000, 2500),
      );
    });

    it('in several messages, of which the last is never empty', async () => {
      serve(5000);
      await open('history', history(2000, { batch: num(1000) }));
      const { outputs } = await account.run({});
      assert.deepEqual(
        outputs.map(({ payload }) => (payload as unknown[]).length),
        [1000, 1000],
      );
    });

    it('that Node-RED’s own join node puts together', async () => {
      serve(3000);
      await open('history', history(2500, { batch: num(700) }));
      const join = {
        id: 'join',
        type: 'join',
        z: 'account',
        mode: 'auto',
        build: 'array',
        property: 'payload',
        propertyType: 'msg',
        key: 'topic',
        joiner: '\\n',
        joinerType: 'str',
        timeout: '',
        count: '',
        wires: [['account-output']],
      };
      account.flow = [...account.flow, join];
      await account.deploy('full', { id: 'node', type: 'thingsquare-variable', wires: [['join']] });
      await account.run({});
      await until('what it puts together', () => account.outputs.length === 1);
      assert.deepEqual(
        account.outputs.map(({ payload }) => idsOf(payload)),
        [down(3000, 2500)],
      );
    });
  });
});
