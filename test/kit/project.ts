import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { freePorts } from '../simulators/ports';
import { ROOT } from './root';

/** What is installed, built or made by a run. */
export const NOT_COPIED: ReadonlySet<string> = new Set(['node_modules', '.git', '.node-red', 'dist', 'resources', 'screenshots']);

/** Copies the project as it is before anything is installed, so that nobody's own flows are touched. Returns the folder. */
export function copyProject(): string {
  const project = mkdtempSync(join(tmpdir(), 'ensemble-project-'));
  cpSync(ROOT, project, { recursive: true, filter: (path) => !NOT_COPIED.has(relative(ROOT, path)) });
  return project;
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
