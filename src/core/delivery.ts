import { setImmediate as turn } from 'node:timers/promises';
import { told } from './error-texts';
import { cancelled, EnsembleError } from './errors';
import { Queue } from './queue';
import type { Scope } from './scope';

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
  readonly alone: Lanes;
  /** What the message that has it has, while it pauses. */
  pausing: Lanes | undefined;
}

/** A message that waits for its lanes. */
interface Waiting {
  readonly lanes: Lanes;
  /** Those that it has already. */
  readonly held: Lane[];
  start(): void;
  end(error?: EnsembleError): void;
}

/** What a task may know and do while its message has its slot. */
export interface Slot {
  /** A newer message waits to take it. */
  readonly isWanted: boolean;
  /**
   * Pauses without giving it up. False where a newer message takes it.
   * @throws EnsembleError CANCELLED
   */
  pause(ms: number, scope: Scope): Promise<boolean>;
}

/** The lanes of a message: its slot. */
class Lanes implements Slot {
  private endPause: ((isOver: boolean | EnsembleError) => void) | undefined;
  private set: ReadonlySet<Lane> | undefined;

  constructor(
    readonly all: readonly Lane[],
    private readonly mode: DeliveryMode,
  ) {}

  get isWanted(): boolean {
    return this.mode === 'latest' && (this.all[0]?.waiting.some(({ lanes }) => lanes.hold(this)) ?? false);
  }

  /** Whether all of the others are among these. */
  hold({ all }: Lanes): boolean {
    this.set ??= new Set(this.all);
    return all.every((lane) => this.set?.has(lane));
  }

  pause(ms: number, scope: Scope): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const stop = scope.timeout(ms, () => this.endPause?.(true));
      for (const lane of this.all) lane.pausing = this;
      this.endPause = (isOver) => {
        stop();
        this.endPause = undefined;
        for (const lane of this.all) lane.pausing = undefined;
        if (typeof isOver === 'boolean') resolve(isOver);
        else reject(isOver);
      };
      if (scope.ended) this.cancelPause();
    });
  }

  giveUpPause(): void {
    this.endPause?.(false);
  }

  cancelPause(): void {
    this.endPause?.(cancelled());
  }
}

/** Lanes that are kept for the next message: lanes made for each message end up in V8's old space, with all that they refer to. */
const KEPT_LANES = 1000;

/** Messages that are failed in one turn of the event loop: a flow may do much with each, which would block the event loop. */
const BATCH = 50;

const closedUnsent = () => new EnsembleError('CANCELLED', 'the node was closed before the message was sent', told('code.CANCELLED'));

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
  run<T>(target: string | readonly string[], task: (slot: Slot) => Promise<T>): Promise<T | typeof SUPERSEDED> {
    if (this.isCancelled) return Promise.reject(closedUnsent());
    const lanes = this.lanesOf(target);
    const busy = lanes.all.find((lane) => lane.busy);
    if (!busy) {
      for (const lane of lanes.all) lane.busy = true;
      return this.execute(lanes, task);
    }
    const refusal = this.refusal(busy);
    if (refusal) {
      for (const lane of lanes.all) this.forget(lane);
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
      if (this.mode === 'latest') for (const { pausing } of lanes.all) if (pausing && lanes.hold(pausing)) pausing.giveUpPause();
    });
  }

  /** Fails every message that waits or pauses, some in each turn of the event loop; requests in flight are ended by their owner. */
  async cancel(): Promise<void> {
    this.isCancelled = true;
    const lanes = [...this.lanes.values()];
    const pausing = new Set(lanes.flatMap(({ pausing }) => pausing ?? []));
    const all = new Set(lanes.flatMap(({ waiting }) => waiting.empty()));
    this.waiting = 0;
    let count = 0;
    for (const one of [...pausing, ...all]) {
      if (one instanceof Lanes) one.cancelPause();
      else one.end(closedUnsent());
      if (++count % BATCH === 0) await turn();
    }
  }

  private refusal({ target }: Lane): EnsembleError | undefined {
    if (this.mode === 'reject')
      return new EnsembleError('BUSY', `a request for ${target} is still under way`, told('code.BUSY'), { target });
    if (this.mode === 'latest' || this.waiting < this.limit) return undefined;
    return new EnsembleError('QUEUE_FULL', `${this.limit} messages are waiting already`, told('code.QUEUE_FULL'), { target });
  }

  private lanesOf(target: string | readonly string[]): Lanes {
    if (typeof target === 'string') return this.laneOf(target).alone;
    const lanes = [...new Set(target)].map((one) => this.laneOf(one));
    return new Lanes(lanes, this.mode);
  }

  private laneOf(target: string): Lane {
    const known = this.lanes.get(target);
    if (known) return known;
    const only: Lane[] = [];
    const lane: Lane = { target, busy: false, waiting: new Queue(), alone: new Lanes(only, this.mode), pausing: undefined };
    only.push(lane);
    this.lanes.set(target, lane);
    return lane;
  }

  private wait(waiting: Waiting): void {
    this.waiting++;
    for (const lane of waiting.lanes.all) {
      if (lane.busy) lane.waiting.push(waiting);
      else this.give(lane, waiting);
    }
  }

  private give(lane: Lane, waiting: Waiting): void {
    lane.busy = true;
    waiting.held.push(lane);
    if (waiting.held.length < waiting.lanes.all.length) return;
    this.waiting--;
    waiting.start();
  }

  private async execute<T>(lanes: Lanes, task: (slot: Slot) => Promise<T>): Promise<T> {
    try {
      return await task(lanes);
    } finally {
      for (const lane of lanes.all) this.leave(lane);
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
    if (!busy && this.lanes.size > KEPT_LANES) this.lanes.delete(target);
  }

  /** Takes out the messages that wait for nothing but these lanes. One that is for others, too, must still be sent. */
  private takeOlder(lanes: Lanes): Iterable<Waiting> {
    const older = new Set<Waiting>();
    for (const { waiting } of lanes.all)
      for (const one of waiting.empty()) {
        if (lanes.hold(one.lanes)) older.add(one);
        else waiting.push(one);
      }
    this.waiting -= older.size;
    return older;
  }
}
