// npm run check: types, lint and format, the changelog, and the Flow Library's own scorecard for the built package.
import './own-node.mjs';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkChangelog } from './changelog.mjs';
import { pack } from './pack.mjs';
import { ready, root } from './ready.mjs';

const require = createRequire(import.meta.url);

await ready({ everything: true });
// The Flow Library looks at the package as it was published, with nothing installed in it.
const folder = mkdtempSync(join(tmpdir(), 'ensemble-check-'));
const unpacked = join(folder, 'package');
const steps = [
  ['types', () => run('typescript/bin/tsc', ['-p', '.'])],
  ['types of the browser code', () => run('typescript/bin/tsc', ['-p', 'src/editor'])],
  ['lint and format', () => run('@biomejs/biome/bin/biome', ['ci', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`, '.'])],
  ['changelog', async () => checkChangelog()],
  ['pack', unpack],
  ['node-red-dev validate', scorecard],
  ['node types as the Flow Library reads them', recognisedTypes],
];
const failed = [];
for (const [name, step] of steps) {
  console.log(`\n=== ${name} ===`);
  const complaint = await step().catch((error) => String(error.message));
  console.log(complaint ? `✖ ${name}: ${complaint}` : `✔ ${name}`);
  if (complaint) failed.push(name);
}
rmSync(folder, { recursive: true, force: true });
console.log(failed.length > 0 ? `\ncheck failed: ${failed.join(', ')}` : `\ncheck passed: ${steps.length} steps`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Runs a tool of node_modules with this Node. Returns a complaint, or nothing. */
async function run(tool, args, nodeArgs = []) {
  const child = spawn(process.execPath, [...nodeArgs, join(root, 'node_modules', tool), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const end = await new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
  return end === 0 ? undefined : `ended with ${end}`;
}

async function unpack() {
  const tar = require(require.resolve('tar', { paths: [require.resolve('node-red-dev/package.json')] }));
  mkdirSync(unpacked);
  await tar.x({ file: pack(folder).tarball, cwd: unpacked, strip: 1 });
}

/** node-red-dev only warns: its scorecard says what it found. */
async function scorecard() {
  const file = join(folder, 'scorecard.json');
  const complaint = await run(
    'node-red-dev/bin/run',
    ['validate', '-p', unpacked, '-o', file],
    ['-r', join(root, 'scripts/no-catalogue.cjs')],
  );
  if (complaint) return complaint;
  const { package: _name, ...checks } = JSON.parse(readFileSync(file, 'utf8'));
  const rules = Object.keys(checks);
  if (rules.length < 12) return `only ${rules.length} of 12 checks were made: ${rules}`;
  const bad = rules.filter((rule) => checks[rule].test !== true);
  if (bad.length > 0) return bad.map((rule) => `${rule} ${JSON.stringify(checks[rule])}`).join('; ');
  console.log(`${rules.length} checks passed: ${rules.join(' ')}`);
}

/** What node-red-dev's reader finds in our panels is what the Flow Library will list. */
async function recognisedTypes() {
  const file = require.resolve('node-red-dev/src/libs/checknodes.js');
  const reader = new Module(file);
  reader.filename = file;
  reader.paths = Module._nodeModulePaths(file);
  reader._compile(`${readFileSync(file, 'utf8')}\nmodule.exports = getNodeDefinitions;`, file);
  const declared = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))['node-red'].nodes;
  const recognised = Object.values(declared).flatMap((js) => Object.keys(reader.exports(join(unpacked, js.replace(/\.js$/, '.html')))));
  console.log(`${recognised.length} recognised: ${recognised.join(', ')}`);
  const [found, wanted] = [recognised, Object.keys(declared)].map((types) => types.toSorted().join(', '));
  if (found !== wanted) return `recognised "${found}", declared "${wanted}"`;
}
