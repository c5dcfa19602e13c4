import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which node it is, and where. */
const PLACE = new Set(['id', 'z', 'g', 'x', 'y']);

/**
 * All examples as one flow. Each brings its own config nodes and simulator, with ids of its own, because Node-RED asks
 * what to do about an id that exists already; side by side, one of those with the same settings is enough.
 * @param folder examples/
 */
export function exampleFlows(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.json'));
  const nodes = files.sort().flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
  /** Id by settings, of the first node that has them. */
  const first = new Map();
  const instead = new Map();
  for (const node of nodes.filter(isShared)) {
    const settings = JSON.stringify(Object.entries(node).filter(([property]) => !PLACE.has(property)));
    if (first.has(settings)) instead.set(node.id, first.get(settings));
    else first.set(settings, node.id);
  }
  const kept = JSON.stringify(nodes.filter(({ id }) => !instead.has(id)));
  return JSON.parse(kept.replace(/(?<=")[0-9a-f]{16}(?=")/g, (id) => instead.get(id) ?? id));
}

/** Config nodes are on no tab. */
const isShared = ({ type, z }) => type === 'ensemble-simulator' || (type !== 'tab' && z === undefined);
