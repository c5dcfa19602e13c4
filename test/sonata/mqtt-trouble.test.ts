import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import type { EnsembleError } from '../../src/core/errors';
import { LOGIN_PAUSES } from '../../src/core/follow/login';
import { STANDSTILL } from '../../src/core/mqtt/backlog';
import { RESUBSCRIBE } from '../../src/core/mqtt/broker-feed';
import { tryBroker } from '../../src/core/mqtt/connection';
import { RECONNECT } from '../../src/core/mqtt/reconnects';
import { Scope } from '../../src/core/scope';
import { hasMosquitto, startAedes, startMosquitto } from '../kit/broker';
import { CERTIFICATE, KEY } from '../kit/certificate';
import { cutLines, MqttLine } from '../kit/line';
import { ScriptedBroker } from '../kit/scripted-broker';
import { until } from '../kit/within';
import { closeFeeds, FeedListener, having, listen, listenTo, newClientId, openFeed } from './feed';

const CONTEXT = 'v2/7/rx/3/context/0';
const SOON = { first: 20, most: 40 };
const USER = { username: 'sonata', password: 'right-password' };

describe('an MQTT feed in trouble', () => {
  let broker: ScriptedBroker;
  beforeEach(async () => {
    broker = await ScriptedBroker.start();
  });
  afterEach(async () => {
    await closeFeeds();
    await broker.stop();
  });

  for (const code of [1, 2, 3])
    it(`asks a broker again that refuses at boot (CONNACK ${code}), with a countdown`, async () => {
      broker.script.connack = () => code;
      const { listener } = listen(broker.url);
      await listener.failed('retrying', code === 3 ? 'UNREACHABLE' : 'REJECTED');
      broker.script.connack = undefined;
      await listener.live();
      assert.equal(listener.reports.length, 1);
    });

  for (const code of [4, 5])
    it(`shows a refused login (CONNACK ${code}) as such, and asks again after a while, or at a deploy`, () =>
      having(LOGIN_PAUSES, { refused: 300 }, async () => {
        broker.script.connack = () => {
          // The third refusal is followed by the long pause.
          if (broker.connections === 3) LOGIN_PAUSES.refused = 900_000;
          return code;
        };
        const { listener, feed } = listen(broker.url, USER);
        await listener.failed('failed', 'UNAUTHORIZED');
        const refusals = () => listener.states.filter(({ is }) => is === 'failed').length;
        await until('it is asked again, and waits', () => broker.connections === 3 && refusals() === 3);
        assert.deepEqual(
          listener.reports.map(({ code }) => code),
          ['UNAUTHORIZED'],
        );
        broker.script.connack = undefined;
        const other = new FeedListener('deployed now');
        listenTo(feed, other);
        await Promise.all([listener.live(), other.live()]);
      }));

  it('soon asks a broker again that refuses a login which was good before, but not for ever', () =>
    having(RECONNECT, { pauses: SOON, doubt: 1000 }, async () => {
      const clientId = newClientId();
      const { listener } = listen(broker.url, { ...USER, clientId });
      await listener.live();
      broker.script.connack = () => 5;
      broker.drop();
      await listener.failed('retrying', 'UNAUTHORIZED');
      broker.script.connack = undefined;
      await listener.live();
      broker.script.connack = () => 5;
      broker.drop();
      await listener.failed('failed', 'UNAUTHORIZED');
      await closeFeeds();
      // Another login is none that was good before.
      const changed = listen(broker.url, { ...USER, password: 'wrong', clientId }).listener;
      await changed.failed('failed', 'UNAUTHORIZED');
      assert.ok(!changed.states.some(({ is }) => is === 'retrying'));
    }));

  it('limits CONNACK and SUBACK by the timeout, and comes back when the broker answers', async () => {
    broker.script.connack = () => undefined;
    const { listener } = listen(broker.url, { timeout: 200 });
    await listener.failed('retrying', 'TIMEOUT');
    broker.script.connack = undefined;
    broker.script.suback = () => undefined;
    await until('it has subscribed in vain', () => broker.subscriptions.length > 0 && broker.open === 0);
    assert.ok(!listener.states.some(({ is }) => is === 'live'));
    assert.match(listener.reports[0]?.message ?? '', /200 ms/);
    broker.script.suback = undefined;
    await listener.live();
    assert.equal(listener.reports.length, 1);
  });

  it('closes at once, whatever is not answered', async () => {
    broker.script.suback = () => undefined;
    const { feed } = listen(broker.url);
    await until('it has subscribed', () => broker.subscriptions.length > 0);
    const started = performance.now();
    await feed.close();
    assert.ok(performance.now() - started < 1500);
    await until('the connection has ended', () => broker.open === 0);
  });

  it('loses no other node where a subscription is refused, says which, and asks for it again', () =>
    having(RESUBSCRIBE, { pauses: SOON }, async () => {
      let refused = ['v2/7/rx/3/context/+'];
      broker.script.suback = (filter) => (refused.includes(filter) ? 128 : 1);
      const feed = openFeed(broker.url);
      const [three, four] = [new FeedListener('three', 3), new FeedListener('four', 4)];
      for (const user of [three, four]) listenTo(feed, user);
      await Promise.all([four.live(), three.failed('retrying', 'FORBIDDEN')]);
      assert.match(three.reports[0]?.message ?? '', /v2\/7\/rx\/3\/context\/\+/);
      assert.ok(!four.states.some(({ is }) => is === 'retrying'));
      await until('it is asked again and again', () => broker.subscriptions.filter((filter) => filter === refused[0]).length >= 3);
      refused = [];
      await three.live();
      assert.deepEqual([three.reports.length, four.reports.length, broker.connections], [1, 0, 1]);
    }));

  it('asks for each device where the broker refuses all, and keeps to that as long as it does', () =>
    having(RESUBSCRIBE, { pauses: SOON }, async () => {
      const all = ['v2/7/rx/+/context/+', 'v2/7/rx/+/alive'];
      let refused = all;
      broker.script.suback = (filter) => (refused.includes(filter) ? 128 : 1);
      const feed = openFeed(broker.url);
      const [each, three] = [new FeedListener('all'), new FeedListener('three', 3)];
      for (const user of [each, three]) listenTo(feed, user);
      await Promise.all([three.live(), each.failed('retrying', 'FORBIDDEN')]);
      await until('it is asked again', () => broker.subscriptions.filter((filter) => filter === all[0]).length >= 3);
      assert.deepEqual(broker.unsubscriptions, []);
      refused = [];
      await each.live();
      await until('there is no overlap', () => broker.unsubscriptions.length === 2);
      assert.deepEqual(broker.unsubscriptions, ['v2/7/rx/3/context/+', 'v2/7/rx/3/alive']);
    }));

  it('asks for thousands of filters a few at a time, and for each once', async () => {
    const feed = openFeed(broker.url);
    const users = Array.from({ length: 1000 }, (_, device) => new FeedListener(`node ${device}`, device));
    for (const user of users) listenTo(feed, user);
    await Promise.all(users.map((user) => user.live()));
    assert.deepEqual([broker.subscriptions.length, new Set(broker.subscriptions).size], [2000, 2000]);
  });

  it('tells once, in words, that another client takes its place, and goes on slowly', () =>
    having(RECONNECT, { pauses: SOON, stable: 50, takeover: { ...RECONNECT.takeover, pause: 200 } }, async () => {
      const aedes = await startAedes();
      const clientId = newClientId();
      // A copy of the user directory: the same client id twice.
      const [one, two] = [listen(aedes.url, { clientId }), listen(aedes.url, { clientId })].map(({ listener }) => listener) as [
        FeedListener,
        FeedListener,
      ];
      const words = ({ reports }: FeedListener) =>
        reports.filter(({ message }) => message.includes(clientId) && message.includes('client id'));
      await until('both have told', () => words(one).length > 0 && words(two).length > 0);
      const before = one.states.filter(({ is }) => is === 'live').length;
      await until('it goes on', () => one.states.filter(({ is }) => is === 'live').length > before + 2);
      assert.deepEqual([words(one).length, words(two).length], [1, 1]);
      await closeFeeds();
      await aedes.stop();
    }));

  it('does not take a network that breaks again and again for another client', () =>
    having(RECONNECT, { pauses: SOON, stable: 0 }, async () => {
      const line = await MqttLine.to(broker);
      const { listener } = listen(line.url);
      const lives = () => listener.states.filter(({ is }) => is === 'live').length;
      for (let turn = 1; turn <= 6; turn++) {
        await until('it is live again', () => lives() === turn);
        await line.cut();
        await line.open();
      }
      assert.ok(listener.reports.every(({ message }) => !message.includes('client id')));
      await closeFeeds();
      await cutLines();
    }));

  it('tells of more topics than it can remember, once, and hands on their events all the same', async () => {
    const aedes = await startAedes();
    const { listener } = listen(aedes.url);
    await listener.live();
    const publisher = await connectAsync(aedes.url);
    for (let device = 0; device < 10_002; device++) publisher.publish(`v2/7/rx/${device}/alive`, 'up');
    await listener.receives(10_002);
    assert.equal(listener.warnings.size, 1);
    assert.match([...listener.warnings][0] ?? '', /10000/);
    publisher.publish(CONTEXT, 'x'.repeat(300_000));
    publisher.publish('v2/7/rx/1/alive', 'end');
    await until('the end', () => listener.texts.at(-1) === 'end');
    assert.deepEqual([listener.messages.length, listener.warnings.size], [10_003, 2]);
    await publisher.endAsync();
    await closeFeeds();
    await aedes.stop();
  });

  it('refuses TLS settings that Node.js cannot use, and does not end the process', async () => {
    const { listener } = listen(broker.url.replace('mqtt:', 'mqtts:'), { tls: { cert: 'no certificate', key: 'no key' } });
    await listener.failed('failed', 'NOT_CONFIGURED');
    assert.equal(listener.reports.length, 1);
  });

  (hasMosquitto ? it : it.skip)('speaks TLS, and trusts whom its settings say', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ensemble-tls-'));
    for (const [file, text] of Object.entries({ certificate: CERTIFICATE, key: KEY })) writeFileSync(join(folder, file), text);
    const mosquitto = await startMosquitto({ lines: [`certfile ${folder}/certificate`, `keyfile ${folder}/key`] });
    const url = mosquitto.url.replace('mqtt:', 'mqtts:');
    const trusting = listen(url, { tls: { ca: CERTIFICATE } }).listener;
    await trusting.live();
    const other = listen(url).listener;
    await other.failed('retrying', 'UNREACHABLE');
    assert.match(other.reports[0]?.message ?? '', /self.signed/);
    await closeFeeds();
    await mosquitto.stop();
    rmSync(folder, { recursive: true });
  });

  (hasMosquitto ? it : it.skip)('marks as resumed what came in while this process stood still', () =>
    having(STANDSTILL, { ms: 1000 }, async () => {
      const mosquitto = await startMosquitto();
      const { listener } = listen(mosquitto.url);
      await listener.live();
      const publisher = await connectAsync(mosquitto.url);
      publisher.publish(CONTEXT, 'before', { qos: 1 });
      await listener.receives(1);
      publisher.publish(CONTEXT, 'meanwhile', { qos: 1 });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
      await listener.receives(2);
      await until('it is through', async () => {
        await publisher.publishAsync(CONTEXT, 'after', { qos: 1 });
        return listener.marked.at(-1) === 'after';
      });
      assert.deepEqual(listener.marked.slice(0, 2), ['before', 'meanwhile resumed']);
      await publisher.endAsync();
      await closeFeeds();
      await mosquitto.stop();
    }),
  );

  (hasMosquitto ? it : it.skip)('repeats nothing that a broker has kept over its power cut', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ensemble-sessions-'));
    const options = { folder, lines: ['autosave_interval 1', 'autosave_on_changes true'] };
    let mosquitto = await startMosquitto(options);
    const { listener } = listen(mosquitto.url);
    await listener.live();
    let publisher = await connectAsync(mosquitto.url);
    for (let key = 1; key <= 10; key++) await publisher.publishAsync(CONTEXT, String(key), { qos: 1 });
    await listener.receives(10);
    await publisher.endAsync();
    await mosquitto.kill();
    mosquitto = await startMosquitto({ ...options, port: mosquitto.port });
    await listener.failed('retrying', 'UNREACHABLE');
    await listener.live();
    publisher = await connectAsync(mosquitto.url);
    await publisher.publishAsync(CONTEXT, '11', { qos: 1 });
    await listener.receives(11);
    assert.deepEqual(
      listener.texts,
      Array.from({ length: 11 }, (_, index) => String(index + 1)),
    );
    await publisher.endAsync();
    await closeFeeds();
    await mosquitto.stop();
    rmSync(folder, { recursive: true });
  });
});

(hasMosquitto ? describe : describe.skip)('an MQTT feed and the power cut of a broker that keeps its sessions', () => {
  it('takes an event for a new one that is equal to one before, also where the broker gives it the same packet id', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ensemble-sessions-'));
    let broker = await startMosquitto({ folder });
    const { port } = broker;
    const { listener } = listen(broker.url);
    const publish = async () => {
      const publisher = await connectAsync(broker.url);
      await publisher.publishAsync(CONTEXT, 'equal', { qos: 1 });
      await publisher.endAsync();
    };
    await listener.live();
    // Its sessions are written down now, and not any more.
    await broker.stop();
    broker = await startMosquitto({ folder, port });
    for (const count of [1, 2]) {
      await until('live', () => listener.states.at(-1)?.is === 'live' && listener.messages.length === count - 1);
      await publish();
      await listener.receives(count);
      listener.states.length = 0;
      await broker.kill();
      broker = await startMosquitto({ folder, port });
    }
    await closeFeeds();
    await broker.stop();
    rmSync(folder, { recursive: true });
  });
});

describe('an attempt to connect to a broker', () => {
  const login = (url: string) => ({ url, username: undefined, password: undefined, tls: undefined, timeout: 200 });
  const codeOf = (url: string, filters = ['v2/7/rx/+/alive']) =>
    tryBroker(login(url), filters, new Scope()).then(
      () => 'good',
      ({ code }: EnsembleError) => code,
    );

  it('tells what came of it, within the timeout', async () => {
    const broker = await ScriptedBroker.start();
    const { script, url } = broker;
    const seen = [await codeOf(url)];
    for (const code of [3, 4, 5]) {
      script.connack = () => code;
      seen.push(await codeOf(url));
    }
    script.connack = () => undefined;
    seen.push(await codeOf(url));
    script.connack = undefined;
    script.suback = () => undefined;
    seen.push(await codeOf(url));
    script.suback = () => 128;
    seen.push(await codeOf(url));
    await until('nothing is left behind', () => broker.open === 0);
    await broker.stop();
    seen.push(await codeOf(url));
    assert.deepEqual(seen, ['good', 'UNREACHABLE', 'UNAUTHORIZED', 'UNAUTHORIZED', 'TIMEOUT', 'TIMEOUT', 'FORBIDDEN', 'UNREACHABLE']);
  });
});
