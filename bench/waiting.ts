import { setImmediate as turn } from 'node:timers/promises';
import { longestTurn, type Row, type Side } from './harness';
import { lightOf } from './node-red';
import { patternFlow, startServer } from './pattern';

const FEW = 15_000;
const MANY = 60_000;
/** Sent in one turn of the event loop: all at once would be the sender's long turn. */
const PORTION = 50;
const PATTERN = Array.from({ length: 100 }, (_, cell) => cell % 16);

/** So many messages for one device, which takes one at a time: how long each takes, and the longest turn of the event loop. */
const drain =
  (count: number): Side =>
  async () => {
    const { url } = await startServer();
    const light = lightOf(await patternFlow(url, { queueLimit: MANY }), 'light');
    return async () => {
      let back = 0;
      const over = new Promise<void>((resolve) => {
        light.take = () => void (++back === count && resolve());
      });
      const longest = longestTurn();
      for (let sent = 0; sent < count; sent++) {
        light.send({ device: 1, payload: PATTERN });
        if (sent % PORTION === 0) await turn();
      }
      const [waiting, started] = [count - back, performance.now()];
      await over;
      return { each: ((performance.now() - started) / waiting) * 1000, longest: longest() };
    };
  };

const [few, many] = [`${FEW} waiting`, `${MANY} waiting`];

export const waiting: Row = {
  name: 'waiting',
  title: `${MANY.toLocaleString('en')} messages waiting at one node`,
  sides: { [few]: drain(FEW), [many]: drain(MANY) },
  rounds: 3,
  judge(rounds) {
    const best = (side: string, figure: string) => Math.min(...(rounds[side] ?? []).map((figures) => figures[figure] ?? Number.NaN));
    const ratio = best(many, 'each') / best(few, 'each');
    const longest = best(many, 'longest');
    return [
      { what: `microseconds for each of ${MANY}`, found: best(many, 'each').toFixed(0) },
      { what: `over each of ${FEW}`, found: ratio.toFixed(2), wanted: '< 1.3', ok: ratio < 1.3 },
      { what: 'longest turn', found: `${longest.toFixed(0)} ms`, wanted: '< 50 ms', ok: longest < 50 },
    ];
  },
};
