import assert from 'node:assert/strict';
import '../kit/once';
import { until } from '../kit/within';
import { AT_ONCE, HALL, inANodeRedThatIsKilled, manyThings } from './killed';
import type { CloudFault } from './message-cloud';

inANodeRedThatIsKilled(
  'passes 20,000 messages of 200 things on, each exactly once and in order, over five kills, 429s and 500s',
  async (site) => {
    const { cloud, received, start, kill, round, sendAll, isWritten, inOrder } = site;
    const things = manyThings(200);
    cloud.groups.set(HALL, things);
    await start();
    await round(things);
    const began = performance.now();
    const before = cloud.asked.length;
    const sent = sendAll(things, 100, 15);
    const trouble = (_tuid: string, count: number): CloudFault | undefined => {
      // Now and then, and once for all three tries of all four, so that a round cannot go on.
      if (count % 31 === 0 || (count > 2000 && count <= 2012)) return { status: 429, headers: { 'retry-after': '0' } };
      return count % 47 === 0 ? { status: 500 } : undefined;
    };
    cloud.trouble = trouble;
    for (const kills of [1, 2, 3, 4, 5]) {
      const due = kills * 2500;
      await until(`${due} messages`, () => received.length >= due, Boolean, 120_000);
      // Killed in the middle of a round: all requests that there may be at a time wait, and the context store has kept up.
      let silent = false;
      cloud.trouble = (tuid, count) => {
        silent ||= tuid === things[100];
        return silent ? 'silence' : trouble(tuid, count);
      };
      await until('nobody is answered', () => cloud.open === AT_ONCE, Boolean, 60_000);
      await until('all that was passed on is written', () => isWritten(things));
      await kill();
      cloud.trouble = trouble;
      await start();
    }
    await until('all messages', () => received.length >= sent.length, Boolean, 120_000);
    cloud.trouble = () => undefined;
    await round(things);
    const caughtUp = received.length;
    const last = sendAll(things, 1, 1, sent.length);
    await until('messages when nothing is missed any more', () => received.length >= caughtUp + last.length, Boolean, 120_000);
    const numbers = received.map(({ payload }) => payload.number);
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      [...sent, ...last].map(({ number }) => number),
    );
    inOrder(things);
    assert.ok(received.every(({ event }) => !event.late));
    const resumed = received.filter(({ event }) => event.resumed).length;
    assert.ok(resumed > 0, 'none is marked as caught up');
    assert.ok(received.slice(caughtUp).every(({ event }) => !event.resumed));
    const seconds = (performance.now() - began) / 1000;
    const calls = cloud.asked.length - before;
    console.log(`      ${calls} calls in ${Math.round(seconds)} s, at most ${cloud.most} at a time; ${resumed} messages caught up`);
    // One call for each thing and interval (a tenth shorter by chance), and half as many again for full pages and retries.
    assert.ok(calls < things.length * (seconds / 0.9) * 1.5, `${calls} calls`);
    assert.equal(cloud.most, AT_ONCE);
    assert.ok(cloud.logins <= 6);
  },
);
