import type { ChildProcess } from 'node:child_process';
import { connectAsync } from 'mqtt';
import { startMosquitto } from '../test/kit/broker';
import { counted, type Figures, median, type Row, type Side, start } from './harness';

/** Not so many under way that a broker's limits count. */
const AT_ONCE = 100;

interface Work {
  readonly name: string;
  readonly title: string;
  /** Of one event, one after the other. */
  readonly ms: number;
  readonly events: number;
}

const event = (number: number): string =>
  JSON.stringify({ vendor: 'turn', source: 'sse', type: 'state', initial: false, resumed: false, topic: 'light/1/1', payload: number });

/** So many workers share the events of one follower on a Mosquitto: each is a process of its own. */
const side =
  ({ ms, events }: Work, count: number): Side =>
  async () => {
    const broker = await startMosquitto();
    const publisher = await connectAsync(broker.url);
    const workers: ChildProcess[] = [];
    let handled = 0;
    let onHandled = () => {};
    for (let number = 0; number < count; number++) {
      const { process } = await start('peers/worker', String(broker.port), String(ms));
      process.on('message', (message: { handled: number }) => {
        handled += message.handled;
        onHandled();
      });
      workers.push(process);
    }
    process.on('disconnect', () => {
      for (const worker of workers) worker.kill();
      void broker.kill();
    });
    return counted(async () => {
      handled = 0;
      const isHandled = new Promise<void>((resolve) => {
        onHandled = () => void (handled >= events && resolve());
      });
      for (let sent = 0; sent < events; sent += AT_ONCE)
        await Promise.all(
          Array.from({ length: AT_ONCE }, (_, n) => publisher.publishAsync('ensemble/events', event(sent + n), { qos: 1 })),
        );
      await isHandled;
      return events;
    });
  };

const row = (work: Work): Row => ({
  name: work.name,
  title: work.title,
  sides: { 'one worker': side(work, 1), 'two workers': side(work, 2), 'three workers': side(work, 3) },
  rounds: 4,
  judge(rounds) {
    const rates = Object.entries(rounds).map(([what, figures]) => ({ what, rate: median(figures as Figures[], 'rate') }));
    const [one] = rates;
    return rates.map(({ what, rate }) => ({ what, rate, found: `${(rate / (one?.rate ?? rate)).toFixed(2)} of one` }));
  },
});

export const workers: readonly Row[] = [
  row({
    name: 'workers',
    title: 'the example Scaling - workers on a Mosquitto, QoS 1: events that are only received',
    ms: 0,
    events: 20_000,
  }),
  row({ name: 'workers-busy', title: 'the same, where each event takes 5 ms, one after the other', ms: 5, events: 1000 }),
];
