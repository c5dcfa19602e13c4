import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { RESUBSCRIBE } from '../../src/core/mqtt/broker-feed';
import { RECONNECT } from '../../src/core/mqtt/reconnects';
import type { Message } from '../../src/node-red/red';
import { LOOK_UP } from '../../src/vendors/thingsee/followed-groups';
import { STREAM } from '../../src/vendors/thingsee/thing-stream';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { MessageCloud, type Sent } from './message-cloud';
import { StreamBroker, topicOf } from './stream-broker';
import { thingsee } from './vendor';

const A = 'TSEN03X2Z74162459';
const B = 'TSPR04X2Z74162947';
const C = 'TSLK01X2Z74160777';
const HALL = 'prfi00hall';
const CELLAR = 'prfi00cellar';
const now = () => Math.floor(Date.now() / 1000);
const numberOf = ({ payload }: Message) => (payload as { number: number }).number;
const eventOf = (msg: Message | undefined) => msg?.event as Record<string, unknown>;
const SUBSCRIBED = { fill: 'yellow', shape: 'ring', text: 'subscribed, no event yet' };
const tempOf = (value: unknown) => (value as { temp?: unknown } | undefined)?.temp;
const LIVE = { fill: 'green', shape: 'dot', text: 'connected' };

describe('thing-messages over MQTT', () => {
  const stage = new Stage(thingsee);
  const times = { ...STREAM, ...LOOK_UP, reconnect: RECONNECT.pauses, resubscribe: RESUBSCRIBE.pauses };
  let cloud: MessageCloud;
  let broker: StreamBroker;
  let count: number;
  beforeEach(async () => {
    cloud = await MessageCloud.start();
    broker = await StreamBroker.start();
    cloud.groups.set(HALL, [A, B]);
    count = 0;
    RECONNECT.pauses = { first: 50, most: 100 };
    RESUBSCRIBE.pauses = { first: 50, most: 100 };
  });
  afterEach(async () => {
    Object.assign(STREAM, { hold: times.hold, patience: times.patience });
    Object.assign(LOOK_UP, { intervals: times.intervals, seconds: times.seconds });
    RECONNECT.pauses = times.reconnect;
    RESUBSCRIBE.pauses = times.resubscribe;
    await broker.close();
    await cloud.close();
  });

  const open = (node: object = {}, config: object = {}) =>
    stage.open(
      { id: 'feed', type: 'thing-messages', transport: 'mqtt', groups: HALL, interval: '60', grace: '0', ...node },
      { baseUrl: cloud.url, mqttUrl: broker.url, ...config },
    );
  const message = (tuid: string, ago = 0, more = {}): Sent => ({
    tsmId: 12100,
    tsmTs: now() - ago,
    tsmTuid: tuid,
    number: ++count,
    ...more,
  });
  const groupOf = (tuid: string) => [...cloud.groups].find(([, tuids]) => tuids.includes(tuid))?.[0] ?? HALL;
  /** A message that comes by the stream, and that the API has. */
  const send = (tuid: string, ago = 0, more = {}) => {
    const sent = message(tuid, ago, { deploymentGroupId: groupOf(tuid), ...more });
    cloud.add(sent);
    broker.publish(sent, topicOf(groupOf(tuid), sent));
    return sent.number;
  };
  const received = (wanted: number, limit?: number) =>
    until(
      `${wanted} messages`,
      () => stage.audit.outputs.length,
      (length) => length >= wanted,
      limit,
    );
  /** Until the stream has shown that it brings something. */
  const running = async (node: object = {}, config: object = {}) => {
    await open(node, config);
    await stage.audit.status(SUBSCRIBED);
    send(A);
    await stage.audit.status(LIVE);
    await received(1);
  };
  const aSecond = async () => {
    const before = now();
    await until('another second', () => now() > before);
  };
  const numbers = () => stage.audit.outputs.map(numberOf);

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

  it('brings what is new in a group, before the group is listed again', async () => {
    await running();
    cloud.groups.set(HALL, [A, B, C]);
    const number = send(C);
    await received(2);
    const more = send(C);
    await received(3);
    deepEqual(
      stage.audit.outputs.slice(1).map((output) => [output.topic, numberOf(output)]),
      [
        [C, number],
        [C, more],
      ],
    );
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

  it('subscribes to all groups, and to new ones', async () => {
    await running({ groups: '*', interval: '1' });
    LOOK_UP.intervals = 0;
    cloud.groups.set(CELLAR, [C]);
    await until('a subscription', () => broker.subscriptions.includes(`cloudext/json/pr/fi/${CELLAR}/#`));
    LOOK_UP.intervals = 10;
    const number = send(C);
    await until('its message', () => numbers().includes(number));
  });

  it('follows single things by their groups, also when they move, and no others', async () => {
    await running({ groups: '', things: A, interval: '1' });
    deepEqual(broker.subscriptions, [`cloudext/json/pr/fi/${HALL}/#`]);
    send(B);
    cloud.groups.set(HALL, [B]);
    cloud.groups.set(CELLAR, [A]);
    LOOK_UP.intervals = 1;
    const moved = send(A);
    await until('its message', () => numbers().includes(moved));
    await until('its new group', () => broker.subscriptions.includes(`cloudext/json/pr/fi/${CELLAR}/#`));
    ok(stage.audit.outputs.every(({ topic }) => topic === A));
    equal(stage.audit.reports.length, 0);
  });

  it('polls things without a group', async () => {
    cloud.groups.clear();
    await open({ groups: '', things: A, interval: '1' });
    await stage.audit.status(LIVE);
    cloud.add(message(A));
    await received(1);
    equal(eventOf(stage.audit.outputs[0]).source, 'poll');
    deepEqual(broker.subscriptions, []);
  });

  it('takes what the address of the broker says, and nothing else', async () => {
    const path = `${broker.url}/cloudext/json/pr/fi/office/#`;
    await open({}, { mqttUrl: path });
    await stage.audit.status(SUBSCRIBED);
    const sent = message(A, 0, { deploymentGroupId: 'office' });
    broker.publish(sent, `cloudext/json/pr/fi/office/${A}/12100`);
    await received(1);
    deepEqual(broker.subscriptions, ['cloudext/json/pr/fi/office/#']);
  });

  it('polls a thing that has moved to where the path of the address does not lead, says so, and does not report its messages as missing', async () => {
    STREAM.patience = 500;
    await open({ groups: '', things: `${A},${B}`, interval: '1' }, { mqttUrl: `${broker.url}/cloudext/json/pr/fi/${HALL}/#` });
    await stage.audit.status(SUBSCRIBED);
    send(A);
    await stage.audit.status(LIVE);
    const began = now();
    LOOK_UP.intervals = 1;
    cloud.groups.set(HALL, [A]);
    cloud.groups.set(CELLAR, [B]);
    await until('the subscription is older', () => now() > began + 7, Boolean, 20_000);
    send(B);
    await received(2);
    await until('a warning', () => stage.red.logs.some(({ text }) => text.includes(`${B} is in the group ${CELLAR}`)));
    const asked = cloud.asked.length;
    await until('it is polled on', () => cloud.asked.slice(asked).filter(({ tuid }) => tuid === B).length >= 2);
    equal(eventOf(stage.audit.outputs[1]).source, 'poll');
    equal(stage.audit.reports.length, 0);
    cloud.groups.set(HALL, [A, B]);
    send(B);
    await received(3);
    const last = send(B);
    await until('its message', () => numbers().includes(last));
    await until('by the stream', () => {
      send(B);
      return stage.audit.outputs.some((output) => output.topic === B && eventOf(output).source === 'mqtt');
    });
    deepEqual([new Set(numbers()).size, stage.audit.reports.length], [numbers().length, 0]);
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
