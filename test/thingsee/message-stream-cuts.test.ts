import { deepEqual, ok } from 'node:assert/strict';
import { RECONNECT } from '../../src/core/mqtt/reconnects';
import { ThingseeClient } from '../../src/vendors/thingsee/client';
import { LOOK_UP } from '../../src/vendors/thingsee/followed-groups';
import { start } from '../../src/vendors/thingsee/thing-messages';
import { BareEventNode } from '../kit/bare-event-node';
import { until } from '../kit/within';
import { CLIENT } from './fake-cloud';
import { MessageCloud, type Sent } from './message-cloud';
import { StreamBroker, topicOf } from './stream-broker';

const CUTS = 200;
const GROUP = 'prfi00hall';
const THINGS = Array.from({ length: 12 }, (_, index) => `TSPR${String(index).padStart(13, '0')}`);
/** Of another customer, at the same broker. */
const FOREIGN = 'TSPR9999999999999';
const now = () => Math.floor(Date.now() / 1000);

/** Pseudorandom numbers from 0 to 1, the same in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('thing-messages over MQTT, cut again and again', function () {
  this.timeout(300_000);
  const times = { pauses: RECONNECT.pauses, intervals: LOOK_UP.intervals };
  let cloud: MessageCloud;
  let broker: StreamBroker;
  let client: ThingseeClient;
  let node: BareEventNode;
  beforeEach(async () => {
    RECONNECT.pauses = { first: 20, most: 60 };
    LOOK_UP.intervals = 3;
    [cloud, broker] = [await MessageCloud.start(), await StreamBroker.start()];
    cloud.groups.set(GROUP, THINGS);
    client = new ThingseeClient({
      settings: { baseUrl: cloud.url, mqttUrl: broker.url },
      credentials: { ...CLIENT, mqttUsername: undefined, mqttPassword: undefined },
      identity: 'identity-of-the-node',
      network: { timeout: 2000 },
    });
    node = new BareEventNode();
  });
  afterEach(async () => {
    RECONNECT.pauses = times.pauses;
    LOOK_UP.intervals = times.intervals;
    await node.scope.end();
    await client.close();
    await broker.close();
    await cloud.close();
  });

  const settings = {
    things: undefined,
    groups: ['*'],
    messageId: undefined,
    transport: 'mqtt' as const,
    interval: 1,
    grace: 1,
    shard: undefined,
  };
  /** Its end is that of the scope. */
  const run = () => void start(node.context(client, settings)).catch(() => {});

  it(`passes each message on once and in order over ${CUTS} cuts of the broker and of the API, and the node's restarts`, async () => {
    const random = seeded(20_261_129);
    const sent: number[] = [];
    /** Of those that the API alone has. */
    const lost = new Set<number>();
    const events: BareEventNode['events'] = [];
    const collect = () => events.push(...node.events.splice(0));
    /** One that comes by both ways, by one alone, or twice; the API may have it a moment later. */
    const send = () => {
      const tsmTuid = THINGS[Math.floor(random() * THINGS.length)] as string;
      const message: Sent = { tsmId: 12100, tsmTs: now(), tsmTuid, number: sent.push(sent.length) - 1, deploymentGroupId: GROUP };
      cloud.add(message, Date.now() + Math.floor(random() * 400));
      if (random() < 0.9) broker.publish(message, topicOf(GROUP, message));
      else lost.add(message.number);
      if (random() < 0.1) broker.publish(message, topicOf(GROUP, message));
      const foreign = { ...message, tsmTuid: FOREIGN, deploymentGroupId: 'prfi00others' };
      if (random() < 0.1) broker.publish(foreign, topicOf(foreign.deploymentGroupId, foreign));
    };
    run();
    await until('the first subscription', () => broker.subscriptions.length > 0);
    await until('the first look', () => new Set(cloud.asked.map(({ tuid }) => tuid)).size === THINGS.length);
    let isClosed = false;
    cloud.trouble = () => (isClosed ? { status: 503, headers: { 'retry-after': '0' } } : undefined);
    for (let cut = 0; cut < CUTS; cut++) {
      for (let count = Math.floor(random() * 6); count >= 0; count--) send();
      const what = random();
      if (what < 0.6) broker.drop();
      if (what > 0.4) isClosed = !isClosed;
      broker.isDown = random() < 0.2;
      await node.scope.sleep(random() < 0.15 ? 1200 : Math.floor(random() * 120));
      send();
      if (cut % 40 !== 39) continue;
      // The node is deployed again: what it remembers goes to its successor.
      await node.scope.end();
      collect();
      node = new BareEventNode(node.kept);
      run();
    }
    isClosed = false;
    broker.isDown = false;
    await until(
      'all messages',
      () => {
        collect();
        return new Set(events.map(({ payload }) => (payload as Sent).number)).size;
      },
      (count) => count === sent.length,
      60_000,
    );
    await until('the stream is live', () => node.states.at(-1)?.is === 'live', Boolean, 30_000);
    await node.scope.sleep(2500);
    collect();
    const numbers = events.map(({ payload }) => (payload as Sent).number);
    deepEqual(
      numbers.toSorted((a, b) => a - b),
      sent,
    );
    ok(events.every(({ topic }) => THINGS.includes(topic)));
    // What is out of order says so.
    const last = new Map<string, number>();
    for (const { topic, payload, details } of events) {
      const { tsmTs } = payload as Sent;
      if (!details?.late) ok(tsmTs >= (last.get(topic) ?? 0), `${topic}: ${tsmTs} after ${last.get(topic)}`);
      last.set(topic, Math.max(tsmTs, last.get(topic) ?? 0));
    }
    const count = (what: (event: (typeof events)[number]) => unknown) => events.filter(what).length;
    const counts = {
      mqtt: count(({ source }) => source === 'mqtt'),
      resumed: count(({ resumed }) => resumed),
      late: count((event) => event.details?.late),
    };
    console.log(
      `      ${numbers.length} messages: ${JSON.stringify(counts)}; ${broker.clients.length} connections, ${cloud.asked.length} requests`,
    );
    ok(counts.mqtt > 0 && counts.resumed > 0);
    // An open stream has not brought it, and later ones: only then the API is too late.
    ok(events.every(({ payload, details }) => !details?.late || lost.has((payload as Sent).number)));
    ok(broker.clients.length > 50);
  });
});
