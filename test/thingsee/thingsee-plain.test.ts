import { deepEqual, equal, ok } from 'node:assert/strict';
import type { FlowNode } from '../kit/node-red';
import { debugNode, PlainNodeRed, type Shown } from '../kit/plain';
import { until } from '../kit/within';
import { freePorts } from '../simulators/ports';

const PRESENCE = 'TSPR04X2Z74162947';
const NODES = ['command', 'query', 'installation', 'group'] as const;

describe('the Thingsee nodes, on a plain Node-RED with its default settings, against the simulated devices', () => {
  let red: PlainNodeRed;
  before(async () => {
    red = await PlainNodeRed.start();
    const { port, mqttPort } = await freePorts();
    const credentials = { clientId: 'ensemble', clientSecret: 'simulated-secret' };
    const flow: FlowNode[] = [
      { id: 'simulator', type: 'ensemble-simulator', port, mqttPort, wires: [] },
      { id: 'cloud', type: 'thingsee-cloud', baseUrl: `http://127.0.0.1:${port}/thingsee`, credentials },
      ...NODES.flatMap((name): FlowNode[] => [
        { id: `http ${name}`, type: 'http in', method: 'post', url: `/${name}`, wires: [[`as ${name}`, 'response']] },
        { id: `as ${name}`, type: 'function', func: 'return Object.assign(msg, msg.payload);', wires: [[name]] },
        { id: name, type: `thing-${name}`, connection: 'cloud', operation: '', parameters: {}, wires: [['answer']] },
      ]),
      { id: 'response', type: 'http response', wires: [] },
      { id: 'messages', type: 'thing-messages', connection: 'cloud', things: PRESENCE, interval: '1', grace: '0', wires: [['event']] },
      ...['answer', 'event'].map(debugNode),
    ];
    await red.deploy(flow);
    await red.status('simulator', { fill: 'green' });
  });
  after(() => red.remove());

  let responses = 0;
  const run = async (node: (typeof NODES)[number], operation: string, parameters: object) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ operation, parameters });
    equal((await fetch(`${red.httpUrl}/${node}`, { method: 'POST', headers, body })).status, 200);
    return (await red.shows('answer', ++responses)).at(-1)?.payload as Record<string, unknown>;
  };

  it('read and change things and groups, send a command, and tell of the messages that follow', async () => {
    await red.status('messages', { fill: 'green', shape: 'dot' });
    const command = { tsmId: 1500, tsmEv: 30, reportInterval: 60 };
    const { replies } = await run('command', 'send', { tuid: PRESENCE, commands: command, waitForReply: 30 });
    deepEqual(
      (replies as { tsmId: number; reportInterval: number }[]).map(({ tsmId, reportInterval }) => [tsmId, reportInterval]),
      [[1500, 60]],
    );
    ok(typeof (await run('query', 'get-info', { tuid: PRESENCE })).battery_level === 'number');
    deepEqual(await run('group', 'set-group-of-thing', { tuid: PRESENCE, groupId: 'prfi00plant' }), {
      tuid: PRESENCE,
      group_id: 'prfi00plant',
    });
    deepEqual(await run('installation', 'set-status', { tuid: PRESENCE, status: 'installed' }), {
      tuid: PRESENCE,
      installation_status: 'installed',
    });
    const isReply = ({ msg: { topic, payload } }: Shown) => topic === PRESENCE && (payload as { tsmId?: number }).tsmId === 1500;
    await until('the reply as a message', () => red.shown.some((shown) => shown.id === 'event' && isReply(shown)));
    for (const id of [...NODES, 'messages']) await red.status(id, { fill: 'green', shape: 'dot' });
  });
});
