import assert from 'node:assert/strict';
import { OUTPUT, TAB } from '../kit/audit';
import { respond } from '../kit/fault-server';
import '../kit/once';
import { Stage } from '../kit/stage';
import { num, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { backend, DEVICE } from './backend';
import { thingsquare } from './vendor';

const period = { device: str(DEVICE), kind: str('d'), name: str('period') };

interface HistoryQuery {
  /** 0: all. */
  readonly latest: number;
  readonly from: number;
}
/** Which of the ids, newest first, a backend gives. */
type Pages = (ids: number[], asked: HistoryQuery) => number[];
const first = (ids: number[], latest: number) => (latest === 0 ? ids : ids.slice(0, latest));
/** As the vendor's library knows it: the point at the border comes once more. */
const inclusive: Pages = (ids, { latest, from }) =>
  first(
    ids.filter((id) => id <= from),
    latest,
  );

describe('thingsquare-variable reads a history', () => {
  const stage = new Stage(thingsquare);
  const open = async (operation: string, parameters: object) => {
    await stage.open({ type: 'thingsquare-variable', operation, parameters });
  };

  /** Points with ids from `total` down to 1. @param gap what stands between two ids */
  const serve = (total: number, gap = 1, pages: Pages = inclusive) => {
    const ids = Array.from({ length: total }, (_, index) => (total - index) * gap);
    stage.server.always((response, request) => {
      const query = new URL(request.path, 'http://x').searchParams;
      const asked = { latest: Number(query.get('latest')), from: Number(query.get('from') ?? Number.POSITIVE_INFINITY) };
      const points = pages(ids, asked).map((id) => ({
        ...{ key: 'temperature', value: `2${id % 10}.5`, by: 'device', type: 's' },
        ...{ timestamp: 1468876126172 + id, id },
      }));
      (query.has('latest') ? respond(points) : stage.server.good)(response, request);
    });
    backend(stage.server, respond({}));
  };
  const history = (latest: number, more = {}) => ({ ...period, latest: num(latest), ...more });
  const idsOf = (payload: unknown) => (payload as { id: number }[]).map(({ id }) => id);
  const down = (from: number, count: number) => Array.from({ length: count }, (_, index) => from - index);

  for (const [latest, total, count, requests] of [
    [1, 5000, 1, 1],
    [1000, 5000, 1000, 1],
    [1001, 5000, 1001, 2],
    [2500, 5000, 2500, 3],
    [2500, 1200, 1200, 2],
    [5, 2, 2, 1],
    [5, 0, 0, 1],
    [0, 2300, 2300, 3],
  ] as const)
    it(`latest ${latest} of ${total}: ${count} points, none twice, in ${requests} requests`, async () => {
      serve(total);
      await open('history', history(latest));
      const { ends, outputs } = await stage.run({});
      assert.deepEqual([ends, outputs.length], [['done'], 1]);
      assert.deepEqual(idsOf(outputs[0]?.payload), down(total, count));
      assert.equal(stage.server.requests.length - 1, requests);
      assert.equal(outputs[0]?.parts, undefined);
    });

  for (const [what, latest, startId, expected, pages] of [
    ['all from an id on', 0, 4000, 1001, inclusive],
    ['the newest of them', 10, 4000, 10, inclusive],
    ['more than a page', 3000, 2500, 2501, inclusive],
    ['nothing, where nothing is new', 0, 5001, 0, inclusive],
    ['no earlier ones, from a backend that does not know where to begin', 0, 4990, 11, (ids: number[]) => ids],
  ] as const)
    it(`reads ${what}, with one request`, async () => {
      serve(5000, 1, (ids, asked) =>
        pages(
          ids.filter((id) => pages !== inclusive || id >= startId),
          asked,
        ),
      );
      await open('history', history(latest, { startId: num(startId) }));
      const { ends, outputs } = await stage.run({});
      assert.deepEqual(ends, ['done']);
      assert.deepEqual(idsOf(outputs[0]?.payload), down(5000, expected));
      assert.deepEqual(
        stage.server.requests.slice(1).map(({ path }) => path.replace(/.*\?/, '')),
        [`latest=${latest}&startid=${startId}`],
      );
      assert.deepEqual(
        stage.red.logs.filter(({ level }) => level === 'warn'),
        [],
      );
    });

  it('asks as the vendor’s library does: the newest first, and on from the last', async () => {
    serve(5000);
    await open('history', history(2500));
    await stage.run({});
    assert.deepEqual(
      stage.server.requests.slice(1).map(({ path }) => path.replace(/.*\?/, '')),
      ['latest=1000', 'latest=1000&from=4001', 'latest=502&from=3002'],
    );
  });

  it('whose ids have gaps', async () => {
    serve(1500, 7);
    await open('history', history(0));
    const [output] = (await stage.run({})).outputs;
    assert.equal(new Set(idsOf(output?.payload)).size, 1500);
  });

  /** Backends that do not do what the vendor's library expects. */
  const ODD: Readonly<Record<string, readonly [Pages, requests: number]>> = {
    'leaves the point at the border out': [
      (ids, { latest, from }) =>
        first(
          ids.filter((id) => id < from),
          latest,
        ),
      3,
    ],
    'lists the oldest first': [(ids, asked) => inclusive(ids, asked).reverse(), 3],
    'lists in no order at all': [(ids, asked) => inclusive(ids, asked).toSorted((a, b) => (a % 7) - (b % 7)), 3],
    'gives points twice': [(ids, asked) => inclusive(ids, asked).flatMap((id) => (id % 100 === 0 ? [id, id] : [id])), 3],
    'does not know where to go on from': [(ids, { latest }) => first(ids, latest), 3],
    'gives all that it has, whatever is asked for': [(ids) => ids, 1],
  };
  for (const [what, [pages, requests]] of Object.entries(ODD))
    it(`of a backend that ${what}: each point once, the newest first`, async () => {
      serve(3000, 1, pages);
      for (const [latest, count] of [
        [2500, 2500],
        [0, 3000],
      ] as const) {
        await open('history', history(latest));
        stage.server.requests.length = 0;
        const { ends, outputs } = await stage.run({});
        assert.deepEqual([ends, idsOf(outputs[0]?.payload)], [['done'], down(3000, count)]);
        if (latest > 0) assert.equal(stage.server.requests.length - 1, requests);
      }
    });

  for (const [what, [pages]] of Object.entries(ODD))
    it(`of a backend that ${what} and has fewer points than are asked for`, async () => {
      serve(2, 1, pages);
      await open('history', history(5));
      const { ends, outputs } = await stage.run({});
      assert.deepEqual([ends, idsOf(outputs[0]?.payload)], [['done'], [2, 1]]);
      assert.equal(stage.server.requests.length - 1, 1);
    });

  it('of a backend that never gives more than the newest thousand, and says so', async () => {
    serve(3000, 1, (ids) => first(ids, 1000));
    await open('history', history(2500));
    const { ends, outputs } = await stage.run({});
    assert.deepEqual([ends, idsOf(outputs[0]?.payload)], [['done'], down(3000, 1000)]);
    assert.ok(stage.red.logs.some(({ level, text }) => level === 'warn' && /gives no more than its newest 1000 values/.test(text)));
  });

  it('while new points come in', async () => {
    let newest = 3000;
    serve(4000, 1, (ids, asked) => {
      newest += 10;
      return inclusive(
        ids.filter((id) => id <= newest),
        asked,
      );
    });
    await open('history', history(2500));
    const ids = idsOf((await stage.run({})).outputs[0]?.payload);
    assert.deepEqual(ids, down(ids[0] ?? 0, 2500));
  });

  it('in several messages, numbered so that a join node puts them together', async () => {
    serve(5000);
    await open('history', history(2500, { batch: num(1000) }));
    const { ends, outputs, id } = await stage.run({ topic: 'kept', parts: { id: 'before', index: 0, count: 1 } });
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
    const { outputs } = await stage.run({});
    assert.deepEqual(
      outputs.map(({ payload }) => (payload as unknown[]).length),
      [1000, 1000],
    );
  });

  it('in several messages, not where Node-RED cannot copy the message that asked', async () => {
    serve(5000);
    await open('history', history(2000, { batch: num(1000) }));
    const deep = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) as unknown;
    const { ends, error } = await stage.run({ deep });
    assert.deepEqual(ends, ['INVALID_INPUT']);
    assert.match(String(error), /^the message is nested too deeply/);
  });

  it('that Node-RED’s own join node puts together', async () => {
    serve(3000);
    await open('history', history(2500, { batch: num(700) }));
    const join = {
      id: 'join',
      type: 'join',
      z: TAB,
      mode: 'auto',
      build: 'array',
      property: 'payload',
      propertyType: 'msg',
      key: 'topic',
      joiner: '\\n',
      joinerType: 'str',
      timeout: '',
      count: '',
      wires: [[OUTPUT]],
    };
    stage.audit.flow = [...stage.audit.flow, join];
    await stage.audit.deploy('full', { id: 'node', type: 'thingsquare-variable', wires: [['join']] });
    await stage.run({});
    await until('what it puts together', () => stage.audit.outputs.length === 1);
    assert.deepEqual(
      stage.audit.outputs.map(({ payload }) => idsOf(payload)),
      [down(3000, 2500)],
    );
  });
});
