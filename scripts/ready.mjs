// Makes the project ready to run: installs what is missing, and builds.
import { spawn } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const [major, minor] = process.versions.node.split('.').map(Number);

/** Node-RED 5 wants Node 22.9 or newer. */
export const runsNodeRed5 = major > 22 || (major === 22 && minor >= 9);

const NODE_24 = join(root, 'node_modules/node-24');
export const node24 = join(NODE_24, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Ends the script with a reason that a person can act on. */
export function giveUp(reason) {
  console.error(`\n${reason}`);
  process.exit(1);
}

export async function ready({ withNode24 = false } = {}) {
  if (major < 20 || (major === 20 && minor < 18)) giveUp(`This needs Node.js 20.18 or newer; ${process.execPath} is ${process.version}.`);
  process.chdir(root);
  if (!isInstalled()) await install();
  if (withNode24 && !existsSync(node24)) await fetchNode24();
  console.log('Building ...');
  const { build } = await import('./build.mjs');
  await build().catch((error) => giveUp(`The build failed: ${error.message}`));
}

/** npm notes what it has installed: that must be what the lock file says, but for what other platforms need. */
function isInstalled() {
  // A folder that is shared is somebody else's to keep.
  if (lstatSync('node_modules', { throwIfNoEntry: false })?.isSymbolicLink()) return true;
  if (!existsSync('node_modules/.package-lock.json')) return false;
  const wanted = readLock('package-lock.json');
  const installed = readLock('node_modules/.package-lock.json');
  return Object.entries(wanted).every(([path, { version, optional }]) => !path || optional || installed[path]?.version === version);
}

const readLock = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

async function install() {
  const count = Object.keys(readLock('package-lock.json')).length;
  console.log(`Installing dependencies: up to ${count} packages, about 700 MB on disk, in a minute or two.`);
  const code = await npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=http']);
  if (code !== 0) giveUp(`Installing failed: "npm ci" ended with code ${code}. See its messages above; then try again.`);
}

/** npm may be told to run no install scripts; the Node 24 package fetches its binary in one. */
async function fetchNode24() {
  console.log('Fetching Node 24 ...');
  const child = spawn(process.execPath, ['installArchSpecificPackage'], { cwd: NODE_24, stdio: 'inherit', env: npmCommand().env });
  await new Promise((resolve) => child.on('exit', resolve));
  if (!existsSync(node24))
    giveUp('Node 24, which runs Node-RED 5 in the tests, could not be fetched from the npm registry (package "node").');
}

/** Runs npm, and says how far it is about once a second. */
async function npm(args) {
  const { command, before, ...options } = npmCommand();
  const child = spawn(command, [...before, ...args], { ...options, stdio: ['ignore', 'inherit', 'pipe'] });
  let fetched = 0;
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines)
      if (/^npm http (fetch|cache)/.test(line)) fetched++;
      // Node-RED 5 among the packages wants a newer Node than may run this, and gets it: see fetchNode24.
      else if (line && !line.startsWith('npm warn EBADENGINE')) console.error(line);
  });
  const ticker = setInterval(() => console.log(`  ${fetched} downloads`), process.stdout.isTTY ? 1000 : 5000);
  const code = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', resolve);
  });
  clearInterval(ticker);
  return code;
}

/** How to call the npm that started this script, or the one beside the running Node, or else whatever the PATH has. */
export function npmCommand() {
  const bin = dirname(process.execPath);
  const started = process.env.npm_execpath;
  const beside = ['../lib/node_modules', 'node_modules', '../share/nodejs'].map((folder) => join(bin, folder, 'npm/bin/npm-cli.js'));
  const cli = [started?.endsWith('npm-cli.js') ? started : '', ...beside].find(existsSync);
  // Install scripts call `node` and `npm` by name.
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  return cli ? { command: process.execPath, before: [cli], env } : { command: 'npm', before: [], env, shell: true };
}

// npm run build, and what npm pack does first.
if (process.argv[1] === fileURLToPath(import.meta.url)) await ready();
