import { setImmediate } from 'node:timers/promises';
import { backoff, pauseAfter } from '../backoff';
import { copyOf } from '../copy';
import { asEnsembleError, cancelled, EnsembleError, NOT_IN_PANELS, show } from '../errors';
import { EventStream } from '../http/event-stream';
import type { HttpConnection } from '../http-connection';
import type { Scope } from '../scope';
import { Trouble } from '../trouble';
import { retrying } from './events';
import { Feed, type Listener } from './feed';
import { LateListeners } from './late-listeners';
import { Pause } from './pause';
import { retry } from './retry';
import {
  type ChangeLog,
  type Snapshot,
  STREAM_TIMING,
  type StreamDefinition,
  type StreamEvent,
  type StreamSource,
  type StreamSourceOptions,
  type StreamTiming,
} from './stream';
import { UnreadableEvents } from './unreadable-events';

export interface StreamListener<E extends StreamEvent, S extends Snapshot = Snapshot> extends Listener {
  receive(event: E): void;
  /**
   * The listener knows now what it may have missed.
   * @param snapshot the state, read from `began` on (`performance.now()`)
   * @param waited events that came while the state was read
   * @param connection a number that changes with each interruption
   */
  caughtUp(snapshot: S, began: number, waited: readonly E[], connection: number): void;
}

/** Size of an event, in characters, whose payload was read because a notification told of it. */
const READ = 10_000;

/**
 * One stream of events for all nodes that listen to it. It connects again after each interruption, and then reads the state, so
 * that no listener misses a change.
 */
export class StreamFeed<
  C extends HttpConnection<unknown>,
  E extends StreamEvent,
  S extends Snapshot = Snapshot,
  L extends StreamListener<E, S> = StreamListener<E, S>,
> extends Feed<L> {
  private readonly timing: StreamTiming;
  private readonly ownChanges: ChangeLog | undefined;
  private readonly late = new LateListeners<E, L>();
  /** The present connection, once the peer has accepted it. */
  private stream: StreamSource | undefined;
  private connections = 0;
  private readonly againPause: Pause;
  private isAgainDue = false;
  private isCatchingUp = false;
  private unreadable: UnreadableEvents | undefined;
  /** Readings of the state that have failed. */
  private readonly failedReadings = new Trouble();
  /** The newest notification for which nothing is read yet: a reading answers all that came before it. */
  private notification: { readonly event: E; readonly stream: StreamSource } | undefined;
  /** Ends when all is read that was notified. */
  private notified = Promise.resolve();

  constructor(
    private readonly client: C,
    private readonly definition: StreamDefinition<C, E, S>,
    scope: Scope,
  ) {
    super(scope);
    this.timing = { ...STREAM_TIMING, ...definition.timing };
    this.ownChanges = definition.ownChanges?.(client);
    this.againPause = new Pause(this.timing.again);
  }

  protected override joined(listener: L): void {
    this.late.add(listener);
    if (this.stream) this.keep(this.catchUp(this.stream));
  }

  protected override left(listener: L): void {
    this.late.delete(listener);
  }

  protected override run(scope: Scope): Promise<never> {
    this.unreadable = new UnreadableEvents(scope, (error, message) => this.report(error, message));
    return retry({
      scope,
      attempt: (trouble) => this.connect(scope, trouble),
      pause: (error, failures) => pauseAfter(error, failures, this.timing.reconnect),
      state: (state) => this.tell(state),
      report: (error) => this.report(error),
    });
  }

  /** One connection, and another at once where this process has stood still. @throws EnsembleError why it ended */
  private async connect(scope: Scope, trouble: Trouble): Promise<never> {
    const about = { operation: 'listen', target: this.definition.path };
    for (;;) {
      if (this.state.is !== 'connecting') this.tell({ is: 'connecting' });
      const stream = this.open(scope, trouble);
      const error = await stream.receive().catch((thrown: unknown) => asEnsembleError(thrown).with(about));
      if (this.stream === stream) this.stream = undefined;
      if (scope.ended) throw cancelled();
      for (const listener of this.listeners) this.late.add(listener);
      if (!stream.isOutdated) throw error;
      trouble.failures = 0;
    }
  }

  private open(scope: Scope, trouble: Trouble): StreamSource {
    const { path } = this.definition;
    const { silence, standstill, stable } = this.timing;
    const { timeout } = this.client;
    this.connections++;
    this.isAgainDue = false;
    const options: StreamSourceOptions = {
      path,
      scope,
      silence,
      standstill,
      onOpen: () => {
        this.stream = stream;
        stream.scope.timeout(stable, () => trouble.over());
        // Not live before it is known what was missed: until then, the flow lacks events.
        if (this.late.size === 0) this.tell({ is: 'live' });
        this.keep(this.catchUp(stream));
      },
      onEvent: (name, data) => this.take(name, data, stream),
    };
    const stream: StreamSource = this.definition.open?.(this.client, options) ?? new EventStream(this.client, options);
    stream.scope.timeout(timeout, () => {
      // The peer may still begin to answer, with its first heartbeat: the attempt goes on.
      if (this.stream === stream || !trouble.isNew()) return;
      this.report(
        new EnsembleError('TIMEOUT', `no response to GET ${path} within ${timeout} ms`, NOT_IN_PANELS, {
          operation: 'listen',
          target: path,
        }),
      );
    });
    return stream;
  }

  /** Reads the state until no listener is late any more. */
  private async catchUp(stream: StreamSource): Promise<void> {
    if (this.isCatchingUp) return;
    this.isCatchingUp = true;
    for (let failures = 0; this.late.size > 0 && !stream.scope.ended; ) {
      // A listener that joins during the reading has missed what came between the two.
      const listeners = this.late.all;
      const began = performance.now();
      const { snapshot, error } = await this.readSnapshot(stream);
      if (stream.scope.ended) break;
      for (const listener of listeners) this.hasRead(listener, snapshot, began);
      if (this.late.size === 0) for (const topic of snapshot?.keys() ?? []) this.ownChanges?.wasRead(topic, began);
      if (snapshot) this.hasReadAll(snapshot, stream);
      if (!listeners.some((listener) => this.late.has(listener))) {
        failures = 0;
        continue;
      }
      failures++;
      const wait = backoff(failures, this.timing.reconnect);
      if (error) this.tell(retrying(error, wait));
      await stream.scope.sleep(wait).catch(() => {});
      for (const listener of this.late.all) this.late.add(listener);
    }
    this.isCatchingUp = false;
    if (!stream.scope.ended && this.state.is !== 'live') this.tell({ is: 'live' });
    // A new connection may have come up meanwhile.
    if (this.stream && this.stream !== stream && this.late.size > 0) this.keep(this.catchUp(this.stream));
  }

  /** Called after each reading of the state that has succeeded. */
  protected hasReadAll(_snapshot: S, _stream: StreamSource): void {}

  /** Reads the state once more although nothing was interrupted; after pauses, however often it is called. */
  protected readAgain(): void {
    const { stream } = this;
    if (!stream || this.isAgainDue) return;
    this.isAgainDue = true;
    stream.scope.timeout(this.againPause.left, () => this.beginAgain(stream));
  }

  private beginAgain(stream: StreamSource): void {
    // What is being read may have been read before the reason for this.
    if (this.isCatchingUp) {
      stream.scope.timeout(this.timing.settle, () => this.beginAgain(stream));
      return;
    }
    this.isAgainDue = false;
    this.againPause.begin();
    for (const listener of this.listeners) this.late.add(listener);
    this.keep(this.catchUp(stream));
  }

  /** Where the state cannot be read, or where more came meanwhile than could wait, the listener is still late. */
  private hasRead(listener: L, snapshot: S | undefined, began: number): void {
    if (!snapshot || !this.late.isWaiting(listener)) {
      this.late.release(listener);
      return;
    }
    const waited = this.late.take(listener);
    this.late.delete(listener);
    listener.caughtUp(snapshot, began, waited, this.connections);
  }

  /** The state, or why it cannot be read. */
  private async readSnapshot(stream: StreamSource): Promise<{ snapshot?: S; error?: EnsembleError }> {
    const { definition, client } = this;
    const { scope } = stream;
    try {
      const snapshot = await definition.snapshot(client, { scope, onWarning: (text) => this.warn(text) });
      await scope.sleep(this.timing.settle);
      // Timers come before what was received meanwhile.
      await setImmediate();
      await scope.race(stream.drain());
      this.failedReadings.over();
      return { snapshot };
    } catch (thrown) {
      const error = asEnsembleError(thrown).with({ operation: 'read again', target: definition.path });
      if (error.code === 'CANCELLED') return {};
      if (this.failedReadings.isNew()) this.report(error);
      return { error };
    }
  }

  private take(name: string, text: string, stream: StreamSource): void {
    const events = this.read(name, text);
    for (const event of events) {
      if (this.definition.onlyNotifies) this.notify(event, stream);
      else this.handOn(event, text.length / events.length);
    }
  }

  private read(name: string, text: string): readonly E[] {
    try {
      const events = this.definition.read(name, text, this.client);
      if (events) return events;
      this.reportUnreadable(name, text);
    } catch (thrown) {
      // It must not end the stream. V8's own message of a syntax error would quote the text.
      this.reportUnreadable(name, text, thrown instanceof SyntaxError ? undefined : asEnsembleError(thrown));
    }
    return [];
  }

  private reportUnreadable(name: string, text: string, reason?: EnsembleError): void {
    const what = `an event ${show(name)} that cannot be read`;
    const error = reason?.withMessage(`${what}: ${reason.message}`) ?? new EnsembleError('BAD_RESPONSE', what, NOT_IN_PANELS);
    this.unreadable?.came(error, { topic: name, payload: text });
  }

  private isOwn(event: E): boolean {
    return this.definition.isOwn?.(event, this.client) ?? false;
  }

  /** Reads for one notification after the other: the response that comes last must be the newest. Those that wait together are one. */
  private notify(event: E, stream: StreamSource): void {
    const { notification } = this;
    // What others did counts, whatever this connection did after it.
    this.notification = { event: notification && this.isOwn(event) ? notification.event : event, stream };
    if (notification) return;
    const reading = this.notified.then(() => {
      const newest = this.notification ?? { event, stream };
      this.notification = undefined;
      return this.readNotified(newest.event, newest.stream);
    });
    this.notified = reading.catch(() => {});
    this.keep(reading);
  }

  private async readNotified(event: E, stream: StreamSource): Promise<void> {
    if (stream.scope.ended) return;
    const { snapshot, error } = await this.readSnapshot(stream);
    if (stream.scope.ended) return;
    if (snapshot) for (const payload of snapshot.values()) this.handOn({ ...event, payload, isState: true }, READ);
    else {
      if (error) this.tell(retrying(error, 0));
      for (const listener of this.listeners) this.late.add(listener);
      this.keep(this.catchUp(stream));
    }
  }

  /** A flow may change what it gets: each listener has its own. */
  private handOn(event: E, size: number): void {
    if (event.isState) this.ownChanges?.eventCame(event.topic, this.isOwn(event), event.payload);
    const isAwaited = this.late.isAnyWaiting;
    let left = this.listeners.size;
    for (const listener of this.listeners) {
      left--;
      if (!this.late.isWaiting(listener)) listener.receive(isAwaited || left > 0 ? copyOf(event) : event);
    }
    if (isAwaited) this.late.push(event, size);
  }
}
