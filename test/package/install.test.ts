import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from '../kit/ports';
import { Program } from '../kit/program';
import { copyProject, INSTALLED, installedIn, movePorts, OWN_NODE } from '../kit/project';
import { ROOT } from '../kit/root';
import { until } from '../kit/within';

const LIMIT = { packages: 600, megabytes: 200 };
const FAULT = /warn|err(or|!)|deprecat|fail|^\s+at /im;

type Packages = Record<string, { version: string; optional?: true; inBundle?: true }>;
const packagesIn = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { packages: Packages }).packages;
const locked = packagesIn(join(ROOT, 'package-lock.json'));

const INSTALL = pathToFileURL(join(ROOT, 'scripts/install.mjs')).href;

/** A registry that has what it was given, and nothing else. It responds when it is released. */
class Registry {
  readonly missed: string[] = [];
  release = (): void => {};
  private readonly released = new Promise<void>((resolve) => {
    this.release = resolve;
  });
  private readonly offers = new Map<string, Buffer>();
  private readonly server = createServer(({ url = '' }, response) => {
    const offer = this.offers.get(url);
    if (!offer) this.missed.push(url);
    void this.released.then(() => response.writeHead(offer ? 200 : 404).end(offer));
  });

  static async start(): Promise<Registry> {
    const registry = new Registry();
    await new Promise<void>((resolve) => registry.server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  offer(path: string, content: Buffer): void {
    this.offers.set(path, content);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** The tarball of a package of this name that has nothing in it. */
async function packed(folder: string, name: string): Promise<Buffer> {
  const source = mkdtempSync(join(folder, 'source-'));
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
  equal(await new Program('npm', ['pack'], { cwd: source, env: { ...process.env, ...OWN_NODE } }).ended, 0);
  const [tarball = ''] = readdirSync(source).filter((file) => file.endsWith('.tgz'));
  return readFileSync(join(source, tarball));
}

describe('what npm start installs', function () {
  this.timeout(900_000);
  let project: string;
  let port: number;
  const programs: Program[] = [];

  before(async () => {
    project = copyProject();
    await movePorts(project);
    port = await freePort();
  });
  afterEach(() => {
    for (const program of programs.splice(0)) program.kill();
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  const npm = (args: string[], more: NodeJS.ProcessEnv = {}) => {
    // `npm test --silent` would make this npm silent, too.
    const env = { ...process.env, ...OWN_NODE, npm_config_loglevel: 'notice', PORT: String(port), ...more };
    const program = new Program('npm', args, { cwd: project, env });
    programs.push(program);
    return program;
  };
  const noRegistry = async () => ({ npm_config_registry: `http://127.0.0.1:${await freePort()}` });

  for (const nodeRed of ['node-red-4', 'node-red-5'])
    it(`is ${nodeRed} alone, the libraries of the nodes and the build: less than ${LIMIT.packages} packages`, async () => {
      const script = (name: string) => import(join(ROOT, 'scripts', name));
      const { neededBy } = (await script('install.mjs')) as { neededBy(names: string[], packages: Packages): Packages };
      const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
      const names = [...Object.keys(dependencies), 'esbuild', nodeRed];
      const needed = neededBy(names, locked);
      ok(Object.keys(needed).length < LIMIT.packages, `${Object.keys(needed).length} packages`);
      for (const [path, entry] of Object.entries(needed)) equal(entry, locked[path], path);
      const at = (name: string) => `node_modules/${name}`;
      deepEqual(
        names.filter((name) => !(at(name) in needed)),
        [],
      );
      const others = ['node-red-4', 'node-red-5', 'mocha', 'typescript', 'node-24', 'playwright-core'].filter((name) => name !== nodeRed);
      deepEqual(
        others.filter((name) => at(name) in needed),
        [],
      );
    });

  it('comes from the registry of its scope, where there is one, and tells how far it is and what it waits for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ensemble-scope-'));
    const names = ['plain', '@own/thing'];
    const [main, own] = [await Registry.start(), await Registry.start()];
    main.release();
    for (const [registry, name] of [
      [main, 'plain'],
      [own, '@own/thing'],
    ] as const)
      registry.offer(`/npm/${name}/-/${name.replace('@own/', '')}-1.0.0.tgz`, await packed(folder, name));
    const dependencies = Object.fromEntries(names.map((name) => [name, '1.0.0']));
    const packages = { '': { dependencies }, ...Object.fromEntries(names.map((name) => [`node_modules/${name}`, { version: '1.0.0' }])) };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, requires: true, packages }));
    writeFileSync(join(folder, '.npmrc'), `registry=${main.url}/npm\n@own:registry=${own.url}/npm/\n`);
    const script = `import(${JSON.stringify(INSTALL)}).then(({ installOnly }) => installOnly(${JSON.stringify(names)}))`;
    const env = { ...process.env, npm_config_cache: join(folder, 'cache') };
    const program = new Program(process.execPath, ['-e', script], { cwd: folder, env });
    programs.push(program);
    await program.says(' 50 %, 1 of 2 packages complete');
    await program.says('waiting for the npm registry');
    own.release();
    const end = await program.ended;
    match(program.output, /^ +100 %, 2 of 2 packages complete, \d+ s$/m);
    for (const registry of [main, own]) registry.stop();
    equal(end, 0, program.output);
    deepEqual([main.missed, own.missed], [[], []]);
    for (const name of names) ok(existsSync(join(folder, 'node_modules', name, 'package.json')), name);
    rmSync(folder, { recursive: true });
  });

  it('is told in one line where the registry cannot be reached', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'ensemble-cache-'));
    const program = npm(['start'], { ...(await noRegistry()), npm_config_cache: cache });
    await program.says('try again');
    equal(await program.ended, 1);
    rmSync(cache, { recursive: true });
    match(program.output, /^The npm registry http:\/\/127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\): look at the network/m);
    equal(/npm err|^\s+at /im.test(program.output), false, program.output);
  });

  it('is complete after an interrupted one, small, exact and without a line that looks like a fault', async () => {
    const interrupted = npm(['start']);
    await until('npm at work', () => existsSync(join(project, 'node_modules/.install/node_modules')));
    interrupted.interrupt();
    equal(await interrupted.ended, 130, interrupted.output);
    // Once, and nothing goes on below it.
    match(interrupted.output, /^Interrupted\. The next time begins again[^\n]*\n*$/m);
    equal(interrupted.output.split('Interrupted.').length, 2);
    equal(existsSync(join(project, INSTALLED)), false);

    const program = npm(['start']);
    await program.says('Ctrl-C ends everything');
    match(program.output, /^Installing Node-RED \d and what the nodes need: about 160 MB/m);
    match(program.output, /^ +100 %, (\d+) of \1 packages complete, \d+ s$/m);
    equal(FAULT.test(program.output), false, program.output);
    program.interrupt();
    equal(await program.ended, 0);

    const installed = packagesIn(join(project, INSTALLED));
    for (const [path, { version }] of Object.entries(installed)) equal(version, locked[path]?.version, path);
    const { packages, megabytes } = installedIn(project);
    equal(packages, Object.keys(installed).length);
    console.log(`      ${packages} packages, ${Math.round(megabytes)} MB`);
    ok(packages > 100 && packages <= LIMIT.packages, `${packages} packages`);
    ok(megabytes > 50 && megabytes <= LIMIT.megabytes, `${megabytes} MB`);
    deepEqual(
      readdirSync(join(project, 'node_modules')).filter((name) => name === '.install'),
      [],
    );
  });

  it('is used the next time, and enough to pack the package, with nothing to download', async () => {
    const again = npm(['start'], await noRegistry());
    await again.says('Ctrl-C ends everything');
    equal(again.output.includes('Installing'), false, again.output);
    again.interrupt();
    equal(await again.ended, 0);
    for (const folder of ['dist', 'resources']) rmSync(join(project, folder), { recursive: true });
    const packing = npm(['pack', '--dry-run'], await noRegistry());
    equal(await packing.ended, 0, packing.output);
    match(packing.output, /resources\/editor\.js/);
  });
});
