import { closeSync, fchmodSync, fstatSync, fsyncSync, openSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BackoffRule, backoff, LONGEST_PAUSE } from '../core/backoff';
import { EnsembleError } from '../core/errors';
import { Trouble } from '../core/trouble';
import type { Red } from './red';
import { tell } from './texts';

/** Pauses between two attempts to write. Tests shorten them. */
export const WRITING = { retry: { first: 1000, most: LONGEST_PAUSE } as BackoffRule };

/** By path. */
const files = new Map<string, SecretFile>();
const runtimes = new WeakSet<object>();

/** A file of the user directory; undefined where an embedded Node-RED has none. */
export function secretFile(RED: Red, name: string): SecretFile | undefined {
  const folder = RED.settings.userDir;
  if (!folder) return undefined;
  const path = join(folder, name);
  const file = files.get(path) ?? new SecretFile(RED, folder, name);
  files.set(path, file);
  if (!runtimes.has(RED.events)) {
    runtimes.add(RED.events);
    // The process may be about to end.
    RED.events.on('flows:stopped', () => {
      for (const one of files.values()) one.flush();
    });
  }
  return file;
}

interface Save {
  content(): string | Uint8Array;
  onSaved(): void;
}

/** A small file with secrets, which only its owner can read. It is written at once, or as soon as the disk permits it. */
export class SecretFile {
  private readonly path: string;
  private hasBeenRead = false;
  /** What could not be written yet. */
  private unsaved: Save | undefined;
  private readonly trouble = new Trouble();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly RED: Red,
    private readonly folder: string,
    private readonly name: string,
  ) {
    this.path = join(folder, name);
  }

  /** Names the file in errors and in the log. */
  get place(): string {
    return `${this.name} in the user directory ${this.folder}`;
  }

  /**
   * Undefined where there is none, or where it can no longer be read: then what the process has in memory counts. An empty directory
   * in its place is an empty file. @throws EnsembleError NOT_CONFIGURED, saying what to do, where it could never be read
   */
  read(): Buffer | undefined {
    try {
      const content = this.content();
      this.hasBeenRead = true;
      return content;
    } catch (error) {
      if (this.hasBeenRead) return undefined;
      throw new EnsembleError(
        'NOT_CONFIGURED',
        this.explain('read', error),
        tell('unreadFile', { place: this.place, reason: codeOf(error) ?? String(error) }),
      );
    }
  }

  private content(): Buffer | undefined {
    try {
      return withFile(this.path, 'r', (file) => {
        if (fstatSync(file).mode & 0o077) restrictToOwner(file);
        return readFileSync(file);
      });
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      if (this.removeEmptyDirectory(this.path, error)) return Buffer.alloc(0);
      throw error;
    }
  }

  /** Writes now; where that fails, again with growing pauses, and whenever something else is saved. */
  save(save: Save): void {
    this.unsaved = save;
    this.flush();
  }

  /** Writes what could not be written before. */
  flush(): void {
    const { unsaved } = this;
    if (!unsaved) return;
    clearTimeout(this.timer);
    try {
      this.replace(unsaved.content());
      this.unsaved = undefined;
      this.trouble.over();
      unsaved.onSaved();
    } catch (error) {
      const text = error instanceof EnsembleError ? error.message : this.explain('written', error);
      if (this.trouble.isNew()) this.RED.log.warn(`${text}. Until then it is kept in memory only`);
      this.timer = setTimeout(() => this.flush(), backoff(++this.trouble.failures, WRITING.retry)).unref();
    }
  }

  /** Atomic: whatever happens meanwhile, a power cut too, the old file or the new one is there. */
  private replace(content: string | Uint8Array): void {
    const beside = `${this.path}.new`;
    this.withoutEmptyDirectory(beside, () =>
      withFile(beside, 'w', (file) => {
        restrictToOwner(file);
        writeFileSync(file, content);
        fsyncSync(file);
      }),
    );
    this.withoutEmptyDirectory(this.path, () => renameSync(beside, this.path));
    try {
      withFile(this.folder, 'r', fsyncSync);
    } catch {
      // Not every system lets a directory be synchronised; the new file is there all the same.
    }
  }

  /** Tries once more after removing an empty directory at the path. */
  private withoutEmptyDirectory(path: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!this.removeEmptyDirectory(path, error)) throw error;
      work();
    }
  }

  /** Returns whether it removed an empty directory: a container makes one where a file was to be mounted that does not exist. */
  private removeEmptyDirectory(path: string, error: unknown): boolean {
    if (!['EISDIR', 'ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error) ?? '')) return false;
    try {
      rmdirSync(path);
      return true;
    } catch {
      // It is not empty, or no directory.
      return false;
    }
  }

  private explain(done: string, error: unknown): string {
    const code = codeOf(error) ?? String(error);
    return `${this.place} cannot be ${done} (${code}): ${REMEDIES[code] ?? 'look after the disk'}`;
  }
}

const RIGHTS = 'give the user who runs Node-RED the right to read and write it';
const ROOM = 'make room on the disk';
const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: RIGHTS,
  EDQUOT: ROOM,
  EISDIR: 'there is a directory of this name, move it away',
  ENOSPC: ROOM,
  ENOTEMPTY: 'there is a directory of this name, move it away',
  EPERM: RIGHTS,
  EROFS: 'make the user directory writable',
};

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

function withFile<T>(path: string, flags: 'r' | 'w', use: (file: number) => T): T {
  const file = openSync(path, flags, 0o600);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

function restrictToOwner(file: number): void {
  try {
    fchmodSync(file, 0o600);
  } catch {
    // Another user's file, or a system without modes: nothing to be done.
  }
}
