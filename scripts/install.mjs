// Installs packages by npm, exactly those of package-lock.json: all of them, or only what some of them need.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { clearLine, cursorTo } from 'node:readline';

/** Where npm notes what it has installed. */
const INSTALLED = 'node_modules/.package-lock.json';
/** Where some packages are installed, before they are moved to where they belong: a broken installation never looks like a whole one. */
const APART = 'node_modules/.install';
/** No install script is needed by what `npm start` runs, and npm shall not tell of those that it leaves out. */
const CI = ['ci', '--include=dev', '--include=optional', '--no-dry-run', '--no-audit', '--no-fund', '--loglevel=error'];
/** Where there is no network, npm says so after a quarter of a minute. */
const RETRIES = ['--fetch-retries=4', '--fetch-retry-factor=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=8000'];

/** Milliseconds between two lines of the progress: on a terminal, where one line is written again and again, and in a log. */
const [TICK, LOG_TICK] = [200, 5000];
/** Seconds without a new package after which somebody wants to know what this waits for. */
const PATIENCE = 3;

/** Milliseconds that npm may take to end. */
const MAX_ENDING = 5000;

const UNREACHABLE =
  /^(ENOTFOUND|EAI_AGAIN|ECONN\w+|ENETUNREACH|EHOSTUNREACH|E?\w*TIMEDOUT|ERR_SOCKET_TIMEOUT|FETCH_ERROR|E5\d\d|\w*CERT\w*)$/;
const UNWRITABLE = /^(EACCES|EPERM|EROFS)$/;

/** @returns the packages of a lock file, by their path. */
const readLock = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {});

/** @returns the packages of these names with all that they need, as the lock has them: a part of it, by the path. */
export function neededBy(names, packages = readLock('package-lock.json')) {
  const needed = {};
  const add = (name, from) => {
    const path = nearest(name, from, packages);
    if (!path || needed[path]) return;
    needed[path] = packages[path];
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = packages[path];
    const peers = Object.keys(peerDependencies ?? {}).filter((peer) => !peerDependenciesMeta?.[peer]?.optional);
    for (const other of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) add(other, path);
  };
  for (const name of names) add(name, '');
  return needed;
}

/** Where Node.js finds a package when it is asked for in another one. */
function nearest(name, from, packages) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const path = `${folder && `${folder}/`}node_modules/${name}`;
    if (packages[path] || !folder) return packages[path] && path;
  }
}

/** Whether all packages of these names, or of the whole lock file, are there in their version, but for what other platforms need. */
export function isInstalled(names) {
  // A folder that is shared is somebody else's to keep.
  if (lstatSync('node_modules', { throwIfNoEntry: false })?.isSymbolicLink()) return true;
  const installed = readLock(INSTALLED);
  return mandatory(names).every(([path, { version }]) => installed[path]?.version === version);
}

/** Whether the tools of the tests are there, in any version. */
export const hasEverything = () => 'node_modules/mocha' in readLock(INSTALLED);

function mandatory(names) {
  const packages = names ? neededBy(names) : readLock('package-lock.json');
  return Object.entries(packages).filter(([path, { optional }]) => path && !optional);
}

/** Installs everything, in place of what is there. Throws an error that a person can act on. */
export async function installAll() {
  await npmCi([], '.', mandatory());
}

/** Installs the packages of these names with what they need, in place of what is there. Throws an error that a person can act on. */
export async function installOnly(names) {
  const { lockfileVersion, packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const { dependencies, devDependencies } = packages[''];
  const registryOf = registries();
  const project = {
    private: true,
    dependencies: Object.fromEntries(names.map((name) => [name, { ...dependencies, ...devDependencies }[name]])),
  };
  const lock = {
    lockfileVersion,
    requires: true,
    packages: { '': project, ...Object.fromEntries(Object.entries(neededBy(names)).map((entry) => withAddress(registryOf, entry))) },
  };
  rmSync('node_modules', { recursive: true, force: true, maxRetries: 5 });
  mkdirSync(APART, { recursive: true });
  writeFileSync(join(APART, 'package.json'), JSON.stringify(project));
  writeFileSync(join(APART, 'package-lock.json'), JSON.stringify(lock));
  if (existsSync('.npmrc')) copyFileSync('.npmrc', join(APART, '.npmrc'));
  await npmCi(['--ignore-scripts'], APART, mandatory(names));
  if (!existsSync(join(APART, INSTALLED))) throw new Error('npm has not completed the installation, as it does where the disk is full.');
  // The note comes last: only then they count as installed.
  const entries = readdirSync(join(APART, 'node_modules')).filter((entry) => join('node_modules', entry) !== join(INSTALLED));
  for (const path of [...entries.map((entry) => `node_modules/${entry}`), INSTALLED]) renameSync(join(APART, path), path);
  rmSync(APART, { recursive: true, force: true });
}

/** With the address that every registry has it at, npm need not ask for all versions of it before, which is more than the package. */
function withAddress(registryOf, [path, entry]) {
  const name = entry.name ?? path.split('node_modules/').at(-1);
  return [path, { resolved: new URL(`${name}/-/${name.split('/').at(-1)}-${entry.version}.tgz`, registryOf(name)).href, ...entry }];
}

/** What npm is configured for: tells the registry of a package's name, with a slash at its end. A scope may have one of its own. */
function registries() {
  const { command, before, ...options } = npmCommand();
  const stdio = ['ignore', 'pipe', 'inherit'];
  const settings = JSON.parse(execFileSync(command, [...before, 'config', 'list', '--json'], { ...options, stdio, encoding: 'utf8' }));
  return (name) => (settings[`${name.split('/')[0]}:registry`] ?? settings.registry).replace(/\/*$/, '/');
}

async function npmCi(args, folder, packages) {
  const { command, before, ...options } = npmCommand();
  const child = spawn(command, [...before, ...CI, ...RETRIES, ...args], { ...options, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  // Until npm has ended, it may still write where the next installation begins.
  let isInterrupted = false;
  const interrupt = (signal) => {
    // A terminal and npm may both tell of the same key.
    if (isInterrupted) return;
    isInterrupted = true;
    stop(false);
    console.error('Interrupted. The next time begins again, with what npm has in its cache.');
    child.once('close', () => process.exit(128 + constants.signals[signal]));
    child.kill(signal);
    setTimeout(() => child.kill('SIGKILL'), MAX_ENDING);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, interrupt);
  const stop = showProgress(packages.map(([path]) => join(folder, path)));
  const end = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.code));
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  stop(end === 0);
  for (const signal of signals) process.off(signal, interrupt);
  if (end !== 0) throw new Error(reasonOf(said, end));
}

/** Counts the packages in these folders. Returns what ends that. */
function showProgress(folders) {
  const { isTTY } = process.stdout;
  const all = folders.length;
  const started = Date.now();
  let [seen, seenAt] = [0, started];
  const show = (hasEnded = false) => {
    const now = Date.now();
    const begun = folders.filter(hasFiles);
    // Of what npm unpacks, this is among the last.
    const there = begun.filter((folder) => existsSync(join(folder, 'package.json'))).length;
    const arrived = begun.length + there;
    if (arrived !== seen) [seen, seenAt] = [arrived, now];
    const doing = hasEnded ? '' : doingOf(arrived / 2 / all, now - seenAt);
    const percent = String(Math.floor((arrived / 2 / all) * 100)).padStart(3);
    const line = `  ${percent} %, ${there} of ${all} packages complete, ${Math.round((now - started) / 1000)} s${doing && `, ${doing}`}`;
    if (isTTY) {
      clearLine(process.stdout, 0);
      cursorTo(process.stdout, 0);
    }
    process.stdout.write(isTTY ? line : `${line}\n`);
  };
  const ticker = setInterval(() => show(), isTTY ? TICK : LOG_TICK);
  let isOver = false;
  return (isWhole) => {
    if (isOver) return;
    isOver = true;
    clearInterval(ticker);
    if (isWhole) show(true);
    if (isTTY) process.stdout.write('\n');
  };
}

/** npm makes all folders at first; what a package needs for itself alone is in one of them. */
function hasFiles(folder) {
  return existsSync(folder) && readdirSync(folder).some((entry) => entry !== 'node_modules');
}

/** @param part of all that has arrived @param since milliseconds since something arrived */
function doingOf(part, since) {
  if (part === 1) return 'npm completes them';
  if (since > PATIENCE * 1000) return 'waiting for the npm registry';
  return part === 0 ? 'npm begins' : '';
}

/** What somebody can do when npm has failed. */
function reasonOf(said, end) {
  const code = /^npm (?:error|ERR!) code (\S+)/m.exec(said)?.[1] ?? String(end);
  const address = /request to (https?:\/\/[^\s/]+)/.exec(said)?.[1] ?? 'at the configured address';
  if (UNREACHABLE.test(code))
    return `The npm registry ${address} cannot be reached (${code}): look at the network and npm's settings, then try again.`;
  if (code === 'ENOSPC') return 'The disk is full: make room, then try again.';
  const advice = UNWRITABLE.test(code) ? 'npm may not write in this folder or in its cache' : '"npm ci" failed';
  return `Installing failed: ${advice} (${code}).\n${said.trim()}`;
}

/** How to call the npm that started this script, or the one beside the running Node, or else whatever the PATH has. */
export function npmCommand() {
  const bin = dirname(process.execPath);
  const started = process.env.npm_execpath;
  const beside = ['../lib/node_modules', 'node_modules', '../share/nodejs'].map((folder) => join(bin, folder, 'npm/bin/npm-cli.js'));
  const cli = [started?.endsWith('npm-cli.js') ? started : '', ...beside].find(existsSync);
  // Install scripts call `node` and `npm` by name.
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  return cli ? { command: process.execPath, before: [cli], env } : { command: 'npm', before: [], env, shell: process.platform === 'win32' };
}
