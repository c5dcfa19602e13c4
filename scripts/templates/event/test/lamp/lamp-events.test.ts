import { deepEqual } from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { Audit } from '../kit/audit';
import { answer, FaultServer } from '../kit/fault-server';
import { startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';

describe('lamp-events', () => {
  let vendor: FaultServer;
  let stream: ServerResponse | undefined;
  let level = 10;
  before(async () => {
    vendor = await FaultServer.start();
    vendor.good = (response, request) => {
      if (request.path !== '/events') return answer([{ id: 'a', state: { level } }])(response, request);
      stream = response;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    };
  });
  after(() => vendor.close());

  const change = (next: number): void => {
    level = next;
    stream?.write(`data: ${JSON.stringify({ device: 'a', state: { level } })}\n\n`);
  };

  it('sends the state at the start, each change, and what changed during an interruption', async () => {
    const connection = { id: 'connection', type: 'lamp-bridge', host: '127.0.0.1', port: new URL(vendor.url).port };
    const audit = await Audit.open(await startNodeRed(), { id: 'node', type: 'lamp-events', connection: 'connection', initial: true }, [
      connection,
    ]);
    const heard = (count: number) => until(`message ${count}`, () => audit.outputs.length >= count);
    await heard(1);
    change(20);
    await heard(2);
    stream?.destroy();
    level = 30;
    await heard(3);
    const levels = audit.outputs.map(({ topic, payload, event }) => {
      const { initial, resumed } = event as { initial: boolean; resumed: boolean };
      return [topic, (payload as { level: number }).level, initial ? 'initial' : resumed ? 'resumed' : 'live'];
    });
    deepEqual(levels, [
      ['a', 10, 'initial'],
      ['a', 20, 'live'],
      ['a', 30, 'resumed'],
    ]);
    await audit.close();
  });
});
