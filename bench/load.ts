import { join } from 'node:path';
import { heap, median, type Row, type Side } from './harness';
import { nodeRedRequire, ROOT, startNodeRed } from './node-red';

interface Manifest {
  readonly 'node-red': { readonly nodes: Record<string, string>; readonly plugins: Record<string, string> };
}

/** Loads all node types as Node-RED does, where Node-RED runs but has none of them. */
const loading: Side = async () => {
  await startNodeRed([], { withPackage: false });
  const { createNodeApi } = nodeRedRequire('@node-red/registry/lib/util') as { createNodeApi(set: object): unknown };
  const { nodes, plugins } = (require(join(ROOT, 'package.json')) as Manifest)['node-red'];
  return async () => {
    const heapBefore = heap();
    const started = performance.now();
    for (const [name, file] of Object.entries({ ...plugins, ...nodes }))
      require(join(ROOT, file))(createNodeApi({ id: name, namespace: name }));
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
