import { deepEqual, equal } from 'node:assert/strict';
import type { FlowNode } from '../kit/node-red';
import { debugNode, PlainNodeRed } from '../kit/plain';
import { freePort } from '../kit/ports';
import { msg, num } from '../kit/typed-input';

const PATTERN = Array.from({ length: 100 }, (_, index) => ([0, 9, 90, 99].includes(index) ? 0 : index % 16));

describe('the Sonata nodes, on a plain Node-RED with its default settings, against the simulated devices', () => {
  let red: PlainNodeRed;
  let simulator: string;
  before(async () => {
    red = await PlainNodeRed.start();
    const [port, mqttPort] = [await freePort(), await freePort()];
    simulator = `http://127.0.0.1:${port}`;
    const device = num(7);
    const flow: FlowNode[] = [
      { id: 'simulator', type: 'ensemble-simulator', port, mqttPort, wires: [] },
      { id: 'gateway', type: 'sonata-gateway', baseUrl: `${simulator}/sonata`, installationId: '1' },
      { id: 'events', type: 'sonata-events', connection: 'gateway', publicUrl: red.httpUrl, wires: [['event']] },
      debugNode('event'),
      { id: 'http', type: 'http in', method: 'post', url: '/in', wires: [['pattern', 'response']] },
      { id: 'response', type: 'http response', wires: [] },
      {
        id: 'pattern',
        type: 'sonata-pattern',
        connection: 'gateway',
        operation: 'set-pattern',
        parameters: { deviceId: device, pattern: msg('payload') },
        wires: [['answer']],
      },
      debugNode('answer'),
    ];
    await red.deploy(flow);
    await red.status('simulator', { fill: 'green' });
  });
  after(() => red.remove());

  const send = (pattern: readonly number[]) =>
    fetch(`${red.httpUrl}/in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(pattern) });
  const events = async (count: number) =>
    (await red.shows('event', count)).map(({ topic, payload, event }) => ({
      topic,
      pattern: (payload as { pattern?: unknown }).pattern,
      source: (event as { source?: unknown }).source,
    }));

  it('show a pattern, and receive by webhook what the matrix then reports', async () => {
    await red.status('events', { fill: 'yellow', shape: 'ring', text: 'subscribed, no event yet' });
    equal((await send(PATTERN)).status, 200);
    const [answer] = await red.shows('answer');
    deepEqual([answer?.payload, answer?.statusCode], [{ message: 'Success' }, 200]);
    deepEqual(await events(1), [{ topic: '1/7/context', pattern: PATTERN, source: 'webhook' }]);
    await red.status('events', { fill: 'green', shape: 'dot', text: 'connected' });
    await red.status('pattern', { fill: 'green', shape: 'dot' });
  });

  it('receive it in every form that the document leaves open', async () => {
    const forms = ['string', 'object', 'text'].flatMap((webhookBody) =>
      ['type', 'message_type'].map((typeKey) => ({ webhookBody, typeKey })),
    );
    const before = red.shown.filter(({ id }) => id === 'event').length;
    for (const [index, form] of forms.entries()) {
      const headers = { 'content-type': 'application/json' };
      await fetch(`${simulator}/page/sonata/events`, { method: 'POST', headers, body: JSON.stringify(form) });
      await send(PATTERN.with(1, index + 2));
    }
    const wanted = forms.map((_, index) => ({ topic: '1/7/context', pattern: PATTERN.with(1, index + 2), source: 'webhook' }));
    deepEqual((await events(before + forms.length)).slice(before), wanted);
  });
});
