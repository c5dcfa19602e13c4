import assert from 'node:assert/strict';
import type { Message } from '../../src/node-red/red';
import { LOOK_UP } from '../../src/vendors/thingsee/followed-groups';
import type { Caught } from '../kit/audit';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { MessageCloud } from './message-cloud';
import { thingsee } from './vendor';

const A = 'TSEN03X2Z74162459';
const B = 'TSPR04X2Z74162947';
const C = 'TSLK01X2Z74160777';
const now = () => Math.floor(Date.now() / 1000);
const numberOf = ({ payload }: Message) => (payload as { number: number }).number;
const targetOf = ({ error }: Caught) => (error.cause as { target?: string } | undefined)?.target;
const eventOf = (msg: Message | undefined) => msg?.event as Record<string, unknown> | undefined;

const byNumber = (one: readonly unknown[], other: readonly unknown[]) => Number(one[1]) - Number(other[1]);

const { intervals } = LOOK_UP;

describe('thing-messages', () => {
  const stage = new Stage(thingsee);
  let cloud: MessageCloud;
  let count: number;
  beforeEach(async () => {
    cloud = await MessageCloud.start();
    count = 0;
  });
  afterEach(async () => {
    LOOK_UP.intervals = intervals;
    await cloud.close();
  });

  const open = async (node: Record<string, unknown>, config = {}) => {
    await stage.open({ id: 'feed', type: 'thing-messages', interval: '1', grace: '0', ...node }, { baseUrl: cloud.url, ...config });
  };
  const running = async (node: Record<string, unknown>, config = {}) => {
    await open(node, config);
    await stage.audit.status({ fill: 'green', shape: 'dot', text: 'connected' });
  };
  /** A message that the thing sends now, or so many seconds ago. */
  const send = (tuid: string, ago = 0, more = {}) => {
    count++;
    cloud.add({ tsmId: 12100, tsmTs: now() - ago, tsmTuid: tuid, number: count, ...more });
    return count;
  };
  /** Until the time has another second than now. */
  const aSecond = async () => {
    const before = now();
    await until('another second', () => now() > before);
  };
  const received = (wanted: number, limit?: number) =>
    until(
      `${wanted} messages`,
      () => stage.audit.outputs.length,
      (length) => length >= wanted,
      limit,
    );
  const round = async () => {
    const before = cloud.asked.length;
    await until('two more rounds', () => cloud.asked.length >= before + 2);
  };

  it('begins with the present, and passes each message on once, with its circumstances', async () => {
    send(A, 30);
    await running({ things: A });
    const first = send(A);
    await received(1);
    await round();
    assert.deepEqual(stage.audit.outputs.map(numberOf), [first]);
    const [output] = stage.audit.outputs;
    assert.equal(output?.topic, A);
    const { raw, ...event } = eventOf(output) ?? {};
    assert.deepEqual(event, { vendor: 'thingsee', source: 'poll', type: 'message', initial: false, resumed: false, late: false });
    assert.deepEqual(raw, output?.payload);
  });

  for (const newestFirst of [true, false])
    for (const alone of [true, false])
      it(`keeps the order in one second, listed ${newestFirst ? 'newest' : 'oldest'} first, ${alone ? 'alone' : 'among others'}`, async () => {
        cloud.newestFirst = newestFirst;
        // Long before the node begins: by these it can tell the direction.
        for (const ago of [3600, 7200]) send(A, ago);
        await running({ things: A });
        const before = count;
        const times = alone ? [2, 2, 2] : [3, 2, 2, 2, 1];
        for (const ago of times) send(A, ago);
        await received(times.length);
        assert.deepEqual(
          stage.audit.outputs.map(numberOf),
          times.map((_, index) => before + index + 1),
        );
      });

  it('hands on the message as the vendor sent it, too', async () => {
    await running({ things: A });
    send(A, 0, { tsmId: '12100', airp: null });
    await received(1);
    const [output] = stage.audit.outputs;
    const { raw } = eventOf(output) ?? {};
    assert.deepEqual([(raw as { tsmId: unknown }).tsmId, (raw as { airp: unknown }).airp], ['12100', null]);
    assert.deepEqual(output?.payload, { tsmId: 12100, tsmTs: (raw as { tsmTs: number }).tsmTs, tsmTuid: A, number: 1 });
  });

  it('leaves out what is no message, and tells of it once', async () => {
    await running({ things: A });
    send(A, 0, { tsmId: {} });
    send(A, 0, { tsmId: null });
    const good = send(A);
    await received(1);
    await round();
    assert.deepEqual(stage.audit.outputs.map(numberOf), [good]);
    assert.deepEqual(
      stage.audit.reports.map((report) => [report.error.code, targetOf(report), report.topic, report.error.message]),
      [['BAD_RESPONSE', A, A, `a message of ${A} is left out, tsmId: Invalid input: expected number, received undefined`]],
    );
    await stage.audit.status({ fill: 'green', shape: 'dot' });
  });

  it('takes the things of groups, and of those that are named', async () => {
    cloud.groups.set('hall', [A]);
    await running({ groups: 'hall', things: `${B}, ${A}` });
    for (const tuid of [A, B]) send(tuid);
    await received(2);
    assert.deepEqual(stage.audit.outputs.map(({ topic }) => topic).sort(), [A, B]);
  });

  it('finds things that join a group, and what they have sent since', async () => {
    cloud.groups.set('hall', [A]);
    await running({ groups: 'hall' });
    await aSecond();
    send(C, 0, { deploymentGroupId: 'cellar' });
    cloud.groups.set('hall', [A, C]);
    const joined = send(C, 0, { deploymentGroupId: 'hall' });
    await aSecond();
    LOOK_UP.intervals = 0;
    await received(1);
    const live = send(C);
    await received(2);
    assert.deepEqual(
      stage.audit.outputs.map((output) => [output.topic, numberOf(output), eventOf(output)?.resumed]),
      [
        [C, joined, true],
        [C, live, false],
      ],
    );
  });

  it('finds things that have joined a group between two lookups, after a deploy too', async () => {
    cloud.groups.set('hall', [A]);
    await running({ groups: 'hall' });
    await aSecond();
    cloud.groups.set('hall', [A, C]);
    const joined = send(C);
    await aSecond();
    await stage.audit.deploy('nodes', { id: 'feed', type: 'thing-messages', name: 'again' });
    await received(1);
    assert.deepEqual([stage.audit.outputs.map(numberOf), eventOf(stage.audit.outputs[0])?.resumed], [[joined], true]);
  });

  it('begins with its start, whenever a group is first listed', async () => {
    cloud.closed.add('hall');
    cloud.groups.set('hall', [A]);
    await open({ groups: 'hall' });
    await stage.audit.status({ fill: 'yellow', shape: 'ring' });
    send(A);
    await aSecond();
    let before = Number.POSITIVE_INFINITY;
    stage.red.node('feed').on('close', () => {
      before = cloud.lookUps;
    });
    await stage.audit.deploy('nodes', { id: 'feed', type: 'thing-messages', name: 'again' });
    await until('a look at the group', () => cloud.lookUps > before);
    cloud.closed.clear();
    await received(1, 30_000);
  });

  it('goes on with the things that it knows while a group cannot be listed', async () => {
    for (const [group, tuid] of [
      ['hall', A],
      ['cellar', B],
    ] as const)
      cloud.groups.set(group, [tuid]);
    await running({ groups: 'hall,cellar' });
    cloud.closed.add('hall');
    LOOK_UP.intervals = 0;
    const report = await stage.audit.report();
    assert.deepEqual([report.error.code, targetOf(report), report.topic], ['VENDOR_ERROR', 'hall', 'hall']);
    for (const tuid of [A, B]) send(tuid);
    await received(2);
    await stage.audit.status({ fill: 'green', shape: 'dot' });
    cloud.groups.set('hall', [A, C]);
    cloud.closed.clear();
    send(C);
    await received(3);
    assert.equal(stage.audit.reports.length, 1);
  });

  it('takes all groups, and new ones with what their things have sent since', async () => {
    cloud.groups.set('hall', [A]);
    await running({ groups: '*' });
    await aSecond();
    cloud.groups.set('cellar', [C]);
    const joined = send(C, 0, { deploymentGroupId: 'cellar' });
    await aSecond();
    LOOK_UP.intervals = 0;
    await received(1);
    const live = [send(A), send(C)];
    await received(3);
    assert.deepEqual(stage.audit.outputs.map((output) => [output.topic, numberOf(output), eventOf(output)?.resumed]).sort(byNumber), [
      [C, joined, true],
      [A, live[0], false],
      [C, live[1], false],
    ]);
    assert.deepEqual(stage.audit.reports, []);
  });

  it('takes what a new group has brought while the node was stopped, and forgets a group that is deleted', async () => {
    cloud.groups.set('hall', [A]);
    await running({ groups: '*' });
    await aSecond();
    cloud.groups.delete('hall');
    cloud.groups.set('cellar', [C]);
    const joined = send(C);
    await aSecond();
    await stage.audit.deploy('nodes', { id: 'feed', type: 'thing-messages', name: 'again' });
    await received(1);
    const asked = cloud.asked.length;
    send(A);
    await round();
    assert.deepEqual([stage.audit.outputs.map(numberOf), eventOf(stage.audit.outputs[0])?.resumed], [[joined], true]);
    assert.ok(cloud.asked.slice(asked).every(({ tuid }) => tuid === C));
    assert.deepEqual(stage.audit.reports, []);
  });

  it('goes on with the groups that it knows while they cannot be listed, and tells of it once', async () => {
    cloud.groups.set('hall', [A]);
    await running({ groups: '*' });
    cloud.closed.add('*');
    LOOK_UP.intervals = 0;
    const report = await stage.audit.report();
    assert.deepEqual([report.error.code, targetOf(report), report.topic], ['VENDOR_ERROR', '*', '*']);
    send(A);
    await received(1);
    await stage.audit.status({ fill: 'green', shape: 'dot' });
    cloud.groups.set('cellar', [C]);
    cloud.closed.clear();
    await aSecond();
    send(C);
    await received(2);
    assert.equal(stage.audit.reports.length, 1);
  });

  it('shows that the only group is not there', async () => {
    await open({ groups: 'nobody' });
    await stage.audit.status({ fill: 'yellow', shape: 'ring' });
    const report = await stage.audit.report();
    assert.deepEqual([report.error.code, targetOf(report)], ['NOT_FOUND', 'nobody']);
  });

  it('asks for the chosen kinds only', async () => {
    await running({ things: A, messageId: '12100, 1110' });
    assert.equal(cloud.asked[0]?.query.get('messageid'), '12100,1110');
  });

  it('holds messages back for the grace, so that late ones take their place', async () => {
    await running({ things: A, grace: 2 });
    const at = now();
    for (const number of [1, 3]) cloud.add({ tsmId: 1, tsmTs: at + number - 1, tsmTuid: A, number });
    cloud.add({ tsmId: 1, tsmTs: at + 1, tsmTuid: A, number: 2 }, (at + 3) * 1000);
    await received(3);
    assert.deepEqual(stage.audit.outputs.map(numberOf), [1, 2, 3]);
    assert.ok(stage.audit.outputs.every((output) => eventOf(output)?.late === false));
  });

  it('passes on what comes after the grace, and marks it', async () => {
    await running({ things: A });
    send(A);
    await received(1);
    send(A, 20);
    await received(2);
    assert.deepEqual(stage.audit.outputs.map(numberOf), [1, 2]);
    assert.equal(eventOf(stage.audit.outputs[1])?.late, true);
  });

  it('reads a window that holds more than a page', async () => {
    await running({ things: A });
    const at = now();
    for (let number = 0; number < 450; number++) cloud.add({ tsmId: 1, tsmTs: at - (number % 3), tsmTuid: A, number });
    await received(450);
    assert.equal(new Set(stage.audit.outputs.map(numberOf)).size, 450);
    const times = stage.audit.outputs.map(({ payload }) => (payload as { tsmTs: number }).tsmTs);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
  });

  it('catches up after trouble, marks it, and tells of it once', async () => {
    await running({ things: A });
    cloud.trouble = () => ({ status: 503 });
    await stage.audit.status({ fill: 'yellow', shape: 'ring' });
    const missed = send(A);
    cloud.trouble = () => undefined;
    await received(1);
    await stage.audit.status({ fill: 'green', shape: 'dot' });
    await aSecond();
    const live = send(A);
    await received(2);
    assert.deepEqual(
      stage.audit.outputs.map((output) => [numberOf(output), eventOf(output)?.resumed]),
      [
        [missed, true],
        [live, false],
      ],
    );
    assert.deepEqual(
      stage.audit.reports.map(({ error }) => error.code),
      ['VENDOR_ERROR'],
    );
  });

  it('tells once of a thing or a group that is not there, and goes on with the others', async () => {
    cloud.groups.set('hall', [B, A]);
    cloud.trouble = (tuid) => (tuid === B ? { status: 404 } : undefined);
    await running({ groups: 'hall,nobody' });
    send(A);
    await received(1);
    await round();
    assert.deepEqual(
      stage.audit.reports.map(({ error, topic }) => [error.code, topic]),
      [
        ['NOT_FOUND', 'nobody'],
        ['NOT_FOUND', B],
      ],
    );
    await stage.audit.status({ fill: 'green', shape: 'dot' });
  });

  it('asks the others however many things are not there', async () => {
    const unknown = Array.from({ length: 12 }, (_, index) => `GONE${index}`);
    cloud.trouble = (tuid) => (tuid.startsWith('GONE') ? { status: 404 } : undefined);
    await running({ things: [...unknown, A].join(',') });
    send(A);
    await received(1);
    assert.deepEqual(new Set(stage.audit.reports.map(({ topic }) => topic)), new Set(unknown));
  });

  it('keeps its place while a group cannot be read', async () => {
    cloud.groups.set('hall', [A]);
    await running({ groups: 'hall' });
    send(A);
    await received(1);
    cloud.groups.delete('hall');
    await stage.audit.deploy('nodes', { id: 'feed', type: 'thing-messages', name: 'again' });
    send(A);
    assert.equal(targetOf(await stage.audit.report()), 'hall');
    cloud.groups.set('hall', [A]);
    await received(2, 30_000);
    assert.deepEqual(stage.audit.outputs.map(numberOf), [1, 2]);
  });

  it('stops a round when it is asked to slow down, and begins the next with the others', async () => {
    const things = Array.from({ length: 40 }, (_, index) => `TSPR${index}`);
    cloud.trouble = (_tuid, asked) => (asked <= 4 ? { status: 429, headers: { 'retry-after': '60' } } : undefined);
    await open({ things: things.join(',') });
    await stage.audit.status({ fill: 'yellow', shape: 'ring', text: 'RATE_LIMITED: in 60 s' });
    assert.ok(cloud.asked.length <= 4, `${cloud.asked.length} requests`);
    await stage.audit.report();
    assert.deepEqual(
      stage.audit.reports.map(({ error }) => error.code),
      ['RATE_LIMITED'],
    );
  });

  it('polls four things at a time, each of its shard once in each round', async () => {
    const things = Array.from({ length: 60 }, (_, index) => `TSPR${index}`);
    await running({ things: things.join(','), shard: '1/3', interval: 60 });
    assert.ok(cloud.most <= 4, `${cloud.most} at a time`);
    const asked = cloud.asked.map(({ tuid }) => tuid);
    assert.equal(new Set(asked).size, asked.length);
    assert.ok(asked.length > 5 && asked.length < 40, `${asked.length} of 60`);
  });

  it('goes on where it was after a deploy, and loses nothing meanwhile', async () => {
    await running({ things: A });
    send(A);
    await received(1);
    for (const name of ['one', 'two']) {
      await stage.audit.deploy('nodes', { id: 'feed', type: 'thing-messages', name });
      send(A);
    }
    await received(3);
    await round();
    // Those of one second come in any order.
    assert.deepEqual(stage.audit.outputs.map(numberOf).sort(), [1, 2, 3]);
  });

  for (const [node, message] of [
    [{ things: A, shard: '4/3' }, /^shard must be a shard such as 1\/3, not "4\/3"$/],
    [{ things: A, interval: 'often' }, /^interval must be a whole number from 1 to 86400 seconds, not "often"$/],
  ] as const)
    it(`says what is not configured: ${message}`, async () => {
      await open(node);
      await stage.audit.status({ fill: 'grey', shape: 'ring', text: 'not configured' });
      assert.match((await stage.audit.report()).error.message, message);
      assert.equal(cloud.asked.length, 0);
    });
});
