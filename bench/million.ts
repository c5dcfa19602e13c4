import { heap, type Row, type Side } from './harness';
import { lightOf } from './node-red';
import { patternFlow, ring, startServer } from './pattern';

const WARM_UP = 100_000;
const MESSAGES = 1_000_000;
const IN_FLIGHT = 64;
/** Less than one byte a message. */
const TOLERANCE = 0.5;

const growing: Side = async () => {
  const { url } = await startServer();
  const pattern = new Array<number>(100).fill(0);
  const turn = ring(lightOf(await patternFlow(url), 'light'), IN_FLIGHT, () => pattern);
  return async () => {
    await turn(WARM_UP);
    const before = heap();
    await turn(MESSAGES);
    return { before, after: heap() };
  };
};

export const million: Row = {
  name: 'million',
  title: 'a million messages through one sonata-pattern',
  sides: { 'sonata-pattern': growing },
  rounds: 1,
  judge({ 'sonata-pattern': [{ before = Number.NaN, after = Number.NaN } = {}] = [] }) {
    const found = `${(after - before).toFixed(2)} MB`;
    return [
      { what: `heap after ${WARM_UP.toLocaleString('en')}`, found: `${before.toFixed(2)} MB` },
      { what: 'growth by a million more', found, wanted: `< ${TOLERANCE} MB`, ok: after - before < TOLERANCE },
    ];
  },
};
