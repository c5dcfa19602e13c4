import { deepEqual, equal } from 'node:assert/strict';
import type { FlowNode } from '../kit/node-red';
import { debugNode, PlainNodeRed } from '../kit/plain';
import { freePorts } from '../simulators/ports';
import { read } from '../simulators/simulated';

const PERSON = 'UserInterfaceServiceImpl';
const ACTIONS = ['channel', 'control'] as const;

describe('the Turn nodes, on a plain Node-RED with its default settings, against the simulated devices', () => {
  let red: PlainNodeRed;
  let address: string;
  before(async () => {
    red = await PlainNodeRed.start();
    const { port, mqttPort } = await freePorts();
    address = `http://127.0.0.1:${port}`;
    const flow: FlowNode[] = [
      { id: 'simulator', type: 'ensemble-simulator', port, mqttPort, wires: [] },
      { id: 'device', type: 'turn-device', host: '127.0.0.1', port },
      ...ACTIONS.flatMap((name): FlowNode[] => [
        { id: `http ${name}`, type: 'http in', method: 'post', url: `/${name}`, wires: [[`as ${name}`, 'response']] },
        { id: `as ${name}`, type: 'function', func: 'return Object.assign(msg, msg.payload);', wires: [[name]] },
        { id: name, type: `turn-${name}`, connection: 'device', operation: '', parameters: {}, wires: [['answer']] },
      ]),
      { id: 'response', type: 'http response', wires: [] },
      { id: 'events', type: 'turn-sse', connection: 'device', stream: 'channels', wires: [['event']] },
      {
        id: 'ready',
        type: 'turn-sse',
        connection: 'device',
        stream: 'control-state',
        selector: 'ready',
        initial: true,
        wires: [['state']],
      },
      ...['answer', 'event', 'state'].map(debugNode),
    ];
    await red.deploy(flow);
    await Promise.all(['simulator', 'events', 'ready'].map((id) => red.status(id, { fill: 'green', shape: 'dot' })));
  });
  after(() => red.remove());

  let responses = 0;
  const run = async (node: (typeof ACTIONS)[number], operation: string, parameters: object = {}) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ operation, parameters });
    equal((await fetch(`${red.httpUrl}/${node}`, { method: 'POST', headers, body })).status, 200);
    return (await red.shows('answer', ++responses)).at(-1)?.payload;
  };
  const act = async (action: string, input: object) => {
    const headers = { 'content-type': 'application/json' };
    const { status } = await fetch(`${address}/page/turn/${action}`, { method: 'POST', headers, body: JSON.stringify(input) });
    equal(status, 204);
  };
  const stateOf = async (id: string) =>
    (await read(address)).vendors.turn.pages.flatMap(({ channels }) => channels).find((channel) => channel.id === id)?.state;

  it('set channels, and read what they hold', async () => {
    await run('channel', 'set-state', { channel: 'light/2/1', value: 33.4 });
    deepEqual(await stateOf('light/2/1'), { value: 33, on: 'true' });
    await run('channel', 'set-state', { channel: 'info/1/1', value: 414.5 });
    deepEqual(await run('channel', 'get-state', { channel: 'info/1/1' }), { value: '415ppm', ppm_string: '415ppm', number: 415 });
    for (const value of ['Autobahn', '']) await run('channel', 'set-state', { channel: 'source/1/4', value });
    deepEqual(await stateOf('source/1/4'), { value: '' });
    await red.status('channel', { fill: 'green', shape: 'dot' });
  });

  it('receive what a person turns at the dial, and nothing that was sent from here', async () => {
    await run('channel', 'set-state', { channel: 'light/1/1', value: 10 });
    await act('dial', { page: 'light/1', steps: 4 });
    const [message, ...others] = await red.shows('event');
    deepEqual([message?.topic, message?.payload], ['light/1/1', { value: 30, on: true }]);
    const { vendor, source, type, initial, resumed, modifiedBy } = (message?.event ?? {}) as Record<string, unknown>;
    deepEqual([vendor, source, type, initial, resumed, modifiedBy], ['turn', 'sse', 'state', false, false, PERSON]);
    deepEqual(others, []);
  });

  it('read and change the states of the Turn, and hear of them', async () => {
    deepEqual(await run('control', 'get-states'), { internal_temperature: 21.5, ready: true });
    await run('control', 'set-state', { state: 'ready', value: false });
    deepEqual(await run('control', 'get-states'), { internal_temperature: 21.5, ready: false });
    // The power fails for a moment: ready is raised while nobody listens.
    await act('restart', {});
    const states = await red.shows('state', 2);
    deepEqual(
      states.map(({ topic, payload, event }) => [topic, payload, (event as { initial: boolean }).initial]),
      [
        ['ready', { value: true }, true],
        ['ready', { value: true }, false],
      ],
    );
  });
});
