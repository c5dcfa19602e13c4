import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { LOOK_UP } from '../../src/vendors/thingsee/followed-groups';
import { until } from '../kit/within';
import type { MessageCloud, Sent } from './message-cloud';
import { A, aSecond, B, eventOf, LIVE, now, numberOf } from './message-feed';
import { type StreamBroker, topicOf } from './stream-broker';
import { HALL, StreamFeed, SUBSCRIBED } from './stream-feed';

const tempOf = (value: unknown) => (value as { temp?: unknown } | undefined)?.temp;

describe('thing-messages over MQTT', () => {
  const feed = new StreamFeed();
  const { stage, open, running, message, send, received, numbers } = feed;
  let cloud: MessageCloud;
  let broker: StreamBroker;
  beforeEach(() => {
    ({ cloud, broker } = feed);
  });

  it('brings a message as it happens, without another request', async () => {
    await running();
    await until('every thing was asked twice', () => cloud.asked.length >= 2);
    const asked = cloud.asked.length;
    const number = send(B, 0, { temp: '21.5' });
    await received(2);
    equal(cloud.asked.length, asked);
    const output = stage.audit.outputs[1];
    deepEqual([numbers(), output?.topic, tempOf(output?.payload)], [[1, number], B, 21.5]);
    const { raw, ...event } = eventOf(output);
    deepEqual(event, { vendor: 'thingsee', source: 'mqtt', type: 'message', initial: false, resumed: false, late: false });
    equal(tempOf(raw), '21.5');
    deepEqual(broker.subscriptions, [`cloudext/json/pr/fi/${HALL}/#`]);
  });

  it('is not green before the stream has brought something, and asks the API until then', async () => {
    await open({ interval: '1' });
    await stage.audit.status(SUBSCRIBED);
    broker.passes = () => false;
    send(A);
    await received(1);
    deepEqual([numbers(), eventOf(stage.audit.outputs[0]).source], [[1], 'poll']);
    const asked = cloud.asked.length;
    await until('the API is asked on', () => cloud.asked.length >= asked + 4);
    ok(stage.red.statuses.every(({ id, status }) => id !== 'feed' || status.fill !== 'green'));
  });

  it('passes one on once, whichever way it comes, how often, and with which fields of its way', async () => {
    await running({ interval: '1' });
    LOOK_UP.intervals = 1;
    const both = message(A, 0, { tsmGw: 'TSGW1', deploymentGroupId: HALL });
    const { tsmGw: _, deploymentGroupId: __, ...bare } = both;
    broker.publish(bare as Sent, topicOf(HALL, both));
    broker.publish(both, topicOf(HALL, both));
    cloud.add({ ...both, tsmGw: 'TSGW2' });
    const first = message(B, 0, { deploymentGroupId: HALL });
    cloud.add(first);
    await received(3);
    broker.publish(first, topicOf(HALL, first));
    broker.publish(both, topicOf(HALL, both), true);
    const clients = broker.clients.length;
    broker.drop();
    await until('connected again', () => broker.clients.length > clients);
    await stage.audit.status(LIVE);
    const last = send(A);
    await until('the last', () => numbers().includes(last));
    deepEqual(numbers().sort(), [1, both.number, first.number, last]);
  });

  it('drops what the broker has retained from long ago', async () => {
    const old = message(A, 3600, { deploymentGroupId: HALL });
    broker.publish(old, topicOf(HALL, old), true);
    await open();
    await stage.audit.status(LIVE);
    const live = send(A);
    await received(1);
    deepEqual(numbers(), [live]);
  });

  it('passes on what a thing could send only now, as late', async () => {
    await running();
    await until('every thing was asked twice', () => cloud.asked.length >= 2);
    const old = send(A, 3600);
    await received(2);
    deepEqual([numbers()[1], eventOf(stage.audit.outputs[1]).late, eventOf(stage.audit.outputs[1]).resumed], [old, true, false]);
  });

  it('holds for its shard and for the kinds of messages, and waits for the grace', async () => {
    const things = Array.from({ length: 20 }, (_, index) => `TSPR${index}`);
    cloud.groups.set(HALL, [A, ...things]);
    await open({ shard: '1/2', messageId: '12100', grace: '1' });
    await stage.audit.status(SUBSCRIBED);
    for (const tuid of things) {
      send(tuid, 0, { tsmId: 1110 });
      send(tuid);
    }
    const later = message(things[0] as string, -1);
    await until('some', () => stage.audit.outputs.length > 3);
    await aSecond();
    const topics = new Set(stage.audit.outputs.map(({ topic }) => topic));
    ok(topics.size > 3 && topics.size < 18, `${topics.size} of 20`);
    ok(stage.audit.outputs.every(({ payload }) => (payload as { tsmId: number }).tsmId === 12100));
    equal(later.tsmId, 12100);
  });

  it('brings those of one second in their order after the grace, also where a later one comes first', async () => {
    await running({ grace: '2' });
    const at = now();
    const [second, first] = [message(A, now() - at, { deploymentGroupId: HALL }), message(A, now() - at + 1, { deploymentGroupId: HALL })];
    for (const one of [second, first]) broker.publish(one, topicOf(HALL, one));
    await received(3);
    deepEqual(
      stage.audit.outputs.slice(1).map((output) => [numberOf(output), eventOf(output).late]),
      [
        [first.number, false],
        [second.number, false],
      ],
    );
  });

  it('leaves out what is no message, tells of it, and goes on', async () => {
    await running();
    const topic = `cloudext/json/pr/fi/${HALL}/${A}/12100`;
    for (const text of ['{', '[]', 'null', '{"tsmId":1}', '']) broker.publish(text, topic);
    const good = send(A);
    await received(2);
    deepEqual(numbers(), [1, good]);
    deepEqual(new Set(stage.audit.reports.map(({ error }) => error.code)), new Set(['BAD_RESPONSE']));
  });

  it('shares one connection among its nodes, and ends it with the last', async () => {
    const feed = { type: 'thing-messages', transport: 'mqtt', groups: HALL, interval: '60', grace: '0' };
    await stage.open(
      [
        { ...feed, id: 'one' },
        { ...feed, id: 'two' },
      ],
      { baseUrl: cloud.url, mqttUrl: broker.url },
    );
    for (const id of ['one', 'two']) await stage.red.status(id, SUBSCRIBED);
    send(A);
    await received(2);
    equal(broker.clients.length, 1);
    await stage.red.stop();
    await until('no connection', () => broker.open === 0);
  });

  it('is not configured without a broker', async () => {
    await open({}, { mqttUrl: '' });
    await stage.audit.status({ fill: 'grey', shape: 'ring', text: 'not configured' });
    match((await stage.audit.report()).error.message, /mqttUrl/);
  });

  it('goes on where it was after a deploy', async () => {
    await running();
    await aSecond();
    for (const name of ['one', 'two']) {
      await stage.audit.deploy('nodes', { id: 'feed', type: 'thing-messages', name });
      send(A);
    }
    await received(3);
    await stage.audit.status(LIVE);
    const last = send(A);
    await received(4);
    deepEqual(numbers().sort(), [1, 2, 3, last]);
  });
});
