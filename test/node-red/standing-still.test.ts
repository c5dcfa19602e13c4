import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultServer, respond } from '../kit/fault-server';
import { debugNode, PlainNodeRed, type Shown } from '../kit/plain';
import { until } from '../kit/within';
import { cloudNode } from '../thingsee/fake-cloud';
import { MessageCloud } from '../thingsee/message-cloud';
import { backend, frontend } from '../thingsquare/backend';

const THING = 'TSEN03X2Z74162459';
const now = () => Math.floor(Date.now() / 1000);
const resumed = ({ event }: Shown['msg']) => (event as { resumed: boolean }).resumed;

describe('a Node-RED that stood still', () => {
  let vendor: FaultServer;
  let cloud: MessageCloud;
  let red: PlainNodeRed | undefined;
  before(async () => {
    vendor = await FaultServer.start();
    cloud = await MessageCloud.start();
  });
  after(async () => {
    await red?.remove();
    await Promise.all([vendor.close(), cloud.close()]);
  });

  it('marks as resumed what is older than an interval when it wakes, in every poll, and what comes then as live', async () => {
    let temperature = 1;
    backend(vendor, (...about) => respond({ one: { s: { temperature: { value: String(temperature), time: temperature } } } })(...about));
    const send = (number: number) => cloud.add({ tsmId: 12100, tsmTs: now(), tsmTuid: THING, number });
    red = await PlainNodeRed.start();
    await red.deploy([
      frontend(vendor),
      { id: 'poll', type: 'thingsquare-events', connection: 'frontend', interval: '1', wires: [['listed']] },
      cloudNode(cloud.url),
      { id: 'feed', type: 'thing-messages', connection: 'cloud', interval: '1', grace: '0', things: THING, wires: [['sent']] },
      debugNode('listed'),
      debugNode('sent'),
    ]);
    await red.shows('listed');
    await red.status('feed', { fill: 'green' });
    const asked = cloud.asked.length;
    await until('another round', () => cloud.asked.length > asked);
    red.program.halt();
    send(1);
    temperature = 2;
    // Longer than an interval.
    await sleep(2500);
    red.program.wake();
    assert.deepEqual((await red.shows('listed', 2)).map(resumed), [false, true]);
    assert.deepEqual((await red.shows('sent', 1)).map(resumed), [true]);
    const woken = vendor.requests.length;
    await until('a few listings', () => vendor.requests.length > woken + 2);
    send(2);
    temperature = 3;
    assert.deepEqual((await red.shows('listed', 3)).map(resumed), [false, true, false]);
    assert.deepEqual((await red.shows('sent', 2)).map(resumed), [true, false]);
  });
});
