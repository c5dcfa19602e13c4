import '../kit/once';
import { deepEqual, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { Simulator } from '../../src/simulators/simulator';
import { hasMosquitto, type MosquittoOptions, startMosquitto, type TestBroker } from '../kit/broker';
import { PlainNodeRed } from '../kit/plain';
import { until } from '../kit/within';
import { freePorts } from '../simulators/ports';
import { press } from '../simulators/simulated';
import { idOf, startInstance, tabOf } from './instances';

const FILE = 'Scaling - workers.json';
const TAKE = idOf(FILE, 'Take one');
const HANDLED = idOf(FILE, 'Handled');
const EVENTS = 3000;
/** Events that are published and not yet handled. */
const UNDER_WAY = 12;
/** Mosquitto hands so many messages to a client before it has confirmed the first. */
const IN_FLIGHT = 20;

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const sorted = (all: readonly number[]) => [...all].sort((a, b) => a - b);
const numberOf = ({ payload }: Readonly<Record<string, unknown>>) => Number(payload);
const twice = (all: readonly number[]) => sorted(all).filter((number, index, list) => list[index - 1] === number);

(hasMosquitto ? describe : describe.skip)('the example Workers, in three Node-REDs on a real Mosquitto', function () {
  this.timeout(240_000);
  let broker: TestBroker;
  let publisher: MqttClient;
  let workers: PlainNodeRed[];
  let last: number;

  const begin = async (settings: (name: string) => object = () => ({}), options: MosquittoOptions = {}) => {
    last = 0;
    broker = await startMosquitto(options);
    publisher = await connectAsync(broker.url);
    const flowOf = (name: string) => tabOf(FILE, 'Scaling - workers: a worker', { mqttPort: broker.port }, settings(name));
    workers = await Promise.all(['a', 'b', 'c'].map((name) => startInstance(flowOf(name))));
    for (const worker of workers) await worker.status(TAKE, { fill: 'green' });
  };
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.remove()));
    await publisher.endAsync(true);
    await broker.stop();
  });

  /** In the form in which the follower publishes an event. */
  const publish = (number: number) => {
    const event = { vendor: 'turn', source: 'sse', type: 'state', initial: false, resumed: false, topic: 'light/1/1', payload: number };
    return publisher.publishAsync('ensemble/events', JSON.stringify(event), { qos: 1 });
  };
  const publishMore = async (count: number) => {
    for (const end = last + count; last < end; ) await Promise.all(numbers(1, Math.min(50, end - last)).map(() => publish(++last)));
  };
  const handledBy = (worker: PlainNodeRed | undefined) => worker?.logged(HANDLED).map(numberOf) ?? [];
  const handled = () => workers.flatMap(handledBy);
  const handle = (count: number) =>
    until(
      `${count} events handled`,
      () => handled().length,
      (length) => length >= count,
      60_000,
    );
  /** Until the workers have handled what is published last, which comes after all else that goes to them. */
  const settle = async (living: readonly PlainNodeRed[]) => {
    const first = last + 1;
    await publishMore(30);
    await until(
      'each has handled the last ones',
      () => living.every((worker) => handledBy(worker).some((number) => number >= first)),
      Boolean,
      60_000,
    );
    await until(
      'all of the last ones',
      () => handled().filter((number) => number >= first).length,
      (length) => length >= 30,
      60_000,
    );
  };

  it('handles each event once, and each worker its share', async () => {
    await begin();
    await publishMore(EVENTS);
    await handle(EVENTS);
    deepEqual(sorted(handled()), numbers(1, EVENTS));
    for (const worker of workers) ok(handledBy(worker).length > EVENTS / 5, String(handledBy(worker).length));
    const [msg] = workers[0]?.logged(HANDLED) ?? [];
    deepEqual([msg?.topic, msg?.event], ['light/1/1', { vendor: 'turn', source: 'sse', type: 'state', initial: false, resumed: false }]);
  });

  it('goes on when a worker is killed: the others handle all but what it had taken and not yet handled', async () => {
    await begin();
    let isOver = false;
    // A few are under way at any time. Those that are lost stay under way for ever: were they more, nothing would go on.
    const stream = (async () => {
      while (!isOver) {
        if (last - handled().length < UNDER_WAY) await publishMore(1);
        else await until('room for more', () => isOver || last - handled().length < UNDER_WAY, Boolean, 30_000);
      }
    })();
    await until('events', () => last >= 300);
    await workers[0]?.kill();
    const killed = last;
    await until('more', () => last >= killed + 300, Boolean, 60_000);
    isOver = true;
    await stream;
    await settle(workers.slice(1));
    const all = handled();
    deepEqual(twice(all), []);
    const lost = numbers(1, last).filter((number) => !all.includes(number));
    ok(lost.length < UNDER_WAY, `${lost.length} lost`);
  });

  it('loses nothing when a killed worker comes back, where each has a session of its own that stays', async () => {
    await begin((name) => ({ clientid: `worker-${name}`, cleansession: false }));
    await publishMore(300);
    await handle(300);
    const [dead, ...living] = workers as [PlainNodeRed, ...PlainNodeRed[]];
    await dead.kill();
    const before = handledBy(dead);
    await publishMore(900);
    await shared(living);
    const back = await PlainNodeRed.start({ userDir: dead.userDir });
    workers = [back, ...living];
    const all = () => [...before, ...handled()];
    await until(
      'all events',
      () => new Set(all()).size,
      (size) => size >= last,
      60_000,
    );
    ok(twice(all()).length <= IN_FLIGHT, `${twice(all())} twice`);
    ok(handledBy(back).length >= 250, `${handledBy(back).length} have waited for it`);
  });

  const shared = (living: readonly PlainNodeRed[]) =>
    until('their shares', () => living.every((worker) => handledBy(worker).length > 250), Boolean, 60_000);
});

(hasMosquitto ? describe : describe.skip)('the follower of the example Workers', function () {
  this.timeout(120_000);
  let folder: string;
  let simulator: Simulator;
  let follower: PlainNodeRed;
  let broker: TestBroker;
  let worker: MqttClient;
  const received: number[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ensemble-sessions-'));
    simulator = await Simulator.start(await freePorts());
    broker = await startMosquitto({ folder });
    worker = await connectAsync(broker.url, { clientId: 'worker', clean: false, reconnectPeriod: 200 });
    worker.on('message', (_topic, payload) => {
      const { vendor, topic, payload: state } = JSON.parse(payload.toString()) as Record<string, unknown> & { payload: { value: number } };
      if (vendor === 'turn' && topic === 'light/1/1') received.push(state.value);
    });
    // Mosquitto 2.0 remembers no shared subscription over a restart.
    await worker.subscribeAsync('ensemble/events', { qos: 1 });
    follower = await startInstance(
      tabOf(FILE, 'Scaling - workers', { port: Number(new URL(simulator.address).port), mqttPort: broker.port }),
      {
        settings: { mqttReconnectTime: 500 },
      },
    );
  });
  after(async () => {
    await follower.remove();
    await worker.endAsync(true);
    await broker.stop();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('publishes in order, and keeps what comes while the broker is away', async () => {
    await follower.status(idOf(FILE, 'Turn'), { fill: 'green' });
    await follower.status(idOf(FILE, 'Publish'), { fill: 'green' });
    const turn = (value: number) => press(simulator, 'turn', 'set', { channel: 'light/1/1', value });
    for (const value of [1, 2, 3]) await turn(value);
    await until('the first', () => received.length >= 3);
    const { port } = broker;
    await broker.stop();
    await follower.status(idOf(FILE, 'Publish'), { fill: 'yellow' });
    for (const value of [4, 5, 6]) await turn(value);
    await follower.status(idOf(FILE, 'Wait for the broker'), { text: '3 waiting' });
    broker = await startMosquitto({ port, folder });
    await until('the rest', () => received.length >= 6);
    await turn(7);
    await until('a live one', () => received.at(-1) === 7);
    deepEqual(received, [1, 2, 3, 4, 5, 6, 7]);
  });
});
