import { deepEqual } from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { lamp } from './vendor';

describe('lamp-events', () => {
  const stage = new Stage(lamp);
  let stream: ServerResponse | undefined;
  let level = 10;

  it('sends the state of the device at the start, each change, and what changed during an interruption', async () => {
    stage.server.good = (response, request) => {
      if (request.path !== '/events') return respond(['a', 'b'].map((id) => ({ id, state: { level } })))(response, request);
      stream = response;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    };
    const audit = await stage.open({ type: 'lamp-events', device: 'a', initial: true });
    const heard = (count: number) => until(`message ${count}`, () => audit.outputs.length >= count);
    await heard(1);
    level = 20;
    stream?.write(`data: ${JSON.stringify({ device: 'a', state: { level } })}\n\n`);
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
  });
});
