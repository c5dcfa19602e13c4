import { closeSync, fchmodSync, fstatSync, fsyncSync, openSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BackoffRule, backoff, LONGEST_PAUSE } from '../core/backoff';
import { EnsembleError } from '../core/errors';
import { Trouble } from '../core/trouble';
import type { Red } from './red';

/** Pauses between the attempts to write. Tests wait less. */
export const WRITING = { retry: { first: 1000, most: LONGEST_PAUSE } as BackoffRule };

/** By their paths. */
const files = new Map<string, KeptFile>();
const runtimes = new WeakSet<object>();

/** A file of the user directory; undefined where an embedded Node-RED has none. */
export function keptFile(RED: Red, name: string): KeptFile | undefined {
  const folder = RED.settings.userDir;
  if (!folder) return undefined;
  const path = join(folder, name);
  const file = files.get(path) ?? new KeptFile(RED, folder, name);
  files.set(path, file);
  if (!runtimes.has(RED.events)) {
    runtimes.add(RED.events);
    // Perhaps for the last time.
    RED.events.on('flows:stopped', () => {
      for (const one of files.values()) one.flush();
    });
  }
  return file;
}

interface Save {
  make(): string | Uint8Array;
  done(): void;
}

/** A small file with secrets, which only its owner can read. It is written at once, or as soon as the disk takes it. */
export class KeptFile {
  private readonly path: string;
  private wasRead = false;
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

  /** Which file it is, as it is told. */
  get place(): string {
    return `${this.name} in the user directory ${this.folder}`;
  }

  /**
   * Undefined where there is none, or it can no longer be read: what the process holds counts then. An empty directory in its
   * place is an empty file. @throws EnsembleError NOT_CONFIGURED, saying what to do, where it could never be read
   */
  read(): Buffer | undefined {
    try {
      const content = this.content();
      this.wasRead = true;
      return content;
    } catch (error) {
      if (this.wasRead) return undefined;
      throw new EnsembleError('NOT_CONFIGURED', this.textOf('read', error));
    }
  }

  private content(): Buffer | undefined {
    try {
      return withFile(this.path, 'r', (file) => {
        if (fstatSync(file).mode & 0o077) tighten(file);
        return readFileSync(file);
      });
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      if (this.tookAway(this.path, error)) return Buffer.alloc(0);
      throw error;
    }
  }

  /** Writes now or later: again with growing pauses, and with the next that is to be written. */
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
      this.replace(unsaved.make());
      this.unsaved = undefined;
      this.trouble.over();
      unsaved.done();
    } catch (error) {
      const text = error instanceof EnsembleError ? error.message : this.textOf('written', error);
      if (this.trouble.isNew()) this.RED.log.warn(`${text}. Until then it is kept in memory only`);
      this.timer = setTimeout(() => this.flush(), backoff(++this.trouble.failures, WRITING.retry)).unref();
    }
  }

  /** Whole or not at all: whatever happens meanwhile, a power cut too, the old file or the new one is there. */
  private replace(content: string | Uint8Array): void {
    const beside = `${this.path}.new`;
    this.again(beside, () =>
      withFile(beside, 'w', (file) => {
        tighten(file);
        writeFileSync(file, content);
        fsyncSync(file);
      }),
    );
    this.again(this.path, () => renameSync(beside, this.path));
    try {
      withFile(this.folder, 'r', fsyncSync);
    } catch {
      // Not every system lets a directory be synchronised; the new file is there all the same.
    }
  }

  /** Once more where an empty directory stood in the way. */
  private again(path: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!this.tookAway(path, error)) throw error;
      work();
    }
  }

  /** Takes an empty directory away: a container makes one where a file was to be mounted that is not there. */
  private tookAway(path: string, error: unknown): boolean {
    if (!['EISDIR', 'ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error) ?? '')) return false;
    try {
      rmdirSync(path);
      return true;
    } catch {
      // It holds something, or is none.
      return false;
    }
  }

  private textOf(done: string, error: unknown): string {
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

function tighten(file: number): void {
  try {
    fchmodSync(file, 0o600);
  } catch {
    // Another user's file, or a system without modes: nothing to be done.
  }
}
