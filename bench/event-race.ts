import { counted, type Rate, type Row, race, reply, type Side, start } from './harness';
import { lightPair } from './node-red';

const MESSAGES = 150_000;
const BATCH = 100;

interface EventRace {
  readonly name: string;
  readonly title: string;
  readonly measured: Readonly<Record<string, Side>>;
  /** What receives and parses the events where there is no Node-RED. */
  readonly library: Readonly<Record<string, Side>>;
  readonly others?: Readonly<Record<string, Side>>;
  /** The least ratio to the limit, and to the others. */
  readonly ofTheLimit: number;
  readonly ofOthers?: Readonly<Record<string, number>>;
}

/** An event node takes an event from the library and moves it on: its limit is what both need, one after the other. */
export function eventRace({ measured, library, others, ofTheLimit, ofOthers, ...row }: EventRace): Row {
  const parts = { ...library, 'from one node to the next': floor };
  return race({
    ...row,
    sides: { ...measured, ...parts, ...others },
    computed: (best) => ({ 'the limit of both': inTurn(Object.keys(parts).map((side) => best[side] as Rate)) }),
    wanted: { 'the limit of both': ofTheLimit, ...ofOthers },
  });
}

interface Sender {
  readonly file: string;
  readonly messages: number;
}

/** A sender of so many events a round, a way to connect to it, and what counts the events that came. */
export const receiving = async (sender: Sender, connect: (url: string, received: () => void) => Promise<void>) =>
  counted(await burst(sender, connect));

/** The same, as a function that sends once, and returns how many came. */
export async function burst({ file, messages }: Sender, connect: (url: string, received: () => void) => Promise<void>) {
  const { process, told } = await start(file);
  const subscribed = reply(process);
  let counter = { left: 0, over: () => {} };
  await connect(String(told), () => {
    if (--counter.left === 0) counter.over();
  });
  await subscribed;
  return async () => {
    await new Promise<void>((resolve) => {
      counter = { left: messages, over: resolve };
      process.send(messages);
    });
    return messages;
  };
}

const inTurn = (rates: readonly Rate[]): Rate => ({
  rate: 1 / sum(rates.map(({ rate }) => 1 / rate)),
  cpu: sum(rates.map(({ cpu }) => cpu)),
});
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const floor: Side = async () => {
  let left = 0;
  let onMoved = () => {};
  const light = await lightPair(() => {
    if (--left === 0) onMoved();
  });
  const moveBatch = () =>
    new Promise<void>((resolve) => {
      [left, onMoved] = [BATCH, resolve];
      for (let sent = 0; sent < BATCH; sent++) light.send({ topic: 'floor', payload: sent });
    });
  return counted(async () => {
    for (let moved = 0; moved < MESSAGES; moved += BATCH) await moveBatch();
    return MESSAGES;
  });
};
