import { type Alert, beginOf, endOf, keyOf } from './alerts';

/** What a flow has been told of the alerts of one thing. */
export interface ToldAlerts {
  /** Those that it was told the beginning of, and not the end. */
  readonly open: readonly OpenAlert[];
  /** The keys of those that have ended within the last day, with their ends (Unix seconds). */
  readonly ended: Readonly<Record<string, number>>;
  /** Of what has ended by then (Unix seconds) nothing is told any more. */
  readonly floor: number;
}

export interface OpenAlert extends Pick<Alert, 'alert_type' | 'from'> {
  /** The last reading did not have it. */
  readonly isMissing?: true;
}

/** The alerts of one thing, as they were read. */
export interface AlertReading {
  /** The earliest first. */
  readonly alerts: readonly Alert[];
  /** The list of alerting things has the thing. */
  readonly isListed: boolean;
  /** That an alert is not among them says something: none was left out, and the vendor has answered as it should. */
  readonly isWhole: boolean;
}

/** What the flow is to be told. */
export interface AlertChange extends Alert {
  readonly active: boolean;
}

/** The ends of alerts that are remembered of one thing, at most. */
const MOST_ENDED = 100;
/** Seconds, more than any time zone: ends from that long before the last reading are remembered, so that only those are new that came after it. */
const DAY = 86_400;

/** What is known of a thing whose alerts were never read. @param floor Unix seconds */
export const nothingTold = (floor: number): ToldAlerts => ({ open: [], ended: {}, floor });

/**
 * What a reading has that was not told, in order, and what has been told then. Pure.
 * @param now Unix seconds
 * @param isBaseline what has ended by now counts as told
 */
export function compareAlerts(told: ToldAlerts, reading: AlertReading, now: number, isBaseline = false) {
  const changes: AlertChange[] = [];
  const before = new Map(told.open.map((one) => [keyOf(one), one]));
  const ended = new Map(Object.entries(told.ended));
  const open = new Map<string, OpenAlert>();
  for (const alert of reading.alerts) {
    const { alert_type, from } = alert;
    const key = keyOf(alert);
    const end = endOf(alert);
    const isNew = !before.has(key) && !open.has(key);
    if (end === undefined) {
      // A copy of the vendor's data that is older than the reading before does not make it begin again.
      if (isNew && ended.has(key) && !reading.isListed) continue;
      if (isNew) changes.push({ ...alert, active: true });
      open.set(key, { alert_type, from });
      ended.delete(key);
    } else if (!isNew) {
      changes.push({ ...alert, active: false });
      open.delete(key);
      before.delete(key);
      ended.set(key, end);
    } else if (!ended.has(key) && end > told.floor) {
      if (!isBaseline) changes.push({ ...alert, to: null, active: true }, { ...alert, active: false });
      ended.set(key, end);
    }
  }
  const missing = [...before].filter(([key]) => !open.has(key));
  // The list says that it alerts, and its own alerts do not: one of them is behind.
  const isCertain = reading.isWhole && !(reading.isListed && open.size === 0);
  for (const [key, alert] of missing) {
    if (isCertain && alert.isMissing) {
      changes.push({ ...withoutMark(alert), to: null, raw: null, active: false });
      ended.set(key, now);
    } else open.set(key, isCertain ? { ...alert, isMissing: true } : alert);
  }
  return { changes: inOrder(changes, now), told: { open: [...open.values()], ...recent(ended, told.floor, now) } };
}

/** What two instances of a node have told, of which the later did not know of the earlier. Ends that were not told are told with the next reading. */
export function mergeTold(later: ToldAlerts, earlier: ToldAlerts): ToldAlerts {
  const open = new Map([...earlier.open, ...later.open].map((one) => [keyOf(one), one]));
  const ended = Object.entries({ ...earlier.ended, ...later.ended }).filter(([key]) => !open.has(key));
  return { open: [...open.values()], ended: Object.fromEntries(ended), floor: Math.max(later.floor, earlier.floor) };
}

const withoutMark = ({ alert_type, from }: OpenAlert) => ({ alert_type, from });

/** By when they happened; the sort is stable, so that a beginning comes before its end. */
const inOrder = (changes: readonly AlertChange[], now: number): AlertChange[] =>
  changes
    .map((change) => ({ change, at: change.active ? beginOf(change) : (endOf(change) ?? now) }))
    .sort((a, b) => a.at - b.at)
    .map(({ change }) => change);

/** What is remembered of those that have ended. */
function recent(ended: ReadonlyMap<string, number>, floor: number, now: number): Pick<ToldAlerts, 'ended' | 'floor'> {
  const oldest = now - DAY;
  const newest = [...ended].filter(([, end]) => end > oldest).sort(([, a], [, b]) => b - a);
  const [, forgotten = oldest] = newest[MOST_ENDED] ?? [];
  return { ended: Object.fromEntries(newest.slice(0, MOST_ENDED)), floor: Math.max(floor, forgotten) };
}
