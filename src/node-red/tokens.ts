import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnsembleError } from '../core/errors';
import type { TokenStore } from '../core/operation';
import type { Red } from './red';

const FILE = 'ensemble-tokens.key';

type Kept = Record<string, unknown>;

/** What a Node-RED without a user directory (an embedded one) keeps, for this run only. */
let unsaved: Kept = {};

/**
 * The tokens of one config node, in a file of the user directory that only its owner can read. Node-RED's own credentials
 * reach the disk with a deploy only, and a token that was renewed since then would be lost with a restart.
 */
export function tokensOf(RED: Red, id: string): TokenStore & { forget(): void } {
  const folder = RED.settings.userDir ?? '';
  return {
    read: () => read(folder)[id],
    write: (tokens) => save(folder, { ...read(folder), [id]: tokens }),
    forget() {
      const { [id]: forgotten, ...others } = read(folder);
      if (forgotten !== undefined) save(folder, others);
    },
  };
}

function read(folder: string): Kept {
  if (folder === '') return unsaved;
  try {
    return JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as Kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new EnsembleError('NOT_CONFIGURED', `${FILE} in the user directory cannot be read: delete it, and sign in again`);
  }
}

/** Whole or not at all: whatever happens meanwhile, the old file or the new one is there. */
function save(folder: string, kept: Kept): void {
  if (folder === '') {
    unsaved = kept;
    return;
  }
  const file = join(folder, FILE);
  writeFileSync(`${file}.new`, JSON.stringify(kept), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
