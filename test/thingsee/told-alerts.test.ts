import { deepEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { type Alert, keyOf } from '../../src/vendors/thingsee/alerts';
import { type AlertChange, compareAlerts, mergeTold, nothingTold, type ToldAlerts } from '../../src/vendors/thingsee/told-alerts';
import { iso } from './alert-cloud';

const NOW = 1_800_000_000;
const HOUR = 3600;

const alert = (from: number, to?: number, alert_type = 'battery'): Alert => ({
  ...{ alert_type, from: iso(from), to: to === undefined ? null : iso(to), raw: {} },
});
const read = (alerts: readonly Alert[], more: { isListed?: boolean; isWhole?: boolean; list?: string } = {}) => ({
  ...{ alerts, isListed: alerts.some(({ to }) => to === null), isWhole: true },
  ...more,
});
const short = ({ from, active, to }: AlertChange) => `${from} ${active ? 'begins' : `ends ${to}`}`;
/** What is told of readings, one after the other. */
const tell = (readings: readonly ReturnType<typeof read>[], told: ToldAlerts = nothingTold(NOW)) => {
  const changes: string[] = [];
  for (const reading of readings) {
    const step = compareAlerts(told, reading, NOW);
    changes.push(...step.changes.map(short));
    told = step.told;
  }
  return { changes, told };
};

describe('what is told of the alerts of a thing', () => {
  const open = alert(NOW - 60);
  const begins = `${iso(NOW - 60)} begins`;

  it('begins not again where a reading is older than the one before, but where the list has the thing again', () => {
    const ended = alert(NOW - 60, NOW);
    const ends = `${iso(NOW - 60)} ends ${iso(NOW)}`;
    deepEqual(tell([read([open]), read([ended]), read([open], { isListed: false }), read([ended])]).changes, [begins, ends]);
    deepEqual(tell([read([open]), read([ended]), read([open])]).changes, [begins, ends, begins]);
  });

  it('ends what is missing in two readings, unless something was left out or the list has the thing', () => {
    const missing = `${iso(NOW - 60)} ends null`;
    deepEqual(tell([read([open]), read([]), read([])]).changes, [begins, missing]);
    deepEqual(tell([read([open]), read([]), read([open]), read([])]).changes, [begins]);
    deepEqual(tell([read([open]), ...Array(5).fill(read([], { isWhole: false }))]).changes, [begins]);
    deepEqual(tell([read([open]), ...Array(5).fill(read([], { isListed: true }))]).changes, [begins]);
    const other = alert(NOW - 10);
    deepEqual(tell([read([open]), read([other]), read([other])]).changes, [begins, `${iso(NOW - 10)} begins`, missing]);
  });

  it('is quiet about an alert that lasts, whatever has ended that began at the same time', () => {
    for (const from of [0, NOW - 60]) {
      const [lasts, over, end] = [alert(from), alert(from, NOW - 30), alert(from, NOW)];
      for (const both of [
        [lasts, over],
        [over, lasts],
      ])
        deepEqual(tell([read(both), read(both), read(both), read([over, end]), read([end, over])]).changes, [
          `${iso(from)} begins`,
          `${iso(from)} ends ${iso(NOW)}`,
        ]);
    }
  });

  it('is one alert, however its beginning is written', () => {
    const written = ['Z', '.000', '.000Z', '+00:00', ''].map((zone) => ({ ...open, from: `${open.from}${zone}` }));
    const ended = { ...alert(NOW - 60, NOW), from: `${open.from}Z` };
    deepEqual(tell([read([open]), ...written.map((one) => read([one])), read([ended]), read([alert(NOW - 60, NOW)])]).changes, [
      begins,
      `${iso(NOW - 60)}Z ends ${iso(NOW)}`,
    ]);
  });

  it('ends in the list in which it was found, or in its own', () => {
    const ended = alert(NOW - 60, NOW);
    const there = { list: 'SENSOR', isListed: true };
    const ends = `${iso(NOW - 60)} ends ${iso(NOW)}`;
    const [none, elsewhere] = [read([], { isListed: false }), read([open], there)];
    deepEqual(tell([elsewhere, none, none, elsewhere, read([ended], there), read([ended])]).changes, [begins, ends]);
    deepEqual(tell([elsewhere, read([open]), read([ended], there), read([], there), read([open]), read([ended]), elsewhere]).changes, [
      begins,
      ends,
    ]);
    const gone = read([], { list: 'SENSOR' });
    deepEqual(tell([elsewhere, gone, elsewhere, gone, read([open], { list: 'OTHER' }), gone, gone]).changes, [begins]);
    deepEqual(tell([elsewhere, gone, gone]).changes, [begins, `${iso(NOW - 60)} ends null`]);
  });

  it('has nothing of what was over at the first reading, whatever the zone of its times', () => {
    const before = alert(NOW - HOUR, NOW + 2 * HOUR);
    const step = compareAlerts(nothingTold(NOW), read([before, open]), NOW, true);
    deepEqual(step.changes.map(short), [begins]);
    deepEqual(tell([read([before, open])], step.told).changes, []);
  });

  it('comes in the order in which it happened, the begin of each before its end', () => {
    const found = [
      alert(NOW - 50, NOW - 40, 'a'),
      alert(NOW - 45, NOW - 40, 'b'),
      alert(NOW - 40, NOW - 40, 'c'),
      alert(NOW - 40, undefined, 'd'),
    ];
    const { changes } = compareAlerts(nothingTold(NOW - 100), read(found), NOW);
    deepEqual(
      changes.map(({ alert_type, active }) => `${alert_type} ${active ? 'begins' : 'ends'}`),
      ['a begins', 'b begins', 'a ends', 'b ends', 'c begins', 'c ends', 'd begins'],
    );
  });

  it('ends what an earlier instance had told, where the store gives that only later', () => {
    const earlier = tell([read([open])]).told;
    const later = compareAlerts(nothingTold(NOW), read([alert(NOW - 60, NOW)]), NOW, true).told;
    deepEqual(tell([read([alert(NOW - 60, NOW)])], mergeTold(later, earlier)).changes, [`${iso(NOW - 60)} ends ${iso(NOW)}`]);
  });

  it('is bounded, and tells nothing twice, of a thing that alerts again and again', () => {
    const all = Array.from({ length: 1000 }, (_, index) => alert(NOW + 60 * index, NOW + 60 * index + 30));
    let told = nothingTold(NOW);
    const changes: string[] = [];
    for (let count = 1; count <= all.length; count += 7) {
      const step = compareAlerts(told, read(all.slice(0, count)), NOW + 60 * count);
      changes.push(...step.changes.map(short));
      told = step.told;
    }
    deepEqual(changes.length, 2 * (1 + 7 * Math.floor(999 / 7)));
    deepEqual(new Set(changes).size, changes.length);
    ok(Object.keys(told.ended).length <= 100);
  });

  it('is each begin and end once, however readings repeat and how late they come', () => {
    const length = fc.integer({ min: 1, max: 5000 });
    const history = fc.array(fc.tuple(length, length), { minLength: 1, maxLength: 20 });
    const looks = fc.array(fc.integer({ min: 0, max: 45 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(history, looks, (spans, moments) => {
        let at = NOW;
        const alerts = spans.map(([pause, lasts]) => {
          const from = at + pause;
          at = from + lasts;
          return { from, to: at };
        });
        const end = at + 1;
        const times = [...moments.map((part) => NOW + Math.floor(((end - NOW) * part) / 45)), end].sort((a, b) => a - b);
        let told = nothingTold(NOW);
        const changes: string[] = [];
        for (const now of times) {
          const seen = alerts.filter(({ from }) => from <= now).map(({ from, to }) => alert(from, to <= now ? to : undefined));
          const step = compareAlerts(told, read(seen), now);
          changes.push(...step.changes.map((change) => `${keyOf(change)} ${change.active}`));
          told = JSON.parse(JSON.stringify(step.told)) as ToldAlerts;
        }
        deepEqual(changes.toSorted(), alerts.flatMap(({ from }) => [`battery@${iso(from)} true`, `battery@${iso(from)} false`]).toSorted());
      }),
    );
  });
});
