// npm test: installs and builds where needed, then runs every test. What needs Node-RED runs twice: on Node-RED 4.1
// with the Node that runs this, and on Node-RED 5 with Node 24. The rest runs once, and so does what imports test/kit/once;
// the table of faults runs one operation of each node there. The specs of the nodes, test/nodes/<type>_spec.ts, have a Node-RED
// of their own in a process of their own: that of node-red-node-test-helper.
//
//   npm test -- --only sonata      only files whose path contains the word, on Node-RED 4.1 alone: the quick answer
//   npm test -- --node-red 5       only one of the two, or with --only that one, or `both`
//   npm test -- --grep "leaks"     only tests whose title matches
//   npm test -- --screenshots      with pictures of every panel and page, in the folder screenshots
import './own-node.mjs';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { endRuns, runMocha } from './mocha.mjs';
import { giveUp, node24, ready, root } from './ready.mjs';

/** Milliseconds that one job may take. */
const LIMIT = 30 * 60 * 1000;

/** Jobs that run beside each other: most of their time goes by in waiting. */
const BESIDE = 6;
/** Processes for what is over soon where only some files run: whoever waits for them waits for the longest only. */
const SHARES = 4;

/** What takes longest begins first, so that all end at about the same time. */
const isLong = (file) => /thing-messages|vendor\.test|panels|package|context-store|twinkly-examples|thingsquare-examples/.test(file);

const SLOWEST = 10;
const CHROMIUM = 'in Chromium';
const PAGES = 'device pages in Chromium';
const SPECS = 'specs of the nodes';
const SMALL = new Set(['architecture.test.js', 'core', 'editor', 'kit']);

const { only, grep, screenshots, nodeRed } = options();
await ready({ everything: true, withNode24: nodeRed !== '4' });

const chosen = testFiles().filter((file) => sourceOf(file).includes(only));
if (chosen.length === 0) giveUp(`No path of a test file contains "${only}".`);
const jobs = plan(chosen);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, async () => {
    jobs.length = 0;
    await endRuns();
    process.exit(128 + constants.signals[signal]);
  });
const beside = Math.min(jobs.length, BESIDE);
if (jobs.length > 1) console.log(`${jobs.length} jobs, ${beside} at a time; each is heard when it has ended.`);
const results = (await Promise.all(Array.from({ length: beside }, worker))).flat();

const total = { passes: 0, failures: 0, pending: 0 };
for (const result of results) for (const key of Object.keys(total)) total[key] += result[key];
if (total.passes + total.failures === 0) giveUp('No test was run.');
const durations = results.flatMap(({ name, slowest }) => slowest.map((test) => ({ ...test, name })));
console.log(`\nThe slowest ${SLOWEST}:`);
for (const { title, ms, name } of durations.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST))
  console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${name}: ${title}`);
const failed = results.flatMap(({ name, failed }) => failed.map((report) => `${name}: ${report}`));
if (failed.length > 0) console.log(`\nFailed:\n${failed.map((text) => text.replaceAll(/^/gm, '  ')).join('\n')}`);
console.log(total.pending > 0 ? `\n${total.pending} skipped` : '');
console.log(`${total.passes} passed, ${total.failures} failed`);
process.exitCode = total.failures === 0 ? 0 : 1;

/** A folder of tests in one process, on each Node-RED that it needs; those with a browser, which is slow to start, in one or two. */
function plan(all) {
  const needing = (part) => new Set(all.filter((file) => reaches(file, join(root, `dist/test/kit/${part}.js`))));
  const [withNodeRed, withBrowser, once] = [needing('embedded'), needing('browser'), needing('once')];
  const twice = all.filter((file) => withNodeRed.has(file) && !once.has(file));
  // What is over soon shares a Node-RED.
  const folderOf = (file) => (SMALL.has(file.split('/')[2]) ? 'the rest' : file.split('/')[2]);
  const size = ({ files }) => files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0);
  const runs = [
    { run: `Node-RED 4.1 on Node ${process.versions.node}`, nodeRed: '4', node: process.execPath, files: all },
    { run: 'Node-RED 5 on Node 24', nodeRed: '5', node: node24, files: nodeRed === '5' ? all : twice, isSecond: !nodeRed },
  ].filter((run) => !nodeRed || run.nodeRed === nodeRed);
  const jobs = runs.flatMap(({ run, files, ...how }) => {
    const shares = Math.min(SHARES, files.length);
    const share = (file) => `part ${(files.indexOf(file) % shares) + 1} of ${shares}`;
    const some = (file) => (isLong(file) ? file.replace('dist/test/', '') : share(file));
    const partOf = (file) => {
      if (isSpec(file)) return SPECS;
      if (withBrowser.has(file)) return withNodeRed.has(file) ? CHROMIUM : PAGES;
      return only ? some(file) : folderOf(file);
    };
    const parts = [...new Set(files.map(partOf))];
    return parts.map((part) => ({ ...how, name: `${run}, ${part}`, files: files.filter((file) => partOf(file) === part) }));
  });
  const urgency = ({ files }) => (files.some((file) => withBrowser.has(file)) ? 2 : Number(files.some(isLong)));
  return jobs.sort((a, b) => urgency(b) - urgency(a) || size(b) - size(a));
}

/** Runs one job after the other, as long as there are any. Returns how they ended. */
async function worker() {
  const results = [];
  const alone = beside === 1;
  for (let job = jobs.shift(); job; job = jobs.shift()) {
    const { name, nodeRed, node, files, isSecond } = job;
    const heading = `\n=== ${name}: ${files.length} files ===`;
    if (alone) console.log(heading);
    const env = {
      ENSEMBLE_NODE_RED: nodeRed,
      ...(isSecond && { ENSEMBLE_SECOND_RUN: '1' }),
      ...(screenshots && { ENSEMBLE_SCREENSHOTS: '1' }),
    };
    const { output, ...result } = await runMocha({ node, files, env, args: grep ? [`--grep=${grep}`] : [], limit: LIMIT, quiet: !alone });
    if (!alone) console.log(heading + output);
    results.push({ ...result, name });
  }
  return results;
}

function options() {
  try {
    const string = { type: 'string' };
    const { values } = parseArgs({ options: { only: string, grep: string, 'node-red': string, screenshots: { type: 'boolean' } } });
    const { only: word, grep, screenshots } = values;
    if (word === '') throw new Error('--only must be a part of the path of a test file');
    // A pattern that is none is told before anything is built.
    if (grep !== undefined) new RegExp(grep);
    const only = word?.replace(/^\.\//, '') ?? '';
    const nodeRed = values['node-red'] ?? (only ? '4' : 'both');
    if (!['4', '5', 'both'].includes(nodeRed)) throw new Error('--node-red must be 4, 5 or both');
    return { only, grep, screenshots, nodeRed: nodeRed === 'both' ? undefined : nodeRed };
  } catch (error) {
    return giveUp(error.message);
  }
}

/** Where a compiled test stands in the project. */
function sourceOf(file) {
  return file.replace('dist/', '').replace(/\.js$/, '.ts');
}

function isSpec(file) {
  return file.endsWith('_spec.js');
}

function testFiles() {
  return readdirSync(join(root, 'dist/test'), { recursive: true })
    .filter((file) => file.endsWith('.test.js') || isSpec(file))
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
