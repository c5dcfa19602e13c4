import type { ServerResponse } from 'node:http';
import type { LogEntry, Update } from './types';

/** Milliseconds in which changes are gathered into one message. */
const PACE = 50;
/** A page that does not read (a sleeping tab) is cut off; it comes back by itself. */
const MOST_UNREAD = 4 * 1024 * 1024;
const MOST_ENTRIES = 200;

/** The live feed of the device page (server-sent events), and the request log that it carries. */
export class Feed {
  private readonly pages = new Set<ServerResponse>();
  private readonly changed = new Set<string>();
  private readonly entries: LogEntry[] = [];
  private fresh: LogEntry[] = [];
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  /** @param describe what to tell of the parts in the set, of all parts without one */
  constructor(private readonly describe: (parts?: ReadonlySet<string>) => Omit<Update, 'log'>) {}

  open(response: ServerResponse): void {
    // What is waiting is part of what the new page gets as a whole.
    this.flush();
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 1000\n\n');
    this.write(response, { complete: true, ...this.describe(), log: this.entries });
    this.pages.add(response);
    response.once('close', () => this.pages.delete(response));
  }

  touch(part: string): void {
    this.changed.add(part);
    this.schedule();
  }

  enter(entry: LogEntry): void {
    for (const list of [this.entries, this.fresh]) if (list.push(entry) > MOST_ENTRIES) list.shift();
    this.schedule();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    if (!this.closed) this.timer ??= setTimeout(() => this.flush(), PACE);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pages.size > 0) {
      const update = { ...this.describe(this.changed), log: this.fresh };
      for (const page of this.pages) this.write(page, update);
    }
    this.changed.clear();
    this.fresh = [];
  }

  private write(page: ServerResponse, update: Update): void {
    if (page.writableLength > MOST_UNREAD) page.destroy();
    else page.write(`data: ${JSON.stringify(update)}\n\n`);
  }
}
