import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FlowNode, type NodeRed, ROOT } from '../kit/node-red';
import { freePorts } from './ports';

const FOLDER = join(ROOT, 'examples');

export const exampleVendors = readdirSync(FOLDER).sort();
export const exampleFilesOf = (vendor: string): string[] => readdirSync(join(FOLDER, vendor)).sort();
export const load = (vendor: string, file: string): FlowNode[] => JSON.parse(readFileSync(join(FOLDER, vendor, file), 'utf8'));

/** Deploys examples as they are, but for the ports: another test may have those. Returns the simulator's address. */
export async function deployExamples(red: NodeRed, vendor: string, files: readonly string[]): Promise<string> {
  const { port, mqttPort } = await freePorts();
  const text = JSON.stringify(files.flatMap((file) => load(vendor, file)))
    .replaceAll('18800', String(port))
    .replaceAll('18830', String(mqttPort));
  await red.deploy(JSON.parse(text) as FlowNode[]);
  return `http://127.0.0.1:${port}`;
}

/** What our nodes complained of. */
export const complaints = (red: NodeRed): string[] =>
  red.logs.filter(({ level, id }) => id && (level === 'error' || level === 'warn')).map(({ text }) => text);
