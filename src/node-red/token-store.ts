import type { TokenStore } from '../core/connection';
import { told } from '../core/error-texts';
import { EnsembleError } from '../core/errors';
import { isRecord } from '../core/objects';
import { once } from '../core/once';
import type { Red } from './red';
import { type SecretFile, secretFile } from './secret-file';

const FILE = 'ensemble-tokens.key';

type KeptTokens = Readonly<Record<string, unknown>>;

/** By user directory. */
const directories = new Map<string, TokenFile>();
const runtimes = new WeakSet<object>();

/**
 * The tokens of one config node, in a file of the user directory that only its owner can read. Node-RED's own credentials
 * reach the disk with a deploy only, and a token that was renewed since then would be lost with a restart.
 * @param id as the editor knows the node: all instances of a subflow have one sign-in
 */
export function tokenStoreOf(RED: Red, id: string): Required<TokenStore> {
  removeTokensOfDeletedNodes(RED);
  const all = directory(RED);
  return {
    read: () => all.read(id),
    held: () => all.held(id),
    write: (tokens) => all.write(id, tokens),
    inTurn: (work) => all.inTurn(id, work),
    lost: () => all.lost(),
  };
}

function directory(RED: Red): TokenFile {
  const folder = RED.settings.userDir ?? '';
  const tokens = directories.get(folder) ?? new TokenFile(secretFile(RED, FILE), RED.log);
  directories.set(folder, tokens);
  return tokens;
}

/** As Node-RED does with credentials: those of a deleted node are removed, those of a disabled one stay. */
function removeTokensOfDeletedNodes(RED: Red): void {
  if (runtimes.has(RED.events)) return;
  runtimes.add(RED.events);
  RED.events.on('flows:stopped', () => directory(RED).repairFile());
  RED.events.on('flows:started', ({ diff }: { diff?: { removed?: readonly string[] } | null }) => {
    directory(RED).repairFile();
    const gone = new Set(diff?.removed);
    if (gone.size === 0) return;
    RED.nodes.eachNode(({ id }) => gone.delete(id));
    directory(RED).remove(gone);
  });
}

class TokenFile {
  /** What is not in the file yet; undefined where it is to be removed. */
  private readonly unsaved = new Map<string, unknown>();
  /** All that the file has held since the process started: it counts where the file has lost it. Undefined until the file was read. */
  private known: Map<string, unknown> | undefined;
  private readonly turns = new Map<string, Promise<unknown>>();
  /** The file could not be parsed when it was first read: who was signed in is unknown. */
  private isDamaged = false;
  private readonly warn = once((text) => this.log.warn(text));

  constructor(
    private readonly file: SecretFile | undefined,
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
    return Object.assign(new EnsembleError('NOT_CONFIGURED', text, told('signIn')), { needsSignIn: true });
  }

  held(id: string): unknown {
    return this.unsaved.has(id) ? this.unsaved.get(id) : this.known?.get(id);
  }

  write(id: string, tokens: unknown): void {
    this.unsaved.set(id, tokens);
    this.save();
  }

  remove(ids: ReadonlySet<string>): void {
    for (const id of ids) if (this.hasTokens(id)) this.write(id, undefined);
  }

  /** Restores the file where another program has changed or removed it. */
  repairFile(): void {
    try {
      if (!this.load()) this.save();
    } catch {
      // The error shows where its content is needed.
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

  private hasTokens(id: string): boolean {
    try {
      return this.read(id) !== undefined;
    } catch {
      // The error shows where they are needed. They are removed when the file can be read again.
      return true;
    }
  }

  private save(): void {
    this.file?.save({ content: () => this.content(), onSaved: () => this.saved() });
  }

  private saved(): void {
    for (const [id, tokens] of this.unsaved) {
      if (tokens === undefined) this.known?.delete(id);
      else this.known?.set(id, tokens);
    }
    this.unsaved.clear();
  }

  /** All that is to be in the file. @throws EnsembleError where the file cannot be read */
  private content(): string {
    this.load();
    return JSON.stringify(Object.fromEntries([...(this.known ?? []), ...this.unsaved]));
  }

  /** Reads the file, and returns whether it holds all that it has ever held. @throws EnsembleError where it could never be read */
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

/** Undefined where the text cannot be parsed, as after a power cut. An editor may have left a byte order mark. */
function entriesOf(text: string): KeptTokens | undefined {
  try {
    const kept: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return isRecord(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}
