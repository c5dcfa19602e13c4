import { type BackoffRule, backoff, LONGEST_PAUSE } from '../backoff';
import { asEnsembleError, EnsembleError, NOT_IN_PANELS } from '../errors';
import { Scope } from '../scope';
import { Trouble } from '../trouble';
import type { Memory } from './events';

/** Where it is kept. Its calls may fail, and may never end. */
export interface Store {
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
}

const RETRY: BackoffRule = { first: 1000, most: LONGEST_PAUSE };

/** All in milliseconds. Tests wait less. */
export const JOURNAL = {
  /** How long a reader waits for a store that does not respond. */
  patience: 3000,
  /** An access that takes longer has failed. */
  limit: 20_000,
  /** How long a close waits for what is still to be written. */
  closing: 800,
  retry: RETRY,
  /** A new value ends the pause after a failure, but not sooner than this after its beginning. */
  wake: 1000,
};

/** What is kept under one name. */
interface Note {
  readonly key: string;
  /** As it was last written in this process, or read. */
  value: unknown;
  /** Makes a newer value, when it is needed. */
  make: (() => unknown) | undefined;
  isKnown: boolean;
  /** The store is being read: nothing may be written over what was not read. */
  isUnread: boolean;
  /** The store has an older one. */
  isDirty: boolean;
  /** Called with the value when it comes after the reader has gone on without it. */
  late: ((value: unknown) => void) | undefined;
  /** Ends when the store has been read, or the scope ends. */
  reading: Promise<void> | undefined;
  /** Ends when all is written, or the scope ends. */
  working: Promise<void> | undefined;
  /** Ends when the store has done what it was asked last. */
  writing: Promise<void>;
  writes: number;
  /** Ends a pause. */
  wake: (() => void) | undefined;
}

/**
 * What a node remembers, over all its instances: each reads what the one before has written, whatever the store does. Writes are
 * not waited for, and are repeated where the store fails.
 */
export class Journal {
  private readonly notes = new Map<string, Note>();
  private scope = new Scope();
  private store: Store = { read: async () => undefined, write: async () => {} };
  private report: (error: EnsembleError) => void = () => {};
  private readonly trouble = new Trouble();

  /** For one instance of the node. @param report told once for each trouble of the store */
  open(scope: Scope, store: Store, report: (error: EnsembleError) => void): Memory {
    Object.assign(this, { scope, store, report });
    // What the store holds is read before it is overwritten.
    for (const note of this.notes.values()) if (note.isDirty && !note.isUnread) this.begin(note);
    scope.defer(() => this.close());
    return {
      read: (key, late) => this.read(key, late),
      write: (key, make) => this.write(key, make),
      written: (key) => this.written(key),
    };
  }

  private async read(key: string, late?: (value: unknown) => void): Promise<unknown> {
    const note = this.noteOf(key);
    note.late = undefined;
    const reading = note.reading ?? (note.isKnown && !note.isUnread ? undefined : this.fetch(note));
    if (reading && !note.isKnown) await this.scope.waitAtMost(JOURNAL.patience, reading);
    note.late = note.reading && late;
    if (note.isDirty) this.begin(note);
    return currentOf(note);
  }

  private async written(key: string): Promise<void> {
    const { scope } = this;
    const { working } = this.noteOf(key);
    if (!working || this.trouble.failures > 0) return;
    await scope.waitAtMost(JOURNAL.closing, working);
  }

  private write(key: string, make: () => unknown): void {
    const note = this.noteOf(key);
    Object.assign(note, { make, isKnown: true, isDirty: true });
    note.wake?.();
    this.begin(note);
  }

  private fetch(note: Note): Promise<void> {
    note.isUnread = true;
    note.reading = this.get(note).finally(() => {
      note.reading = undefined;
    });
    return note.reading;
  }

  /** Reads until the store answers, or the scope ends. */
  private async get(note: Note): Promise<void> {
    const { scope, store } = this;
    for (let failures = 1; !scope.ended; failures++) {
      try {
        const value = await withinLimit(scope, store.read(note.key));
        this.trouble.over();
        this.take(note, value);
        return;
      } catch (error) {
        await this.pause(note, 'read', error, failures);
      }
    }
  }

  private take(note: Note, value: unknown): void {
    note.isUnread = false;
    if (!note.isKnown) Object.assign(note, { value, isKnown: true });
    note.late?.(value);
  }

  private begin(note: Note): void {
    note.working ??= this.work(note).finally(() => {
      note.working = undefined;
    });
  }

  private async work(note: Note): Promise<void> {
    const { scope } = this;
    if (note.isUnread) await (note.reading ?? this.fetch(note));
    // A write of an earlier instance.
    await withinLimit(scope, note.writing).catch(() => {});
    for (let failures = 0; note.isDirty && !scope.ended; ) {
      try {
        await withinLimit(scope, this.put(note));
        this.trouble.over();
        failures = 0;
      } catch (error) {
        if (scope.ended) return;
        note.isDirty = true;
        note.writing = Promise.resolve();
        await this.pause(note, 'write', error, ++failures);
      }
    }
  }

  private put(note: Note): Promise<void> {
    note.isDirty = false;
    note.writes++;
    const { writes } = note;
    const put = this.store.write(note.key, currentOf(note));
    const again = () => {
      note.isDirty = true;
      this.begin(note);
    };
    // A write that was given up, and ends after a newer one, has overwritten the newer value.
    note.writing = put.then(
      () => (note.writes === writes ? undefined : again()),
      () => {
        note.isDirty = true;
      },
    );
    return put;
  }

  /** A Node-RED that ends has written everything, if its store is not too slow for that. A store that was in trouble may be back. */
  private async close(): Promise<void> {
    const { store } = this;
    const open = new Set(this.notes.values());
    const closing = new Scope();
    const all = [...open].map(async (note) => {
      currentOf(note);
      if (note.isUnread) {
        const value = await closing.race(store.read(note.key));
        this.take(note, value);
      }
      // Another write may succeed where one hangs.
      const isWritten = await closing.race(closing.waitAtMost(JOURNAL.closing / 2, note.writing));
      if (note.isDirty || !isWritten) await this.put(note);
      open.delete(note);
    });
    await closing.waitAtMost(JOURNAL.closing, Promise.allSettled(all));
    await closing.end();
    for (const note of open) note.isDirty = note.isKnown;
  }

  private async pause(note: Note, what: 'read' | 'write', thrown: unknown, failures: number): Promise<void> {
    if (this.scope.ended) return;
    this.trouble.failures++;
    if (this.trouble.isNew()) this.report(troubleOf(what, thrown));
    const earliest = performance.now() + JOURNAL.wake;
    const listen = (callback: () => void) => {
      note.wake = () => void (performance.now() >= earliest && callback());
      return () => {
        note.wake = undefined;
      };
    };
    await this.scope.sleepUntil(backoff(failures, JOURNAL.retry), listen).catch(() => {});
  }

  private noteOf(key: string): Note {
    const known = this.notes.get(key);
    if (known) return known;
    const nothing = { value: undefined, make: undefined, late: undefined, reading: undefined, working: undefined, wake: undefined };
    const note: Note = { key, ...nothing, isKnown: false, isUnread: false, isDirty: false, writing: Promise.resolve(), writes: 0 };
    this.notes.set(key, note);
    return note;
  }
}

function currentOf(note: Note): unknown {
  if (note.make) Object.assign(note, { value: note.make(), make: undefined });
  return note.value;
}

function troubleOf(what: 'read' | 'write', thrown: unknown): EnsembleError {
  const then = what === 'read' ? 'they may tell again what was told before' : 'it is written as soon as that can be';
  const text = `the context store cannot ${what} what this node remembers: ${asEnsembleError(thrown).message}`;
  return new EnsembleError('NOT_CONFIGURED', `${text}; events come all the same, and ${then}`, NOT_IN_PANELS);
}

/** @throws what it throws, or TIMEOUT */
async function withinLimit<T>(scope: Scope, work: Promise<T>): Promise<T> {
  try {
    return await scope.limited(JOURNAL.limit, (limited) => limited.race(work));
  } catch (error) {
    if (scope.ended || asEnsembleError(error).code !== 'CANCELLED') throw error;
    throw new EnsembleError('TIMEOUT', `no response within ${JOURNAL.limit / 1000} s`, NOT_IN_PANELS);
  }
}
