// Packs the built package as npm would publish it.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { npmCommand, root } from './ready.mjs';

/** Returns the path of the tarball in the folder. */
export function pack(folder) {
  const { command, before, ...options } = npmCommand();
  const args = [...before, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const packed = JSON.parse(execFileSync(command, args, { ...options, cwd: root, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' }));
  // npm 12 answers with an object by package name, its forerunners with a list.
  return join(folder, Object.values(packed)[0].filename);
}
