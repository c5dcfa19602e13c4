import assert from 'node:assert/strict';
import { SECOND } from '../../src/vendors/thingsquare/thingsquare-events';
import { FaultServer, respond } from '../kit/fault-server';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { backend, frontend } from '../thingsquare/backend';

describe('the status of an event node that polls', () => {
  let red: NodeRed;
  let vendor: FaultServer;
  const { milliseconds } = SECOND;
  before(async () => {
    red = await startNodeRed();
    vendor = await FaultServer.start();
    SECOND.milliseconds = 1500;
  });
  after(async () => {
    SECOND.milliseconds = milliseconds;
    await red.stop();
    await vendor.close();
  });

  it('counts down to the next attempt, and says that it connects while that is under way', async () => {
    backend(vendor, respond({}, 500));
    await red.deploy([
      { id: 'tab', type: 'tab' },
      frontend(vendor),
      { id: 'node', z: 'tab', type: 'thingsquare-events', connection: 'frontend', interval: '1', wires: [[]] },
    ]);
    const texts = () => red.statuses.filter(({ id }) => id === 'node').map(({ status }) => status.text ?? '');
    await until('a countdown', () => texts().some((text) => /^VENDOR_ERROR: in [123] s$/.test(text)));
    let hangs = false;
    vendor.always(() => {
      hangs = true;
    });
    await until('the next try', () => hangs);
    await until('a status that says so', () => texts().at(-1) === 'connecting');
    backend(vendor, respond({}));
    await vendor.heal();
    await red.status('node', { fill: 'green' });
    assert.ok(texts().length < 20, texts().join());
  });
});
