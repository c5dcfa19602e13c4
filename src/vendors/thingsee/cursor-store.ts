import { z } from 'zod';
import type { Memory } from '../../core/events';
import type { Scope } from '../../core/scope';
import type { Cursor } from './message-cursor';

const KEY = 'cursors';
const stored = z.record(z.string(), z.object({ at: z.number(), seen: z.record(z.string(), z.number()).optional() }));

/** The cursors of all things and groups, in the node's context. */
export class CursorStore {
  private changed = false;
  private writing: Promise<void> | undefined;
  private failure: unknown;

  private constructor(
    private readonly memory: Memory,
    private readonly cursors: Map<string, Cursor>,
  ) {}

  /** What is kept and cannot be read is as good as nothing: the feed begins anew. */
  static async open(memory: Memory, scope: Scope): Promise<CursorStore> {
    const { data = {} } = stored.safeParse(await memory.read(KEY));
    const store = new CursorStore(memory, new Map(Object.entries(data)));
    // The next instance of the node reads what this one has written.
    scope.defer(() => store.writing);
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
    this.changed = true;
    this.writing ??= this.write();
  }

  /** Waits until everything is written. @throws what the context store threw; the next save writes it all again */
  async saved(): Promise<void> {
    await this.writing;
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }

  private async write(): Promise<void> {
    try {
      while (this.changed) {
        this.changed = false;
        await this.memory.write(KEY, Object.fromEntries(this.cursors));
      }
    } catch (error) {
      this.failure = error;
    }
    this.writing = undefined;
  }
}
