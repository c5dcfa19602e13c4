import { deepEqual, equal, ok } from 'node:assert/strict';
import { type FlowNode, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { complaints, deployExamples, exampleFilesOf, exampleVendors, load, mergedExamples, pollingOften } from './example-flows';
import { press, read } from './simulated';

/** What a message changes, and the parameter that says where. */
const WRITES: Readonly<Record<string, string>> = {
  'sonata-pattern': 'deviceId',
  'turn-channel': 'channel',
  'twinkly-command': 'id',
  'thingsquare-variable': 'device',
};

/** That the requests of the examples are counted, when the first readings are over. */
const SECONDS = 8;
/** What a person sets on the Turn. */
const SET = new Map([
  ['light/1/1', 35],
  ['light/2/1', 65],
  ['light_scenes/1/1', 3],
  ['source/1/1', 1],
  ['temperature/1/1', 19.5],
]);
/** The sensor may have measured meanwhile. */
const HUMIDITY = SET.size;
const without = (values: readonly unknown[], place: number) => values.toSpliced(place, 1);

interface Parameter {
  readonly type: string;
  readonly value: string;
}

/** The device that an action node is set to, where it is no variable of the message. */
function targetOf({ type, operation, parameters }: FlowNode): string[] {
  const parameter = (parameters as Record<string, Parameter> | undefined)?.[WRITES[String(type)] ?? ''];
  if (!parameter || !['str', 'num'].includes(parameter.type) || /^(get|history)/.test(String(operation))) return [];
  return [`${type} ${parameter.value}`];
}

describe('all examples in one Node-RED', () => {
  const files = exampleVendors.flatMap((vendor) =>
    exampleFilesOf(vendor).map((file) => ({ name: `${vendor}/${file}`, nodes: load(vendor, file) })),
  );

  it('begin with the first steps, and share the simulated devices and one config node for each connection', async () => {
    const flows = await mergedExamples();
    const tabs = flows.filter(({ type }) => type === 'tab');
    equal(tabs[0]?.label, 'First steps');
    equal(tabs.length, files.flatMap(({ nodes }) => nodes.filter(({ type }) => type === 'tab')).length);
    deepEqual(
      flows.filter(({ type }) => type === 'ensemble-simulator').map(({ z }) => z),
      [tabs[0]?.id],
    );
    const configs = flows.filter(({ type, z }) => type !== 'tab' && z === undefined);
    deepEqual(configs.map(({ type, name }) => `${type}: ${name}`).sort(), [
      'mqtt-broker: Simulated broker',
      // Both of these connect to the same broker on purpose.
      'sonata-gateway: Instance A',
      'sonata-gateway: Instance B',
      'sonata-gateway: Simulated gateway',
      'thingsee-cloud: Simulated cloud',
      'thingsquare-frontend: Simulated backend',
      'turn-device: Simulated Turn',
      'twinkly-account: Simulated account',
    ]);
    const ids = new Set(configs.map(({ id }) => id));
    const connections = flows.flatMap(({ connection }) => (connection ? [String(connection)] : []));
    ok(connections.length > 50);
    ok(connections.every((id) => ids.has(id)));
  });

  it('keep out of each other’s way: each writes to devices of its own', () => {
    const owners = new Map<string, Set<string>>();
    for (const { name, nodes } of files)
      for (const target of nodes.flatMap(targetOf)) owners.set(target, (owners.get(target) ?? new Set()).add(name));
    ok(owners.size > 10);
    deepEqual(
      [...owners].filter(([, names]) => names.size > 1).map(([target, names]) => [target, ...names]),
      [],
    );
  });

  it('read seldom, and put next to nothing into the debug sidebar, until somebody presses a button', async () => {
    const red = await startNodeRed();
    const shown: unknown[] = [];
    const listen = ({ topic, data }: { topic: string; data: unknown }) => {
      if (topic === 'debug') shown.push(data);
    };
    red.events.on('comms', listen);
    const address = await deployExamples(red, await mergedExamples());
    // The quickest of what reads by itself does so every ten seconds.
    await until(
      'everything has been read',
      async () => (await read(address)).log.filter(({ path }) => path === '/thingsee/things/alerts').length,
      (count) => count === 2,
    );
    red.events.off('comms', listen);
    ok(shown.length <= 5, JSON.stringify(shown));
    const { log } = await read(address);
    const asked = log.filter(({ method, time }) => method === 'GET' && time > Date.now() - SECONDS * 1000).length;
    ok(asked > 0 && asked <= 2 * SECONDS, `${asked} requests in ${SECONDS} seconds`);
    const said = complaints(red);
    await red.stop();
    deepEqual(said, []);
  });

  it('outlast a restart of the Turn: it shows again what it showed, its devices stay as they are, and the log stays empty', async () => {
    const red = await startNodeRed();
    const flows = await mergedExamples();
    const address = await deployExamples(red, pollingOften(flows));
    for (const { id } of flows.filter(({ type }) => type === 'turn-sse')) await red.status(id, { fill: 'green' });
    const shown = async () => {
      const { turn, twinkly } = (await read(address)).vendors;
      const stateOf = (channel: string) => turn.pages.flatMap(({ channels }) => channels).find(({ id }) => id === channel)?.state.value;
      return [...SET.keys(), 'humidity/1/2', 'source/1/4'].map(stateOf).concat(twinkly.objects.find(({ id }) => id === 48213)?.brightness);
    };
    // What a flow reads of a light at its start may come after, and set the dial back.
    const set = async () => {
      const values = await shown();
      for (const [index, [channel, value]] of [...SET].entries())
        if (values[index] !== value) await press({ address }, 'turn', 'set', { channel, value });
      return values;
    };
    const before = await until('all is shown', set, (values) => !values.includes(0) && !values.includes('') && values.at(-1) === 65);
    await press({ address }, 'turn', 'restart', {});
    await until('the Turn has forgotten', shown, (values) => values.includes(0));
    const after = await until('all is shown again', shown, (values) => !values.includes(0) && !values.includes(''));
    deepEqual(without(after, HUMIDITY), without(before, HUMIDITY));
    const said = complaints(red);
    await red.stop();
    deepEqual(said, []);
  });
});
