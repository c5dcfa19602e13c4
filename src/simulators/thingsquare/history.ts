import type { Bytes, Kind } from './variables';

/** A data point as the document's "get variable history" shows it; `timestamp` in milliseconds. */
export interface Point {
  readonly key: string;
  readonly value: string | Bytes;
  readonly by: 'device' | 'user';
  readonly type: Kind;
  readonly timestamp: number;
  readonly id: number;
}

/** Of each variable; a device that reports every second would fill the memory. */
const MOST_POINTS = 10_000;

/** Ids count over the whole backend. The number continues the document's example. */
let lastId = 54_968_717;

/** What one device's variables have been. */
export class History {
  /** By kind and name, oldest first. */
  private readonly points = new Map<string, Point[]>();

  add(type: Kind, key: string, value: string | Bytes, by: Point['by'], timestamp = Date.now(), id = ++lastId): void {
    const points = this.points.get(`${type}/${key}`) ?? [];
    this.points.set(`${type}/${key}`, points);
    points.push({ key, value, by, type, timestamp, id });
    if (points.length > MOST_POINTS) points.shift();
  }

  /**
   * The newest points first: at most `latest` (0: all), those up to `from` and from `startid` on where these are given.
   * Both ends are part of what comes back.
   */
  read(type: Kind, key: string, latest: number, from = Number.POSITIVE_INFINITY, startid = 0): Point[] {
    const asked = (this.points.get(`${type}/${key}`) ?? []).filter(({ id }) => id >= startid && id <= from);
    return (latest === 0 ? asked : asked.slice(-latest)).reverse();
  }
}
