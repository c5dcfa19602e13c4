import { copyOf } from '../copy';

/** What may wait while the state is read. */
export const WAITING = { events: 2000, characters: 8_000_000 };

export interface LateListener<E> {
  receive(event: E): void;
  warn(text: string): void;
}

/**
 * The listeners of a feed that do not know yet what they have missed, and the events that wait for that: each event is kept
 * once, however many listeners wait for it.
 */
export class LateListeners<E, L extends LateListener<E>> {
  /** Where the events of each listener begin; undefined where it is late and its events no longer wait. */
  private readonly begins = new Map<L, number | undefined>();
  private events: E[] = [];
  private characters = 0;
  private waiting = 0;

  /** How many are late. */
  get size(): number {
    return this.begins.size;
  }

  has(listener: L): boolean {
    return this.begins.has(listener);
  }

  /** Events for the listener go to `push`. */
  isWaiting(listener: L): boolean {
    return this.waiting > 0 && this.begins.get(listener) !== undefined;
  }

  get isAnyWaiting(): boolean {
    return this.waiting > 0;
  }

  /** The listeners that are late now. */
  get all(): readonly L[] {
    return [...this.begins.keys()];
  }

  /** From now on events for the listener wait. What has waited until now goes on. */
  add(listener: L): void {
    this.release(listener);
    this.begins.set(listener, this.events.length);
    this.waiting++;
  }

  /** The listener has caught up, or has left. */
  delete(listener: L): void {
    this.take(listener);
    this.begins.delete(listener);
  }

  /** An event for all listeners that are late. @param size characters of it as it came */
  push(event: E, size: number): void {
    this.events.push(event);
    this.characters += size;
    if (this.events.length <= WAITING.events && this.characters <= WAITING.characters) return;
    for (const listener of this.all) {
      if (!this.isWaiting(listener)) continue;
      listener.warn(
        `more than ${WAITING.events} events came while the state was read: they were passed on before it, and it is read again`,
      );
      this.release(listener);
    }
  }

  /** Passes on what waits for the listener; it is still late, but its events wait no longer. */
  release(listener: L): void {
    for (const event of this.take(listener)) listener.receive(event);
  }

  /** What waits for the listener, which waits no longer. */
  take(listener: L): readonly E[] {
    const begin = this.begins.get(listener);
    if (begin === undefined) return [];
    this.begins.set(listener, undefined);
    this.waiting--;
    const events = begin === 0 ? this.events : this.events.slice(begin);
    // A flow may change what it gets: each listener gets a copy.
    if (this.waiting > 0) return events.map(copyOf);
    this.events = [];
    this.characters = 0;
    return events;
  }
}
