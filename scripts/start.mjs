// npm start: Node-RED with this package and its example flows, everything on this machine only.
// PORT=1881 npm start takes another port.
// package.json begins with `exec`: where the shell gives way to this script, signals to npm reach it. Windows has no
// `exec`, and takes the other half of that line.
import './own-node.mjs';
import { spawn } from 'node:child_process';
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exampleFlows } from './example-flows.mjs';
import settings from './node-red-settings.cjs';
import { giveUp, mustBeWritable, newestNodeRed, ready, root } from './ready.mjs';

mustBeWritable();
const HOST = '127.0.0.1';
const userDir = join(root, '.node-red');
const port = Number(process.env.PORT ?? 1880);
if (!Number.isInteger(port) || port < 1 || port > 65535) giveUp(`PORT must be a number from 1 to 65535, not "${process.env.PORT}".`);

const flows = prepareFlows();
const disabled = new Set(flows.filter((node) => node.type === 'tab' && node.disabled).map(({ id }) => id));
const simulators = flows.filter((node) => node.type === 'ensemble-simulator' && !node.d && !disabled.has(node.z));
await mustBeFree();

await ready();
// An installation takes a while.
await mustBeFree();
linkPackage();
const nodeRed = startNodeRed();
await Promise.race([announce(), new Promise((resolve) => nodeRed.once('exit', resolve))]);

/** The examples, all together; a flow that somebody has edited and deployed is left alone. */
function prepareFlows() {
  const current = join(userDir, 'flows.json');
  const untouched = join(userDir, 'flows.as-delivered.json');
  const credentialsFile = join(userDir, 'flows_cred.json');
  const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  const examples = exampleFlows(join(root, 'examples'));
  const tabs = examples.filter(({ type }) => type === 'tab').length;
  if (existsSync(current) && read(current) !== read(untouched)) {
    console.log(`Your own flows: ${current} (delete this file to get the ${tabs} example flows back)`);
    return JSON.parse(read(current));
  }
  console.log(`Example flows: ${tabs} tabs, from examples/`);
  mkdirSync(userDir, { recursive: true });
  const flows = examples.map(({ credentials: _apart, ...node }) => node);
  const text = JSON.stringify(flows, null, 4);
  if (read(untouched) !== text || !existsSync(credentialsFile))
    writeFileSync(credentialsFile, JSON.stringify(encrypted(credentialsOf(examples))));
  for (const file of [current, untouched]) writeFileSync(file, text);
  return flows;
}

/** The logins of simulated accounts, which are no secrets. Node-RED keeps credentials in a file of their own. */
function credentialsOf(nodes) {
  return Object.fromEntries(nodes.flatMap(({ id, credentials }) => (credentials ? [[id, credentials]] : [])));
}

/** As Node-RED writes the file: it warns of one that is not encrypted. */
function encrypted(credentials) {
  const start = randomBytes(16);
  const cipher = createCipheriv('aes-256-ctr', createHash('sha256').update(settings.credentialSecret).digest(), start);
  return { $: start.toString('hex') + cipher.update(JSON.stringify(credentials), 'utf8', 'base64') + cipher.final('base64') };
}

/** Tells of all ports that are taken, one a line. */
async function mustBeFree() {
  const ofSimulators = simulators.flatMap((node) => [Number(node.port), Number(node.mqttPort)]).filter((wanted) => wanted > 0);
  const other = `Choose another one: PORT=${port === 1881 ? 1882 : 1881} npm start`;
  if (ofSimulators.includes(port)) giveUp(`The simulated devices need port ${port}. ${other}`);
  const reasons = [await reasonAgainst(port, other)];
  for (const wanted of new Set(ofSimulators))
    reasons.push(await reasonAgainst(wanted, 'The simulated devices need it: end the program that has it.'));
  if (reasons.every(Boolean)) reasons.push('Is another npm start running?');
  if (reasons.some(Boolean)) giveUp(reasons.filter(Boolean).join('\n'));
}

async function reasonAgainst(wanted, advice) {
  const server = createServer();
  const code = await new Promise((resolve) => server.once('error', (error) => resolve(error.code)).listen(wanted, HOST, resolve));
  if (code) return `Port ${wanted} ${code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${code})`}. ${advice}`;
  await new Promise((resolve) => server.close(resolve));
}

function linkPackage() {
  const link = join(userDir, 'node_modules', JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).name);
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { recursive: true, force: true });
  symlinkSync(root, link, 'junction');
}

/** Node-RED's own command in a process of its own; both end together. */
function startNodeRed() {
  const command = join(root, 'node_modules', newestNodeRed, 'red.js');
  const settings = join(root, 'scripts/node-red-settings.cjs');
  const child = spawn(process.execPath, [command, '--userDir', userDir, '--settings', settings, '--port', String(port)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      if (!asked) setTimeout(() => child.kill('SIGKILL'), 10000).unref();
      asked = true;
      child.kill('SIGTERM');
    });
  child.on('exit', (code, signal) => {
    if (!asked) console.error(`\nNode-RED ended by itself (${code ?? signal}).`);
    process.exit(asked ? 0 : 1);
  });
  return child;
}

async function announce() {
  const editor = `http://${HOST}:${port}`;
  // The others take any free port, or one of the environment.
  const simulator = simulators.find((node) => Number(node.port) > 0);
  const page = simulator && `http://${HOST}:${simulator.port}/`;
  await Promise.all([editor, page].filter(Boolean).map(untilItAnswers));
  console.log(`\nEditor:      ${editor}`);
  if (page) console.log(`Device page: ${page}`);
  console.log('Ctrl-C ends everything.');
}

async function untilItAnswers(address) {
  for (let tries = 1; ; tries++) {
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return;
    if (tries === 600) console.log(`${address} does not answer yet; see the log above.`);
    await sleep(100);
  }
}
