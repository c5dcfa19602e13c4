import { z } from 'zod';
import type { Memory } from '../../core/events';
import type { Scope } from '../../core/scope';
import type { Cursor } from './message-cursor';

const KEY = 'cursors';
const stored = z.record(z.string(), z.object({ at: z.number(), seen: z.record(z.string(), z.number()) }));

/** The cursors of all things, in the node's context. */
export class CursorStore {
  private writing: Promise<void> | undefined;
  private changed = false;

  private constructor(
    private readonly memory: Memory,
    private readonly cursors: Map<string, Cursor>,
  ) {}

  /** What is kept and cannot be read is as good as nothing: the feed begins anew. */
  static async open(memory: Memory, scope: Scope): Promise<CursorStore> {
    const { data = {} } = stored.safeParse(await memory.read(KEY));
    const store = new CursorStore(memory, new Map(Object.entries(data)));
    // The next instance of the node reads what this one has written.
    scope.defer(() => store.saved());
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

  /** One write at a time; changes that come meanwhile share the next. @throws what the context store throws */
  save(): Promise<void> {
    this.changed = true;
    this.writing ??= this.write();
    return this.writing;
  }

  /** When all that was saved is written. */
  async saved(): Promise<void> {
    await this.writing;
  }

  private async write(): Promise<void> {
    try {
      while (this.changed) {
        this.changed = false;
        await this.memory.write(KEY, Object.fromEntries(this.cursors));
      }
    } finally {
      this.writing = undefined;
    }
  }
}
