import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { described } from '../editor/catalogues';
import { freePort } from '../kit/ports';
import { Program } from '../kit/program';
import { ROOT } from '../kit/root';
import { filesOf, textOf } from '../kit/source';
import { until } from '../kit/within';
import { freePorts } from '../simulators/ports';
import { read } from '../simulators/simulated';

const {
  name: PACKAGE,
  version: VERSION,
  dependencies,
  'node-red': declared,
} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
  dependencies: Record<string, string>;
  'node-red': { nodes: Record<string, string>; plugins: Record<string, string> };
};

interface Scripts {
  node24: string;
  npmCommand(): { command: string; before: string[]; env: NodeJS.ProcessEnv };
}
type BundleRuntime = (contents: string, resolveDir: string) => Promise<string>;
type Pack = (folder: string) => { tarball: string; size: number; files: string[] };

const RUNTIME = 'dist/nodes/ensemble/runtime.js';

/** Every file of the package is of one of these kinds, and of each kind there are some. */
const KINDS: Readonly<Record<string, RegExp>> = {
  'of the package': /^(package\.json|README\.md|LICENSE)$/,
  runtime: /^dist\/nodes\/ensemble\/runtime\.js$/,
  nodes: /^dist\/nodes\/[a-z]+\/[a-z-]+\.(js|html)$/,
  languages: /^dist\/nodes\/ensemble\/locales\/[a-z]{2}(-[A-Z]{2})?\/ensemble-editor\.json$/,
  'help pages': /^dist\/nodes\/[a-z]+\/locales\/[a-z]{2}(-[A-Z]{2})?\/[a-z-]+\.html$/,
  icons: /^dist\/nodes\/[a-z]+\/icons\/[a-z-]+\.svg$/,
  'for the browser': /^resources\/(editor|simulator)\.(js|css)$/,
  schemas: /^resources\/schemas\/[a-z-]+\.json$/,
  examples: /^examples\/[A-Z][A-Za-z ]+\/[A-Z][A-Za-z -]+\.json$/,
};

describe('the package as npm publishes it', function () {
  this.timeout(900_000);
  let folder: string;
  let packed: ReturnType<Pack>;
  let scripts: Scripts;
  let program: Program | undefined;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ensemble-tarball-'));
    const script = (name: string) => import(join(ROOT, 'scripts', name));
    scripts = { ...(await script('ready.mjs')), ...(await script('install.mjs')) } as Scripts;
    packed = ((await script('pack.mjs')) as { pack: Pack }).pack(folder);
  });
  afterEach(() => program?.kill());
  after(() => rmSync(folder, { recursive: true, force: true }));

  const npm = async (args: string[], cwd: string, node = process.execPath) => {
    const { command, before, env } = scripts.npmCommand();
    const run = new Program(command === process.execPath ? node : command, [...before, ...args], { cwd, env });
    equal(await run.ended, 0, run.output);
  };

  it('holds what it should and nothing else, in less than 600 kB', () => {
    const kindOf = (file: string) => Object.keys(KINDS).find((kind) => KINDS[kind]?.test(file));
    deepEqual(
      packed.files.filter((file) => !kindOf(file)),
      [],
      'files of no known kind (names of folders are of a to z, names of files of a to z and hyphens; see KINDS)',
    );
    const counts = Object.keys(KINDS).map((kind) => [kind, packed.files.filter((file) => kindOf(file) === kind).length]);
    deepEqual(
      counts.filter(([, count]) => count === 0),
      [],
    );
    ok(packed.size < 600_000, `${packed.size} bytes`);
    console.log(
      `      ${packed.files.length} files, ${Math.round(packed.size / 1000)} kB: ${counts.map((count) => count.join(' ')).join(', ')}`,
    );
  });

  it('holds every file that package.json and the Flow Library want', () => {
    const compiled = [...Object.values(declared.nodes), ...Object.values(declared.plugins)];
    const panels = compiled.map((js) => js.replace(/\.js$/, '.html'));
    const schemas = Object.keys(declared.nodes).map((type) => `resources/schemas/${type}.json`);
    const named = ['package.json', 'LICENSE', 'README.md', ...compiled, ...panels, ...schemas];
    ok(named.length >= 14);
    deepEqual(
      named.filter((file) => !packed.files.includes(file)),
      [],
      'files that are missing in the package: package.json names them, or stands for them',
    );
  });

  it('has all code of the runtime once, in one file, which needs only libraries that npm installs', () => {
    const compiled = [...Object.values(declared.nodes), ...Object.values(declared.plugins)];
    deepEqual(packed.files.filter((file) => /^dist\/.*\.js$/.test(file)).sort(), [...compiled, RUNTIME].sort());
    for (const file of compiled)
      match(readFileSync(join(ROOT, file), 'utf8'), /^module\.exports = require\('\.\.\/ensemble\/runtime'\)\['[a-z-]+'\];\n$/, file);
    const code = readFileSync(join(ROOT, RUNTIME), 'utf8');
    // V8 keeps two bytes for each letter, where one is not of ASCII.
    equal(code.match(/[^\0-\x7f].*/)?.[0], undefined);
    const needed = [...code.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map(([, name = '']) => name);
    ok(needed.length > 10);
    deepEqual([...new Set(needed)].filter((name) => !name.startsWith('node:')).sort(), Object.keys(dependencies).sort());
  });

  it('has no text in the runtime that panels and help read of the catalogues', () => {
    const code = readFileSync(join(ROOT, RUNTIME), 'utf8').replaceAll('\\\n', '');
    const parameters = described.flatMap(({ description: { operations = [], settings = {}, credentials = {} } }) =>
      [...operations.map((operation) => operation.parameters), settings, credentials].flatMap((some) => Object.values(some)),
    );
    ok(parameters.length > 100);
    deepEqual(
      parameters.map(({ help }) => help).filter((help) => /^[\w ,.-]{30,}$/.test(help) && code.includes(help)),
      [],
    );
    // The build leaves these out.
    const reads =
      /(?<!\.\.)\.(help|more|optionLabels|inShort|why)\b|\{[^{}]*\b(help|optionLabels|inShort)\b[^{}]*\}\s*(=(?!=)|\)\s*(:|=>))/;
    const sources = ['src/core', 'src/node-red', 'src/vendors', 'nodes'].flatMap((folder) => filesOf(folder, '.ts'));
    deepEqual(
      sources.filter((file) => reads.test(textOf(file))),
      [],
    );
  });

  it('keeps the names of functions, for stack traces', async () => {
    const code = `require(${JSON.stringify(join(ROOT, declared.nodes['turn-sse'] ?? ''))})(undefined)`;
    const run = new Program(process.execPath, ['-e', code]);
    equal(await run.ended, 1);
    match(run.output, /^ {4}at registerEventNode \(.*runtime\.js:\d+:\d+\)$/m);
    // Node shows the line where it happened.
    ok(Math.max(...run.output.split('\n').map(({ length }) => length)) < 1000, run.output);
  });

  it('names a function when its module is loaded, and none each time that it is made anew', async () => {
    const { bundleRuntime } = (await import(join(ROOT, 'scripts/runtime.mjs'))) as { bundleRuntime: BundleRuntime };
    const source = 'export const outer = () => { function inner() { return () => inner; } class Inside {} return [inner, Inside]; };';
    const code = await bundleRuntime(source, ROOT);
    equal(code.split('"outer"').length, 2, code);
    equal(/"(inner|Inside)"/.test(code), false, code);
  });

  it('holds no key and no trace of the machine that built it', () => {
    const traces = [ROOT, dirname(ROOT), homedir(), hostname(), '/home/', '/Users/', 'PRIVATE KEY-', 'npm_token', '_authToken'];
    // Too short to mean anything (a container's host may be called "a", its home /).
    const telling = traces.filter((trace) => trace.length > 3);
    const found = packed.files.flatMap((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      return telling.filter((trace) => text.includes(trace)).map((trace) => `${trace} in ${file}`);
    });
    deepEqual(found, []);
  });

  for (const version of [4, 5])
    it(`installs in a clean Node-RED ${version}, where all its types load`, async () => {
      const node = version === 5 ? scripts.node24 : process.execPath;
      const userDir = join(folder, `node-red-${version}`);
      mkdirSync(userDir);
      writeFileSync(join(userDir, 'package.json'), '{"private":true}');
      // As the palette manager does it: what the running Node is too old for is refused.
      await npm(['install', packed.tarball, '--engine-strict', '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline'], userDir, node);
      const port = await freePort();
      const settings = { flowFile: 'flows.json', uiHost: '127.0.0.1', telemetry: { enabled: false }, credentialSecret: 'kit' };
      writeFileSync(join(userDir, 'settings.js'), `module.exports = ${JSON.stringify(settings)};`);
      const address = await writeFlow(userDir);
      const args = [join(ROOT, `node_modules/node-red-${version}/red.js`), '--userDir', userDir, '--port', String(port)];
      program = new Program(node, args);
      await program.says('Started flows');

      const response = await fetch(`http://127.0.0.1:${port}/nodes`, { headers: { accept: 'application/json' } });
      const sets = (await response.json()) as { module: string; types: string[]; enabled: boolean; local: boolean; err?: string }[];
      const ours = sets.filter(({ module }) => module === PACKAGE);
      deepEqual(
        ours.filter(({ err, enabled, local }) => err || !enabled || !local),
        [],
      );
      deepEqual(ours.flatMap(({ types }) => types).sort(), Object.keys(declared.nodes).sort());
      // Each vendor's nodes have found their libraries.
      await until('all are at work', async () => isBusy(await read(address).catch(() => undefined)), Boolean, 90_000);
      const editor = await fetch(`http://127.0.0.1:${port}/resources/${PACKAGE}/editor.js`);
      equal(editor.status, 200);
      // What the runtime reads of the package's files.
      equal((await fetch(`${address}/page/simulator.js`)).status, 200);
      equal(await reportedVersion(port, userDir), VERSION);
      equal(/\[(error|warn)\] \[/.test(program.output), false, program.output);
      program.interrupt();
      equal(await program.ended, 0);
    });
});

/** The example with all vendors, as the package brings it, but for the ports. Returns the address of the simulated devices. */
async function writeFlow(userDir: string): Promise<string> {
  const { port, mqttPort } = await freePorts();
  const example = readFileSync(join(userDir, 'node_modules', PACKAGE, 'examples/All vendors/One dial for five vendors.json'), 'utf8');
  const flow = example.replaceAll('18800', String(port)).replaceAll('18830', String(mqttPort));
  const nodes = JSON.parse(flow) as { id: string; credentials?: object }[];
  writeFileSync(join(userDir, 'flows.json'), flow);
  const credentials = nodes.flatMap(({ id, credentials }) => (credentials ? [[id, credentials]] : []));
  writeFileSync(join(userDir, 'flows_cred.json'), JSON.stringify(Object.fromEntries(credentials)));
  return `http://127.0.0.1:${port}`;
}

/** As the diagnostics of a connection have it. */
async function reportedVersion(port: number, userDir: string): Promise<string | undefined> {
  const nodes = JSON.parse(readFileSync(join(userDir, 'flows.json'), 'utf8')) as { id: string; type: string }[];
  const id = nodes.find(({ type }) => type === 'turn-device')?.id;
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ id });
  const response = await fetch(`http://127.0.0.1:${port}/ensemble/diagnostics/turn-device`, { method: 'POST', headers, body });
  return ((await response.json()) as { versions?: { package: string } }).versions?.package;
}

/** Every maker has been asked for something, and the broker has its clients. */
const isBusy = (state: Awaited<ReturnType<typeof read>> | undefined): boolean =>
  state?.mqtt?.clients.length === 2 &&
  (['twinkly', 'turn', 'thingsquare', 'thingsee'] as const).every((vendor) =>
    state.log.some((entry) => entry.vendor === vendor && entry.status === 200),
  );
