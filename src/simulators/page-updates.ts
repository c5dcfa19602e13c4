import type { ServerResponse } from 'node:http';
import type { Clock } from './clock';
import { EventStreams } from './http/event-streams';
import type { RequestLogEntry, Update } from './page/update';

/** Milliseconds in which changes are gathered into one update. */
const INTERVAL = 50;
/** Seconds between two heartbeats, by which a page, and a proxy before it, sees that the feed is alive. The page waits for three. */
const HEARTBEAT = 3;
const MAX_ENTRIES = 200;

/** The updates of the open device pages (server-sent events), with the log of requests. */
export class PageUpdates {
  private readonly pages: EventStreams;
  private readonly changed = new Set<string>();
  private readonly entries: RequestLogEntry[] = [];
  private newEntries: RequestLogEntry[] = [];
  private cancelTimer: (() => void) | undefined;

  /** @param describe the state of the vendors with these ids, of all unless given */
  constructor(
    private readonly clock: Clock,
    private readonly describe: (ids?: ReadonlySet<string>) => Omit<Update, 'log'>,
  ) {
    this.pages = new EventStreams(clock);
  }

  open(response: ServerResponse): void {
    // What is waiting is part of the state that the new page gets.
    this.flush();
    if (this.pages.heartbeat === 0) this.pages.heartbeat = HEARTBEAT;
    // A proxy such as nginx would gather updates before it hands them on.
    response.setHeader('x-accel-buffering', 'no');
    this.pages.open(response)({ data: { ...this.describe(), log: this.entries } satisfies Update });
  }

  /** Ends the feeds of all pages. */
  close(): void {
    this.pages.cut();
  }

  /** Notes that the state of a vendor has changed. */
  touch(id: string): void {
    this.changed.add(id);
    this.schedule();
  }

  enter(entry: RequestLogEntry): void {
    for (const list of [this.entries, this.newEntries]) if (list.push(entry) > MAX_ENTRIES) list.shift();
    this.schedule();
  }

  private schedule(): void {
    this.cancelTimer ??= this.clock.after(INTERVAL, () => this.flush());
  }

  private flush(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    if (this.pages.count > 0) this.pages.send({ data: { ...this.describe(this.changed), log: this.newEntries } satisfies Update });
    this.changed.clear();
    this.newEntries = [];
  }
}
