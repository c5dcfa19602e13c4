import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { debugNode, logNode, PlainNodeRed } from '../kit/plain';
import { until } from '../kit/within';
import { freePorts } from '../simulators/ports';
import { press } from '../simulators/simulated';
import { DEVICE } from './backend';

const NODES = ['variable', 'device', 'firmware', 'user'] as const;
const NEARBY = 'fd92477f326aaa4de8b2d85122560591';
const demo = { login: 'demo@example.com', password: 'demo' };

describe('the Thingsquare nodes, on a plain Node-RED with its default settings, against the simulated devices', () => {
  let red: PlainNodeRed;
  before(async () => {
    red = await PlainNodeRed.start();
    const { port, mqttPort } = await freePorts();
    const flow: FlowNode[] = [
      { id: 'simulator', type: 'ensemble-simulator', port, mqttPort, wires: [] },
      {
        ...{ id: 'frontend', type: 'thingsquare-frontend', authentication: 'login', credentials: demo },
        ...{ baseUrl: `http://127.0.0.1:${port}/thingsquare`, announce: true, announceTo: '127.0.0.1' },
      },
      ...NODES.flatMap((name): FlowNode[] => [
        { id: `http ${name}`, type: 'http in', method: 'post', url: `/${name}`, wires: [[`as ${name}`, 'response']] },
        { id: `as ${name}`, type: 'function', func: 'return Object.assign(msg, msg.payload);', wires: [[name]] },
        { id: name, type: `thingsquare-${name}`, connection: 'frontend', operation: '', parameters: {}, wires: [['answer']] },
      ]),
      { id: 'response', type: 'http response', wires: [] },
      { id: 'events', type: 'thingsquare-events', connection: 'frontend', interval: '1', wires: [['event']] },
      ...['answer', 'event'].map(debugNode),
    ];
    await red.deploy(flow);
    await red.status('simulator', { fill: 'green' });
  });
  after(() => red.remove());

  let responses = 0;
  const run = async (node: (typeof NODES)[number], operation: string, parameters: object = {}) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ operation, parameters });
    equal((await fetch(`${red.httpUrl}/${node}`, { method: 'POST', headers, body })).status, 200);
    return (await red.shows('answer', ++responses)).at(-1)?.payload;
  };
  const event = (what: string, holds: (topic: unknown, payload: unknown, event: Record<string, unknown>) => boolean) =>
    until(what, () =>
      red.shown.some(({ id, msg }) => id === 'event' && holds(msg.topic, msg.payload, msg.event as Record<string, unknown>)),
    );

  it('set and read a variable, and tell of its change', async () => {
    await red.status('events', { fill: 'green', shape: 'dot' });
    const period = { device: DEVICE, kind: 'd', name: 'period' };
    await event(
      'the state at start',
      (topic, _value, { initial, type }) => topic === `${DEVICE}/d/period` && initial === true && type === 'variable',
    );
    equal(await run('variable', 'set', { ...period, value: 120, waitForAck: 20 }), 'device-ok');
    equal(((await run('variable', 'get', period)) as { value: string }).value, '120');
    equal(((await run('variable', 'history', { ...period, latest: 10 })) as unknown[]).length, 2);
    await event(
      'the change',
      (topic, value, { initial, kind }) => topic === `${DEVICE}/d/period` && value === '120' && initial === false && kind === 'd',
    );
  });

  it('list devices, claim and remove one, and tell of both', async () => {
    equal(Object.keys((await run('device', 'list')) as object).length, 4);
    const id = await run('device', 'claim', { auth: NEARBY });
    match(String(id), /^[\da-f-]{36}$/);
    await event('the new device', (topic, payload, { type }) => topic === id && payload === true && type === 'device-added');
    equal(await run('device', 'remove', { device: id }), 'device-ok');
    await event('its end', (topic, payload, { type }) => topic === id && payload === false && type === 'device-removed');
  });

  it('read the user and the firmware images', async () => {
    equal(((await run('user', 'get')) as { login: string }).login, demo.login);
    ok(((await run('firmware', 'list')) as { name: string }[]).some(({ name }) => name === '20160901/sensortag/client.signed'));
    for (const id of [...NODES, 'events']) await red.status(id, { fill: 'green', shape: 'dot' });
  });

  it('announce the user in the local network', async function () {
    const socket = createSocket('udp4');
    const packets: string[] = [];
    socket.on('message', (packet) => packets.push(packet.toString()));
    const bound = await new Promise((resolve) => {
      socket.once('error', () => resolve(false));
      socket.bind(590, '127.0.0.1', () => resolve(true));
    });
    try {
      // Such a port is for the system's own programs in some places.
      if (!bound) this.skip();
      const { authcode } = (await run('user', 'get')) as { authcode: string };
      await until('a packet', () => packets.length > 0);
      deepEqual(packets[0], authcode);
    } finally {
      socket.close();
    }
  });
});

describe('thingsquare-events on a plain Node-RED that keeps its context on the disk', () => {
  let red: PlainNodeRed | undefined;
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await Simulator.start(await freePorts());
  });
  afterEach(async () => {
    await red?.remove();
    await simulator.close();
  });

  for (const transport of ['poll', 'push']) {
    it(`goes on by ${transport} where it was when it is killed`, async () => {
      const settings = { contextStorage: { default: { module: 'localfilesystem', config: { flushInterval: 1 } } } };
      red = await PlainNodeRed.start({ settings });
      const device = { device: DEVICE, kind: 's', variable: 'temperature' };
      await red.deploy([
        {
          id: 'frontend',
          type: 'thingsquare-frontend',
          baseUrl: `${simulator.address}/thingsquare`,
          authentication: 'login',
          credentials: demo,
        },
        { id: 'events', type: 'thingsquare-events', connection: 'frontend', transport, interval: '1', ...device, wires: [['event']] },
        logNode('event'),
      ]);
      await red.status('events', { fill: 'green', shape: 'dot' });
      const told = () => (red?.logged('event') ?? []).map(({ payload, event }) => [payload, (event as { resumed: boolean }).resumed]);
      const warm = (temperature: number) => press(simulator, 'thingsquare', 'temperature', { temperature });
      await warm(-33);
      await until('the change', told, (all) => all.some(([payload]) => payload === '-33.0'));
      await until('it is on the disk', () => red?.hasWritten('-33.0'));
      await red.kill();
      await warm(-34);
      red = await PlainNodeRed.start({ settings, userDir: red.userDir });
      await until('what was missed', told, (all) => all.some(([payload]) => payload === '-34.0'));
      deepEqual(told(), [['-34.0', true]]);
    });

    it(`tells by ${transport} what happened while it was stopped once, devices that came and went too`, async () => {
      const settings = { contextStorage: { default: { module: 'localfilesystem', config: { flushInterval: 1 } } } };
      const address = `${simulator.address}/thingsquare`;
      red = await PlainNodeRed.start({ settings });
      await red.deploy([
        { id: 'frontend', type: 'thingsquare-frontend', baseUrl: address, authentication: 'login', credentials: demo },
        { id: 'events', type: 'thingsquare-events', connection: 'frontend', transport, interval: '1', wires: [['event']] },
        logNode('event'),
      ]);
      await red.status('events', { fill: 'green', shape: 'dot' });
      const logged = () => red?.logged('event') ?? [];
      const { length } = await until('the state at the start', logged, (all) => all.length >= 20);
      await red.stop();
      const user = await logIn(address);
      await user('DELETE', `devices/${DEVICE}`);
      const id = await user('POST', 'devices/', { auth: NEARBY });
      red = await PlainNodeRed.start({ settings, userDir: red.userDir });
      const events = await until('both', logged, (all) => all.some(({ topic }) => topic === DEVICE));
      const told = events.map(({ topic, event }) => ({ topic, ...(event as { type: string; initial: boolean; resumed: boolean }) }));
      ok(length > 10 && told.every(({ initial }) => !initial), JSON.stringify(told));
      deepEqual(
        told.filter(({ type }) => type !== 'variable').map(({ topic, type, resumed }) => [topic, type, resumed]),
        [
          [id, 'device-added', true],
          [DEVICE, 'device-removed', true],
        ],
      );
      ok(told.some(({ topic, resumed }) => topic === `${id}/d/mode` && resumed));
      ok(!told.some(({ topic }) => String(topic).startsWith(`${DEVICE}/`)));
    });
  }
});

/** A client of its own. */
async function logIn(address: string) {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const login = await fetch(`${address}/0/session/login`, { method: 'POST', headers: form, body: new URLSearchParams(demo) });
  const cookie = login.headers.get('set-cookie')?.replace(/;.*/, '') ?? '';
  return async (method: string, path: string, fields?: Record<string, string>): Promise<string> => {
    const body = fields && new URLSearchParams(fields);
    const response = await fetch(`${address}/0/${path}`, { method, headers: { ...form, cookie }, ...(body && { body }) });
    return response.text();
  };
}
