import type { TokenStore } from '../core/connection';
import { EnsembleError } from '../core/errors';
import { isRecord } from '../core/objects';
import { once } from '../core/once';
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
    lost: () => all.lost(),
  };
}

function directory(RED: Red): Tokens {
  const folder = RED.settings.userDir ?? '';
  const tokens = directories.get(folder) ?? new Tokens(keptFile(RED, FILE), RED.log);
  directories.set(folder, tokens);
  return tokens;
}

/** As Node-RED forgets credentials: with what is no longer there at all. What is only disabled may come back. */
function forgetWhatIsDeleted(RED: Red): void {
  if (runtimes.has(RED.events)) return;
  runtimes.add(RED.events);
  RED.events.on('flows:stopped', () => directory(RED).look());
  RED.events.on('flows:started', ({ diff }: { diff?: { removed?: readonly string[] } | null }) => {
    directory(RED).look();
    const gone = new Set(diff?.removed);
    if (gone.size === 0) return;
    RED.nodes.eachNode(({ id }) => gone.delete(id));
    directory(RED).forget(gone);
  });
}

class Tokens {
  /** What the file does not hold yet; undefined where it is to be forgotten. */
  private readonly unsaved = new Map<string, unknown>();
  /** All that the file has held in this process: it counts where the file has lost it. Undefined until the file could be read. */
  private known: Map<string, unknown> | undefined;
  private readonly turns = new Map<string, Promise<unknown>>();
  /** The file made no sense when this process began with it: nobody knows who was signed in. */
  private isDamaged = false;
  private readonly warn = once((text) => this.log.warn(text));

  constructor(
    private readonly file: KeptFile | undefined,
    private readonly log: Red['log'],
  ) {}

  /** @throws EnsembleError NOT_CONFIGURED where the file cannot be read, and never could, or where it was damaged */
  read(id: string): unknown {
    if (this.unsaved.has(id)) return this.unsaved.get(id);
    if (!this.load()) this.save();
    const held = this.held(id);
    if (held === null || (held === undefined && this.isDamaged)) throw this.lost();
    return held;
  }

  lost(): EnsembleError {
    const text = `${this.file?.place} is empty or damaged, and the sign-ins that it held are lost: sign in again, in the panel of the account`;
    this.warn(text);
    return Object.assign(new EnsembleError('NOT_CONFIGURED', text), { needsSignIn: true });
  }

  held(id: string): unknown {
    return this.unsaved.has(id) ? this.unsaved.get(id) : this.known?.get(id);
  }

  write(id: string, tokens: unknown): void {
    this.unsaved.set(id, tokens);
    this.save();
  }

  forget(ids: ReadonlySet<string>): void {
    for (const id of ids) if (this.isKept(id)) this.write(id, undefined);
  }

  /** Puts right what somebody else has done to the file. */
  look(): void {
    try {
      if (!this.load()) this.save();
    } catch {
      // It is told to whoever needs what it holds.
    }
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

  private save(): void {
    this.file?.save({ make: () => this.all(), done: () => this.saved() });
  }

  private saved(): void {
    for (const [id, tokens] of this.unsaved) {
      if (tokens === undefined) this.known?.delete(id);
      else this.known?.set(id, tokens);
    }
    this.unsaved.clear();
  }

  /** All that is to be in the file. @throws EnsembleError where nobody knows what it holds */
  private all(): string {
    this.load();
    return JSON.stringify(Object.fromEntries([...(this.known ?? []), ...this.unsaved]));
  }

  /** Takes up what is in the file, and tells whether that is all that it has ever held. @throws EnsembleError where it could never be read */
  private load(): boolean {
    const content = this.file?.read()?.toString('utf8');
    const kept = content === undefined ? undefined : entriesOf(content);
    const isFirst = this.known === undefined;
    if (isFirst) this.isDamaged = content !== undefined && !kept;
    this.known ??= new Map();
    for (const [id, tokens] of Object.entries(kept ?? {})) if (tokens !== null || isFirst) this.known.set(id, tokens);
    return [...this.known].every(([id, tokens]) => tokens === null || (kept?.[id] ?? undefined) !== undefined);
  }
}

/** Undefined where the text makes no sense: after a power cut, or somebody's hand, which may have left a byte order mark. */
function entriesOf(text: string): Kept | undefined {
  try {
    const kept: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return isRecord(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}
