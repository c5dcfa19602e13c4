import type { RequestLogEntry } from './page/update';

const MAX_LINES = 40;

/** What was received since the last update of the device page; equal requests share an entry, as they share a line there. */
export class NewRequests {
  private entries: RequestLogEntry[] = [];

  add(entry: RequestLogEntry): void {
    const isRead = entry.method === 'GET';
    const at = this.entries.findLastIndex((other) => (isRead ? isEqual(other, entry) : other.method !== 'GET'));
    const joined = this.entries[at];
    if (joined && isEqual(joined, entry)) {
      // A read stays where it is: the page shows the entries in this order, with the time of the first.
      const [place, time] = isRead ? [at, joined.time] : [this.entries.length - 1, entry.time];
      this.entries.splice(at, 1);
      this.entries.splice(place, 0, { ...entry, time, ...(isRead && { last: entry.time }), count: (joined.count ?? 1) + 1 });
    } else if (this.entries.push(entry) > MAX_LINES) this.entries.shift();
  }

  take(): RequestLogEntry[] {
    const taken = this.entries;
    this.entries = [];
    return taken;
  }
}

const isEqual = (one: RequestLogEntry, other: RequestLogEntry): boolean =>
  (['vendor', 'direction', 'method', 'path', 'status'] as const).every((key) => one[key] === other[key]);
