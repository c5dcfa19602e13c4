import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { Simulator } from '../src/simulators/simulator';
import { startMosquitto } from '../test/kit/broker';
import { PlainNodeRed } from '../test/kit/plain';
import { until } from '../test/kit/within';
import { idOf, startInstance, tabOf } from '../test/scaling/instances';
import type { Figures, Row, Side } from './harness';

const FILE = 'Scaling - workers.json';
const HANDLED = idOf(FILE, 'Handled');
const STRINGS = idOf('Scaling - shards.json', 'Strings');
const WORKERS = 3;
/** Milliseconds. */
const BEFORE = 2000;

interface Loss {
  readonly happens: (worker: PlainNodeRed) => unknown;
  /** Milliseconds between two events. */
  readonly every: number;
  /** Milliseconds after it happened for which events go on. */
  readonly after: number;
}

/** One of three workers is lost: how many events with it, and for how many seconds events went to it in vain. */
const worker =
  ({ happens, every, after }: Loss): Side =>
  async () => {
    const broker = await startMosquitto();
    const flow = tabOf(FILE, 'Scaling - workers: a worker', { mqttPort: broker.port });
    const workers = await Promise.all(Array.from({ length: WORKERS }, () => startInstance(flow)));
    const publisher = await connectAsync(broker.url);
    for (const one of workers) await one.status(idOf(FILE, 'Take one'), { fill: 'green' });
    const sent: number[] = [];
    const stream = async (ms: number) => {
      for (const end = performance.now() + ms; performance.now() < end; await sleep(every)) {
        const payload = JSON.stringify({ topic: 'light/1/1', payload: sent.push(performance.now()) - 1 });
        void publisher.publishAsync('ensemble/events', payload, { qos: 1 });
      }
    };
    return async () => {
      await stream(BEFORE);
      const at = performance.now();
      await happens(workers[0] as PlainNodeRed);
      await stream(after);
      // What is still under way.
      await sleep(2000);
      const handled = new Set(workers.flatMap((one) => one.logged(HANDLED)).map(({ payload }) => Number(payload)));
      const lost = sent.filter((_, number) => !handled.has(number));
      for (const one of workers) await one.remove();
      await publisher.endAsync(true);
      await broker.stop();
      return { lost: lost.length, seconds: Math.max(0, ((lost.at(-1) ?? at) - at) / 1000) };
    };
  };

/** The instance of one shard of three is killed and started again: seconds until what has changed meanwhile is in its flow. */
const shard: Side = async () => {
  const simulator = await Simulator.start({ port: 0, mqttPort: 0 });
  const settings = { contextStorage: { default: { module: 'localfilesystem', config: { cache: false } } } };
  const options = { env: { SHARD: '1/3' }, settings };
  const before = await startInstance(
    tabOf('Scaling - shards.json', 'Scaling - shards', { port: Number(new URL(simulator.address).port) }),
    options,
  );
  const told = (red: PlainNodeRed) => red.logged(STRINGS) as { topic: string; event: { resumed: boolean } }[];
  await until('its share', () => told(before).length > 0);
  return async () => {
    await before.kill();
    const id = Number(told(before)[0]?.topic);
    for (const on of [false, true]) await turn(simulator, id, on);
    await turn(simulator, id, false);
    const started = performance.now();
    const back = await PlainNodeRed.start({ userDir: before.userDir, ...options });
    await until('what has changed', () => told(back).some(({ event }) => event.resumed));
    const seconds = (performance.now() - started) / 1000;
    await back.remove();
    await simulator.close();
    return { lost: 0, seconds };
  };
};

const turn = (simulator: Simulator, id: number, on: boolean) =>
  fetch(`${simulator.address}/page/twinkly/turn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, on }),
  });

export const takeover: Row = {
  name: 'takeover',
  title: 'one of three is lost: events lost with it, and seconds until its share is handled again',
  sides: {
    'workers, killed, 100 events/s': worker({ happens: (red) => red.program.kill(), every: 10, after: 3000 }),
    'workers, killed, 1,000 events/s': worker({ happens: (red) => red.program.kill(), every: 1, after: 3000 }),
    'workers, stands still, 20 events/s': worker({ happens: (red) => red.program.halt(), every: 50, after: 30_000 }),
    'shards, killed and started at once': shard,
  },
  rounds: 1,
  judge: (rounds) =>
    Object.entries(rounds).map(([what, [figures]]) => {
      const { lost = 0, seconds = 0 } = (figures ?? {}) as Figures;
      return { what, found: `${seconds.toFixed(1)} s`, wanted: `${lost} lost` };
    }),
};
