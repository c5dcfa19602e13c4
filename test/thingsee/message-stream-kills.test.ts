import assert from 'node:assert/strict';
import '../kit/once';
import { until } from '../kit/within';
import { HALL, inANodeRedThatIsKilled, manyThings } from './killed';

/** Milliseconds without a message: longer than the grace. */
const QUIET = 2500;

inANodeRedThatIsKilled(
  'passes 4,000 messages of 40 things on, each exactly once, over five kills, by the stream and by the API',
  async ({ cloud, broker, received, start, kill, round, sendAll, isWritten }) => {
    const things = manyThings(40);
    cloud.groups.set(HALL, things);
    await start();
    await round(things);
    await until('a subscription', () => broker.subscriptions.length > 0);
    const sent = sendAll(things, 100, 15);
    for (const kills of [1, 2, 3, 4, 5]) {
      const due = kills * 500;
      await until(`${due} messages`, () => received.length >= due, Boolean, 120_000);
      // Killed when nothing comes any more by either way, what waits for its grace included, and the context store has kept up.
      cloud.trouble = () => 'silence';
      broker.passes = () => false;
      let [count, since] = [-1, 0];
      const isQuiet = () => {
        if (received.length !== count) [count, since] = [received.length, performance.now()];
        return performance.now() - since > QUIET;
      };
      await until('all that was passed on is written', () => isQuiet() && isWritten(things), Boolean, 60_000);
      await kill();
      cloud.trouble = () => undefined;
      broker.passes = () => true;
      await start();
    }
    await until('all messages', () => received.length >= sent.length, Boolean, 120_000);
    await round(things);
    const numbers = received.map(({ payload }) => payload.number);
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      sent.map(({ number }) => number),
    );
    const last = new Map<string, number>();
    for (const { payload, event } of received) {
      const { tsmTuid, tsmTs } = payload;
      assert.ok(event.late || tsmTs >= (last.get(tsmTuid) ?? 0), `${tsmTuid}: ${tsmTs} after ${last.get(tsmTuid)}`);
      last.set(tsmTuid, Math.max(tsmTs, last.get(tsmTuid) ?? 0));
    }
    const by = (source: string) => received.filter(({ event }) => event.source === source).length;
    console.log(`      ${by('mqtt')} by the stream, ${by('poll')} by the API; ${received.filter(({ event }) => event.late).length} late`);
    assert.ok(by('mqtt') > 0 && by('poll') > 0);
  },
  'mqtt',
);
