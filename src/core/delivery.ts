import { setImmediate as turn } from 'node:timers/promises';
import { EnsembleError } from './errors';
import { Queue } from './queue';

/** What happens to a message for a target that still has a request in flight. */
export type DeliveryMode = 'all' | 'latest' | 'reject';

/** The outcome of a message that a newer one has replaced while it waited. */
export const SUPERSEDED = Symbol('superseded');

interface Lane {
  readonly target: string;
  /** A message has it: one that is being sent, or that waits for others of its lanes. Without one, none waits for it. */
  busy: boolean;
  readonly waiting: Queue<Waiting>;
  /** What a message for this target alone takes; made once, and not for each. */
  readonly alone: readonly Lane[];
}

/** A message that waits for its lanes. */
interface Waiting {
  readonly lanes: readonly Lane[];
  /** Those that it has already. */
  readonly held: Lane[];
  start(): void;
  end(error?: EnsembleError): void;
}

/** Lanes that are kept for the next message: lanes made for each message end up in V8's old space, with all that they refer to. */
const KEPT = 1000;

/** Messages that are failed in one turn of the event loop: a flow may do much with each, which would block the event loop. */
const BATCH = 50;

const closedUnsent = () => new EnsembleError('CANCELLED', 'the node was closed before the message was sent');

/**
 * One message in flight for each target; the others wait, are replaced, or are refused. Targets never wait for each other. A message
 * for several takes its place at all of them at once, so that it neither overtakes nor is overtaken, and is sent when it has all.
 */
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
   * Runs the task when its target is free, or all of them. Resolves to SUPERSEDED where a newer message for the same, or for more, took its place.
   * @throws EnsembleError QUEUE_FULL, BUSY, CANCELLED, or what the task throws
   */
  run<T>(target: string | readonly string[], task: () => Promise<T>): Promise<T | typeof SUPERSEDED> {
    if (this.isCancelled) return Promise.reject(closedUnsent());
    const lanes = this.lanesOf(target);
    const busy = lanes.find((lane) => lane.busy);
    if (!busy) {
      for (const lane of lanes) lane.busy = true;
      return this.execute(lanes, task);
    }
    const refusal = this.refusal(busy);
    if (refusal) {
      for (const lane of lanes) this.forget(lane);
      return Promise.reject(refusal);
    }
    return new Promise((resolve, reject) => {
      const older = this.mode === 'latest' ? this.takeOlder(lanes) : [];
      this.wait({
        lanes,
        held: [],
        start: () => this.execute(lanes, task).then(resolve, reject),
        end: (error) => (error ? reject(error) : resolve(SUPERSEDED)),
      });
      // Not before: a lane that nobody waits for may be forgotten.
      for (const { held, end } of older) {
        end();
        for (const lane of held) this.leave(lane);
      }
    });
  }

  /** Fails every waiting message, some in each turn of the event loop; requests in flight are ended by their owner. */
  async cancel(): Promise<void> {
    this.isCancelled = true;
    const all = new Set([...this.lanes.values()].flatMap(({ waiting }) => waiting.empty()));
    this.waiting = 0;
    let count = 0;
    for (const waiting of all) {
      waiting.end(closedUnsent());
      if (++count % BATCH === 0) await turn();
    }
  }

  private refusal({ target }: Lane): EnsembleError | undefined {
    if (this.mode === 'reject') return new EnsembleError('BUSY', `a request for ${target} is still under way`, { target });
    if (this.mode === 'latest' || this.waiting < this.limit) return undefined;
    return new EnsembleError('QUEUE_FULL', `${this.limit} messages are waiting already`, { target });
  }

  private lanesOf(target: string | readonly string[]): readonly Lane[] {
    if (typeof target === 'string') return this.laneOf(target).alone;
    return [...new Set(target)].map((one) => this.laneOf(one));
  }

  private laneOf(target: string): Lane {
    const known = this.lanes.get(target);
    if (known) return known;
    const alone: Lane[] = [];
    const lane: Lane = { target, busy: false, waiting: new Queue(), alone };
    alone.push(lane);
    this.lanes.set(target, lane);
    return lane;
  }

  private wait(waiting: Waiting): void {
    this.waiting++;
    for (const lane of waiting.lanes) {
      if (lane.busy) lane.waiting.push(waiting);
      else this.give(lane, waiting);
    }
  }

  private give(lane: Lane, waiting: Waiting): void {
    lane.busy = true;
    waiting.held.push(lane);
    if (waiting.held.length < waiting.lanes.length) return;
    this.waiting--;
    waiting.start();
  }

  private async execute<T>(lanes: readonly Lane[], task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } finally {
      for (const lane of lanes) this.leave(lane);
    }
  }

  /** The lane goes to the next message. */
  private leave(lane: Lane): void {
    const next = lane.waiting.shift();
    if (next) {
      this.give(lane, next);
      return;
    }
    lane.busy = false;
    this.forget(lane);
  }

  private forget({ busy, target }: Lane): void {
    if (!busy && this.lanes.size > KEPT) this.lanes.delete(target);
  }

  /** Takes out the messages that wait for nothing but these lanes. One that is for others, too, must still be sent. */
  private takeOlder(lanes: readonly Lane[]): Iterable<Waiting> {
    const isOurs = new Set(lanes);
    const older = new Set<Waiting>();
    for (const { waiting } of lanes)
      for (const one of waiting.empty()) {
        if (one.lanes.every((lane) => isOurs.has(lane))) older.add(one);
        else waiting.push(one);
      }
    this.waiting -= older.size;
    return older;
  }
}
