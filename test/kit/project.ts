import { cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { freePorts } from '../simulators/ports';
import { ROOT } from './root';

/** What is installed, built or made by a run. */
export const NOT_COPIED: ReadonlySet<string> = new Set(['node_modules', '.git', '.node-red', 'dist', 'resources', 'screenshots']);

/** For npm to run on the Node that runs this: npm scripts have the `node` of node-24 first on their PATH. */
export const OWN_NODE = { PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };

/** Copies the project as it is before anything is installed, so that nobody's own flows are touched. Returns the folder. */
export function copyProject(): string {
  const project = mkdtempSync(join(tmpdir(), 'ensemble-project-'));
  cpSync(ROOT, project, { recursive: true, filter: (path) => !NOT_COPIED.has(relative(ROOT, path)) });
  return project;
}

/** Where npm notes what it has installed. */
export const INSTALLED = 'node_modules/.package-lock.json';

/** The packages that npm has installed in the copy, and the megabytes on the disk of these and of all else that a run has made. */
export function installedIn(project: string): { packages: number; megabytes: number } {
  const note = JSON.parse(readFileSync(join(project, INSTALLED), 'utf8')) as { packages: object };
  const made = readdirSync(project).filter((name) => NOT_COPIED.has(name));
  const bytes = made.reduce((sum, name) => sum + bytesOf(join(project, name)), 0);
  return { packages: Object.keys(note.packages).length, megabytes: bytes / 1e6 };
}

function bytesOf(path: string): number {
  const stats = lstatSync(path);
  const inside = stats.isDirectory() ? readdirSync(path).map((name) => bytesOf(join(path, name))) : [];
  return inside.reduce((sum, bytes) => sum + bytes, stats.blocks * 512);
}

export const examplesOf = (project: string): string[] =>
  readdirSync(join(project, 'examples'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => join('examples', file));

/** Gives the simulated devices of the examples ports that are free, so that nobody's own `npm start` is in the way. */
export async function movePorts(project: string): Promise<{ port: number; mqttPort: number }> {
  const ports = await freePorts();
  for (const file of examplesOf(project)) {
    const text = readFileSync(join(project, file), 'utf8');
    writeFileSync(join(project, file), text.replaceAll('18800', String(ports.port)).replaceAll('18830', String(ports.mqttPort)));
  }
  return ports;
}
