// Runs mocha in a process of its own, and counts whatever ends it early as a failure.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './ready.mjs';

const MOCHA = ['--enable-source-maps', join(root, 'node_modules/mocha/bin/mocha.js'), '--reporter', join(root, 'scripts/reporter.cjs')];

/** Returns how many tests passed, failed and were skipped. `limit`: milliseconds for all. */
export async function runMocha({ name, node, files, args = [], env = {}, limit, stdio = 'inherit' }) {
  const child = spawn(node, [...MOCHA, ...args, ...files], { env: { ...process.env, ...env }, stdio: [stdio, stdio, stdio, 'ipc'] });
  let counts;
  child.on('message', (message) => {
    counts = message;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  const end = await new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
  clearTimeout(timer);
  // Mocha's exit code is the number of failures, 255 at most: anything else is a crash.
  if (counts && end === Math.min(counts.failures, 255)) return counts;
  console.error(`${name}: the run crashed, did not end by itself, or took longer than ${limit / 1000} s (${end})`);
  const { passes = 0, failures = 0, pending = 0 } = counts ?? {};
  return { passes, failures: failures + 1, pending };
}
