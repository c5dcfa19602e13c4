import { createHmac, randomBytes } from 'node:crypto';
import { keptFile } from './kept-file';
import type { Red } from './red';

const FILE = 'ensemble-identity.key';
const LENGTH = 32;
/** By user directory. */
const keys = new Map<string, Buffer>();

/**
 * A name that nobody outside can guess, different for each purpose and each Node-RED, and the same after a
 * restart: made from a random key that lies in the user directory, readable by its owner alone.
 * @throws EnsembleError NOT_CONFIGURED where there is a key that cannot be read
 */
export function identityOf(RED: Red, purpose: string): string {
  return createHmac('sha256', keyOf(RED)).update(purpose).digest('base64url').slice(0, 32);
}

/** Where it cannot be written, names last until the next restart. */
function keyOf(RED: Red): Buffer {
  const folder = RED.settings.userDir ?? '';
  const known = keys.get(folder);
  if (known) return known;
  const file = keptFile(RED, FILE);
  const kept = file?.read();
  const key = kept && kept.length >= LENGTH ? kept : randomBytes(LENGTH);
  keys.set(folder, key);
  if (key !== kept) file?.save({ make: () => key, done: () => {} });
  return key;
}
