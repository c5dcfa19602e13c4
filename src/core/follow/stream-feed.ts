import { setImmediate } from 'node:timers/promises';
import { backoff, pauseAfter } from '../backoff';
import { asEnsembleError, EnsembleError } from '../errors';
import { receiveEvents } from '../http/event-stream';
import type { HttpConnection } from '../http-connection';
import { Scope } from '../scope';
import { retrying } from './events';
import { Feed, type Listener } from './feed';
import { type OwnChanges, type Snapshot, STREAM_TIMING, type StreamDefinition, type StreamEvent, type StreamTiming } from './stream';

export interface StreamListener<E extends StreamEvent> extends Listener {
  /** From now on events must wait: what happened before them is not known yet. */
  behind(): void;
  /**
   * What was read, beginning then (`performance.now()`); undefined where it cannot be read, so that events need not wait any
   * longer. Returns whether that was of use: if not, it must be read again.
   */
  caughtUp(snapshot: Snapshot | undefined, began: number): boolean;
  /** @param size characters of the event as it came */
  receive(event: E, size: number): void;
}

/** Size of an event, in characters, whose payload was read because a notification told of it. */
const READ = 10_000;

/**
 * One stream of server-sent events for all nodes that listen to it. It connects again after each interruption, and then reads
 * the state, so that no listener misses a change.
 */
export class StreamFeed<C extends HttpConnection<unknown>, E extends StreamEvent> extends Feed<StreamListener<E>> {
  private readonly timing: StreamTiming;
  private readonly ownChanges: OwnChanges | undefined;
  /** Listeners who do not know yet what they have missed. */
  private readonly late = new Set<StreamListener<E>>();
  /** Lives as long as one connection. */
  private link: Scope | undefined;
  /** Reads what has come in by it. */
  private readAll = (): void => {};
  /** When the last connection came up (`performance.now()`); infinite where it did not. */
  private opened = Number.POSITIVE_INFINITY;
  private catching = false;
  /** The trouble of this interruption was reported. */
  private isReported = false;
  private isBroken = false;
  /** The last reading has failed, and that was reported. */
  private isUnreadable = false;
  /** The newest notification for which nothing is read yet: a reading answers all that came before it. */
  private notification: { readonly event: E; readonly link: Scope } | undefined;
  /** Ends when all is read that was notified. */
  private notified = Promise.resolve();

  constructor(
    private readonly client: C,
    private readonly definition: StreamDefinition<C, E>,
    scope: Scope,
  ) {
    super(scope);
    this.timing = { ...STREAM_TIMING, ...definition.timing };
    this.ownChanges = definition.ownChanges?.(client);
  }

  protected override joined(listener: StreamListener<E>): void {
    this.fallBehind(listener);
    if (this.link) this.keep(this.catchUp(this.link));
  }

  protected override left(listener: StreamListener<E>): void {
    this.late.delete(listener);
  }

  /** Connects again and again. @throws what is no trouble of the network */
  protected override async run(scope: Scope): Promise<void> {
    this.isReported = false;
    for (let failures = 1; ; failures++) {
      this.opened = Number.POSITIVE_INFINITY;
      if (this.state.is !== 'connecting') this.tell({ is: 'connecting' });
      const error = await this.listen(scope);
      if (scope.ended) return;
      for (const listener of this.listeners) this.fallBehind(listener);
      // This process stood still, which is no trouble of the peer: it connects again at once.
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
      await scope.sleep(wait).catch(() => {});
      if (scope.ended) return;
    }
  }

  private reportOnce(error: EnsembleError): void {
    if (!this.isReported) this.report(error);
    this.isReported = true;
  }

  /** One connection, from its beginning to its end. Returns why it ended; nothing where this process stood still. */
  private async listen(scope: Scope): Promise<EnsembleError | undefined> {
    const link = new Scope();
    let stoodStill = false;
    const { path } = this.definition;
    const about = { operation: 'listen', target: path };
    const { timeout } = this.client;
    const { silence, standstill } = this.timing;
    const heard = link.timeout(timeout, () => {
      // It may still begin to answer with its first heartbeat: the try goes on.
      this.reportOnce(new EnsembleError('TIMEOUT', `no answer to GET ${path} within ${timeout} ms`, about));
    });
    try {
      return await receiveEvents(this.client, {
        path,
        scope,
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
          // Not live before it is known what was missed: until then, a flow hears less than there is.
          if (this.late.size === 0) this.tell({ is: 'live' });
          this.keep(this.catchUp(link));
        },
        onEvent: (name, data) => this.take(name, data, link),
      });
    } catch (error) {
      return stoodStill ? undefined : asEnsembleError(error).with(about);
    } finally {
      if (this.link === link) this.link = undefined;
      await link.end();
    }
  }

  private fallBehind(listener: StreamListener<E>): void {
    this.late.add(listener);
    listener.behind();
  }

  /** Reads the state until no listener is late any more. */
  private async catchUp(link: Scope): Promise<void> {
    if (this.catching) return;
    this.catching = true;
    for (let failures = 0; this.late.size > 0 && !link.ended; ) {
      // A listener that joins during the reading has missed what came between the two.
      const listeners = [...this.late];
      const began = performance.now();
      const { snapshot, error } = await this.readSnapshot(link);
      if (link.ended) break;
      for (const one of listeners) if (this.late.has(one) && one.caughtUp(snapshot, began)) this.late.delete(one);
      if (this.late.size === 0) for (const topic of snapshot?.keys() ?? []) this.ownChanges?.wasRead(topic, began);
      if (!listeners.some((one) => this.late.has(one))) {
        failures = 0;
        continue;
      }
      failures++;
      const wait = backoff(failures, this.timing.reconnect);
      if (error) this.tell(retrying(error, wait));
      await link.sleep(wait).catch(() => {});
      for (const one of this.late) one.behind();
    }
    this.catching = false;
    if (!link.ended && this.state.is !== 'live') this.tell({ is: 'live' });
    // A new connection may have come up meanwhile.
    if (link.ended && this.link && this.late.size > 0) this.keep(this.catchUp(this.link));
  }

  /** The state, or why it cannot be read. */
  private async readSnapshot(link: Scope): Promise<{ snapshot?: Snapshot; error?: EnsembleError }> {
    const { definition, client } = this;
    try {
      const onWarning = (text: string) => this.warn(text);
      const snapshot = await definition.snapshot(client, { scope: link, onWarning });
      await link.sleep(this.timing.settle);
      // Timers come before what was received meanwhile.
      await setImmediate();
      this.readAll();
      this.isUnreadable = false;
      return { snapshot };
    } catch (thrown) {
      const error = asEnsembleError(thrown).with({ operation: 'read again', target: definition.path });
      if (error.code === 'CANCELLED') return {};
      if (!this.isUnreadable) this.report(error);
      this.isUnreadable = true;
      return { error };
    }
  }

  private take(name: string, text: string, link: Scope): void {
    const events = this.read(name, text);
    for (const event of events) {
      if (this.definition.onlyNotifies) this.notify(event, link);
      else this.handOn(event, text.length);
    }
  }

  private read(name: string, text: string): readonly E[] {
    const events = this.definition.read(name, text, this.client);
    // The first of several in a row: a broken sender must not flood the log.
    if (!events && !this.isBroken)
      this.report(new EnsembleError('BAD_RESPONSE', `an event "${name}" that cannot be read`), { topic: name, payload: text });
    this.isBroken = !events;
    return events ?? [];
  }

  private isOwn(event: E): boolean {
    return this.definition.isOwn?.(event, this.client) ?? false;
  }

  /** Reads for one notification after the other: the response that comes last must be the newest. Those that wait together are one. */
  private notify(event: E, link: Scope): void {
    const { notification } = this;
    // What others did counts, whatever this connection did after it.
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

  private async readNotified(event: E, link: Scope): Promise<void> {
    if (link.ended) return;
    const { snapshot, error } = await this.readSnapshot(link);
    if (link.ended) return;
    if (snapshot) for (const payload of snapshot.values()) this.handOn({ ...event, payload, isState: true }, READ);
    else {
      if (error) this.tell(retrying(error, 0));
      for (const listener of this.listeners) this.fallBehind(listener);
      this.keep(this.catchUp(link));
    }
  }

  private handOn(event: E, size: number): void {
    if (event.isState) this.ownChanges?.eventCame(event.topic, this.isOwn(event), event.payload);
    let isTaken = false;
    for (const listener of this.listeners) {
      // A flow may change what it gets: each has its own.
      listener.receive(isTaken ? structuredClone(event) : event, size);
      isTaken = true;
    }
  }
}
