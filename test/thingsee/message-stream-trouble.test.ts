import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { LOOK_UP } from '../../src/vendors/thingsee/followed-groups';
import { STREAM } from '../../src/vendors/thingsee/thing-stream';
import { until } from '../kit/within';
import type { MessageCloud } from './message-cloud';
import { A, aSecond, B, C, eventOf, LIVE, now, numberOf } from './message-feed';
import type { StreamBroker } from './stream-broker';
import { HALL, StreamFeed, SUBSCRIBED } from './stream-feed';

describe('thing-messages over MQTT, in trouble', () => {
  const feed = new StreamFeed();
  const { stage, open, running, message, send, received, numbers } = feed;
  let cloud: MessageCloud;
  let broker: StreamBroker;
  beforeEach(() => {
    ({ cloud, broker } = feed);
  });

  it('says what the stream does not bring, passes on what the API has, and is live when the stream is', async () => {
    STREAM.patience = 1000;
    await running({ interval: '1' });
    const began = now();
    broker.passes = () => false;
    LOOK_UP.intervals = 1;
    // By two clocks, it may have been missed before the subscription.
    await until('the subscription is older', () => now() > began + 7, Boolean, 20_000);
    send(B);
    await received(2);
    await stage.audit.status({ fill: 'red', shape: 'ring', text: 'BAD_RESPONSE' });
    const { error, topic } = await stage.audit.report();
    match(
      error.message,
      /^the stream does not bring the messages of TSPR04X2Z74162947 that the API has \(tsmId 12100, tsmTs \d+\); they are polled\./,
    );
    deepEqual([error.code, topic], ['BAD_RESPONSE', B]);
    send(B);
    await received(3);
    broker.passes = () => true;
    send(B);
    await received(4);
    await stage.audit.status(LIVE);
    deepEqual(
      stage.audit.outputs.slice(1).map((output) => [numberOf(output), eventOf(output).source]),
      [
        [2, 'poll'],
        [3, 'poll'],
        [4, 'mqtt'],
      ],
    );
    equal(stage.audit.reports.length, 1);
  });

  it('shows what the broker refuses, polls meanwhile, and is live when it does not any more', async () => {
    broker.refuses = () => true;
    await open({ interval: '1' });
    await stage.audit.status({ fill: 'yellow', shape: 'ring' });
    equal((await stage.audit.report()).error.code, 'FORBIDDEN');
    send(A);
    await received(1);
    equal(eventOf(stage.audit.outputs[0]).source, 'poll');
    broker.refuses = () => false;
    await stage.audit.status(SUBSCRIBED);
    send(A);
    await stage.audit.status(LIVE);
    equal(stage.audit.reports.length, 1);
  });

  it('says what it has asked for where the broker ends the connection instead of a refusal', async () => {
    broker.ends = () => true;
    await open({ interval: '1' });
    await stage.audit.status({ fill: 'yellow', shape: 'ring' });
    const { error } = await stage.audit.report();
    equal(error.code, 'UNREACHABLE');
    match(error.message, /, at a subscription to cloudext\/json\/pr\/fi\/prfi00hall\/#: it may not be allowed$/);
    send(A);
    await received(1);
    broker.ends = () => false;
    await stage.audit.status(SUBSCRIBED);
  });

  it('catches up what it has missed while the broker was away, marks it, and passes nothing on twice', async () => {
    await running({ interval: '1' });
    broker.isDown = true;
    broker.drop();
    await stage.audit.status({ fill: 'yellow', shape: 'ring' });
    await aSecond();
    const missed = [send(A), send(B)];
    await received(3);
    broker.isDown = false;
    await stage.audit.status(LIVE);
    await aSecond();
    const live = send(A);
    await received(4);
    deepEqual(numbers().slice(1).sort(), [...missed, live]);
    const events = stage.audit.outputs.slice(1).map(eventOf);
    deepEqual([events[2]?.source, events[2]?.resumed], ['mqtt', false]);
    deepEqual(
      stage.audit.reports.map(({ error }) => error.code),
      ['UNREACHABLE'],
    );
  });

  it('lets what the stream brings wait for what was missed before it', async () => {
    await running();
    await until('every thing was asked twice', () => cloud.asked.length >= 2);
    // The API answers when the test says so.
    let isSilent = true;
    cloud.trouble = () => (isSilent ? { status: 503, headers: { 'retry-after': '0' } } : undefined);
    const clients = broker.clients.length;
    broker.isDown = true;
    broker.drop();
    const sent = message(A, 0, { deploymentGroupId: HALL });
    cloud.add(sent);
    await aSecond();
    broker.isDown = false;
    const subscriptions = broker.subscriptions.length;
    await until('subscribed again', () => broker.clients.length > clients && broker.subscriptions.length > subscriptions);
    await until('the API was asked', () => cloud.asked.some(({ status }) => status === 503));
    const later = send(A);
    await aSecond();
    equal(stage.audit.outputs.length, 1);
    isSilent = false;
    await received(3, 30_000);
    deepEqual(
      stage.audit.outputs
        .slice(1)
        .map((output) => [numberOf(output), eventOf(output).source, eventOf(output).resumed, eventOf(output).late]),
      [
        [sent.number, 'poll', true, false],
        [later, 'mqtt', false, false],
      ],
    );
  });

  it('keeps the order of what was missed, and reaches the API within the grace only', async () => {
    await running({ grace: '2' });
    await until('every thing was asked twice', () => cloud.asked.length >= 2);
    broker.isDown = true;
    broker.drop();
    const missed = message(A, 0, { deploymentGroupId: HALL });
    cloud.add(missed, Date.now() + 1500);
    const subscriptions = broker.subscriptions.length;
    broker.isDown = false;
    await until('subscribed again', () => broker.subscriptions.length > subscriptions);
    await aSecond();
    const later = send(A);
    await received(3);
    deepEqual(
      stage.audit.outputs.slice(1).map((output) => [numberOf(output), eventOf(output).late]),
      [
        [missed.number, false],
        [later, false],
      ],
    );
  });

  it('passes on what the stream brings where the API is away for longer, and the rest as late', async () => {
    STREAM.hold = 500;
    await running({ interval: '1' });
    await until('every thing was asked twice', () => cloud.asked.length >= 2);
    cloud.trouble = () => ({ status: 503, headers: { 'retry-after': '0' } });
    broker.isDown = true;
    broker.drop();
    const sent = message(A, 0, { deploymentGroupId: HALL });
    cloud.add(sent);
    await aSecond();
    broker.isDown = false;
    const subscriptions = broker.subscriptions.length;
    await until('subscribed again', () => broker.subscriptions.length > subscriptions);
    const later = send(A);
    await received(2);
    equal(numbers()[1], later);
    await stage.audit.status({ fill: 'yellow', shape: 'ring' });
    cloud.trouble = () => undefined;
    await received(3, 30_000);
    deepEqual([numbers()[2], eventOf(stage.audit.outputs[2]).late, eventOf(stage.audit.outputs[2]).resumed], [sent.number, true, true]);
  });

  it('holds a message no longer than it says where the broker is interrupted again and again while the API is away', async () => {
    STREAM.hold = 2000;
    await running({ interval: '1' });
    await until('every thing was asked twice', () => cloud.asked.length >= 2);
    cloud.trouble = () => ({ status: 503, headers: { 'retry-after': '0' } });
    const reconnect = async () => {
      const subscriptions = broker.subscriptions.length;
      broker.drop();
      await until('subscribed again', () => broker.subscriptions.length > subscriptions);
    };
    await reconnect();
    const began = performance.now();
    const acknowledged = broker.acknowledged;
    const number = send(B);
    await until('it has arrived', () => broker.acknowledged > acknowledged);
    while (stage.audit.outputs.length < 2 && performance.now() - began < 5 * STREAM.hold) await reconnect();
    deepEqual(numbers(), [1, number]);
    ok(performance.now() - began >= STREAM.hold / 2, 'it waits');
  });

  it('stays live where the API does not know a thing that the stream brings, and tells of it', async () => {
    await running({ interval: '1' });
    await until('every thing was asked twice', () => cloud.asked.length >= 4);
    cloud.trouble = (tuid) => (tuid === C ? { status: 404 } : undefined);
    broker.publish(message(C, 0, { deploymentGroupId: HALL }), `cloudext/json/pr/fi/${HALL}/${C}/12100`);
    const { error, topic } = await stage.audit.report();
    deepEqual([error.code, topic], ['NOT_FOUND', C]);
    await until('it is asked for again', () => cloud.asked.filter(({ tuid }) => tuid === C).length >= 3, Boolean, 20_000);
    const number = send(B);
    await received(2);
    deepEqual([numbers(), stage.audit.reports.length], [[1, number], 1]);
    deepEqual(stage.red.statuses.filter(({ id }) => id === 'feed').at(-1)?.status, LIVE);
    ok(stage.red.statuses.every(({ id, status }) => id !== 'feed' || !status.text?.startsWith('NOT_FOUND')));
  });

  it('stays as it was where the only thing is one that the API does not know', async () => {
    cloud.groups.set(HALL, []);
    cloud.trouble = () => ({ status: 404 });
    await open({ interval: '1' });
    await stage.audit.status(SUBSCRIBED);
    broker.publish(message(C, 0, { deploymentGroupId: HALL }), `cloudext/json/pr/fi/${HALL}/${C}/12100`);
    equal((await stage.audit.report()).error.code, 'NOT_FOUND');
    await stage.audit.status(LIVE);
    await until('it is asked for again', () => cloud.asked.length >= 3, Boolean, 20_000);
    ok(stage.red.statuses.every(({ id, status }) => id !== 'feed' || !status.text?.startsWith('NOT_FOUND')));
  });
});
