import type { Scope } from '../../core/scope';
import { fingerprint } from './message-cursor';
import type { ReceivedMessage } from './message-reader';
import type { ThingMessage } from './responses';

/** All in milliseconds. Tests wait less. */
export const STREAM = {
  /** Messages of the stream wait so long for the API's answer about what was missed before them. */
  hold: 60_000,
  /** The stream brings a message within this time after the API has it, or it is missing. */
  patience: 30_000,
};
/** Messages of one thing that wait. */
const MAX_HELD = 1000;
/** Seconds by which a message may be older than the subscription, by two clocks, and still have been missed by it. */
const INACCURATE = 5;

interface HeldMessage {
  readonly received: ReceivedMessage;
  /** When it came, and when the grace is over (`performance.now()`). */
  readonly since: number;
  readonly at: number;
}

export interface ThingStreamOptions {
  readonly scope: Scope;
  /** Seconds. */
  readonly grace: number;
  /** Unix seconds, by the vendor's clock. */
  now(): number;
  /** Passes messages on. False where it is too early for that. */
  release(messages: readonly ReceivedMessage[]): boolean;
  /** Whether the stream should have brought a message, where it is subscribed. */
  isExpected(message: ThingMessage): boolean;
}

/** What the stream has to do with one thing: the messages that wait, and whether it brings what it should. */
export class ThingStream {
  private held: HeldMessage[] = [];
  /** When each of them came (`performance.now()`), also where it is taken and waits again. */
  private readonly arrivals = new WeakMap<ReceivedMessage, number>();
  private stop: (() => void) | undefined;
  /** Since when messages may have been missed that the API was not asked for (`performance.now()`). */
  private behindSince: number | undefined = performance.now();
  /** When its messages were subscribed to, by the vendor's clock (Unix seconds); undefined: they are not. */
  private subscribedAt: number | undefined;
  /** Messages that the API had first, by their fingerprints, and since when the stream owes them (`performance.now()`). */
  private readonly owed = new Map<string, { readonly message: ThingMessage; readonly since: number }>();
  /** When the API was asked last (`performance.now()`). */
  private asked = -Infinity;
  /** How often the API is asked soon: a message may reach it later than the subscription began. */
  private soon = 2;

  constructor(private readonly options: ThingStreamOptions) {}

  get isSubscribed(): boolean {
    return this.subscribedAt !== undefined;
  }

  /** The oldest message that the stream should have brought by now. */
  get missing(): ThingMessage | undefined {
    const [oldest] = this.owed.values();
    return oldest && performance.now() - oldest.since >= STREAM.patience ? oldest.message : undefined;
  }

  /** Whether the API is to be asked now, not only at the long interval (milliseconds). */
  isDue(isProven: boolean, interval: number): boolean {
    const isQuiet = this.isSubscribed && isProven && this.behindSince === undefined && this.soon <= 0 && this.owed.size === 0;
    return !isQuiet || performance.now() - this.asked >= interval;
  }

  /** @returns whether something has changed */
  subscription(isSubscribed: boolean): boolean {
    if (isSubscribed === this.isSubscribed) return false;
    this.subscribedAt = isSubscribed ? this.options.now() : undefined;
    this.behindSince = performance.now();
    this.soon = 2;
    this.owed.clear();
    return true;
  }

  /** A message that the stream has brought. */
  receive(received: ReceivedMessage): void {
    this.owed.clear();
    this.hold(received);
    if (this.held.length > MAX_HELD) this.behindSince = undefined;
    // Before the API has answered once, nothing can be passed on; it will have those.
    if (this.held.length > 2 * MAX_HELD) this.held.shift();
    this.wait();
  }

  /** All that waits, for the API's answer. */
  take(): ReceivedMessage[] {
    const all = this.held.map(({ received }) => received);
    this.held = [];
    return all;
  }

  /**
   * The API has answered.
   * @param began when it was asked (`performance.now()`)
   * @param fresh what the API alone had
   * @param early what is younger than the grace
   */
  caughtUp(began: number, fresh: readonly ReceivedMessage[], early: readonly ReceivedMessage[]): void {
    this.asked = began;
    this.soon--;
    // What was sent just before the subscription may take the grace to reach the API.
    if (this.behindSince !== undefined && began >= this.behindSince + this.options.grace * 1000) this.behindSince = undefined;
    const { subscribedAt = Infinity } = this;
    const since = performance.now();
    for (const { message } of fresh)
      if (this.options.isExpected(message) && message.tsmTs > subscribedAt + INACCURATE)
        this.owed.set(fingerprint(message), { message, since });
    for (const received of early) this.hold(received);
    this.wait();
  }

  private hold(received: ReceivedMessage): void {
    const { grace, now } = this.options;
    const since = this.arrivals.get(received) ?? performance.now();
    this.arrivals.set(received, since);
    const left = Math.max(0, received.message.tsmTs + grace - now());
    this.held.push({ received, since, at: Math.min(since + grace * 1000, performance.now() + left * 1000) });
  }

  /** When a message is passed on: an interruption after it came does not hold it for longer. */
  private dueAt({ since, at }: HeldMessage): number {
    return this.behindSince === undefined ? at : Math.max(at, Math.min(since, this.behindSince) + STREAM.hold);
  }

  /** Until the next message may be passed on. */
  private wait(): void {
    this.stop?.();
    this.stop = undefined;
    if (this.held.length === 0) return;
    const left = this.held.reduce((earliest, held) => Math.min(earliest, this.dueAt(held)), Infinity) - performance.now();
    if (left > 0) this.stop = this.options.scope.timeout(Math.ceil(left), () => this.wait());
    else this.pass();
  }

  private pass(): void {
    const now = performance.now();
    const ready = this.held.filter((held) => this.dueAt(held) <= now);
    // The API has never answered: it has to say first what was there before.
    if (!this.options.release(ready.map(({ received }) => received))) return;
    this.held = this.held.filter((held) => this.dueAt(held) > now);
    this.wait();
  }
}
