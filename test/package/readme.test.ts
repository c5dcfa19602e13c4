import { deepEqual, equal, ok } from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { runInNewContext } from 'node:vm';
import type { Parameters } from '../../src/core/schema/parameters';
import { misfit } from '../../src/core/schema/parse';
import { operations } from '../../src/vendors/sonata/sonata-pattern';
import { Program } from '../kit/program';

const ROOT = join(__dirname, '../../..');
const LEFT_OUT = new Set(['node_modules', '.git', '.node-red', 'dist', 'resources', 'screenshots']);
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const readme = read('README.md');
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  'node-red': { nodes: Record<string, string> };
};

const all = (pattern: RegExp): string[] => [...readme.matchAll(pattern)].map(([, found = '']) => found);
/** The first cells of the table under a heading, with the names in backticks one by one. */
const named = (heading: string): string[] => {
  const table = readme.slice(readme.indexOf(heading)).match(/(?:^\|.*\n)+/m)?.[0] ?? '';
  return table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
};
const blocks = (language: string): string[] => all(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'));
/** Blocks that name their file in the first line. */
const files = blocks('ts').map((block) => {
  const [, path = '', code = ''] = /^\/\/ (\S+)\n(.*)$/s.exec(block) ?? [];
  return { path, code };
});

describe('the README', () => {
  it('lists the nodes, codes, commands, folders and dependencies that there are', () => {
    const codes = [...(read('src/core/errors.ts').match(/ErrorCode =[^;]+/)?.[0] ?? '').matchAll(/'(\w+)'/g)].map(([, code]) => code);
    deepEqual(named('## Nodes').sort(), Object.keys(manifest['node-red'].nodes).sort());
    deepEqual(named('**Errors.**').sort(), codes.sort());
    deepEqual(named('**Delivery.**'), ['all', 'latest', 'reject']);
    deepEqual(named('needs six others').sort(), Object.keys(manifest.dependencies).sort());
    const commands = all(/npm (?:run )?(start|test|check|format|bench|soak|build|pictures)\b/g);
    // npm calls `prepack` itself.
    const called = Object.keys(manifest.scripts).filter((script) => script !== 'prepack');
    deepEqual([...new Set(commands)].sort(), called.sort());
    const folders = all(/^([\w-]+(?:\/[\w-]+)*\/) {2,}\S/gm);
    deepEqual(
      folders.filter((folder) => !existsSync(join(ROOT, folder))),
      [],
    );
    ok(folders.length > 10);
  });

  it('shows the pictures that there are', () => {
    const shown = all(/(?:\]\(|src=")(docs\/[^)"]+)/g);
    deepEqual(
      [...new Set(shown)].sort(),
      readdirSync(join(ROOT, 'docs'))
        .map((name) => `docs/${name}`)
        .sort(),
    );
  });

  it('has a function node that makes a pattern', () => {
    const [code = ''] = blocks('js');
    const { payload } = runInNewContext(`((msg) => { ${code} })({})`) as { payload: unknown };
    const parameters: Parameters | undefined = operations.find(({ id }) => id === 'set-pattern')?.parameters;
    ok(parameters?.pattern);
    equal(misfit(parameters.pattern, payload), undefined);
  });

  describe('as a guide to add to the package', function () {
    this.timeout(900_000);
    let project: string;

    before(() => {
      project = mkdtempSync(join(tmpdir(), 'ensemble-readme-'));
      cpSync(ROOT, project, { recursive: true, filter: (path) => !LEFT_OUT.has(relative(ROOT, path)) });
      symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
    });
    after(() => rmSync(project, { recursive: true, force: true }));

    const run = async (...args: string[]) => {
      const program = new Program(process.execPath, args, { cwd: project });
      equal(await program.ended, 0, program.output);
      return program.output;
    };
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), text);
    };

    it('shows code that stands there, or that makes a vendor whose test passes', async () => {
      const [known, added] = [true, false].map((there) => files.filter(({ path }) => existsSync(join(ROOT, path)) === there));
      for (const { path, code } of known ?? []) ok(read(path).includes(code), path);
      equal(known?.length, 1);
      for (const { path, code } of added ?? []) write(path, code);
      const nodes: Record<string, string> = { ...manifest['node-red'].nodes };
      for (const [type, model] of Object.entries({ 'lamp-bridge': 'sonata-gateway', 'lamp-light': 'sonata-pattern' })) {
        nodes[type] = `dist/nodes/lamp/${type}.js`;
        for (const path of ['', 'locales/en-US/'].map((folder) => `nodes/sonata/${folder}${model}.html`))
          write(path.replaceAll('sonata', 'lamp').replace(model.replace('sonata', 'lamp'), type), read(path).replaceAll(model, type));
        write(`nodes/lamp/locales/en-US/${type}.json`, JSON.stringify({ [type]: { label: type } }));
      }
      write('package.json', JSON.stringify({ ...manifest, 'node-red': { ...manifest['node-red'], nodes } }));
      const output = await run('scripts/test.mjs', '--only', 'lamp', '--node-red', '4');
      ok(output.includes('\n1 passed, 0 failed'), output);
      // What is new, and all that it imports.
      const include = ['nodes', 'src/vendors', 'test'].map((folder) => `${folder}/lamp`);
      write('tsconfig.lamp.json', JSON.stringify({ extends: './tsconfig.json', include }));
      await run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.lamp.json');
    });
  });
});
