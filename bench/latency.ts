import { setTimeout as sleep } from 'node:timers/promises';
import type { Message, NodeConfig } from '../src/node-red/red';
import { Simulator } from '../src/simulators/simulator';
import { type Figures, median, type Row, type Side } from './harness';
import { lightOf, live, startNodeRed } from './node-red';

/** One way in which an event node learns of a change at the simulated vendor. Another one is another entry of `WATCHED`. */
interface Watched {
  readonly what: string;
  /** The config node, without its id. */
  connection(simulator: Simulator): Omit<NodeConfig, 'id'>;
  /** The event node, without its id and connection. */
  readonly node: Omit<NodeConfig, 'id'>;
  /** Makes a change at the simulator, of which this number can be told; ends when it is made. */
  change(simulator: Simulator, number: number): Promise<unknown>;
  /** Whether the message tells of that change. */
  isTold(msg: Message, number: number): boolean;
}

const CHANGES = 20;
/** Milliseconds. Changes come at any moment of an interval. */
const REST = 1000;

const press = (simulator: Simulator, action: string, input: object): Promise<unknown> =>
  fetch(`${simulator.address}/page/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });

const thingsquare = (what: string, node: object): Watched => ({
  what: `thingsquare-events, ${what}`,
  connection: ({ address }) => ({
    type: 'thingsquare-frontend',
    baseUrl: `${address}/thingsquare`,
    authentication: 'login',
    credentials: { login: 'demo@example.com', password: 'demo' },
  }),
  node: { type: 'thingsquare-events', kind: 's', variable: 'temperature', ...node },
  change: (simulator, number) => press(simulator, 'thingsquare/temperature', { temperature: number % 80 }),
  isTold: ({ payload }, number) => payload === (number % 80).toFixed(1),
});

/** One after the other: of two equal messages of one thing in one second, only one is told. The longest times are those of such. */
const THINGS = [
  'TSEN03X2Z74162459',
  'TSAR03X2Z74162473',
  'TSPR04X2Z74162947',
  'TSPR04X2Z74162948',
  'TSPD03X2Z74161114',
  'TSTF02X2Z74160231',
];
const thingOf = (number: number): string => THINGS[number % THINGS.length] as string;

const thingsee = (what: string, node: object): Watched => ({
  what: `thing-messages, ${what}`,
  connection: ({ address, mqttAddress }) => ({
    type: 'thingsee-cloud',
    baseUrl: `${address}/thingsee`,
    mqttUrl: mqttAddress,
    credentials: { clientId: 'ensemble', clientSecret: 'simulated-secret' },
  }),
  node: { type: 'thing-messages', things: THINGS.join(','), grace: 0, ...node },
  change: (simulator, number) => press(simulator, 'thingsee/report', { tuid: thingOf(number) }),
  isTold: ({ topic }, number) => topic === thingOf(number),
});

const WATCHED: readonly Watched[] = [
  thingsquare('poll each second', { transport: 'poll', interval: 1 }),
  thingsquare('push', { transport: 'push' }),
  thingsee('poll each second', { interval: 1 }),
  thingsee('stream', { transport: 'mqtt', interval: 60 }),
];

const side =
  ({ connection, node, change, isTold }: Watched): Side =>
  async () => {
    const simulator = await Simulator.start({ port: 0, mqttPort: 0 });
    const nodeRed = await startNodeRed([
      { id: 'connection', ...connection(simulator) },
      { id: 'measured', connection: 'connection', ...node, wires: [['light']] },
      { id: 'light', type: 'light', wires: [[]] },
    ]);
    const light = lightOf(nodeRed, 'light');
    light.take = () => {};
    await live(nodeRed, 'measured');
    let number = 0;
    return async () => {
      const taken: Figures[] = [];
      while (taken.length < CHANGES) {
        await sleep(REST * Math.random());
        const wanted = ++number;
        const started = performance.now();
        const told = new Promise<void>((resolve) => {
          light.take = (msg) => void (isTold(msg, wanted) && resolve());
        });
        await change(simulator, wanted);
        await told;
        taken.push({ ms: performance.now() - started });
      }
      return { ms: median(taken, 'ms'), longest: Math.max(...taken.map(({ ms = Number.NaN }) => ms)) };
    };
  };

export const latency: Row = {
  name: 'latency',
  title: 'from a change at the simulator to the message in the flow',
  sides: Object.fromEntries(WATCHED.map((watched) => [watched.what, side(watched)])),
  rounds: 3,
  judge: (rounds) =>
    Object.entries(rounds).flatMap(([what, figures]) => [
      { what, found: `${median(figures, 'ms').toFixed(1)} ms` },
      { what: '  the longest', found: `${median(figures, 'longest').toFixed(1)} ms` },
    ]),
};
