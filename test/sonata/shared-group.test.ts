import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { hasMosquitto, startMosquitto, type TestBroker } from '../kit/broker';
import type { FlowNode } from '../kit/node-red';
import { until } from '../kit/within';
import { closeFeeds, listen, newClientId } from './feed';

const EVENTS = 10_000;

/** A Node-RED in a process of its own that shares the group, and the keys of the events that it has handled. */
class SharingNodeRed {
  readonly handled: number[] = [];
  private constructor(private readonly child: ChildProcess) {}

  static async start(broker: TestBroker): Promise<SharingNodeRed> {
    const child = fork(join(__dirname, '../kit/child.js'));
    const instance = new SharingNodeRed(child);
    const flow: FlowNode[] = [
      { id: 'tab', type: 'tab', label: 'shared' },
      { id: 'gateway', type: 'sonata-gateway', mqttUrl: broker.url, installationId: 7 },
      { id: 'events', type: 'sonata-events', z: 'tab', connection: 'gateway', transport: 'mqtt', sharedGroup: 'hall', wires: [['probe']] },
      { id: 'probe', type: 'kit-probe', z: 'tab', wires: [[]] },
    ];
    child.send(flow);
    let running = false;
    child.on('message', ({ running: runs, payload }: { running?: boolean; payload?: { key: number } }) => {
      running ||= runs === true;
      if (payload) instance.handled.push(payload.key);
    });
    await until('the instance runs', () => running, Boolean, 60_000);
    return instance;
  }

  async kill(): Promise<void> {
    if (this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const sorted = (keys: readonly number[]) => [...keys].sort((a, b) => a - b);

(hasMosquitto ? describe : describe.skip)('a sharedGroup on a real Mosquitto', () => {
  it('loses and repeats no event when one of its members is deployed anew, again and again', async () => {
    const broker = await startMosquitto();
    const publisher = await connectAsync(broker.url);
    const clientId = newClientId();
    const listeners = [listen(broker.url, { group: 'hall' }).listener];
    await listeners[0]?.live();
    let last = 0;
    let publishing = true;
    const stream = (async () => {
      while (publishing) await publisher.publishAsync('v2/7/rx/1/context/0', String(++last), { qos: 1 });
    })();
    for (let deploys = 0; deploys < 10; deploys++) {
      const { listener, feed, membership } = listen(broker.url, { group: 'hall', clientId });
      listeners.push(listener);
      await listener.receives(20);
      membership.leave();
      await feed.close();
    }
    listeners.push(listen(broker.url, { group: 'hall', clientId }).listener);
    await listeners.at(-1)?.receives(20);
    publishing = false;
    await stream;
    const received = () => listeners.flatMap(({ texts }) => texts.map(Number));
    await until('all events', () => received().length >= last);
    assert.deepEqual(sorted(received()), numbers(1, last));
    await closeFeeds();
    await publisher.endAsync();
    await broker.stop();
  });
});

(hasMosquitto ? describe : describe.skip)('two Node-REDs with one sharedGroup on a real Mosquitto', function () {
  this.timeout(120_000);
  let broker: TestBroker;
  let publisher: MqttClient;
  let instances: SharingNodeRed[];

  beforeEach(async () => {
    broker = await startMosquitto();
    publisher = await connectAsync(broker.url);
    instances = await Promise.all([SharingNodeRed.start(broker), SharingNodeRed.start(broker)]);
    // A subscription is made a moment after the deploy: until both answer, probes with negative keys go out.
    let probe = 0;
    await until(
      'both instances take part',
      async () => {
        await publish(--probe);
        return instances.every(({ handled }) => handled.length > 0);
      },
      Boolean,
      60_000,
    );
  });
  afterEach(async () => {
    await Promise.all(instances.map((instance) => instance.kill()));
    await publisher.endAsync();
    await broker.stop();
  });

  const publish = (key: number) =>
    publisher.publishAsync(`v2/7/rx/${Math.abs(key) % 50}/context/0`, JSON.stringify({ key, cl: [] }), { qos: 1 });
  /** Not one after the other: to wait for each acknowledgement would be most of the test. */
  const publishAll = async (keys: readonly number[]) => {
    for (let from = 0; from < keys.length; from += 500) await Promise.all(keys.slice(from, from + 500).map(publish));
  };
  const handled = (instance: SharingNodeRed | undefined) => instance?.handled.filter((key) => key > 0) ?? [];

  it(`handle ${EVENTS} events, each exactly once, each its share`, async () => {
    await publishAll(numbers(1, EVENTS));
    await until(
      'all events',
      () => handled(instances[0]).length + handled(instances[1]).length,
      (count) => count >= EVENTS,
      30_000,
    );
    assert.deepEqual(sorted([...handled(instances[0]), ...handled(instances[1])]), numbers(1, EVENTS));
    for (const instance of instances) assert.ok(handled(instance).length > EVENTS / 4);
  });

  it('go on when one of them is killed: the other handles the rest', async () => {
    const half = EVENTS / 2;
    await publishAll(numbers(1, half));
    await until(
      'the first half',
      () => handled(instances[0]).length + handled(instances[1]).length,
      (count) => count >= half,
      30_000,
    );
    await instances[0]?.kill();
    // What the broker gives to one that has gone, before it knows, is lost. In a group each has its turn: three in a row tell.
    let probe = -1000;
    await until('the broker knows', async () => {
      await publish(--probe);
      // It may tell of them later than it handles them.
      const taken = new Set(instances[1]?.handled);
      return [...taken].some((key) => key < -1000 && taken.has(key - 1) && taken.has(key - 2));
    });
    await publishAll(numbers(half + 1, EVENTS));
    await until(
      'the rest',
      () => handled(instances[1]).filter((key) => key > half).length,
      (count) => count >= half,
      30_000,
    );
    assert.deepEqual(sorted([...handled(instances[0]), ...handled(instances[1])]), numbers(1, EVENTS));
  });
});
