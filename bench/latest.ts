import { type Row, reply, type Side } from './harness';
import { lightOf } from './node-red';
import { patternFlow, startServer } from './pattern';

const SECONDS = 10;
const RATE = 1000;
const DELAY = 100;

/** What the server tells. */
interface Seen {
  readonly mostInFlight: number;
  readonly last: string;
}

/** Floods one device for a second at a time, and looks each time whether the last message is what it shows. */
const flood: Side = async () => {
  const { process: server, url } = await startServer(DELAY);
  const nodeRed = await patternFlow(url, { delivery: 'latest' });
  const light = lightOf(nodeRed, 'light');
  light.take = () => {};
  let received = 0;
  let completed = 0;
  let mostHeld = 0;
  let allCompleted = () => {};
  nodeRed.hooks.add('onReceive.bench', ({ destination }) => {
    if (destination?.id === 'measured') mostHeld = Math.max(mostHeld, received++ - completed);
  });
  nodeRed.hooks.add('onComplete.bench', ({ node }) => {
    if (node?.id === 'measured' && ++completed % RATE === 0) allCompleted();
  });
  return async () => {
    let mostInFlight = 0;
    let lastWon = 0;
    for (let second = 0; second < SECONDS; second++) {
      const over = new Promise<void>((resolve) => {
        allCompleted = resolve;
      });
      await steadily((number) => light.send({ device: 1, payload: digits(second * RATE + number) }));
      await over;
      const seen = reply(server);
      server.send('tell');
      const { mostInFlight: most, last } = (await seen) as Seen;
      mostInFlight = Math.max(mostInFlight, most);
      if (last.includes(JSON.stringify(digits((second + 1) * RATE)))) lastWon++;
    }
    return { mostInFlight, mostHeld, lastWon };
  };
};

/** Numbers from 1 at the given rate, for a second. */
const steadily = (send: (number: number) => void): Promise<void> =>
  new Promise((resolve) => {
    const started = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      const due = Math.min(RATE, ((performance.now() - started) / 1000) * RATE);
      while (sent + 1 <= due) send(++sent);
      if (sent < RATE) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });

/** A pattern that tells one message from another. */
const digits = (number: number): number[] => [...String(number).padStart(100, '0')].map(Number);

export const latest: Row = {
  name: 'latest',
  title: `${RATE.toLocaleString('en')} messages/s for ${SECONDS} s at a target that answers in ${DELAY} ms, delivery: latest`,
  sides: { 'sonata-pattern': flood },
  rounds: 1,
  judge({ 'sonata-pattern': [{ mostInFlight = Number.NaN, mostHeld = Number.NaN, lastWon = Number.NaN } = {}] = [] }) {
    return [
      { what: 'in flight at the target, at most', found: `${mostInFlight}`, wanted: '1', ok: mostInFlight === 1 },
      { what: 'held when one more comes, at most', found: `${mostHeld}`, wanted: '<= 2', ok: mostHeld <= 2 },
      { what: 'the last message won', found: `${lastWon} times`, wanted: `${SECONDS} times`, ok: lastWon === SECONDS },
    ];
  },
};
