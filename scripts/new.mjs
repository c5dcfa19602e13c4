// npm run new -- <vendor> <node>: writes the files of a node and registers it, from scripts/templates. What it writes compiles
// and its tests pass: an API with a list of devices, to be replaced by the vendor's own.
//
//   npm run new -- lamp lamp-bridge                  the configuration of a new vendor, with its client
//   npm run new -- lamp lamp-light                   an action node
//   npm run new -- lamp lamp-events --kind event     an event node
//   npm run new -- lamp --kind simulator             the simulated devices
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { giveUp, installMissing, root } from './ready.mjs';

const TEMPLATES = join(dirname(fileURLToPath(import.meta.url)), 'templates');
/** The names in the templates. */
const KINDS = { config: 'lamp-bridge', action: 'lamp-light', event: 'lamp-events', simulator: '' };
/** Of a vendor that has nodes already, these stay as they are. */
const SHARED = /^icons\/|\/(client|devices|vendor|vendor\.test)\.ts$/;
/** These have a part of each node. */
const TEXTS = /\/locales\//;
/** What the tables of the tests need to know of a node, and behind what it is put. */
const EXAMPLES = {
  action: [
    'examples: [',
    `{ type: 'lamp-light', operation: 'set-level', parameters: { device: { type: 'str', value: 'a' }, level: { type: 'num', value: '40' } }, good: { level: 40 }, target: 'a' },
     { type: 'lamp-light', operation: 'get-state', parameters: { device: { type: 'str', value: 'a' } }, good: { level: 40 }, target: 'a' },`,
  ],
  event: ['nodes: [', "{ id: 'lamp-events', type: 'lamp-events' },"],
};

process.chdir(root);
const { vendor, node, kind, connection } = options();
// The new files are formatted at the end.
await installMissing({ everything: true });
const names = namesOf();
const written = write();
const changed = kind === 'simulator' ? registerSimulator() : registerNode();
format();
console.log(`${written.map((file) => `  ${file}`).join('\n')}\n  changed: ${changed.join(', ')}`);
console.log(`\nNext: npm test -- --only ${vendor}, then replace what is only an example. CONTRIBUTING.md says how.`);

function options() {
  const { values, positionals } = commandLine();
  const [vendor = '', node = '', ...more] = positionals;
  const isSimulator = values.kind === 'simulator';
  if (more.length > 0 || !vendor || !node !== isSimulator)
    giveUp('Usage: npm run new -- <vendor> <node> [--kind config|action|event] [--connection <node>], or <vendor> --kind simulator');
  if (!/^[a-z]+$/.test(vendor)) giveUp(`The vendor must be a word of small letters, not ${vendor}.`);
  if (isSimulator && existsSync(`src/simulators/${vendor}`)) giveUp(`src/simulators/${vendor} is there already.`);
  if (isSimulator) return { vendor, node, kind: 'simulator' };
  if (!/^[a-z]+(-[a-z]+)+$/.test(node))
    giveUp(`The node must be words of small letters with hyphens, such as ${vendor}-light, not ${node}.`);
  const configNodes = configNodesOf(vendor);
  const kind = values.kind ?? (configNodes.length === 0 ? 'config' : 'action');
  if (!Object.hasOwn(KINDS, kind)) giveUp(`--kind must be one of ${Object.keys(KINDS).join(', ')}.`);
  if (existsSync(`nodes/${vendor}/${node}.ts`)) giveUp(`nodes/${vendor}/${node}.ts is there already.`);
  const connection = kind === 'config' ? node : (values.connection ?? configNodes[0]);
  if (kind !== 'config' && !configNodes.includes(connection))
    giveUp(connection ? `${vendor} has no configuration node ${connection}.` : `${vendor} has no configuration node yet: make that first.`);
  return { vendor, node, kind, connection };
}

function commandLine() {
  try {
    return parseArgs({ allowPositionals: true, options: { kind: { type: 'string' }, connection: { type: 'string' } } });
  } catch (error) {
    return giveUp(error.message);
  }
}

function configNodesOf(folder) {
  const files = existsSync(`nodes/${folder}`) ? readdirSync(`nodes/${folder}`).filter((file) => file.endsWith('.ts')) : [];
  return files
    .filter((file) => read(`nodes/${folder}/${file}`).includes('registerConfigNode('))
    .map((file) => file.slice(0, -'.ts'.length));
}

/** Writes the files of the templates. Returns their paths. */
function write() {
  // An event node of a vendor that was not made here lacks what reads the devices.
  const shared = ['action', 'event'].includes(kind) ? filesIn('config').filter((file) => SHARED.test(placeOf(file))) : [];
  const from = [...filesIn(kind), ...shared];
  const files = from.map((file) => [replaced(placeOf(file)), replaced(read(file))]);
  const isThere = ([file]) => existsSync(file);
  const taken = files.find((one) => isThere(one) && !SHARED.test(one[0]) && !TEXTS.test(one[0]));
  if (taken) giveUp(`${taken[0]} is there already.`);
  const written = files.filter((one) => !isThere(one) || TEXTS.test(one[0]));
  for (const [file, text] of written) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, existsSync(file) ? joined(file, read(file).trimEnd(), text) : text);
  }
  return written.map(([file]) => file).sort();
}

/** The texts of one more node behind those of the vendor. */
function joined(file, texts, more) {
  return file.endsWith('.json') ? `${texts.slice(0, -1)}, ${more.trimStart().slice(1)}` : `${texts}\n\n${more}`;
}

/** What stands in the place of the templates' names, in this order. */
function namesOf() {
  const client = `src/vendors/${vendor}/client.ts`;
  const className = existsSync(client) && /export class (\w+) extends HttpConnection/.exec(read(client))?.[1];
  const panels = existsSync(`nodes/${vendor}`) ? readdirSync(`nodes/${vendor}`).filter((file) => file.endsWith('.html')) : [];
  const color = panels.flatMap((file) => /color: '(#\w+)'/.exec(read(`nodes/${vendor}/${file}`))?.[1] ?? [])[0];
  const ofNode = [
    [KINDS[kind], node],
    [KINDS.config, connection],
    [inWords(KINDS[kind]), inWords(node)],
  ];
  return [
    ...(node ? ofNode : []),
    ['LampClient', className || `${capital(vendor)}Client`],
    ['Lamp', capital(vendor)],
    ['lamp', vendor],
    ...(color ? [['#B8C4A0', color]] : []),
  ];
}

function filesIn(folder) {
  const entries = readdirSync(join(TEMPLATES, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Where the file of a template stands in the project. */
function placeOf(file) {
  return relative(TEMPLATES, file)
    .replaceAll('\\', '/')
    .replace(/^\w+\//, '');
}

/** All at once: a name that is put in may contain another one. */
function replaced(text) {
  const pattern = new RegExp(names.map(([name]) => name).join('|'), 'g');
  return text.replace(pattern, (found) => names.find(([name]) => name === found)[1]);
}

function capital(word) {
  return word[0].toUpperCase() + word.slice(1);
}

function inWords(type) {
  return type && capital(type).replaceAll('-', ' ');
}

function read(file) {
  return readFileSync(file, 'utf8');
}

/** Behind the other nodes of the vendor, or those of all vendors. Returns the files. */
function registerNode() {
  const row = `| \`${node}\` | ${kind === 'config' ? 'Configuration: what all nodes of the vendor share' : 'What it does'} |\n`;
  registerType();
  const others = Object.keys(JSON.parse(read('package.json'))['node-red'].nodes).filter((type) => existsSync(`nodes/${vendor}/${type}.ts`));
  insert('README.md', row, new RegExp(`^\\| \`(?:${others.join('|')})\` \\|.*\\n`, 'gm'), /\| `ensemble-simulator` \|/);
  const changed = ['package.json', 'README.md'];
  if (!EXAMPLES[kind]) return changed;
  const [place, example] = EXAMPLES[kind];
  const table = `test/${vendor}/vendor.ts`;
  writeFileSync(
    table,
    read(table).replace(place, () => place + replaced(example)),
  );
  return [...changed, table];
}

/** The palette has the order of package.json. */
function registerType() {
  const manifest = JSON.parse(read('package.json'));
  const nodes = Object.entries(manifest['node-red'].nodes);
  const last = nodes.findLastIndex(([, file]) => file.startsWith(`dist/nodes/${vendor}/`));
  nodes.splice(last < 0 ? nodes.length : last + 1, 0, [node, `dist/nodes/${vendor}/${node}.js`]);
  manifest['node-red'].nodes = Object.fromEntries(nodes);
  writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
}

function registerSimulator() {
  const list = 'src/simulators/vendors.ts';
  const text = `import { ${vendor} } from './${vendor}';\n${read(list)}`;
  writeFileSync(
    list,
    text.replace(/(export const vendors = \{[^}]*?),? \}/, (_, begin) => `${begin}, ${vendor} }`),
  );
  return [list];
}

function insert(file, line, siblings, end) {
  const text = read(file);
  const last = [...text.matchAll(siblings)].at(-1);
  const at = last ? last.index + last[0].length : text.search(end);
  writeFileSync(file, text.slice(0, at) + line + text.slice(at));
}

/** Lines are broken by their length, which depends on the names. */
function format() {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
  const files = [...written, ...changed].filter((file) => /\.(ts|json)$/.test(file));
  const { status, stdout, stderr } = spawnSync(process.execPath, [biome, 'check', '--write', ...files], { encoding: 'utf8' });
  if (status !== 0) giveUp(stdout + stderr);
}
