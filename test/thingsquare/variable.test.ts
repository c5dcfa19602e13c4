import assert from 'node:assert/strict';
import { type Behaviour, respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { msg, num, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { backend, DEVICE, says } from './backend';
import { thingsquare } from './vendor';

const payload = msg('payload');
const period = { device: str(DEVICE), kind: str('d'), name: str('period') };

describe('thingsquare-variable', () => {
  const stage = new Stage(thingsquare);
  beforeEach(() => backend(stage.server, says('device-ok')));
  const open = async (operation: string, parameters: object, timeout = 10_000) => {
    await stage.open({ type: 'thingsquare-variable', operation, parameters }, { timeout });
  };
  /** The status counts down. */
  const waits = (text: RegExp) =>
    until(
      `a status like ${text}`,
      () => stage.red.statuses.at(-1)?.status,
      (status) => status?.fill === 'blue' && status.shape === 'dot' && text.test(status.text ?? ''),
    );
  const paths = () => stage.server.requests.slice(1).map(({ method, path }) => `${method} ${path.replace(/.*\//, '')}`);

  it('never takes a missing value for a synchronization', async () => {
    await open('set', { ...period, value: payload });
    for (const value of [undefined, null, {}, [1], Number.NaN]) {
      const { ends, error } = await stage.run({ payload: value });
      assert.deepEqual(ends, ['INVALID_INPUT']);
      assert.match((error as Error).message, /^value (is missing|must be text, a number, true, false or a Buffer)/);
    }
    assert.equal(stage.server.requests.length, 0);
  });

  it('refuses what does not fit, and sends nothing', async () => {
    const refusals: [string, object, RegExp][] = [
      ['set', { ...period, kind: str('meta'), value: str('1') }, /^kind must be one of d, s, not "meta"$/],
      // Milliseconds, as the backend itself tells times.
      [
        'set',
        { ...period, value: str('1'), timestamp: num(1468876126172) },
        /^timestamp must be a whole number from 0 to 99999999999 seconds, not 1468876126172$/,
      ],
      [
        'set',
        { ...period, value: str('1'), timestamp: num(1468876126), waitForAck: num(5) },
        /^waitForAck must be left out where timestamp is given/,
      ],
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
      const { ends, error } = await stage.run({});
      assert.deepEqual(ends, ['INVALID_INPUT']);
      assert.match((error as Error).message, message);
    }
    assert.equal(stage.server.requests.length, 0);
  });

  describe('waits for the device', () => {
    const set = { ...period, value: str('120') };
    const reads = (...responses: (Behaviour | object)[]) => {
      const left = responses.map((one) => (typeof one === 'function' ? (one as Behaviour) : respond(one)));
      backend(stage.server, (response, request) =>
        (request.method === 'POST' ? says('device-ok') : left.length > 1 ? (left.shift() as Behaviour) : (left[0] as Behaviour))(
          response,
          request,
        ),
      );
    };

    it('until the acknowledgement is newer than the change', async () => {
      reads({ value: '120', time: 2000 }, { value: '120', time: 2000, acked: 1000 }, { value: '120', time: 2000, acked: 2000 });
      await open('set', { ...set, waitForAck: num(10) });
      const { ends, outputs } = await stage.run({});
      assert.deepEqual([ends, outputs[0]?.payload, outputs[0]?.statusCode], [['done'], 'device-ok', 200]);
      assert.deepEqual(paths(), ['POST period', 'GET period', 'GET period', 'GET period']);
    });

    it('and shows how long it still will', async () => {
      reads({ value: '120', time: 2000, acked: 1000 });
      await open('set', { ...set, waitForAck: num(3) });
      const id = stage.audit.send({});
      await waits(/^Set variable ⏳ [1-3] s$/);
      await stage.audit.settled();
      const { ends, error } = stage.audit.outcomes.get(id) ?? assert.fail();
      assert.deepEqual(ends, ['TIMEOUT']);
      assert.equal((error as Error).message, 'the value is stored at the backend, but within 3 seconds the device has not acknowledged it');
      assert.equal((error as { cause: { retryable: boolean } }).cause.retryable, true);
    });

    it('through trouble that passes', async () => {
      reads(says('down', 503), says('down', 503), says('down', 503), { value: '120', time: 2000, acked: 2001 });
      await open('set', { ...set, waitForAck: num(20) });
      assert.deepEqual((await stage.run({})).ends, ['done']);
    });

    it('but not when the value was refused', async () => {
      backend(stage.server, (response, { method, path }) =>
        (method === 'POST' ? says('device-fail', 400) : path === '/0/user/' ? respond({ login: 'a' }) : respond({}))(
          response,
          stage.server.requests[0] ?? assert.fail(),
        ),
      );
      await open('set', { ...set, waitForAck: num(20) });
      const { ends, error } = await stage.run({});
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
        const { ends, error } = await stage.run({});
        assert.match(`${ends} ${(error as Error).message}`, /^TIMEOUT the value is stored at the backend, but within 1 seconds/);
      });

    it('and ends with a deploy', async () => {
      reads({ value: '120', time: 2000 });
      await open('set', { ...set, waitForAck: num(60) });
      stage.audit.send({});
      await waits(/^Set variable ⏳ (60|5\d) s$/);
      await stage.audit.deploy('nodes', { id: 'node', type: 'thingsquare-variable', name: 'changed' });
      await stage.audit.settled();
      assert.deepEqual(
        [...stage.audit.outcomes.values()].flatMap(({ ends }) => ends),
        ['CANCELLED'],
      );
    });
  });
});
