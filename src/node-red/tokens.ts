import type { TokenStore } from '../core/operation';
import { type KeptFile, keptFile } from './kept-file';
import type { Red } from './red';

const FILE = 'ensemble-tokens.key';

type Kept = Readonly<Record<string, unknown>>;

/** By user directory. */
const directories = new Map<string, Tokens>();
const runtimes = new WeakSet<object>();

/**
 * The tokens of one config node, in a file of the user directory that only its owner can read. Node-RED's own credentials
 * reach the disk with a deploy only, and a token that was renewed since then would be lost with a restart.
 * @param id as the editor knows the node: all instances of a subflow have one sign-in
 */
export function tokensOf(RED: Red, id: string): Required<TokenStore> {
  forgetWhatIsDeleted(RED);
  const all = directory(RED);
  return {
    read: () => all.read(id),
    held: () => all.held(id),
    write: (tokens) => all.write(id, tokens),
    inTurn: (work) => all.inTurn(id, work),
  };
}

function directory(RED: Red): Tokens {
  const folder = RED.settings.userDir ?? '';
  const tokens = directories.get(folder) ?? new Tokens(keptFile(RED, FILE));
  directories.set(folder, tokens);
  return tokens;
}

/** As Node-RED forgets credentials: with what is no longer there at all. What is only disabled may come back. */
function forgetWhatIsDeleted(RED: Red): void {
  if (runtimes.has(RED.events)) return;
  runtimes.add(RED.events);
  RED.events.on('flows:started', ({ diff }: { diff?: { removed?: readonly string[] } | null }) => {
    const gone = new Set(diff?.removed);
    if (gone.size === 0) return;
    RED.nodes.eachNode(({ id }) => gone.delete(id));
    directory(RED).forget(gone);
  });
}

class Tokens {
  /** What the file does not hold yet; undefined where it is to be forgotten. */
  private readonly unsaved = new Map<string, unknown>();
  /** What the file held when it was read or written last, as far as nobody has written something newer. */
  private known: Kept = {};
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(private readonly file: KeptFile | undefined) {}

  /** @throws EnsembleError NOT_CONFIGURED where the file cannot be read */
  read(id: string): unknown {
    return this.unsaved.has(id) ? this.unsaved.get(id) : this.saved()[id];
  }

  held(id: string): unknown {
    return this.unsaved.has(id) ? this.unsaved.get(id) : this.known[id];
  }

  write(id: string, tokens: unknown): void {
    this.unsaved.set(id, tokens);
    this.file?.save({ make: () => this.all(), done: () => this.saveEnded() });
  }

  private saveEnded(): void {
    this.known = { ...this.known, ...Object.fromEntries(this.unsaved) };
    this.unsaved.clear();
  }

  forget(ids: ReadonlySet<string>): void {
    for (const id of ids) if (this.isKept(id)) this.write(id, undefined);
  }

  inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.turns.get(id) ?? Promise.resolve()).then(work, work);
    const over = turn.then(
      () => {},
      () => {},
    );
    this.turns.set(id, over);
    void over.then(() => this.turns.get(id) === over && this.turns.delete(id));
    return turn;
  }

  private isKept(id: string): boolean {
    try {
      return this.read(id) !== undefined;
    } catch {
      // It is told to whoever needs them. To be forgotten when it can be read again.
      return true;
    }
  }

  /** What is in the file, empty where that makes no sense: after a power cut, or somebody's hand. */
  private saved(): Kept {
    const text = this.file?.read()?.toString('utf8') ?? '';
    try {
      const kept: unknown = JSON.parse(text);
      this.known = typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? (kept as Kept) : {};
    } catch {
      this.known = {};
    }
    return this.known;
  }

  /** All that is to be in the file. */
  private all(): string {
    return JSON.stringify({ ...this.saved(), ...Object.fromEntries(this.unsaved) });
  }
}
