import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SonataState } from '../../src/simulators/sonata/state';
import { vendors } from '../../src/simulators/vendors';
import { ROOT } from '../kit/node-red';
import { until } from '../kit/within';
import { ExampleStage, exampleFilesOf, exampleVendors, load as loadOf } from './example-flows';

const CORE = [
  'tab',
  'group',
  'comment',
  'inject',
  'function',
  'switch',
  'change',
  'join',
  'split',
  'delay',
  'trigger',
  'catch',
  'http in',
  'http response',
  'debug',
  'status',
  'mqtt in',
  'mqtt out',
  'mqtt-broker',
];
const { nodes } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))['node-red'] as { nodes: Record<string, string> };
const load = (file: string) => loadOf('Sonata', file);
const files = exampleFilesOf('Sonata');
/** Of the nodes that the examples in a folder are for. */
const folderOf = (folder: string) => (folder === 'All vendors' ? 'ensemble' : folder.toLowerCase());

describe('the examples', () => {
  const all = exampleVendors.flatMap((vendor) => exampleFilesOf(vendor).map((file) => ({ vendor, file, nodes: loadOf(vendor, file) })));

  it('are there for every vendor, and the import menu begins with those for all, and the first flow', () => {
    const known = new Set(Object.values(nodes).map((file) => file.split('/')[2] ?? ''));
    deepEqual(exampleVendors.map(folderOf).sort(), [...known].sort());
    const asShown = (names: readonly string[]) => names.toSorted((one, other) => one.localeCompare(other));
    deepEqual(asShown(exampleVendors), ['All vendors', 'Sonata', 'Thingsee', 'Thingsquare', 'Turn', 'Twinkly']);
    equal(asShown(exampleFilesOf('All vendors'))[0], 'First steps.json');
    for (const { vendor, file } of all) match(`${vendor}/${file}`, /^[A-Z][A-Za-z ]+\/[A-Z][A-Za-z -]+\.json$/);
  });

  for (const vendor of exampleVendors)
    it(`of ${vendor} use each of its nodes, and no other package`, () => {
      const used = new Set(
        all.filter((example) => example.vendor === vendor).flatMap((example) => example.nodes.map(({ type }) => String(type))),
      );
      const own = Object.keys(nodes).filter((type) => nodes[type]?.startsWith(`dist/nodes/${folderOf(vendor)}/`));
      deepEqual(
        own.filter((type) => !used.has(type)),
        [],
      );
      deepEqual(
        [...used].filter((type) => !CORE.includes(type) && !(type in nodes)),
        [],
      );
    });

  it('can be imported side by side: no id is used twice', () => {
    const ids = all.flatMap((example) => example.nodes.map(({ id }) => id));
    equal(new Set(ids).size, ids.length);
    ok(ids.every((id) => /^[0-9a-f]{16}$/.test(id)));
  });

  for (const { vendor, file, nodes } of all)
    it(`${vendor}/${file} has a comment, wires to nodes that are there, and no node on top of another`, () => {
      const ids = nodes.map(({ id }) => id);
      ok(nodes.some(({ type, info }) => type === 'comment' && String(info).length > 100));
      for (const node of nodes) for (const id of ((node.wires as string[][] | undefined) ?? []).flat()) ok(ids.includes(id), id);
      for (const { connection } of nodes) if (connection) ok(ids.includes(String(connection)));
      const places = nodes.filter(({ x }) => x).map(({ x, y, z }) => `${z} ${x} ${y}`);
      equal(new Set(places).size, places.length);
    });

  for (const { vendor, file, nodes } of all)
    it(`${vendor}/${file} is on a tab of that name, which says what it shows, what to press and where to look`, () => {
      const [tab, ...others] = nodes.filter(({ type }) => type === 'tab');
      const name = file.slice(0, -5).toLowerCase();
      equal(String(tab?.label).toLowerCase(), vendor === 'All vendors' ? name : `${vendor.toLowerCase()}: ${name}`);
      // What is to be in several Node-REDs has a tab for each.
      for (const { label } of others) ok(String(label).startsWith(`${tab?.label}: `), String(label));
      // All of it, or a vendor of it.
      const page = new RegExp(`http://127\\.0\\.0\\.1:18800/(#(${Object.keys(vendors).join('|')}))?(\\s|$)`);
      for (const { info } of [tab, ...others].flatMap((one) => one ?? [])) {
        const [, look = ''] =
          /^\*\*What it shows:\*\* .+\n\n\*\*What to press:\*\*[\s\S]+\n\n(\*\*Where to look:\*\* .+)$/.exec(String(info)) ?? [];
        match(look, page);
      }
    });

  it('are named by their tabs in the help', () => {
    const tabs = all.flatMap((example) => example.nodes).filter(({ type }) => type === 'tab');
    const help = readdirSync(join(ROOT, 'nodes'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
    const named = help.flatMap((file) => [
      ...readFileSync(join(ROOT, 'nodes', file), 'utf8').matchAll(/<em>((?:Twinkly|Sonata|Turn|Thingsquare|Thingsee): [^<]*)<\/em>/g),
    ]);
    ok(named.length > 5);
    for (const [, name] of named)
      ok(
        tabs.some(({ label }) => label === name),
        name,
      );
  });

  for (const { vendor, file, nodes } of all)
    it(`${vendor}/${file} has its nodes in groups that say what they are for`, () => {
      const groups = nodes.filter(({ type }) => type === 'group');
      ok(groups.every(({ name }) => String(name).length > 10));
      for (const { id, nodes: members } of groups) {
        const inside = nodes.filter(({ g }) => g === id).map((node) => node.id);
        deepEqual([...(members as string[])].sort(), inside.sort());
      }
      const outside = nodes.filter(({ x, g, type }) => x !== undefined && !g && type !== 'group').map(({ type }) => type);
      const alone = outside.filter((type) => type !== 'comment' && type !== 'ensemble-simulator');
      deepEqual(alone, []);
    });
});

describe('the Sonata examples', () => {
  it('are four', () =>
    deepEqual(files, ['Animation.json', 'Mirror a matrix.json', 'Paint and send.json', 'Share events between instances.json']));

  describe('running as imported', () => {
    const stage = new ExampleStage('Sonata');
    const state = async (): Promise<SonataState> => (await stage.read()).vendors.sonata;
    const levels = async (device: number) =>
      (await state().catch(() => undefined))?.matrices.find((matrix) => matrix.device === device)?.levels ?? [];
    const lit = (all: readonly number[]) => all.some((level) => level > 0);

    it('Paint and send shows the painted pattern', async () => {
      await stage.run('Paint and send.json');
      stage.press('Paint and send.json', 'Send');
      const painted = load('Paint and send.json').find(({ name }) => name === 'Heart')?.parameters as { pattern: { value: string } };
      const heart = JSON.parse(painted.pattern.value);
      deepEqual(await until('a pattern', () => levels(2), lit), heart);
      const press = async (button: string, level: number) => {
        stage.press('Paint and send.json', button);
        await until(
          `${button}: level ${level}`,
          () => levels(2),
          (all) => all[22] === level,
        );
      };
      await press('Off', 0);
      await press('On', heart[22]);
      deepEqual(await levels(2), heart);
      await press('Fill', 6);
      await press('Toggle', 0);
    });

    it('Animation sends about ten frames a second', async () => {
      await stage.run('Animation.json');
      stage.press('Animation.json', 'Start');
      await until('it moves', () => levels(3), lit);
      // Neither where the machine stands still for a while, nor where it is late more often than not.
      await until(
        '20 frames, about 100 ms from one to the next',
        async () => {
          const times = (await stage.read()).log.map(({ time }) => time).slice(-21);
          const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
          gaps.sort((a, b) => a - b);
          return { frames: gaps.length, quarter: gaps[5] ?? 0, middle: gaps[10] ?? 0 };
        },
        ({ frames, quarter, middle }) => frames === 20 && middle > 50 && quarter < 200,
      );
    });

    it('Mirror a matrix shows each pattern of matrix 5, left to right, on matrix 6, and goes dark with it', async () => {
      await stage.run('Mirror a matrix.json');
      stage.press('Mirror a matrix.json', 'Start');
      const mirrored = (all: readonly number[]) =>
        Array.from({ length: 10 }, (_, row) => all.slice(10 * row, 10 * row + 10).reverse()).flat();
      const both = async () => [await levels(5), await levels(6)] as const;
      for (const before of [await levels(5), await until('the next', () => levels(5), lit)]) {
        // Whichever: each pattern is there for a second only.
        await until(
          'another one, and its mirror image',
          both,
          ([now, image]) => lit(now) && String(now) !== String(before) && String(image) === String(mirrored(now)),
        );
      }
      const restarted = Date.now();
      await stage.act('restart', { installation: 1, device: 5 });
      // It is dark for less than a second: then the next pattern comes.
      await until('matrix 6 goes dark', async () =>
        (await stage.read()).log.some(({ path, time }) => path === '/sonata/off' && time >= restarted),
      );
    });

    it('Share events between instances: both instances handle events, each event once', async () => {
      await stage.run('Share events between instances.json');
      stage.press('Share events between instances.json', 'Start');
      const counts = () =>
        ['Handled by A', 'Handled by B'].map((name) => {
          const id = stage.idOf('Share events between instances.json', name);
          return Number.parseInt(stage.red.statuses.findLast((entry) => entry.id === id)?.status.text ?? '0', 10);
        });
      await until('two events at each', counts, ([a = 0, b = 0]) => a >= 2 && b >= 2);
      const [a = 0, b = 0] = counts();
      const sent = (await stage.read()).log.length;
      ok(a + b <= sent, `${a} and ${b} handled of ${sent}`);
    });

    it('all of them run side by side', async () => {
      await stage.run(...files);
      stage.press('Paint and send.json', 'Send');
      for (const file of files.filter((one) => one !== 'Paint and send.json')) stage.press(file, 'Start');
      for (const device of [2, 3, 5, 6, 7]) await until(`matrix ${device} is lit`, () => levels(device), lit);
      await until('three clients', async () => (await stage.read()).mqtt?.clients.length === 3);
    });
  });
});
