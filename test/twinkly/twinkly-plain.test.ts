import { deepEqual, equal } from 'node:assert/strict';
import type { FlowNode } from '../kit/node-red';
import { debugNode, PlainNodeRed, type Shown } from '../kit/plain';
import { freePorts } from '../simulators/ports';

const SPRUCE = '48221';

describe('the Twinkly nodes, on a plain Node-RED with its default settings, against the simulated devices', () => {
  let red: PlainNodeRed;
  before(async () => {
    red = await PlainNodeRed.start();
    const { port, mqttPort } = await freePorts();
    const credentials = { username: 'demo@example.com', password: 'twinkle' };
    const action = (name: string) => ({ id: name, type: `twinkly-${name}`, connection: 'account', operation: '', parameters: {} });
    const flow: FlowNode[] = [
      { id: 'simulator', type: 'ensemble-simulator', port, mqttPort, wires: [] },
      {
        id: 'account',
        type: 'twinkly-account',
        environment: 'custom',
        baseUrl: `http://127.0.0.1:${port}/twinkly`,
        authentication: 'password',
        credentials,
      },
      { id: 'http', type: 'http in', method: 'post', url: '/:node', wires: [['which', 'response']] },
      { id: 'response', type: 'http response', wires: [] },
      {
        id: 'which',
        type: 'function',
        func: 'Object.assign(msg, msg.payload); return msg.req.params.node === "command" ? [msg, null] : [null, msg];',
        outputs: 2,
        wires: [['command'], ['query']],
      },
      { ...action('command'), wires: [['answer']] },
      { ...action('query'), wires: [['answer']] },
      { id: 'poll', type: 'twinkly-status-poll', connection: 'account', ids: SPRUCE, interval: '5', wires: [['event']] },
      ...['answer', 'event'].map(debugNode),
    ];
    await red.deploy(flow);
    await red.status('simulator', { fill: 'green' });
  });
  after(() => red.remove());

  const eventOf = (msg: Shown['msg'] | undefined) => (msg?.event ?? {}) as { changed?: string[]; initial?: boolean; resumed?: boolean };
  let responses = 0;
  const run = async (node: 'command' | 'query', operation: string, parameters: object) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ operation, parameters });
    equal((await fetch(`${red.httpUrl}/${node}`, { method: 'POST', headers, body })).status, 200);
    return (await red.shows('answer', ++responses)).at(-1)?.payload as Record<string, { runtime: { mode: string; brightness: number } }>;
  };

  it('send a command, read what it did, and tell of the change', async () => {
    const [initial] = await red.shows('event');
    deepEqual([initial?.topic, eventOf(initial).initial], [SPRUCE, true]);
    const { brightness } = (initial?.payload ?? {}) as { brightness: number };
    const wanted = brightness === 40 ? 41 : 40;
    await run('command', 'set-brightness', { id: SPRUCE, brightness: wanted });
    const status = await run('query', 'get-object-status', { ids: SPRUCE });
    equal(status[SPRUCE]?.runtime.brightness, wanted);
    const [, change] = await red.shows('event', 2);
    const { changed, initial: isInitial, resumed } = eventOf(change);
    deepEqual([change?.topic, changed, isInitial, resumed], [SPRUCE, ['brightness'], false, false]);
    for (const id of ['command', 'query', 'poll']) await red.status(id, { fill: 'green', shape: 'dot' });
  });
});
