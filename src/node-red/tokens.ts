import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnsembleError } from '../core/errors';
import type { TokenStore } from '../core/operation';
import type { Red } from './red';

const FILE = 'ensemble-tokens.key';
/** What each user directory's file holds, by the id of the config node. */
const known = new Map<string, Map<string, unknown>>();

/**
 * The tokens of one config node, in a file of the user directory that only its owner can read. Node-RED's own credentials
 * reach the disk with a deploy only, and a token that was renewed since then would be lost with a restart.
 */
export function tokensOf(RED: Red, id: string): TokenStore & { forget(): void } {
  const folder = RED.settings.userDir ?? '';
  return {
    read: () => tokensIn(folder).get(id),
    write(tokens) {
      tokensIn(folder).set(id, tokens);
      save(folder);
    },
    forget() {
      if (tokensIn(folder).delete(id)) save(folder);
    },
  };
}

function tokensIn(folder: string): Map<string, unknown> {
  const tokens = known.get(folder) ?? read(folder);
  known.set(folder, tokens);
  return tokens;
}

function read(folder: string): Map<string, unknown> {
  // A Node-RED without a user directory (an embedded one) keeps tokens for this run only.
  if (folder === '') return new Map();
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as object));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw new EnsembleError('NOT_CONFIGURED', `${FILE} in the user directory cannot be read: delete it, and sign in again`);
  }
}

/** Whole or not at all: whatever happens meanwhile, the old file or the new one is there. */
function save(folder: string): void {
  if (folder === '') return;
  const file = join(folder, FILE);
  writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(tokensIn(folder))), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
