import type { ServerResponse } from 'node:http';
import { changesOf } from './changes';
import type { Clock } from './clock';
import { EventStreams } from './http/event-streams';
import { NewRequests } from './new-requests';
import type { RequestLogEntry, Update } from './page/update';

/** Milliseconds in which what changes together is gathered. */
const GATHERING = 30;
/** Milliseconds between two updates at least: a page that gets many cannot show what a person does. */
const PAUSE = 150;
/** Seconds between two heartbeats, by which a page, and a proxy before it, sees that the feed is alive. The page waits for three. */
const HEARTBEAT = 3;
const MAX_ENTRIES = 200;
/** Characters of a path: 200 requests must not become megabytes. */
const MAX_PATH = 240;

type Described = Omit<Update, 'log' | 'changes'>;

/** The updates of the open device pages (server-sent events), with the log of requests. */
export class PageUpdates {
  private readonly pages: EventStreams;
  private readonly changed = new Set<string>();
  private readonly entries: RequestLogEntry[] = [];
  private readonly newRequests = new NewRequests();
  /** The states of the vendors as all pages know them. */
  private known: Readonly<Record<string, unknown>> = {};
  private cancelTimer: (() => void) | undefined;
  private flushed = Number.NEGATIVE_INFINITY;

  /** @param describe the state of the vendors with these ids, of all unless given */
  constructor(
    private readonly clock: Clock,
    private readonly describe: (ids?: ReadonlySet<string>) => Described,
  ) {
    this.pages = new EventStreams(clock);
  }

  open(response: ServerResponse): void {
    const all = copyOf(this.describe());
    // The pages that are open already get what differs from what they know.
    for (const id of Object.keys(all.vendors)) this.changed.add(id);
    this.flush();
    this.known = all.vendors;
    if (this.pages.heartbeat === 0) this.pages.heartbeat = HEARTBEAT;
    // A proxy such as nginx would gather updates before it hands them on.
    response.setHeader('x-accel-buffering', 'no');
    this.pages.open(response)({ data: { ...all, changes: [], log: this.entries } satisfies Update });
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

  enter(received: RequestLogEntry): void {
    const entry = { ...received, path: shortened(received.path) };
    if (this.entries.push(entry) > MAX_ENTRIES) this.entries.shift();
    if (this.pages.count > 0) this.newRequests.add(entry);
    this.schedule();
  }

  private schedule(): void {
    const wait = Math.max(GATHERING, this.flushed + PAUSE - performance.now());
    this.cancelTimer ??= this.clock.after(wait, () => this.flush());
  }

  private flush(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    this.flushed = performance.now();
    if (this.pages.count > 0) this.tell();
    this.changed.clear();
  }

  /** Sends what differs from what the pages know. */
  private tell(): void {
    const { vendors, ...rest } = copyOf(this.describe(this.changed));
    const changes = Object.entries(vendors).flatMap(([id, state]) => changesOf(this.known[id], state, [id]));
    this.known = { ...this.known, ...vendors };
    this.pages.send({ data: { ...rest, vendors: {}, changes, log: this.newRequests.take() } satisfies Update });
  }
}

/** What tells one request from another stands at the end. */
const shortened = (path: string): string => (path.length > MAX_PATH ? `…${path.slice(-MAX_PATH)}` : path);

/** What is sent, apart from the state, which changes. */
const copyOf = (described: Described): Described => JSON.parse(JSON.stringify(described));
