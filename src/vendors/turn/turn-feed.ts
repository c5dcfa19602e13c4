import { setImmediate } from 'node:timers/promises';
import { backoff, pauseAfter } from '../../core/backoff';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import { retrying, type StreamState } from '../../core/follow/events';
import { receiveEvents } from '../../core/http/event-stream';
import { Scope } from '../../core/scope';
import type { TurnClient } from './client';
import { dataOf, type FeedEvent, type FeedKind } from './feed-kinds';
import { type FeedTiming, TIMING } from './feed-timing';

export interface FeedUser {
  /** From now on events must wait: what happened before them is not known yet. */
  behind(): void;
  /**
   * The present payload of each topic, the reading of which began then (`performance.now()`); undefined where it cannot be
   * read, so that events need not wait any longer. Returns whether that was of use: if not, it must be read again.
   */
  caughtUp(snapshot: ReadonlyMap<string, unknown> | undefined, began: number): boolean;
  /** @param size characters of the event as it came */
  receive(event: FeedEvent, size: number): void;
  state(state: StreamState): void;
  /** Trouble, once for each interruption. */
  report(error: EnsembleError, message?: { topic?: string; payload?: unknown }): void;
  /** What may be wrong, once for each text. */
  warn(text: string): void;
}

/** Characters for which what was read counts that a notification told of: it waits seldom, and its size is bounded. */
const READ = 10_000;

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
  /** The last reading has failed, and that was told. */
  private isUnreadable = false;
  /** The newest notification for which nothing is read yet: a reading answers all that came before it. */
  private notification: { readonly event: FeedEvent; readonly link: Scope } | undefined;
  /** Ends when all is read that was notified. */
  private notified = Promise.resolve();

  constructor(
    private readonly device: TurnClient,
    private readonly kind: FeedKind,
    private readonly timing: FeedTiming = TIMING,
  ) {}

  /** Returns what the user calls when it goes. */
  join(user: FeedUser): () => void {
    this.users.add(user);
    this.fallBehind(user);
    if (!this.running) this.start();
    else if (this.link) this.keep(this.catchUp(this.link));
    user.state(this.known);
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
    const release = this.scope.defer(() => running.end());
    running.defer(() => release());
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
      if (this.known.is !== 'connecting') this.tell({ is: 'connecting' });
      const error = await this.listen(running);
      if (running.ended) return;
      for (const user of this.users) this.fallBehind(user);
      // Nobody's trouble: it connects again at once.
      if (!error) {
        failures = 0;
        continue;
      }
      if (performance.now() - this.opened > this.timing.stable) {
        failures = 1;
        this.isReported = false;
      }
      const wait = pauseAfter(error, failures, this.timing.reconnect);
      this.tell(retrying(error, wait));
      this.reportOnce(error);
      await running.sleep(wait).catch(() => {});
      if (running.ended) return;
    }
  }

  private reportOnce(error: EnsembleError): void {
    if (!this.isReported) this.report(error);
    this.isReported = true;
  }

  /** One connection, from its beginning to its end. Returns why it ended; nothing where this process stood still. */
  private async listen(running: Scope): Promise<EnsembleError | undefined> {
    const link = new Scope();
    let stoodStill = false;
    const about = { operation: 'listen', target: this.kind.path };
    const { timeout } = this.device;
    const { silence, standstill } = this.timing;
    const heard = link.timeout(timeout, () => {
      // It may still begin to answer with its first heartbeat: the try goes on.
      this.reportOnce(new EnsembleError('TIMEOUT', `no answer to GET ${this.kind.path} within ${timeout} ms`, about));
    });
    try {
      return await receiveEvents(this.device.http, {
        path: this.kind.path,
        scope: running,
        silence,
        standstill,
        onStandstill: () => {
          stoodStill = true;
        },
        onOpen: (readAll) => {
          heard();
          this.link = link;
          this.readAll = readAll;
          this.opened = performance.now();
          // Green when it is known what was before: until then, a flow hears less than there is.
          if (this.late.size === 0) this.tell({ is: 'live' });
          this.keep(this.catchUp(link));
        },
        onEvent: (name, data) => this.take(name, data, link),
      });
    } catch (error) {
      return stoodStill ? undefined : asEnsembleError(error).with(about);
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
      const { snapshot, error } = await this.readSnapshot(link);
      if (link.ended) break;
      for (const user of users) if (this.late.has(user) && user.caughtUp(snapshot, began)) this.late.delete(user);
      if (this.late.size === 0) for (const topic of snapshot?.keys() ?? []) this.device.ownChanges.wasRead(topic, began);
      if (!users.some((user) => this.late.has(user))) {
        failures = 0;
        continue;
      }
      failures++;
      const wait = backoff(failures, this.timing.reconnect);
      if (error) this.tell(retrying(error, wait));
      await link.sleep(wait).catch(() => {});
      for (const user of this.late) user.behind();
    }
    this.catching = false;
    if (!link.ended && this.known.is !== 'live') this.tell({ is: 'live' });
    // A new connection may have come up meanwhile.
    if (link.ended && this.link && this.late.size > 0) this.keep(this.catchUp(this.link));
  }

  /** What is, or why it cannot be read. */
  private async readSnapshot(link: Scope): Promise<{ snapshot?: ReadonlyMap<string, unknown>; error?: EnsembleError }> {
    try {
      const onWarning = (text: string) => this.warn(text);
      const snapshot = await this.kind.snapshot(this.device, { scope: link, onWarning });
      await link.sleep(this.timing.settle);
      // Timers come before what was received meanwhile.
      await setImmediate();
      this.readAll();
      this.isUnreadable = false;
      return { snapshot };
    } catch (thrown) {
      const error = asEnsembleError(thrown).with({ operation: 'read again', target: this.kind.path });
      if (error.code === 'CANCELLED') return {};
      if (!this.isUnreadable) this.report(error);
      this.isUnreadable = true;
      return { error };
    }
  }

  private take(name: string, text: string, link: Scope): void {
    const events = this.read(name, text);
    for (const event of events) {
      if (this.kind.onlyNotifies) this.notify(event, link);
      else this.handOn(event, text.length);
    }
  }

  /** Reads for one notification after the other: the answer that comes last must be the newest. Those that wait together are one. */
  private notify(event: FeedEvent, link: Scope): void {
    const { notification } = this;
    // What others did counts, whatever we did after it.
    this.notification = { event: notification && this.isOwn(event) ? notification.event : event, link };
    if (notification) return;
    const reading = this.notified.then(() => {
      const { event: newest, link: present } = this.notification ?? { event, link };
      this.notification = undefined;
      return this.readNotified(newest, present);
    });
    this.notified = reading.catch(() => {});
    this.keep(reading);
  }

  private isOwn({ details }: FeedEvent): boolean {
    return details.modifiedBy === this.device.senderId;
  }

  private read(name: string, text: string): readonly FeedEvent[] {
    const events = this.kind.read(name, dataOf(this.kind, text), this.device);
    // The first of several in a row: a broken sender must not flood the log.
    if (events.length === 0 && !this.isBroken)
      this.report(new EnsembleError('BAD_RESPONSE', `an event "${name}" that cannot be read`), { topic: name, payload: text });
    this.isBroken = events.length === 0;
    return events;
  }

  private async readNotified(event: FeedEvent, link: Scope): Promise<void> {
    if (link.ended) return;
    const { snapshot, error } = await this.readSnapshot(link);
    if (link.ended) return;
    if (snapshot) for (const payload of snapshot.values()) this.handOn({ ...event, payload, isState: true }, READ);
    else {
      if (error) this.tell(retrying(error, 0));
      for (const user of this.users) this.fallBehind(user);
      this.keep(this.catchUp(link));
    }
  }

  private handOn(event: FeedEvent, size: number): void {
    const { topic, payload, isState } = event;
    if (isState) this.device.ownChanges.eventCame(topic, this.isOwn(event), payload);
    let isTaken = false;
    for (const user of this.users) {
      // A flow may change what it gets: each has its own.
      user.receive(isTaken ? structuredClone(event) : event, size);
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
