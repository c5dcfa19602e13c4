import { z } from 'zod';
import type { Memory } from '../../core/follow/events';
import type { Cursor } from './message-cursor';

const KEY = 'cursors';
const stored = z.record(
  z.string(),
  z.object({ at: z.number(), seen: z.record(z.string(), z.number()).optional(), since: z.number().optional() }),
);
type Cursors = ReadonlyMap<string, Cursor>;

/** What is kept and cannot be read is as good as nothing: the feed begins anew. */
const read = (kept: unknown): Map<string, Cursor> => new Map(Object.entries(stored.safeParse(kept).data ?? {}));

/** The cursors of all things and groups, in the node's context. */
export class CursorStore {
  /** Told of the cursors of an earlier life of the node where they come after this one has begun. */
  onLate: (cursors: Cursors) => void = () => {};
  private cursors = new Map<string, Cursor>();

  private constructor(private readonly memory: Memory) {}

  static async open(memory: Memory): Promise<CursorStore> {
    const store = new CursorStore(memory);
    store.cursors = read(await memory.read(KEY, (late) => store.onLate(read(late))));
    return store;
  }

  get(id: string): Cursor | undefined {
    return this.cursors.get(id);
  }

  set(id: string, cursor: Cursor): void {
    this.cursors.set(id, cursor);
  }

  /** Forgets all others. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.cursors.keys()) if (!ids.has(id)) this.cursors.delete(id);
  }

  /** Begins to write at once; changes that come meanwhile share the next write. */
  save(): void {
    this.memory.write(KEY, () => Object.fromEntries(this.cursors));
  }

  /** Waits for a store that is only slow: what it does not have comes again after a power cut. */
  saved(): Promise<void> {
    return this.memory.written(KEY);
  }
}
