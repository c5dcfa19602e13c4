// Makes the project ready to run: installs what is missing, and builds.
import './node-version.cjs';
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasEverything, installAll, installOnly, isInstalled, npmCommand } from './install.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const [major, minor] = process.versions.node.split('.').map(Number);

/** Node-RED 5 wants Node 22.9 or newer. */
export const runsNodeRed5 = major > 22 || (major === 22 && minor >= 9);

/** The Node-RED that `npm start` runs: the newest one for this Node. */
export const newestNodeRed = runsNodeRed5 ? 'node-red-5' : 'node-red-4';
/** The packages that `npm start` needs, and the build. */
export const toStart = [...Object.keys(dependencies), 'acorn', 'acorn-walk', 'esbuild', newestNodeRed];

/** Of the space that is needed. */
const MARGIN = 1.5;

const NODE_24 = join(root, 'node_modules/node-24');
export const node24 = join(NODE_24, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Ends the script with a reason that a person can act on. */
export function giveUp(reason) {
  console.error(`\n${reason}`);
  process.exit(1);
}

/** Gives up where nothing can be written. */
export function mustBeWritable() {
  try {
    accessSync(root, constants.W_OK);
  } catch (error) {
    giveUp(`This folder cannot be written to (${error.code}): ${root}. Packages, the build and the flows go there: take a copy elsewhere.`);
  }
}

/** `everything`: what tests and checks need, too. Without it, what `toStart` names. */
export async function installMissing({ everything = false } = {}) {
  mustBeWritable();
  process.chdir(root);
  if (!isInstalled(everything ? undefined : toStart)) await install(everything);
}

/** Installs what is missing, and builds. */
export async function ready({ everything = false, withNode24 = false } = {}) {
  await installMissing({ everything });
  if (withNode24 && !existsSync(node24)) await fetchNode24();
  console.log('Building ...');
  const { build } = await import('./build.mjs');
  await build().catch((error) => giveUp(`The build failed: ${error.message}`));
}

async function install(everything) {
  // Who has once installed everything does not lose it.
  const all = everything || hasEverything();
  const what = all ? 'both Node-REDs, all tools and a Node 24' : `Node-RED ${newestNodeRed.at(-1)} and what the nodes need`;
  const megabytes = all ? 680 : 160;
  mustHaveSpace(megabytes);
  console.log(`Installing ${what}: about ${megabytes} MB, mostly in ${all ? 'one or two minutes' : 'less than a minute'}.`);
  await (all ? installAll() : installOnly(toStart)).catch((error) => giveUp(error.message));
}

/** npm takes a full disk for nothing, and leaves packages without some of their files. */
function mustHaveSpace(megabytes) {
  const { bavail, bsize } = statfsSync(root);
  const free = Math.floor((bavail * bsize) / 1e6);
  if (free < megabytes * MARGIN)
    giveUp(`Only ${free} MB are free where ${root} is; ${megabytes} MB are needed, and some more for npm's cache.`);
}

/** npm may be told to run no install scripts; the Node 24 package fetches its binary in one. */
async function fetchNode24() {
  console.log('Fetching Node 24 ...');
  const child = spawn(process.execPath, ['installArchSpecificPackage'], { cwd: NODE_24, stdio: 'inherit', env: npmCommand().env });
  await new Promise((resolve) => child.on('exit', resolve));
  if (!existsSync(node24))
    giveUp('Node 24, which runs Node-RED 5 in the tests, could not be fetched from the npm registry (package "node").');
}

// npm run build, and what npm pack does first.
if (process.argv[1] === fileURLToPath(import.meta.url)) await ready();
