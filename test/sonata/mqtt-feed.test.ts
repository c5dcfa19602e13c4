import assert from 'node:assert/strict';
import { connectAsync, type MqttClient } from 'mqtt';
import { brokers, type TestBroker } from '../kit/broker';
import { cutLines, MqttLine } from '../kit/line';
import { until } from '../kit/within';
import { closeFeeds, FeedListener, listen, listenTo, newClientId, openFeed } from './feed';

const CONTEXT = 'v2/7/rx/3/context/0';

for (const [name, start] of Object.entries(brokers))
  describe(`an MQTT feed, with ${name} as the broker`, () => {
    let broker: TestBroker;
    let publisher: MqttClient;

    beforeEach(async () => {
      broker = await start();
      publisher = await connectAsync(broker.url);
    });
    afterEach(async () => {
      await closeFeeds();
      await cutLines();
      await publisher.endAsync();
      await broker.stop();
    });

    const publish = (text: string, { topic = CONTEXT, qos = 1, retain = false }: { topic?: string; qos?: 0 | 1; retain?: boolean } = {}) =>
      publisher.publishAsync(topic, text, { qos, retain });

    it('receives events again when the broker has lost its sessions', async () => {
      const { listener } = listen(broker.url);
      await listener.live();
      await broker.kill();
      await listener.failed('retrying', 'UNREACHABLE');
      broker = await start({ port: broker.port });
      await listener.live();
      await publisher.endAsync(true);
      publisher = await connectAsync(broker.url);
      await publish('after');
      await listener.receives(1);
      assert.deepEqual(listener.marked, ['after']);
      assert.equal(listener.reports.length, 1);
    });

    it('receives the events of each broker, when it is deployed to another one and back, for another installation then', async () => {
      const other = await start();
      const clientId = newClientId();
      for (const [url, installationId] of [
        [broker.url, 7],
        [other.url, 8],
        [broker.url, 8],
      ] as const) {
        const { listener, feed } = listen(url, { clientId, installationId });
        await listener.live();
        const there = await connectAsync(url);
        await there.publishAsync(`v2/${installationId}/rx/3/alive`, 'here', { qos: 1 });
        await listener.receives(1);
        await there.endAsync();
        await feed.close();
      }
      await other.stop();
    });

    it('acknowledges an event that it holds for a redeployed node only when that one has got it', async () => {
      const line = await MqttLine.to(broker);
      const { listener, feed, membership } = listen(line.url);
      await listener.live();
      membership.leave();
      await publish('held');
      await until('it has come in', () => line.published === 1);
      await new Promise(setImmediate);
      assert.equal(line.acknowledged, 0);
      const successor = new FeedListener();
      listenTo(feed, successor);
      await successor.receives(1);
      await until('the acknowledgement', () => line.acknowledged === 1);
      assert.deepEqual([listener.texts, successor.marked], [[], ['held']]);
    });

    it('gets again what it held for a redeployed node when the connection broke', async () => {
      const line = await MqttLine.to(broker);
      const { listener, feed, membership } = listen(line.url);
      await listener.live();
      membership.leave();
      await publish('held');
      await until('it has come in', () => line.published === 1);
      await line.cut();
      await line.open();
      await until('it is connected again', () => line.connections === 2);
      const successor = new FeedListener();
      listenTo(feed, successor);
      await successor.receives(1);
      await successor.live();
      assert.deepEqual(successor.marked, ['held resumed']);
    });

    for (const qos of [0, 1] as const)
      it(`hands on to its successor what came for a redeployed node (QoS ${qos}), once and in order`, async () => {
        const line = await MqttLine.to(broker);
        const { listener, feed, membership } = listen(line.url);
        await listener.live();
        membership.leave();
        for (const text of ['1', '2', '3']) await publish(text, { qos });
        await until('the first has come in', () => line.published > 0);
        const successor = new FeedListener();
        listenTo(feed, successor);
        await publish('4', { qos });
        await successor.receives(4);
        assert.deepEqual([listener.texts, successor.marked], [[], ['1', '2', '3', '4']]);
      });

    it('hands on once what the broker sends again because the acknowledgement was lost', async () => {
      const line = await MqttLine.to(broker);
      const clientId = newClientId();
      const { listener, feed } = listen(line.url, { clientId });
      await listener.live();
      line.losesAcknowledgements = true;
      for (const text of ['1', '2', '3']) await publish(text);
      await listener.receives(1);
      await line.cut();
      line.losesAcknowledgements = false;
      await line.open();
      await until('it is acknowledged now', () => line.acknowledged >= 3);
      await publish('4');
      await listener.receives(4);
      assert.deepEqual(listener.texts, ['1', '2', '3', '4']);
      // And over a redeploy.
      line.losesAcknowledgements = true;
      await publish('5');
      await listener.receives(5);
      await Promise.all([line.cut(), feed.close()]);
      line.losesAcknowledgements = false;
      await line.open();
      const successor = listen(line.url, { clientId }).listener;
      await successor.live();
      await publish('6');
      await successor.receives(1);
      assert.deepEqual(successor.texts, ['6']);
    });

    it('is live soon after a redeploy although events never pause, and loses and repeats none', async () => {
      const clientId = newClientId();
      const { listener, feed } = listen(broker.url, { clientId });
      await listener.live();
      let last = 0;
      let publishing = true;
      const stream = (async () => {
        while (publishing) await publish(String(++last));
      })();
      await listener.receives(20);
      await feed.close();
      const started = performance.now();
      const successor = listen(broker.url, { clientId }).listener;
      await successor.live();
      assert.ok(performance.now() - started < 4000, `live after ${performance.now() - started} ms`);
      const before = successor.messages.length;
      await successor.receives(before + 20);
      publishing = false;
      await stream;
      await until(
        'all events',
        () => listener.messages.length + successor.messages.length - last,
        (more) => more === 0,
      );
      const numbers = [...listener.texts, ...successor.texts].map(Number);
      const sorted = name === 'mosquitto' ? numbers : numbers.sort((a, b) => a - b);
      assert.deepEqual(
        sorted,
        Array.from({ length: last }, (_, index) => index + 1),
      );
      assert.ok(successor.messages.slice(before).every(({ resumed }) => !resumed));
    });

    it('tells what is retained as initial at the start, and after an interruption only what has changed', async () => {
      const line = await MqttLine.to(broker);
      for (const device of [3, 4]) await publish(`at start ${device}`, { topic: `v2/7/rx/${device}/context/0`, retain: true });
      const { listener, feed } = listen(line.url);
      await listener.receives(2);
      assert.deepEqual(listener.marked.sort(), ['at start 3 initial', 'at start 4 initial']);
      await listener.live();
      await publish('live', { retain: true });
      await listener.receives(3);
      await line.cut();
      await broker.stop();
      await publisher.endAsync();
      // Another one in its place: nothing was kept of the session, but the same is retained, save for one.
      broker = await start({ port: broker.port });
      publisher = await connectAsync(broker.url);
      await publish('live', { retain: true });
      await publish('changed', { topic: 'v2/7/rx/4/context/0', retain: true });
      await line.open();
      await listener.receives(4);
      await listener.live();
      await publish('end');
      await listener.receives(5);
      assert.deepEqual(listener.marked.slice(2), ['live', 'changed resumed', 'end']);
      // Who comes later is at its start.
      const late = new FeedListener('late', 4);
      listenTo(feed, late);
      await late.receives(1);
      await publish('end');
      await listener.receives(6);
      assert.deepEqual([late.marked, listener.marked.slice(5)], [['changed initial'], ['end']]);
    });

    it('tells what is retained at a broker to which it comes back', async () => {
      const [line, other] = [await MqttLine.to(broker), await start()];
      const elsewhere = await connectAsync(other.url);
      await elsewhere.publishAsync(CONTEXT, 'b', { qos: 1, retain: true });
      const { listener } = listen(line.url);
      await listener.live();
      await publish('a', { retain: true });
      await listener.receives(1);
      for (const [to, count] of [
        [other, 2],
        [broker, 3],
      ] as const) {
        await line.cut();
        line.to = to;
        await line.open();
        await listener.receives(count);
        await listener.live();
      }
      assert.deepEqual(listener.marked, ['a', 'b resumed', 'a resumed']);
      await elsewhere.endAsync();
      await other.stop();
    });

    it('hands on each of thousands of retained events once', async () => {
      const count = 3000;
      const devices = Array.from({ length: count }, (_, index) => index);
      await Promise.all(devices.map((device) => publish(String(device), { topic: `v2/7/rx/${device}/context/0`, retain: true })));
      const { listener } = listen(broker.url);
      await listener.receives(count);
      await publish('end', { topic: 'v2/7/rx/1/alive' });
      await until('the end', () => listener.texts.includes('end'));
      assert.deepEqual(
        listener.texts.filter((text) => text !== 'end').sort((a, b) => Number(a) - Number(b)),
        devices.map(String),
      );
      assert.ok(listener.messages.every(({ initial, text }) => initial || text === 'end'));
    });

    it('unsubscribes from what no node selects any more, of an earlier configuration too', async () => {
      const clientId = newClientId();
      const line = await MqttLine.to(broker);
      const first = openFeed(line.url, { clientId, installationId: undefined });
      const [three, four] = [new FeedListener('three', 3), new FeedListener('four', 4)];
      const memberships = [three, four].map((user) => listenTo(first, user));
      await Promise.all([three.live(), four.live()]);
      await memberships[0]?.remove();
      await publish('one is left', { topic: 'v2/8/rx/4/context/0' });
      await four.receives(1);
      await first.close();
      const { listener } = listen(line.url, { clientId });
      await listener.live();
      const before = line.published;
      for (const device of [3, 4]) await publish('foreign', { topic: `v2/8/rx/${device}/context/0` });
      await publish('own');
      await listener.receives(1);
      assert.deepEqual([three.texts, listener.texts, line.published - before], [[], ['own'], 1]);
    });
  });
