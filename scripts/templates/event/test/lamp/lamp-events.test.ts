import { deepEqual, equal } from 'node:assert/strict';
import { EventServer } from '../kit/event-server';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { lamp } from './vendor';

describe('lamp-events', () => {
  const stage = new Stage(lamp);

  it('sends the states at the start, each change, and after an interruption only what has changed', async () => {
    const levels = { a: 10, b: 10, c: 10 };
    const vendor = new EventServer(() => Object.entries(levels).map(([id, level]) => ({ id, state: { level } })));
    stage.server.good = vendor.behaviour;
    const audit = await stage.open({ type: 'lamp-events', initial: true });
    const heard = (count: number) => until(`message ${count}`, () => audit.outputs.length >= count);
    await heard(3);
    vendor.say('change', { device: 'a', state: { level: 20 } });
    await heard(4);
    vendor.cut();
    Object.assign(levels, { a: 20, b: 30 });
    await heard(5);
    vendor.say('change', { device: 'c', state: { level: 40 } });
    await heard(6);
    const messages = audit.outputs.map(({ topic, payload, event }) => {
      const { initial, resumed } = event as { initial: boolean; resumed: boolean };
      return `${topic} ${(payload as { level: number }).level} ${initial ? 'initial' : resumed ? 'resumed' : 'live'}`;
    });
    deepEqual(messages, ['a 10 initial', 'b 10 initial', 'c 10 initial', 'a 20 live', 'b 30 resumed', 'c 40 live']);
  });

  it('sends only the device that it is set to', async () => {
    const vendor = new EventServer(() => []);
    stage.server.good = vendor.behaviour;
    const audit = await stage.open({ type: 'lamp-events', device: 'b' });
    await audit.status({ fill: 'green' });
    for (const device of ['a', 'b']) vendor.say('change', { device, state: { level: 1 } });
    await until('the message', () => audit.outputs.length > 0);
    equal(audit.outputs[0]?.topic, 'b');
  });
});
