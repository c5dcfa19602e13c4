import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../kit/ports';
import { Program } from '../kit/program';
import { copyProject, NOT_COPIED, OWN_NODE } from '../kit/project';
import { ROOT } from '../kit/root';
import { textOf } from '../kit/source';

const guide = textOf('CONTRIBUTING.md');
const all = (pattern: RegExp): string[] => [...guide.matchAll(pattern)].map(([, found = '']) => found);
/** Code that names its file in the first line. */
const shown = all(/^```ts\n(.*?)^```/gms).map((block) => {
  const [, path = '', code = ''] = /^\/\/ (\S+)\n(.*)$/s.exec(block) ?? [];
  return { path, code };
});

describe('the guide for contributors', function () {
  this.timeout(900_000);

  it('lists the commands and folders that there are', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    // npm calls `prepack` itself.
    const called = Object.keys(scripts).filter((script) => script !== 'prepack');
    const commands = all(/^\| `npm (?:run )?(\w+)/gm);
    deepEqual(commands.sort(), called.sort());
    const folders = all(/^([\w-]+(?:\/[\w-]+)*\/) {2,}\S/gm);
    const tops = readdirSync(ROOT).filter((name) => !name.includes('.') && !NOT_COPIED.has(name) && name !== 'LICENSE');
    deepEqual([...new Set(folders.map((folder) => folder.split('/', 1)[0]))].sort(), [...tops, 'src'].filter(isOnce).sort());
    deepEqual(
      folders.filter((folder) => !existsSync(join(ROOT, folder))),
      [],
    );
  });

  it('has commands that install before they do anything', async () => {
    const project = copyProject();
    try {
      const nodes = readdirSync(join(project, 'nodes'));
      const env = { ...OWN_NODE, npm_config_registry: `http://127.0.0.1:${await freePort()}`, npm_config_cache: join(project, 'cache') };
      const ends = ['scripts/new.mjs lamp lamp-bridge', 'scripts/format.mjs'].map(async (command) => {
        const program = new Program(process.execPath, command.split(' '), { cwd: project, env });
        equal(await program.ended, 1, program.output);
        ok(program.output.includes('Installing both Node-REDs, all tools'), program.output);
      });
      await Promise.all(ends);
      deepEqual(readdirSync(join(project, 'nodes')), nodes);
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  });

  describe('and the files that npm run new writes', () => {
    const nodes = [
      ['lamp', 'lamp-bridge'],
      ['lamp', 'lamp-light'],
      ['lamp', 'lamp-events', '--kind', 'event'],
      ['lamp', '--kind', 'simulator'],
    ];
    let project: string;

    before(async () => {
      project = copyProject();
      symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
      for (const node of nodes) await run('scripts/new.mjs', ...node);
    });
    after(() => rmSync(project, { recursive: true, force: true }));

    const run = async (...args: string[]) => {
      const program = new Program(process.execPath, args, { cwd: project });
      equal(await program.ended, 0, program.output);
      return program.output;
    };

    it('have the code that the guide shows', () => {
      ok(shown.length > 6, `only ${shown.length} found`);
      for (const { path, code } of shown) ok(readFileSync(join(project, path), 'utf8').includes(code), path);
    });

    it('pass their tests, and those that look at all nodes', async () => {
      const own = await run('scripts/test.mjs', '--only', 'lamp', '--node-red', '4');
      ok(/\n\d+ passed, 0 failed/.test(own), own);
      const others = ['architecture', 'editor/texts', 'editor/help', 'node-red/ids', 'package/schemas', 'package/schemas-agree'].map(
        (file) => `dist/test/${file}.test.js`,
      );
      ok(
        (await run('node_modules/mocha/bin/mocha.js', ...others)).includes('lists every parameter, with its limits: lamp-events in en-US'),
      );
    });

    it('are well typed and well formed', async () => {
      writeFileSync(
        join(project, 'tsconfig.lamp.json'),
        JSON.stringify({ extends: './tsconfig.json', include: ['nodes', 'test/lamp', 'test/nodes', 'test/simulators/lamp.test.ts'] }),
      );
      await run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.lamp.json');
      await run(
        'node_modules/@biomejs/biome/bin/biome',
        'ci',
        'package.json',
        'nodes/lamp',
        'src/vendors/lamp',
        'src/simulators',
        'test/lamp',
        'test/nodes',
        'test/simulators',
      );
    });

    it('are built where a language lacks texts, which the build names', async () => {
      const file = join(project, 'nodes/sonata/locales/ja.json');
      const { 'sonata-gateway': _, ...others } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, object>;
      const { parameters } = others['sonata-pattern'] as { parameters: Record<string, object> };
      delete parameters.brightness;
      writeFileSync(file, JSON.stringify(others));
      const built = await run('scripts/ready.mjs');
      ok(built.includes('nodes/sonata/locales/ja.json has no text for sonata-gateway: English stands there'), built);
      ok(built.includes('nodes/sonata/locales/ja.json has no text for sonata-pattern.parameters.brightness: English stands there'), built);
      const help = readFileSync(join(project, 'dist/nodes/ensemble/locales/ja/ensemble-simulator.html'), 'utf8');
      ok(help.includes('<dt>Sonata gateway</dt>'), help);
    });

    it('stay as they are when something is wrong with the command', async () => {
      for (const [args, reason] of [
        [['lamp', 'lamp-light'], 'nodes/lamp/lamp-light.ts is there already'],
        [['lamp', 'lamp-x', '--kind', 'other'], '--kind must be one of config, action, event'],
        [['lamp', '--kind', 'simulator'], 'src/simulators/lamp is there already'],
        [['lamp', 'lamp-x', '--connection', 'turn-device'], 'lamp has no configuration node turn-device'],
        [['moon', 'moon-phase', '--kind', 'event'], 'moon has no configuration node yet'],
        [['Lamp', 'lamp-x'], 'small letters, not Lamp'],
        [['lamp', 'light'], 'not light'],
        [['lamp'], 'Usage: npm run new'],
      ] as const) {
        const program = new Program(process.execPath, ['scripts/new.mjs', ...args], { cwd: project });
        equal(await program.ended, 1, program.output);
        ok(program.output.includes(reason), program.output);
      }
      equal(existsSync(join(project, 'nodes/moon')), false);
    });
  });
});

const isOnce = (name: string, index: number, names: readonly string[]): boolean => names.indexOf(name) === index;
