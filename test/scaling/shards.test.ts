import '../kit/once';
import { deepEqual, equal, ok } from 'node:assert/strict';
import { Simulator } from '../../src/simulators/simulator';
import { PlainNodeRed } from '../kit/plain';
import { until } from '../kit/within';
import { freePorts } from '../simulators/ports';
import { press, read } from '../simulators/simulated';
import { idOf, startInstance, tabOf } from './instances';

const FILE = 'Scaling - shards.json';
const STRINGS = idOf(FILE, 'Strings');
const POLL = idOf(FILE, 'My share of the strings');
const SHARES = ['1/3', '2/3', '3/3'];
/** What is remembered is in the file at once. */
const FILES = { contextStorage: { default: { module: 'localfilesystem', config: { cache: false } } } };

interface Told {
  readonly topic: string;
  readonly on: boolean;
  readonly marks: string;
}

describe('the example Shards, in three Node-REDs', function () {
  this.timeout(240_000);
  let simulator: Simulator;
  let all: string[];
  let instances: PlainNodeRed[] = [];

  beforeEach(async () => {
    simulator = await Simulator.start(await freePorts());
    all = (await read(simulator.address)).vendors.twinkly.objects.map(({ id }) => String(id)).sort();
  });
  afterEach(async () => {
    await Promise.all(instances.map((instance) => instance.remove()));
    instances = [];
    await simulator.close();
  });

  const flow = () =>
    tabOf(FILE, 'Scaling - shards', { port: Number(new URL(simulator.address).port) }).map((node) =>
      node.type === 'twinkly-status-poll' ? { ...node, interval: 5 } : node,
    );
  const start = async (shards: readonly string[]) => {
    instances = await Promise.all(shards.map((SHARD) => startInstance(flow(), { env: { SHARD }, settings: FILES })));
    for (const instance of instances) await instance.status(POLL, { fill: 'green' });
  };
  const toldBy = (instance: PlainNodeRed | undefined): Told[] =>
    (instance?.logged(STRINGS) ?? []).map(({ topic, payload, event }) => {
      const { initial, resumed } = event as { initial: boolean; resumed: boolean };
      return {
        topic: String(topic),
        on: (payload as { mode: string }).mode !== 'off',
        marks: initial ? 'initial' : resumed ? 'resumed' : 'live',
      };
    });
  const topics = (instance: PlainNodeRed | undefined) => [...new Set(toldBy(instance).map(({ topic }) => topic))].sort();
  /** Switches a string on that is off, and off one that is on. */
  const change = async (id: string) => {
    const light = (await read(simulator.address)).vendors.twinkly.objects.find((one) => String(one.id) === id);
    equal(await press(simulator, 'twinkly', 'turn', { id: Number(id), on: light?.mode === 'off' }), 204);
  };

  it('polls everything in one Node-RED whose environment has no SHARD, and in one where it is empty', async () => {
    for (const env of [{}, { SHARD: '' }]) {
      instances.push(await startInstance(flow(), { env, settings: FILES }));
      await until(
        'all strings',
        () => topics(instances.at(-1)).length,
        (count) => count === all.length,
      );
    }
  });

  it('divides the strings, and a share whose instance dies rests until it is back, with what has changed meanwhile', async () => {
    await start(SHARES);
    await until(
      'all strings',
      () => instances.flatMap(topics).length,
      (count) => count >= all.length,
    );
    deepEqual(instances.flatMap(topics).sort(), all);
    const shares = instances.map(topics);
    const [dead, ...others] = instances as [PlainNodeRed, ...PlainNodeRed[]];
    const [own = '', ...same] = shares[0] ?? [];
    const foreign = shares[1]?.[0] ?? '';
    ok(own && foreign, JSON.stringify(shares));
    await until('what it remembers is on the disk', () => dead.hasWritten(`"${own}"`));
    await dead.kill();
    await change(own);
    await change(foreign);
    await until('the change of a living share', () => toldBy(others[0]).some(({ topic, marks }) => topic === foreign && marks === 'live'));
    ok(!others.some((instance) => topics(instance).includes(own)));
    const back = await PlainNodeRed.start({ userDir: dead.userDir, env: { SHARD: '1/3' }, settings: FILES });
    instances = [back, ...others];
    await until(
      'the whole share',
      () => topics(back).length,
      (count) => count === 1 + same.length,
    );
    deepEqual(
      toldBy(back)
        .map(({ topic, marks }) => `${topic} ${marks}`)
        .sort(),
      [`${own} resumed`, ...same.map((id) => `${id} initial`)].sort(),
    );
  });
});
