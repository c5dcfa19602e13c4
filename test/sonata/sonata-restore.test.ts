import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { Simulator } from '../../src/simulators/simulator';
import { RESTORE } from '../../src/vendors/sonata/restore';
import { Audit, OUTPUT, TAB } from '../kit/audit';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { msg, num } from '../kit/typed-input';
import { until } from '../kit/within';
import { EXAMPLE, press, simulated, snapshot } from '../simulators/simulated';

const matrix = { installation: 1, device: 1 };

describe('a gateway that restores patterns', () => {
  let red: NodeRed;
  let simulator: Simulator;
  let audit: Audit | undefined;
  const { spread } = RESTORE;
  before(async () => {
    red = await startNodeRed();
    RESTORE.spread = 1;
  });
  after(() => {
    RESTORE.spread = spread;
  });
  beforeEach(async () => {
    simulator = await simulated();
  });
  afterEach(async () => {
    await audit?.close();
    audit = undefined;
  });

  const gateway = (more: object = {}): FlowNode => ({
    id: 'gateway',
    type: 'sonata-gateway',
    baseUrl: `${simulator.address}/sonata`,
    mqttUrl: simulator.mqttAddress,
    installationId: '1',
    restoreOnAlive: true,
    ...more,
  });
  const node: FlowNode = {
    id: 'node',
    type: 'sonata-pattern',
    connection: 'gateway',
    operation: '',
    parameters: { deviceId: num(1), pattern: msg('payload') },
  };
  const open = async (more: object = {}, nodes: readonly FlowNode[] = []) => {
    audit = await Audit.open(red, node, [gateway(more), ...nodes]);
    return audit;
  };
  const run = async (operation: string, more: object = {}) => {
    const { ends } = await (audit as Audit).run({ operation, ...more });
    deepEqual(ends, ['done'], operation);
  };
  const shown = async () => (await snapshot(simulator)).vendors.sonata.matrices[0]?.levels;
  const shows = (levels: readonly number[], ms?: number) =>
    until('the pattern', shown, (now) => now?.every((level, index) => level === levels[index]) ?? false, ms);
  const subscribed = () =>
    until('the subscription of the gateway', async () => {
      await press(simulator, 'sonata', 'restart', { installation: 1, device: 4 });
      const { devices } = await lookUp();
      return devices.includes('4');
    });
  const lookUp = async () => {
    const { type, id, ...values } = gateway();
    const response = await red.admin('/ensemble/lookup/sonata-gateway/devices', { method: 'POST', body: { id, values } });
    return { devices: ((await response.json()) as { value: string }[]).map(({ value }) => value) };
  };
  const patterns = async () => (await snapshot(simulator)).log.filter(({ path }) => path.endsWith('/pattern')).length;

  it('sends the pattern again when the power is back, alone by MQTT, and nothing follows from that', async () => {
    await open();
    await subscribed();
    await run('set-pattern', { payload: EXAMPLE });
    await press(simulator, 'sonata', 'restart', matrix);
    await shows(EXAMPLE);
    const count = await patterns();
    equal(count, 2);
    await press(simulator, 'sonata', 'restart', { installation: 1, device: 2 });
    await press(simulator, 'sonata', 'restart', matrix);
    await shows(EXAMPLE);
    equal(await patterns(), 3);
  });

  it('leaves a matrix dark that was switched off, here or elsewhere', async () => {
    await open();
    await subscribed();
    await run('set-pattern', { payload: EXAMPLE });
    await run('off');
    await press(simulator, 'sonata', 'restart', matrix);
    // What the others show was not sent by anybody here, but seen.
    const [off, lit] = [2, 3].map((device) => ({ installation: 1, device }));
    for (const other of [off, lit]) await press(simulator, 'sonata', 'toggle', other);
    await press(simulator, 'sonata', 'off', off);
    for (const other of [off, lit]) await press(simulator, 'sonata', 'restart', other);
    const levels = async () => (await snapshot(simulator)).vendors.sonata.matrices.map(({ levels: [, second] }) => second);
    await until('the one that was lit', async () => (await levels())[2] === 15);
    deepEqual((await levels()).slice(0, 3), [0, 0, 15]);
    equal(await patterns(), 2);
  });

  it('knows over a deploy what was shown', async () => {
    const { deploy } = await open();
    await subscribed();
    await run('set-pattern', { payload: EXAMPLE });
    await deploy.call(audit as Audit, 'full', { id: 'gateway', type: 'sonata-gateway', name: 'deployed again' });
    await until('the gateway', async () => {
      await press(simulator, 'sonata', 'restart', matrix);
      return shows(EXAMPLE, 2000).catch(() => false);
    });
  });

  it('hears of it by the webhook of an event node, and says that MQTT does not work', async () => {
    const events = { id: 'events', type: 'sonata-events', connection: 'gateway', publicUrl: red.httpUrl, wires: [[]] };
    await open({ mqttUrl: 'mqtt://127.0.0.1:1' }, [{ ...events, z: TAB }]);
    const warning = () => red.logs.find(({ id, level }) => id === 'gateway' && level === 'warn')?.text;
    match(
      String(await until('a warning', warning)),
      /^restoreOnAlive: no events come in over MQTT, and only those of sonata-events nodes count/,
    );
    await until('the subscription', async () => (await snapshot(simulator)).vendors.sonata.subscriber !== '');
    await run('set-pattern', { payload: EXAMPLE });
    await press(simulator, 'sonata', 'restart', matrix);
    await shows(EXAMPLE);
    equal(red.logs.filter(({ id, level }) => id === 'gateway' && level === 'warn').length, 1);
  });

  it('does nothing where it is off', async () => {
    await open({ restoreOnAlive: false });
    await run('set-pattern', { payload: EXAMPLE });
    await press(simulator, 'sonata', 'restart', matrix);
    await run('off');
    equal(await patterns(), 1);
  });
});

describe('sonata-pattern shows', () => {
  it('on: what was shown before; nothing known: level 15; and what it was seen to show', async () => {
    const red = await startNodeRed();
    const simulator = await simulated();
    const connection = {
      id: 'gateway',
      type: 'sonata-gateway',
      baseUrl: `${simulator.address}/sonata`,
      mqttUrl: simulator.mqttAddress,
      installationId: '1',
    };
    const node = { id: 'node', type: 'sonata-pattern', connection: 'gateway', operation: '', parameters: { deviceId: msg('device') } };
    const events = { id: 'events', type: 'sonata-events', connection: 'gateway', transport: 'mqtt', z: TAB, wires: [[OUTPUT]] };
    const audit = await Audit.open(red, node, [connection, events]);
    await red.status('events', { fill: 'green' });
    const levels = async (device: number) => (await snapshot(simulator)).vendors.sonata.matrices[device - 1]?.levels[1];
    const run = async (operation: string, device: number, parameters: object = {}) => {
      const { ends } = await audit.run({ operation, device, parameters });
      deepEqual(ends, ['done']);
      return levels(device);
    };
    equal(await run('on', 1), 15);
    equal(await run('fill', 1, { level: 6 }), 6);
    equal(await run('off', 1), 0);
    // All wait in line: each shows what the one before has left.
    const ids = ['fill', 'off', 'on'].map((operation) =>
      audit.send({ operation, device: 1, parameters: operation === 'fill' ? { level: 9 } : {} }),
    );
    await audit.settled();
    ok(ids.every((id) => audit.outcomes.get(id)?.ends[0] === 'done'));
    equal(await levels(1), 9);
    // Somebody else shows something, and switches it off.
    await fetch(`${simulator.address}/sonata/pattern`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ installation_id: 1, device_id: 2, values: EXAMPLE }),
    });
    await press(simulator, 'sonata', 'off', { installation: 1, device: 2 });
    await until('both events', () => audit.outputs.filter(({ topic }) => topic === '1/2/context').length === 2);
    await run('on', 2);
    deepEqual((await snapshot(simulator)).vendors.sonata.matrices[1]?.levels, EXAMPLE);
    await audit.close();
  });
});
