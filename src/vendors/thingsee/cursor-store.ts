import { z } from 'zod';
import type { Memory } from '../../core/events';
import type { Scope } from '../../core/scope';
import type { Cursor } from './message-cursor';

const KEY = 'cursors';
const stored = z.record(z.string(), z.object({ at: z.number(), seen: z.record(z.string(), z.number()) }));

/** The cursors of all things, in the node's context. */
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

  get(tuid: string): Cursor | undefined {
    return this.cursors.get(tuid);
  }

  set(tuid: string, cursor: Cursor): void {
    this.cursors.set(tuid, cursor);
  }

  /** Forgets all other things. */
  keep(tuids: ReadonlySet<string>): void {
    for (const tuid of this.cursors.keys()) if (!tuids.has(tuid)) this.cursors.delete(tuid);
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
