// Packs the built package as npm would publish it.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { npmCommand } from './install.mjs';
import { root } from './ready.mjs';

/** Puts the tarball into the folder. Returns its path, its size in bytes, and the paths of the files in it. */
export function pack(folder) {
  const { command, before, ...options } = npmCommand();
  const args = [...before, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const packed = JSON.parse(execFileSync(command, args, { ...options, cwd: root, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' }));
  // npm 12 answers with an object by package name, its forerunners with a list.
  const [{ filename, size, files }] = Object.values(packed);
  return { tarball: join(folder, filename), size, files: files.map((file) => file.path) };
}
