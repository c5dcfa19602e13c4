import { createHmac, randomBytes } from 'node:crypto';
import type { Red } from './red';
import { secretFile } from './secret-file';

const FILE = 'ensemble-identity.key';
const LENGTH = 32;
/** By user directory. */
const keys = new Map<string, Buffer>();

/**
 * A name that outsiders cannot guess, different for each purpose and each Node-RED, and the same after a restart: made from a random
 * key in the user directory, which only its owner can read.
 * @throws EnsembleError NOT_CONFIGURED where there is a key that cannot be read
 */
export function identityOf(RED: Red, purpose: string): string {
  return createHmac('sha256', keyOf(RED)).update(purpose).digest('base64url').slice(0, 32);
}

/** Where the key cannot be written, names last until the next restart. A file that was changed or removed since is written again. */
function keyOf(RED: Red): Buffer {
  const folder = RED.settings.userDir ?? '';
  const known = keys.get(folder);
  const file = secretFile(RED, FILE);
  const kept = file?.read();
  const isKey = kept !== undefined && kept.length >= LENGTH;
  const key = known ?? (isKey ? kept : randomBytes(LENGTH));
  if (!isKey) file?.save({ content: () => key, onSaved: () => {} });
  if (!known) {
    keys.set(folder, key);
    RED.events.on('flows:stopped', () => void keyOf(RED));
  }
  return key;
}
