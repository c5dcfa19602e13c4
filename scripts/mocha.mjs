// Runs mocha in a process of its own, and counts whatever ends it early as a failure.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './ready.mjs';

/** Of what a run that crashed has said, where it was to be quiet. */
const LAST_LINES = 20;

const MOCHA = [
  '--enable-source-maps',
  join(root, 'node_modules/mocha/bin/mocha.js'),
  '--forbid-only',
  '--reporter',
  join(root, 'scripts/reporter.cjs'),
];

/** What runs now, and how it ends at once. */
const running = new Map();

/** Ends all runs, with what they have started. */
export async function endRuns() {
  for (const child of running.keys()) child.kill('SIGTERM');
  const hang = setTimeout(() => {
    for (const child of running.keys()) child.kill('SIGKILL');
  }, 5000);
  await Promise.all(running.values());
  clearTimeout(hang);
}

/** What a run sees of this machine: nothing that makes it another one. */
function environment(folder) {
  const others = Object.entries(process.env).filter(([name]) => !/^(https?|all|no)_proxy$/i.test(name));
  return { ...Object.fromEntries(others), LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8', TMPDIR: folder };
}

/**
 * Returns how many tests passed, failed and were skipped, which ones failed and how, which took longest, and what was
 * said, where it is to be quiet. `limit`: milliseconds for all.
 */
export async function runMocha({ node, files, args = [], env = {}, limit, quiet = false }) {
  const stdio = quiet ? 'pipe' : 'inherit';
  // Whatever it leaves there goes with it, however it ends.
  const folder = mkdtempSync(join(tmpdir(), 'ensemble-test-'));
  const child = spawn(node, [...MOCHA, ...args, ...files], {
    env: { ...environment(folder), ...env },
    stdio: ['ignore', stdio, stdio, 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  const failed = [];
  let empty = [];
  let counts;
  let last;
  let late = false;
  child.on('message', (message) => {
    if (message.withTests) empty = files.filter((file) => !message.withTests.includes(resolve(file)));
    else if (message.began) last = message.began;
    else if (message.failed) failed.push(message.failed);
    else counts = message;
  });
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, limit);
  const closed = new Promise((done) => child.on('close', done));
  const ended = new Promise((done) => child.on('exit', (code, signal) => done(code ?? signal)));
  running.set(child, ended);
  const end = await ended;
  running.delete(child);
  clearTimeout(timer);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  // What it said last is still on its way; a program that it left behind may hold the pipe open.
  await Promise.race([closed, sleep(10_000, undefined, { ref: false })]);
  failed.push(...empty.map((file) => `${file} has no test`));
  const { passes = 0, failures = 0, pending = 0, slowest = [] } = counts ?? {};
  const told = { passes, failures: failures + empty.length, pending, slowest, failed, output };
  // Mocha's exit code is the number of failures, 255 at most: anything else is a crash.
  if (counts && end === Math.min(failures, 255)) return told;
  const why = late ? `took longer than ${limit / 1000} s` : `crashed or did not end by itself (${end})`;
  const said = output.trim().split('\n').slice(-LAST_LINES).join('\n');
  const crash = [`the run of ${files.join(', ')} ${why}; the last test that began: ${last ?? 'none'}`, said].filter(Boolean).join('\n');
  return { ...told, failures: told.failures + 1, failed: [...failed, crash] };
}
