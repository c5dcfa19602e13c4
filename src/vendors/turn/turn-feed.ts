import { setImmediate } from 'node:timers/promises';
import { type BackoffRule, backoff, pauseAfter } from '../../core/backoff';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import { receiveEvents } from '../../core/event-stream';
import { retrying, type StreamState } from '../../core/events';
import { Scope } from '../../core/scope';
import type { FeedEvent, FeedKind } from './feed-kinds';
import { isRecord } from './states';
import type { TurnDevice } from './turn-device';

export interface FeedUser {
  /** From now on events must wait: what happened before them is not known yet. */
  behind(): void;
  /**
   * The present payload of each topic, the reading of which began then (`performance.now()`); undefined where it cannot be
   * read, so that events need not wait any longer.
   */
  caughtUp(snapshot: ReadonlyMap<string, unknown> | undefined, began: number): void;
  receive(event: FeedEvent): void;
  state(state: StreamState): void;
  /** Trouble, once for each interruption. */
  report(error: EnsembleError, message?: { topic?: string; payload?: unknown }): void;
  /** What may be wrong, once for each text. */
  warn(text: string): void;
}

/** All in milliseconds. */
export interface FeedTiming {
  /** The Turn says something every 30 seconds (“SSE Heartbeat”): two of these missed, and some. */
  readonly silence: number;
  readonly reconnect: BackoffRule;
  /** What the Turn sent before it answered a reading is here by then. */
  readonly settle: number;
  /** A connection that lived this long was a good one: the next failure starts the pauses anew. */
  readonly stable: number;
}

const TIMING: FeedTiming = { silence: 75_000, reconnect: { first: 500, most: 30_000 }, settle: 100, stable: 10_000 };

/** One stream of a device for all who listen, which comes back by itself and lets nobody miss a change. */
export class TurnFeed {
  private readonly users = new Set<FeedUser>();
  /** Users who do not know yet what they have missed. */
  private readonly late = new Set<FeedUser>();
  private readonly scope = new Scope();
  /** Lives as long as there are users. */
  private running: Scope | undefined;
  /** Lives as long as one connection. */
  private link: Scope | undefined;
  /** Reads what has come in by it. */
  private readAll = (): void => {};
  /** When the last connection came up (`performance.now()`); infinite where it did not. */
  private opened = Number.POSITIVE_INFINITY;
  private catching = false;
  private known: StreamState = { is: 'connecting' };
  /** The trouble of this interruption has been told. */
  private isReported = false;
  private isBroken = false;
  /** Ends when all is read that was notified. */
  private notified = Promise.resolve();

  constructor(
    private readonly device: TurnDevice,
    private readonly kind: FeedKind,
    private readonly timing: FeedTiming = TIMING,
  ) {}

  /** Returns what the user calls when it goes. */
  join(user: FeedUser): () => void {
    this.users.add(user);
    this.fallBehind(user);
    user.state(this.known);
    if (!this.running) this.start();
    else if (this.link) this.keep(this.catchUp(this.link));
    return () => {
      this.users.delete(user);
      this.late.delete(user);
      if (this.users.size === 0) this.stop();
    };
  }

  close(): Promise<void> {
    return this.scope.end();
  }

  private start(): void {
    const running = new Scope();
    this.running = running;
    this.known = { is: 'connecting' };
    this.isReported = false;
    this.scope.defer(() => running.end());
    this.keep(this.run(running));
  }

  private stop(): void {
    void this.running?.end();
    this.running = undefined;
  }

  /** Connects again and again. @throws what is no trouble of the network */
  private async run(running: Scope): Promise<void> {
    for (let failures = 1; ; failures++) {
      this.opened = Number.POSITIVE_INFINITY;
      const error = await this.listen(running);
      if (running.ended) return;
      for (const user of this.users) this.fallBehind(user);
      if (performance.now() - this.opened > this.timing.stable) {
        failures = 1;
        this.isReported = false;
      }
      const wait = pauseAfter(error, failures, this.timing.reconnect);
      this.interrupt(error, wait);
      await running.sleep(wait).catch(() => {});
      if (running.ended) return;
    }
  }

  /** @param wait milliseconds until the next try */
  private interrupt(error: EnsembleError, wait: number): void {
    this.tell(retrying(error, wait));
    if (!this.isReported) this.report(error);
    this.isReported = true;
  }

  /** One connection, from its beginning to its end. Returns why it ended. */
  private async listen(running: Scope): Promise<EnsembleError> {
    const link = new Scope();
    const about = { operation: 'listen', target: this.kind.path };
    const { timeout } = this.device;
    const { silence } = this.timing;
    const heard = link.timeout(timeout, () => {
      // It may still begin to answer with its first heartbeat.
      const error = new EnsembleError('TIMEOUT', `no answer to GET ${this.kind.path} within ${timeout} ms`, about);
      this.interrupt(error, silence - timeout);
    });
    try {
      return await receiveEvents(this.device.http, {
        path: this.kind.path,
        scope: running,
        silence,
        onOpen: (readAll) => {
          heard();
          this.link = link;
          this.readAll = readAll;
          this.opened = performance.now();
          this.tell({ is: 'live' });
          this.keep(this.catchUp(link));
        },
        onEvent: (name, data) => this.take(name, data, link),
      });
    } catch (error) {
      return asEnsembleError(error).with(about);
    } finally {
      this.link = undefined;
      await link.end();
    }
  }

  private fallBehind(user: FeedUser): void {
    this.late.add(user);
    user.behind();
  }

  /** Reads what is, until nobody is late any more. */
  private async catchUp(link: Scope): Promise<void> {
    if (this.catching) return;
    this.catching = true;
    for (let failures = 0; this.late.size > 0 && !link.ended; ) {
      // Who joins during the reading has missed what came between the reading and his coming.
      const users = [...this.late];
      const began = performance.now();
      const snapshot = await this.readSnapshot(link, failures === 0);
      if (link.ended) break;
      for (const user of users) if (this.late.has(user)) user.caughtUp(snapshot, began);
      if (snapshot) {
        for (const user of users) this.late.delete(user);
        if (this.late.size === 0) for (const topic of snapshot.keys()) this.device.ownChanges.wasRead(topic, began);
        failures = 0;
        continue;
      }
      failures++;
      await link.sleep(backoff(failures, this.timing.reconnect)).catch(() => {});
      for (const user of this.late) user.behind();
    }
    this.catching = false;
    // A new connection may have come up meanwhile.
    if (link.ended && this.link && this.late.size > 0) this.keep(this.catchUp(this.link));
  }

  private async readSnapshot(link: Scope, isFirstTry: boolean): Promise<ReadonlyMap<string, unknown> | undefined> {
    try {
      const onWarning = (text: string) => this.warn(text);
      const snapshot = await this.kind.snapshot(this.device, { scope: link, onWarning });
      await link.sleep(this.timing.settle);
      // Timers come before what was received meanwhile.
      await setImmediate();
      this.readAll();
      return snapshot;
    } catch (thrown) {
      const error = asEnsembleError(thrown).with({ operation: 'read again', target: this.kind.path });
      if (isFirstTry && error.code !== 'CANCELLED') this.report(error);
      return undefined;
    }
  }

  private take(name: string, text: string, link: Scope): void {
    const events = this.read(name, text);
    for (const event of events) {
      if (this.kind.onlyNotifies) this.notify(event, link);
      else this.handOn(event);
    }
  }

  /** Reads for one notification after the other: the answer that comes last must be the newest. */
  private notify(event: FeedEvent, link: Scope): void {
    const reading = this.notified.then(() => this.readNotified(event, link));
    this.notified = reading.catch(() => {});
    this.keep(reading);
  }

  private read(name: string, text: string): readonly FeedEvent[] {
    const events = this.kind.read(name, this.kind.onlyNotifies ? notice(text) : parsed(text), this.device);
    // The first of several in a row: a broken sender must not flood the log.
    if (events.length === 0 && !this.isBroken)
      this.report(new EnsembleError('BAD_RESPONSE', `an event "${name}" that cannot be read`), { topic: name, payload: text });
    this.isBroken = events.length === 0;
    return events;
  }

  private async readNotified(event: FeedEvent, link: Scope): Promise<void> {
    if (link.ended) return;
    const snapshot = await this.readSnapshot(link, true);
    if (link.ended) return;
    if (snapshot) for (const payload of snapshot.values()) this.handOn({ ...event, payload, isState: true });
    else {
      for (const user of this.users) this.fallBehind(user);
      this.keep(this.catchUp(link));
    }
  }

  private handOn(event: FeedEvent): void {
    const { topic, payload, isState, details } = event;
    if (isState) this.device.ownChanges.eventCame(topic, details.modifiedBy === this.device.senderId, payload);
    let isTaken = false;
    for (const user of this.users) {
      // A flow may change what it gets: each has its own.
      user.receive(isTaken ? structuredClone(event) : event);
      isTaken = true;
    }
  }

  /** A defect of ours must be seen, and must not end Node-RED. */
  private keep(work: Promise<void>): void {
    work.catch((thrown: unknown) => {
      const error = asEnsembleError(thrown);
      this.tell({ is: 'failed', error });
      this.report(error);
    });
  }

  private tell(state: StreamState): void {
    this.known = state;
    for (const user of this.users) user.state(state);
  }

  private warn(text: string): void {
    for (const user of this.users) user.warn(text);
  }

  private report(error: EnsembleError, message?: { topic?: string; payload?: unknown }): void {
    for (const user of this.users) user.report(error, message);
  }
}

/** JSON; undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The data of a notification, which may be empty, or no JSON. */
function notice(text: string): unknown {
  if (text === '') return {};
  const data = parsed(text);
  return isRecord(data) ? data : { data: text };
}
