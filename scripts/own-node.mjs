// The development dependency `node` (a second Node, for Node-RED 5) puts itself first on the PATH of npm
// scripts. Whatever must run on the user's own Node imports this file first.
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

const own = process.env.npm_node_execpath;
if (own && realpathSync(own) !== realpathSync(process.execPath)) {
  const { status } = spawnSync(own, process.argv.slice(1), { stdio: 'inherit' });
  process.exit(status ?? 1);
}
