import assert from 'node:assert/strict';
import type { MessageCloud } from './message-cloud';
import { A, aSecond, eventOf, MessageFeed, now, numberOf, targetOf } from './message-feed';

describe('thing-messages', () => {
  const feed = new MessageFeed();
  const { stage, open, running, send, received, round } = feed;
  let cloud: MessageCloud;
  beforeEach(() => {
    cloud = feed.cloud;
  });

  it('begins with the present, and passes each message on once, with its circumstances', async () => {
    send(A, 30);
    await running({ things: A });
    const first = send(A);
    await received(1);
    await round();
    assert.deepEqual(stage.audit.outputs.map(numberOf), [first]);
    const [output] = stage.audit.outputs;
    assert.equal(output?.topic, A);
    const { raw, ...event } = eventOf(output);
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
        const before = feed.count;
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
    const { raw } = eventOf(output);
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
    assert.ok(stage.audit.outputs.every((output) => eventOf(output).late === false));
  });

  it('passes on what comes after the grace, and marks it', async () => {
    await running({ things: A });
    send(A);
    await received(1);
    send(A, 20);
    await received(2);
    assert.deepEqual(stage.audit.outputs.map(numberOf), [1, 2]);
    assert.equal(eventOf(stage.audit.outputs[1]).late, true);
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
      stage.audit.outputs.map((output) => [numberOf(output), eventOf(output).resumed]),
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

  it('asks the others however many things are not there', async () => {
    const unknown = Array.from({ length: 12 }, (_, index) => `GONE${index}`);
    cloud.trouble = (tuid) => (tuid.startsWith('GONE') ? { status: 404 } : undefined);
    await running({ things: [...unknown, A].join(',') });
    send(A);
    await received(1);
    assert.deepEqual(new Set(stage.audit.reports.map(({ topic }) => topic)), new Set(unknown));
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
