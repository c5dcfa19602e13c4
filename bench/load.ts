import { join } from 'node:path';
import { heap, median, type Row, type Side } from './harness';
import { nodeRedRequire, ROOT, startNodeRed } from './node-red';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly 'node-red': { readonly nodes: Record<string, string>; readonly plugins: Record<string, string> };
}

/** Loads all node types as Node-RED does, where Node-RED runs but has none of them. */
const loading: Side = async () => {
  await startNodeRed([], { withPackage: false });
  const { createNodeApi } = nodeRedRequire('@node-red/registry/lib/util') as { createNodeApi(set: object): unknown };
  const { addModule } = nodeRedRequire('@node-red/registry/lib/registry') as { addModule(module: object): void };
  const manifest = require(join(ROOT, 'package.json')) as Manifest;
  const { nodes, plugins } = manifest['node-red'];
  // A plugin is registered with its package.
  const ofPackage = Object.fromEntries(Object.keys(plugins).map((name) => [name, { plugins: [] }]));
  addModule({ name: manifest.name, version: manifest.version, path: ROOT, nodes: {}, plugins: ofPackage });
  return async () => {
    const heapBefore = heap();
    const started = performance.now();
    for (const [name, file] of Object.entries({ ...plugins, ...nodes }))
      require(join(ROOT, file))(createNodeApi({ id: `${manifest.name}/${name}`, namespace: name }));
    const ms = performance.now() - started;
    return { ms, mb: heap() - heapBefore };
  };
};

export const load: Row = {
  name: 'load',
  title: 'loading every node type, cold, none deployed, over Node-RED alone',
  sides: { 'all nodes': loading },
  rounds: 1,
  lives: 5,
  judge({ 'all nodes': rounds = [] }) {
    const ms = median(rounds, 'ms');
    const mb = median(rounds, 'mb');
    return [
      { what: 'time', found: `${ms.toFixed(1)} ms`, wanted: '< 25 ms', ok: ms < 25 },
      { what: 'heap', found: `${mb.toFixed(2)} MB`, wanted: '< 2 MB', ok: mb < 2 },
    ];
  },
};
