import { setImmediate as turn } from 'node:timers/promises';
import { EnsembleError } from './errors';
import { Queue } from './queue';

/** What happens to a message for a target that still has a request in flight. */
export type DeliveryMode = 'all' | 'latest' | 'reject';

/** The outcome of a message that a newer one has replaced while it waited. */
export const SUPERSEDED = Symbol('superseded');

interface Lane {
  busy: boolean;
  readonly waiting: Queue<Waiting>;
}

interface Waiting {
  start(): void;
  end(error?: EnsembleError): void;
}

/** Lanes that are kept for the next message: lanes made for each message end up in V8's old space, with all that they refer to. */
const KEPT = 1000;

/** Messages that are failed in one turn of the event loop: a flow may do much with each, which would block the event loop. */
const BATCH = 50;

const closedUnsent = () => new EnsembleError('CANCELLED', 'the node was closed before the message was sent');

/** One request in flight for each target; the others wait, are replaced, or are refused. Targets never wait for each other. */
export class Delivery {
  private readonly lanes = new Map<string, Lane>();
  private waiting = 0;
  private isCancelled = false;

  constructor(
    private readonly mode: DeliveryMode,
    /** Most messages that may wait, over all targets (mode `all`). */
    private readonly limit: number,
  ) {}

  /** Messages that wait for their turn. */
  get depth(): number {
    return this.waiting;
  }

  /**
   * Runs the task when its target is free. Resolves to SUPERSEDED where a newer message took its place.
   * @throws EnsembleError QUEUE_FULL, BUSY, CANCELLED, or what the task throws
   */
  run<T>(target: string, task: () => Promise<T>): Promise<T | typeof SUPERSEDED> {
    if (this.isCancelled) return Promise.reject(closedUnsent());
    const lane = this.lanes.get(target) ?? this.open(target);
    if (!lane.busy) return this.execute(target, lane, task);
    if (this.mode === 'reject') return Promise.reject(new EnsembleError('BUSY', `a request for ${target} is still under way`, { target }));
    if (this.mode === 'all' && this.waiting >= this.limit)
      return Promise.reject(new EnsembleError('QUEUE_FULL', `${this.limit} messages are waiting already`, { target }));
    return new Promise((resolve, reject) => {
      if (this.mode === 'latest') for (const older of this.take(lane)) older.end();
      lane.waiting.push({
        start: () => this.execute(target, lane, task).then(resolve, reject),
        end: (error) => (error ? reject(error) : resolve(SUPERSEDED)),
      });
      this.waiting++;
    });
  }

  /** Fails every waiting message, some in each turn of the event loop; requests in flight are ended by their owner. */
  async cancel(): Promise<void> {
    this.isCancelled = true;
    const all = [...this.lanes.values()].flatMap((lane) => this.take(lane));
    for (const [index, waiting] of all.entries()) {
      waiting.end(closedUnsent());
      if (index % BATCH === BATCH - 1) await turn();
    }
  }

  private open(target: string): Lane {
    const lane: Lane = { busy: false, waiting: new Queue() };
    this.lanes.set(target, lane);
    return lane;
  }

  private async execute<T>(target: string, lane: Lane, task: () => Promise<T>): Promise<T> {
    lane.busy = true;
    try {
      return await task();
    } finally {
      this.next(target, lane);
    }
  }

  private next(target: string, lane: Lane): void {
    const next = lane.waiting.shift();
    if (next) {
      this.waiting--;
      next.start();
      return;
    }
    lane.busy = false;
    if (this.lanes.size > KEPT) this.lanes.delete(target);
  }

  private take({ waiting }: Lane): Waiting[] {
    this.waiting -= waiting.length;
    return waiting.empty();
  }
}
