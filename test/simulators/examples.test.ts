import { deepEqual, equal, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SonataState } from '../../src/simulators/types';
import { type FlowNode, type NodeRed, ROOT, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { freePorts } from './ports';
import { read } from './simulated';

const FOLDER = join(ROOT, 'examples/sonata');
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
const load = (file: string): FlowNode[] => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
const CORE = ['tab', 'comment', 'inject', 'function', 'switch', 'debug'];
const OURS = ['sonata-gateway', 'sonata-pattern', 'sonata-events', 'ensemble-simulator'];

describe('the Sonata examples', () => {
  it('are four', () => deepEqual(files, ['animation.json', 'mirror.json', 'paint-and-send.json', 'shared-group.json']));

  it('use each node of the package, and no other package', () => {
    const types = new Set(files.flatMap((file) => load(file).map(({ type }) => String(type))));
    deepEqual([...types].filter((type) => !CORE.includes(type)).sort(), OURS.sort());
  });

  it('can be imported side by side: no id is used twice', () => {
    const ids = files.flatMap((file) => load(file).map(({ id }) => id));
    equal(new Set(ids).size, ids.length);
    ok(ids.every((id) => /^[0-9a-f]{16}$/.test(id)));
  });

  for (const file of files)
    it(`${file} has a comment, wires to nodes that are there, and no node on top of another`, () => {
      const nodes = load(file);
      const ids = nodes.map(({ id }) => id);
      ok(nodes.some(({ type, info }) => type === 'comment' && String(info).length > 100));
      for (const node of nodes) for (const id of ((node.wires as string[][] | undefined) ?? []).flat()) ok(ids.includes(id), id);
      for (const { connection } of nodes) if (connection) ok(ids.includes(String(connection)));
      const places = nodes.filter(({ x }) => x).map(({ x, y }) => `${x} ${y}`);
      equal(new Set(places).size, places.length);
    });

  describe('running as imported', function () {
    this.timeout(20000);
    let red: NodeRed;
    let address: string;
    /** The example, but for the ports: another test may have those. */
    const run = async (...names: string[]) => {
      const { port, mqttPort } = await freePorts();
      address = `http://127.0.0.1:${port}`;
      red = await startNodeRed();
      const text = JSON.stringify(names.flatMap((name) => load(name)))
        .replaceAll('18800', String(port))
        .replaceAll('18830', String(mqttPort));
      await red.deploy(JSON.parse(text) as FlowNode[]);
    };
    const state = async (): Promise<SonataState> => (await read(address)).vendors.sonata;
    const levels = async (device: number) =>
      (await state().catch(() => undefined))?.matrices.find((matrix) => matrix.device === device)?.levels ?? [];
    const lit = (all: readonly number[]) => all.some((level) => level > 0);
    afterEach(async () => {
      deepEqual(
        red.logs.filter(({ level, id }) => id && (level === 'error' || level === 'warn')).map(({ text }) => text),
        [],
      );
      await red.stop();
    });

    it('paint-and-send shows the painted pattern', async () => {
      await run('paint-and-send.json');
      const painted = load('paint-and-send.json').find(({ name }) => name === 'Heart')?.parameters as { pattern: { value: string } };
      const shown = await until('a pattern', () => levels(1), lit);
      deepEqual(shown, JSON.parse(painted.pattern.value));
    });

    it('animation sends about ten frames a second', async () => {
      await run('animation.json');
      await until('it moves', () => levels(2), lit);
      const frames = async () => (await read(address)).log.length;
      const [count, since] = [await frames(), performance.now()];
      await until('20 frames', frames, (now) => now >= count + 20);
      const seconds = (performance.now() - since) / 1000;
      ok(seconds > 1 && seconds < 4, `${seconds} s for 20 frames`);
    });

    it('mirror shows each pattern of matrix 3, left to right, on matrix 4, and goes dark with it', async () => {
      await run('mirror.json');
      const mirrored = (all: readonly number[]) =>
        Array.from({ length: 10 }, (_, row) => all.slice(10 * row, 10 * row + 10).reverse()).flat();
      const both = async () => [await levels(3), await levels(4)] as const;
      for (const before of [await levels(3), await until('the next', () => levels(3), lit)]) {
        const changed = await until(
          'a change',
          () => levels(3),
          (now) => lit(now) && String(now) !== String(before),
        );
        await until('its mirror image', both, ([, image]) => String(image) === String(mirrored(changed)));
      }
      await fetch(`${address}/page/sonata/restart`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ installation: 1, device: 3 }),
      });
      await until(
        'matrix 4 is dark',
        () => levels(4),
        (now) => !lit(now),
      );
    });

    it('shared-group: both instances handle events, each event once', async () => {
      await run('shared-group.json');
      const counts = () =>
        ['Handled by A', 'Handled by B'].map((name) => {
          const id = load('shared-group.json').find((node) => node.name === name)?.id;
          return Number.parseInt(red.statuses.findLast((entry) => entry.id === id)?.status.text ?? '0', 10);
        });
      await until('two events at each', counts, ([a = 0, b = 0]) => a >= 2 && b >= 2);
      const [a = 0, b = 0] = counts();
      const sent = (await read(address)).log.length;
      ok(a + b <= sent, `${a} and ${b} handled of ${sent}`);
    });

    it('all of them run side by side', async () => {
      await run(...files);
      for (const device of [1, 2, 3, 4, 5]) await until(`matrix ${device} is lit`, () => levels(device), lit, 10000);
      equal((await read(address)).mqtt?.clients.length, 3);
    });
  });
});
