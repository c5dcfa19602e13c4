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

/** Where it cannot be written, names last until the next restart. What has become of the file since then is put right. */
function keyOf(RED: Red): Buffer {
  const folder = RED.settings.userDir ?? '';
  const known = keys.get(folder);
  const file = keptFile(RED, FILE);
  const kept = file?.read();
  const isKey = kept !== undefined && kept.length >= LENGTH;
  const key = known ?? (isKey ? kept : randomBytes(LENGTH));
  if (!isKey) file?.save({ make: () => key, done: () => {} });
  if (!known) {
    keys.set(folder, key);
    RED.events.on('flows:stopped', () => void keyOf(RED));
  }
  return key;
}
