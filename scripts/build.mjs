// Compiles the package into dist/ and resources/: the runtime as one bundle, from which the file of each node takes
// its own, and a second time file by file, for tests and tools; the editor and the device page as one bundle each;
// panels, catalogues and icons beside their node.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { bundleRuntime, FOR_NODE } from './runtime.mjs';
import { schemaOfNode } from './schemas.mjs';
import { cataloguesOf, helpPages } from './texts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
process.chdir(root);

const files = (folder, extension) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => join(entry.parentPath, entry.name));

const BROWSER = /^src\/(editor|simulators\/(.+\/)?page)\//;
const ts = ['nodes', 'src', 'test', 'bench']
  .flatMap((folder) => (existsSync(folder) ? files(folder, '.ts') : []))
  .filter((file) => !file.endsWith('.d.ts') && !BROWSER.test(file));
/** `dist/nodes` has what Node-RED loads. */
const entryPoints = ts.map((file) => ({ in: file, out: file.replace(/\.ts$/, '').replace(/^nodes\//, 'file-by-file/') }));

/** The files of this build; whatever else lies in its folders is of an earlier one. */
const made = new Set();

/** Touches only what changes: a Node-RED or a test run that uses the same folders goes on meanwhile. */
export async function build() {
  made.clear();
  await Promise.all([compileFiles(), compileRuntime()]);
  const modules = nodeModules();
  // Functions fall away: what is left is plain data for panel, catalogue and help.
  const descriptions = JSON.parse(JSON.stringify(modules));
  for (const [type, file] of nodes) {
    const { connection } = simulatedVendors()[vendorOf(file)] ?? {};
    if (connection && descriptions[type]?.credentials) descriptions[type].simulated = connection;
  }
  const catalogues = cataloguesOf(descriptions);
  const inEditor = {
    DESCRIPTIONS: JSON.stringify(withoutTexts(descriptions), withoutHelp),
    LANGUAGES: JSON.stringify(Object.keys(catalogues)),
  };
  await Promise.all([
    bundle({ entryPoints: ['src/editor/index.ts'], outfile: 'resources/editor.js', define: inEditor }),
    bundle({ stdin: devicePage(), outfile: 'resources/simulator.js' }),
  ]);
  for (const html of files('nodes', '.html').filter((file) => !file.includes('/locales/'))) copy(html, join('dist', html));
  for (const [language, catalogue] of Object.entries(catalogues))
    write(`dist/nodes/ensemble/locales/${language}/ensemble-editor.json`, catalogue);
  for (const [file, page] of Object.entries(helpPages(descriptions))) write(`dist/nodes/${file}`, page);
  for (const [type, schema] of Object.entries(schemasOf(modules, catalogues['en-US']))) write(`resources/schemas/${type}.json`, schema);
  const icons = existsSync('icons') ? readdirSync('icons') : [];
  for (const vendor of readdirSync('nodes'))
    for (const icon of icons.filter((name) => name.startsWith(vendor)))
      copy(join('icons', icon), join('dist/nodes', vendor, 'icons', icon));
  for (const file of ['dist', 'resources'].flatMap((folder) => files(folder, ''))) if (!made.has(file)) rmSync(file, { force: true });
}

/** For tests and tools, which take parts of it. */
async function compileFiles() {
  const footer = { js: 'if (module.exports.__esModule) module.exports = { ...module.exports };' };
  // esbuild exports by getters, which cost some of the time of each event: no module here needs them.
  await compile({ ...FOR_NODE, sourcemap: true, entryPoints, outdir: 'dist', outbase: '.', footer });
  const { code } = await esbuild.transform(allNodes(), { format: 'cjs' });
  write('dist/file-by-file/index.js', code);
}

/** For users: one file is much smaller in a package than 300. It stands three folders below the root, as the files that look for others from their place. */
async function compileRuntime() {
  write('dist/nodes/ensemble/runtime.js', await bundleRuntime(allNodes(), join(root, 'nodes')));
  for (const [name, file] of all) write(file, `module.exports = require('../ensemble/runtime')['${name}'];\n`);
}

/** What Node-RED calls to register each node, by its name; loaded when it is asked for. */
function allNodes() {
  const getters = all.map(
    ([name, file]) => `  get '${name}'() { return require('./${relative('dist/nodes', file).replace(/\.js$/, '')}'); },`,
  );
  return `module.exports = {\n${getters.join('\n')}\n};\n`;
}

async function compile(options) {
  const { outputFiles } = await esbuild.build({ ...options, write: false, logLevel: 'warning' });
  for (const { path, contents } of outputFiles) write(relative(root, path), contents);
}

const declared = JSON.parse(readFileSync('package.json', 'utf8'))['node-red'];
const nodes = Object.entries(declared.nodes);
const all = [...nodes, ...Object.entries(declared.plugins)];
const vendorOf = (file) => basename(dirname(file));

/** What each node says of itself, of the vendor's file of the same name: `operations`, or `settings` with `credentials` or `emits`; and the texts of a config node. */
function nodeModules() {
  const described = nodes.flatMap(([type, file]) => {
    const module = join(root, file.replace('dist/nodes', 'dist/src/vendors'));
    if (!existsSync(module)) return [];
    delete require.cache[module];
    const { operations, settings, credentials, forms, signIn, emits, texts, assumptions } = require(module);
    // *Check* names those that it can ask for.
    const asked = assumptions?.filter(({ ask }) => ask).map(({ id, what, inShort = what }) => ({ id, text: inShort }));
    return [[type, { operations, settings, credentials, forms, signIn, emits, texts, assumptions: asked }]];
  });
  return Object.fromEntries(described);
}

/** Panels have these from the catalogue. */
const withoutTexts = (descriptions) =>
  Object.fromEntries(Object.entries(descriptions).map(([type, { texts: _, assumptions: __, ...description }]) => [type, description]));

/** The JSON Schema of each node type. */
function schemasOf(modules, catalogue) {
  const { simulatorSettings } = require(join(root, 'dist/src/node-red/simulator-settings.js'));
  const all = nodes.map(([type, file]) => {
    const vendor = vendorOf(file);
    const texts = catalogue[type];
    const isConnection = ([other, path]) => vendorOf(path) === vendor && modules[other]?.credentials;
    const [connection] = nodes.find(isConnection) ?? [];
    const about = { label: texts.paletteLabel ?? texts.label, vendor, connection };
    return [type, schemaOfNode(type, modules[type] ?? { settings: simulatorSettings }, about)];
  });
  return Object.fromEntries(all);
}

function simulatedVendors() {
  const list = join(root, 'dist/src/simulators/vendors.js');
  delete require.cache[list];
  return require(list).vendors;
}

/** The device page, with the devices of all vendors of the simulators' list that have a page. */
function devicePage() {
  const shown = Object.keys(simulatedVendors()).filter((id) => existsSync(`src/simulators/${id}/page/index.ts`));
  const imports = shown.map((id) => `import { page as ${id} } from './${id}/page';`);
  const contents = ["import { showDevices } from './page';", ...imports, `showDevices({ ${shown.join(', ')} });`].join('\n');
  return { contents, resolveDir: join(root, 'src/simulators'), loader: 'ts' };
}

/** The panels read these texts of parameters from the catalogues. */
const withoutHelp = (key, value) => (['help', 'more'].includes(key) && typeof value === 'string' ? undefined : value);

async function bundle(options) {
  await compile({
    ...options,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    charset: 'utf8',
  });
}

const copy = (from, to) => write(to, readFileSync(from));

function write(to, content) {
  const bytes =
    content instanceof Uint8Array ? content : Buffer.from(typeof content === 'string' ? content : `${JSON.stringify(content)}\n`);
  made.add(to);
  if (existsSync(to) && readFileSync(to).equals(bytes)) return;
  mkdirSync(dirname(to), { recursive: true });
  // Whoever reads it meanwhile finds it whole.
  const whole = `${to}.${process.pid}`;
  writeFileSync(whole, bytes);
  renameSync(whole, to);
}
