import assert from 'node:assert/strict';
import { until } from '../kit/within';
import { HALL, inANodeRedThatIsKilled, manyThings } from './killed';
import type { Sent } from './message-cloud';

inANodeRedThatIsKilled('loses nothing at the worst moment, and marks what comes again', async (site) => {
  const { cloud, received, start, kill, round, sendAll } = site;
  const things = manyThings(20);
  cloud.groups.set(HALL, things);
  await start();
  await round(things);
  const sent: Sent[] = [];
  const kills = 3;
  for (let killed = 0; killed < kills; killed++) {
    const due = received.length + 200;
    sent.push(...sendAll(things, 20, 5, sent.length));
    await until('messages in the middle of a round', () => received.length >= due, Boolean, 60_000);
    await kill();
    await start();
  }
  const numbers = () => new Set(received.map(({ payload }) => payload.number));
  await until('all messages', () => numbers().size === sent.length, Boolean, 60_000);
  await round(things);
  const seen = new Set<number>();
  for (const { payload, event } of received) {
    assert.ok(event.resumed || !seen.has(payload.number), `${payload.number} came again, and was not marked`);
    seen.add(payload.number);
  }
  console.log(`      ${received.length - sent.length} of ${sent.length} messages came again after ${kills} kills`);
  assert.ok(received.length <= sent.length * (1 + kills));
});
