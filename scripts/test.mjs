// npm test: installs and builds where needed, then runs every test. What needs Node-RED runs twice: on Node-RED 4.1
// with the Node that runs this, and on Node-RED 5 with Node 24. The rest runs once.
//
//   npm test -- --only sonata      only files whose path contains the word
//   npm test -- --node-red 5       only one of the two
//   npm test -- --grep "leaks"     only tests whose title matches
import './own-node.mjs';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runMocha } from './mocha.mjs';
import { giveUp, node24, ready, root } from './ready.mjs';

/** Milliseconds that one run may take. */
const LIMIT = 30 * 60 * 1000;

const { only, grep, 'node-red': nodeRed } = options();
await ready({ withNode24: nodeRed !== '4' });

const all = specs().filter((file) => file.includes(only));
const needing = (part) => all.filter((file) => reaches(file, join(root, `dist/test/kit/${part}.js`)));
const inChromium = new Set(needing('browser'));
const nodeReds = [
  { name: `Node-RED 4.1 on Node ${process.versions.node}`, nodeRed: '4', node: process.execPath, files: all },
  { name: 'Node-RED 5 on Node 24', nodeRed: '5', node: node24, files: nodeRed === '5' ? all : needing('embedded') },
].filter((run) => !nodeRed || run.nodeRed === nodeRed);

// Lanes beside each other, for most of the time goes by in waiting. Only one has a browser: two make each other late.
const rest = all.filter((file) => !inChromium.has(file));
const lanes = [
  { title: 'one half', has: (file) => rest.indexOf(file) % 2 === 0 },
  { title: 'the other half', has: (file) => rest.indexOf(file) % 2 === 1 },
  { title: 'in Chromium', has: (file) => inChromium.has(file) },
].map(({ title, has }) =>
  nodeReds.map((run) => ({ ...run, name: `${run.name}, ${title}`, files: run.files.filter(has) })).filter(({ files }) => files.length > 0),
);
// One run is heard at once, the others when it is their turn.
const results = lanes.map((runs, lane) => inTurn(runs, (run, place) => start(run, lane + place > 0)));

const total = { passes: 0, failures: 0, pending: 0 };
const failed = [];
for (const [lane, runs] of lanes.entries())
  for (const [place, { name, files }] of runs.entries()) {
    console.log(`\n=== ${name}: ${files.length} files ===`);
    const { output, failed: reports, ...result } = await results[lane][place];
    process.stdout.write(output);
    for (const key of Object.keys(total)) total[key] += result[key];
    failed.push(...reports.map((report) => `${name}: ${report}`));
  }
if (total.passes + total.failures === 0) giveUp('No test was run.');
if (failed.length > 0) console.log(`\nFailed:\n${failed.map((text) => text.replaceAll(/^/gm, '  ')).join('\n')}\n`);
const skipped = total.pending > 0 ? `, ${total.pending} skipped` : '';
console.log(`${total.passes} passed, ${total.failures} failed${skipped}`);
process.exitCode = total.failures === 0 ? 0 : 1;

/** The results of each, one begun when the one before has ended. */
function inTurn(runs, begin) {
  let before = Promise.resolve();
  return runs.map((run, place) => {
    before = before.then(() => begin(run, place));
    return before;
  });
}

function start({ nodeRed, node, files }, quiet) {
  const env = { ENSEMBLE_NODE_RED: nodeRed };
  return runMocha({ node, files, env, args: grep ? ['--grep', grep] : [], limit: LIMIT, quiet });
}

function options() {
  try {
    const string = { type: 'string' };
    const { values } = parseArgs({ options: { only: { ...string, default: '' }, grep: string, 'node-red': string } });
    if (values['node-red'] && !['4', '5'].includes(values['node-red'])) throw new Error('--node-red must be 4 or 5');
    return values;
  } catch (error) {
    return giveUp(error.message);
  }
}

function specs() {
  return readdirSync(join(root, 'dist/test'), { recursive: true })
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => join('dist/test', file))
    .sort();
}

/** Whether a compiled file requires another one, itself or through others. */
function reaches(from, target, seen = new Set()) {
  const file = resolve(root, from);
  if (file === target) return true;
  if (seen.has(file) || !existsSync(file)) return false;
  seen.add(file);
  const required = [...readFileSync(file, 'utf8').matchAll(/require\("(\.[^"]+)"\)/g)];
  return required.some(([, path]) => reaches(resolve(dirname(file), path.endsWith('.js') ? path : `${path}.js`), target, seen));
}
