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
  /** The other thing in whose list it was found; undefined: its own. */
  readonly list?: string | undefined;
  /** The last reading did not have it. */
  readonly isMissing?: true;
}

/** The alerts of one thing, as they were read in one list. */
export interface AlertReading {
  /** The other thing whose list it is; undefined: its own. */
  readonly list?: string | undefined;
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
  /** Of an alert that was over when it was found: its end (Unix seconds). */
  readonly over?: number;
}

/** The ends of alerts that are remembered of one thing, at most. */
const MAX_ENDED = 100;
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
  const { list } = reading;
  const changes: AlertChange[] = [];
  const found = oneOfEach(reading.alerts);
  const { before, open } = openBefore(told, found, list);
  const ended = new Map(Object.entries(told.ended));
  for (const [key, alert] of found) {
    if (open.has(key)) continue;
    const end = endOf(alert);
    const isNew = !before.has(key);
    if (end === undefined) {
      // A copy of the vendor's data that is older than the reading before does not make it begin again.
      if (isNew && ended.has(key) && (!reading.isListed || list !== undefined)) continue;
      if (isNew) changes.push({ ...alert, active: true });
      open.set(key, openAlert(alert, list));
      ended.delete(key);
    } else if (!isNew) {
      changes.push({ ...alert, active: false });
      ended.set(key, end);
    } else if (!ended.has(key) && end > told.floor) {
      if (!isBaseline) changes.push({ ...alert, to: null, active: true, over: end }, { ...alert, active: false, over: end });
      ended.set(key, end);
    }
  }
  const missing = [...before].filter(([key]) => !found.has(key));
  // The list says that it alerts, and its own alerts do not: one of them is behind.
  const isCertain = reading.isWhole && !(reading.isListed && open.size === 0);
  for (const [key, alert] of missing) {
    if (isCertain && alert.isMissing) {
      const { alert_type, from } = alert;
      changes.push({ alert_type, from, to: null, raw: null, active: false });
      ended.set(key, now);
    } else open.set(key, isCertain ? { ...alert, isMissing: true } : openAlert(alert, list));
  }
  return { changes: inOrder(changes, now), told: { open: [...open.values()], ...recent(ended, told.floor, now) } };
}

/** The open alerts that a reading concerns, and the others. */
function openBefore(told: ToldAlerts, found: ReadonlyMap<string, Alert>, list: string | undefined) {
  const before = new Map<string, OpenAlert>();
  // What was found in another list ends there: of two lists, one may be behind. A thing's own list counts first.
  const open = new Map<string, OpenAlert>();
  for (const one of told.open) {
    const key = keyOf(one);
    const isHere = one.list === list || (found.has(key) && (list === undefined || one.isMissing === true));
    (isHere ? before : open).set(key, one);
  }
  return { before, open };
}

/** What two instances of a node have told, of which the later did not know of the earlier. Ends that were not told are told with the next reading. */
export function mergeTold(later: ToldAlerts, earlier: ToldAlerts): ToldAlerts {
  const open = new Map([...earlier.open, ...later.open].map((one) => [keyOf(one), one]));
  const ended = Object.entries({ ...earlier.ended, ...later.ended }).filter(([key]) => !open.has(key));
  return { open: [...open.values()], ended: Object.fromEntries(ended), floor: Math.max(later.floor, earlier.floor) };
}

const openAlert = ({ alert_type, from }: Pick<Alert, 'alert_type' | 'from'>, list: string | undefined): OpenAlert =>
  list === undefined ? { alert_type, from } : { alert_type, from, list };

/** Of several with the same type and beginning (it may be unknown): the one that lasts, else the one that ended last. */
function oneOfEach(alerts: readonly Alert[]): Map<string, Alert> {
  const found = new Map<string, Alert>();
  const order = (alert: Alert) => endOf(alert) ?? Number.POSITIVE_INFINITY;
  for (const alert of alerts) {
    const key = keyOf(alert);
    const other = found.get(key);
    if (!other || order(alert) > order(other)) found.set(key, alert);
  }
  return found;
}

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
  const [, forgotten = oldest] = newest[MAX_ENDED] ?? [];
  return { ended: Object.fromEntries(newest.slice(0, MAX_ENDED)), floor: Math.max(floor, forgotten) };
}
