import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Red } from './red';

const FILE = 'ensemble-identity.key';
const keys = new Map<string, Buffer>();

/**
 * A name that nobody outside can guess, different for each purpose and each Node-RED, and the same after a
 * restart: made from a random key that lies in the user directory, readable by its owner alone.
 */
export function identityOf(RED: Red, purpose: string): string {
  return createHmac('sha256', keyOf(RED)).update(purpose).digest('base64url').slice(0, 32);
}

function keyOf(RED: Red): Buffer {
  const folder = RED.settings.userDir ?? '';
  const known = keys.get(folder) ?? readKey(folder) ?? makeKey(folder);
  keys.set(folder, known);
  return known;
}

function readKey(folder: string): Buffer | undefined {
  try {
    const key = readFileSync(join(folder, FILE));
    return key.length >= 32 ? key : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function makeKey(folder: string): Buffer {
  const key = randomBytes(32);
  // A Node-RED without a user directory (an embedded one) keeps its key for this run only.
  if (folder === '') return key;
  try {
    writeFileSync(join(folder, FILE), key, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A read-only user directory: names last until the next restart, which all users of a name can bear.
    if (code !== 'EROFS' && code !== 'EACCES' && code !== 'EPERM') throw error;
  }
  return key;
}
