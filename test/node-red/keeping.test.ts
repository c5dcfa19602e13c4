import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { KEEPING } from '../../src/core/keeping';
import { largest } from '../../src/core/numbers';
import { Audit } from '../kit/audit';
import { type Behaviour, FaultServer, respond } from '../kit/fault-server';
import { type DeployType, startNodeRed } from '../kit/node-red';
import { Stage } from '../kit/stage';
import { msg, num, payload, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { sonata } from '../sonata/vendor';
import { twinkly } from '../twinkly/vendor';

const { rule } = KEEPING;
before(() => {
  KEEPING.rule = { first: 50, most: 200 };
});
after(() => {
  KEEPING.rule = rule;
});

const cut: Behaviour = (response) => void response.socket?.resetAndDestroy();
const node = (operation: string, more: object = {}) => ({
  type: 'sonata-pattern',
  operation,
  parameters: { deviceId: msg('device'), pattern: payload },
  keepFor: 60,
  ...more,
});

describe('an action node that keeps messages', () => {
  const stage = new Stage(sonata);
  const devices = () => stage.requests.map(({ json }) => (json as { device_id: number }).device_id);
  const levels = () => stage.requests.map(({ json }) => (json as { values: number[] }).values[0]);
  const isKept = (text: RegExp) => () => text.test(stage.red.statuses.findLast(({ id }) => id === 'node')?.status.text ?? '');
  const pattern = (level: number, device = 1) => ({ device, payload: Array(100).fill(level) });
  const outcomes = (ids: readonly string[]) => ids.map((id) => stage.audit.outcomes.get(id));

  it('delivers all of them in order when the server is back, and shows what it keeps until then', async () => {
    await stage.open(node('set-pattern'));
    await stage.server.refuse();
    const ids = [1, 2, 3].map((level) => stage.audit.send(pattern(level)));
    const other = stage.audit.send(pattern(4, 2));
    await until('the status', isKept(/^UNREACHABLE: 2 kept since \d\d:\d\d$/));
    deepEqual(await stage.red.status('node', { fill: 'yellow', shape: 'ring' }).then(({ fill }) => fill), 'yellow');
    await stage.server.heal();
    await stage.audit.settled();
    deepEqual(
      outcomes([...ids, other]).map((outcome) => outcome?.ends),
      [['done'], ['done'], ['done'], ['done']],
    );
    deepEqual(
      levels().filter((level) => level !== 4),
      [1, 2, 3],
    );
    equal(devices().filter((device) => device === 2).length, 1);
    await stage.audit.status({ fill: 'green' });
  });

  it('honours Retry-After', async () => {
    // A request that must not take so long is not tried again within itself.
    await stage.open(node('off'), { timeout: 500 });
    const times: number[] = [];
    stage.server.always((response, request) => {
      times.push(performance.now());
      (times.length < 3 ? respond({}, 503, { 'retry-after': '1' }) : respond({ message: 'Success' }))(response, request);
    });
    const { ends } = await stage.run({ device: 1 });
    deepEqual(ends, ['done']);
    equal(times.length, 3);
    for (const [index, time] of times.entries()) ok(index === 0 || time - (times[index - 1] ?? 0) >= 1000);
  });

  it('sends a toggle later where the connection was refused, once', async () => {
    await stage.open(node('toggle'));
    await stage.server.refuse();
    const id = stage.audit.send({ device: 1 });
    await until('that it is kept', isKept(/1 kept/));
    await stage.server.heal();
    await stage.audit.settled();
    deepEqual(stage.audit.outcomes.get(id)?.ends, ['done']);
    equal(stage.requests.length, 1);
  });

  for (const [title, behaviour, code] of [
    ['was lost on the way', cut, 'UNREACHABLE'],
    ['was answered with 503', respond({}, 503), 'VENDOR_ERROR'],
    ['got no response', () => {}, 'TIMEOUT'],
  ] as [string, Behaviour, string][])
    it(`does not keep a toggle that ${title}`, async () => {
      await stage.open(node('toggle'), { timeout: 300 });
      stage.server.always(behaviour);
      const { ends } = await stage.run({ device: 1 });
      deepEqual(ends, [code]);
      equal(stage.requests.length, 1);
      await stage.audit.status({ fill: 'red', text: `Toggle: ${code}` });
    });

  it('fails with the last error, after which what waited is sent', async () => {
    await stage.open(node('set-pattern', { keepFor: 1 }), { timeout: 100 });
    stage.server.always((response, request) => respond({}, levels().at(-1) === 1 ? 503 : 200)(response, request));
    const began = performance.now();
    const first = stage.audit.send(pattern(1));
    await until('that it is kept', isKept(/1 kept/));
    stage.server.always((response, request) =>
      (levels().at(-1) === 1 ? respond({ error: 'too much' }, 429) : respond({ message: 'Success' }))(response, request),
    );
    const second = stage.audit.run(pattern(2));
    await until('its end', () => stage.audit.outcomes.get(first)?.ends.length === 1);
    ok(performance.now() - began >= 1000);
    match(String(stage.audit.outcomes.get(first)?.error), /429: too much/);
    deepEqual((await second).ends, ['done']);
  });

  it('latest: the kept message ends without an output when a newer one comes', async () => {
    await stage.open(node('set-pattern', { delivery: 'latest' }));
    await stage.server.refuse();
    const first = stage.audit.send(pattern(1));
    await until('that it is kept', isKept(/1 kept/));
    const second = stage.audit.send(pattern(2));
    await until('the end of the first', () => stage.audit.outcomes.get(first)?.ends.length === 1);
    await stage.server.heal();
    await stage.audit.settled();
    deepEqual(
      outcomes([first, second]).map((outcome) => [outcome?.ends, outcome?.outputs.length]),
      [
        [['done'], 0],
        [['done'], 1],
      ],
    );
    deepEqual(levels(), [2]);
  });

  it('does not keep what has no connection', async () => {
    await stage.open(node('off', { connection: '' }));
    const { ends } = await stage.run({ device: 1 });
    deepEqual(ends, ['NOT_CONFIGURED']);
  });

  for (const kind of ['full', 'nodes', 'flows'] as DeployType[])
    it(`ends what it keeps and what waits at a deploy: ${kind}`, async () => {
      await stage.open(node('set-pattern'));
      await stage.server.refuse();
      const ids = Array.from({ length: 40 }, (_, index) => stage.audit.send(pattern(1, index % 10)));
      await until('that they are kept', isKept(/10 kept/));
      const began = performance.now();
      await stage.audit.deploy(kind, { id: 'node', type: 'sonata-pattern', name: `after ${kind}` });
      ok(performance.now() - began < 2000);
      deepEqual([...new Set(outcomes(ids).map((outcome) => String(outcome?.ends)))], ['CANCELLED']);
    });

  it('keeps 10,000: little memory, no long turn of the event loop, and all end at the close', async () => {
    const COUNT = 10_000;
    await stage.open(node('off'), { timeout: 60_000 });
    KEEPING.rule = { first: 600_000, most: 600_000 };
    try {
      stage.server.always(respond({}, 429, { 'retry-after': '600' }));
      const before = process.memoryUsage().heapUsed;
      const ids: string[] = [];
      for (let device = 0; device < COUNT; device++) {
        ids.push(stage.audit.send({ device }));
        if (device % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await until('that they are kept', isKept(/^RATE_LIMITED: 10000 kept/), Boolean, 120_000);
      stage.server.requests.length = 0;
      const used = (process.memoryUsage().heapUsed - before) / COUNT;
      ok(used < 20_000, `${used} bytes for each`);
      /** Messages that ended in each turn. */
      const turns = [0];
      let isOver = false;
      const next = (): void => void setImmediate(() => isOver || (turns.push(0) && next()));
      stage.red.hooks.add('onComplete.count', () => {
        turns[turns.length - 1] = (turns.at(-1) ?? 0) + 1;
      });
      next();
      await stage.red.stop();
      isOver = true;
      stage.red.hooks.remove('onComplete.count');
      const most = largest(turns);
      ok(most <= 100, `${most} in one turn`);
      deepEqual([...new Set(outcomes(ids).map((outcome) => String(outcome?.ends)))], ['CANCELLED']);
    } finally {
      KEEPING.rule = { first: 50, most: 200 };
    }
  }).timeout(180_000);
});

describe('a node that keeps messages, and waits for what devices do', () => {
  const stage = new Stage(twinkly);
  const command = (operation: string, more: object) => ({
    type: 'twinkly-command',
    operation,
    keepFor: 60,
    parameters: { target: str('object'), id: str('tree'), command: str('x'), ...more },
  });

  it('does not send a command again that was accepted, however long it takes', async () => {
    stage.respondWith({ commandId: 'c-1', status: 'running' });
    await stage.open(command('turn-on', { waitForCompletion: num(1) }));
    const { ends } = await stage.run({});
    deepEqual(ends, ['TIMEOUT']);
    equal(stage.requests.filter(({ method }) => method !== 'GET').length, 1);
  });

  for (const [first, second] of [
    [404, 503],
    [503, 404],
  ])
    it(`keeps a message for several of which one may be reached later: ${first} and ${second}`, async () => {
      await stage.open({ ...command('turn-on', {}), parameters: { target: str('object'), ids: str('one,two') } });
      let isDown = true;
      const behaviour: Behaviour = (response, request) => {
        const status = isDown ? (request.path.includes('/one/') ? first : second) : 200;
        return respond({ status: 'success' }, status)(response, request);
      };
      stage.respondWith(behaviour);
      const id = stage.audit.send({});
      await until('that it is kept', () => stage.red.statuses.some(({ status }) => / kept /.test(status.text ?? '')));
      isDown = false;
      await stage.audit.settled();
      deepEqual(stage.audit.outcomes.get(id)?.ends, ['done']);
    });

  it('sends what must not be repeated after all, when only the login could not be reached', async () => {
    stage.respondWith({ status: 'success' });
    await stage.open(command('custom', {}));
    await stage.server.refuse();
    const id = stage.audit.send({});
    await stage.red.status('node', { fill: 'yellow' });
    await until('that it is kept', () => stage.red.statuses.some(({ status }) => / kept /.test(status.text ?? '')));
    await stage.server.heal();
    await stage.audit.settled();
    deepEqual(stage.audit.outcomes.get(id)?.ends, ['done']);
    equal(stage.requests.length, 1);
  });
});

describe('the end of Node-RED', () => {
  it('ends what is kept', async () => {
    const red = await startNodeRed();
    const server = await FaultServer.start();
    await server.refuse();
    const connection = sonata.connection(server.url);
    const audit = await Audit.open(red, { id: 'node', connection: connection.id, ...node('off') }, [connection]);
    const ids = [1, 2, 2].map((device) => audit.send({ device }));
    await until('that they are kept', () => red.statuses.some(({ status }) => /2 kept/.test(status.text ?? '')));
    const began = performance.now();
    await red.shutdown();
    ok(performance.now() - began < 2000);
    deepEqual(
      ids.map((id) => audit.outcomes.get(id)?.ends),
      [['CANCELLED'], ['CANCELLED'], ['CANCELLED']],
    );
    await server.close();
  });
});
