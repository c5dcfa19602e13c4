// The development dependency `node-24` (a second Node, for Node-RED 5) puts its `node` first on the PATH of npm
// scripts. Whatever must run on the user's own Node imports this file first.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';

// npm's shell passes no signal on. Who has lost it would run on, unseen.
const parent = process.ppid;
if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && process.kill(process.pid, 'SIGTERM'), 500).unref();

const own = process.env.npm_node_execpath;
if (own && realpathSync(own) !== realpathSync(process.execPath)) {
  const child = spawn(own, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  // The child decides how to end; this process only waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const end = await new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
  if (typeof end === 'string') console.error(`\nEnded by ${end}.`);
  process.exit(typeof end === 'number' ? end : 1);
}
