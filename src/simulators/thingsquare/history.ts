import type { Bytes, VariableKind } from './variables';

/** A data point as the document's "get variable history" shows it; `timestamp` in milliseconds. */
export interface Point {
  readonly key: string;
  readonly value: string | Bytes;
  readonly by: 'device' | 'user';
  readonly type: VariableKind;
  readonly timestamp: number;
  readonly id: number;
}

/** Of each variable; a device that reports every second would fill the memory. */
const MAX_POINTS = 10_000;

/** Ids count over the whole backend. The number continues the document's example. */
let lastId = 54_968_717;

/** The past values of one device's variables. */
export class History {
  /** By kind and name, oldest first. */
  private readonly points = new Map<string, Point[]>();

  add(type: VariableKind, key: string, value: string | Bytes, by: Point['by'], timestamp = Date.now(), id = ++lastId): void {
    const points = this.points.get(`${type}/${key}`) ?? [];
    this.points.set(`${type}/${key}`, points);
    points.push({ key, value, by, type, timestamp, id });
    if (points.length > MAX_POINTS) points.shift();
  }

  /**
   * The newest points first: at most `latest` (0: all), with ids from `startid` to `from`, both included, where these are given.
   */
  read(type: VariableKind, key: string, latest: number, from = Number.POSITIVE_INFINITY, startid = 0): Point[] {
    const points = (this.points.get(`${type}/${key}`) ?? []).filter(({ id }) => id >= startid && id <= from);
    return (latest === 0 ? points : points.slice(-latest)).reverse();
  }
}
