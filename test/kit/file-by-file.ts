import { join } from 'node:path';
import { ROOT } from './root';

/** What the files of the nodes take their code from. */
export const BUNDLE = join(ROOT, 'dist/nodes/ensemble/runtime.js');
const FILES = join(ROOT, 'dist/file-by-file/index.js');

/**
 * The nodes that are loaded from now on are made of the files that a test imports, which are not those inside the
 * bundle: what it reads and changes there holds for them.
 */
export function takeFileByFile(): void {
  // A node that was loaded before has its code from there.
  if (require.cache[BUNDLE]?.filename === BUNDLE) throw new Error('the bundle is loaded already: whoever loads nodes calls this first');
  require(FILES);
  require.cache[BUNDLE] = require.cache[FILES];
}
