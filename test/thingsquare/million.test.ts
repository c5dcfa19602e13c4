import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FaultServer, respond } from '../kit/fault-server';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import '../kit/once';
import { probe } from '../kit/probe';
import { num, str } from '../kit/typed-input';
import { within } from '../kit/within';
import { backend, DEVICE, frontend } from './backend';

const POINTS = 1_000_000;
const MEGABYTE = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heap = (): number => {
  collect();
  return process.memoryUsage().heapUsed / MEGABYTE;
};

interface Point {
  readonly id: number;
}

describe('a history of a million points', function () {
  this.timeout(600_000);
  let red: NodeRed;
  let vendor: FaultServer;

  before(async () => {
    red = await startNodeRed();
    vendor = await FaultServer.start();
    // Made as they are asked for: this server holds none of them either.
    backend(vendor, (response, request) => {
      vendor.requests.length = 0;
      const query = new URL(request.path, 'http://x').searchParams;
      const from = Math.min(POINTS, Number(query.get('from') ?? POINTS));
      const page = Array.from({ length: Math.min(from, Number(query.get('latest'))) }, (_, index) => ({
        ...{ key: 'temperature', value: (20 + ((from - index) % 100) / 10).toFixed(1), by: 'device', type: 's' },
        ...{ timestamp: 1468876126172 + 60_000 * (from - index), id: from - index },
      }));
      respond(page)(response, request);
    });
  });
  after(async () => {
    await red.stop();
    await vendor.close();
  });

  /** Reads all of it. @param receive gets each message's points */
  async function read(batch: number, receive: (points: readonly Point[]) => void): Promise<void> {
    const parameters = {
      ...{ device: str(DEVICE), kind: str('s'), name: str('temperature') },
      ...{ latest: num(0), batch: num(batch) },
    };
    const node = {
      id: 'node',
      type: 'thingsquare-variable',
      z: 'tab',
      connection: 'frontend',
      operation: 'history',
      parameters,
      wires: [['probe']],
    };
    const ended = new Promise<void>((resolve) => {
      probe.seen = (id, { payload }) => (id === 'probe' ? receive(payload as Point[]) : resolve());
    });
    await red.deploy([
      { id: 'tab', type: 'tab', label: 'million' },
      frontend(vendor),
      node,
      { id: 'probe', type: 'kit-probe', z: 'tab', wires: [[]] },
      { id: 'complete', type: 'complete', z: 'tab', scope: ['node'], uncaught: false, wires: [['end']] },
      { id: 'end', type: 'kit-probe', z: 'tab', wires: [[]] },
    ]);
    red.inject('node', {});
    await within(590_000, 'the end of the history', ended);
  }

  it('is read in bounded memory, in order, and nothing comes twice', async () => {
    let [next, messages, before, most] = [POINTS, 0, 0, 0];
    await read(1000, (points) => {
      for (const { id } of points) assert.equal(id, next--);
      if (++messages % 100 !== 0) return;
      // What other tests have left is gone by the first tenth.
      if (messages === 100) before = heap();
      else most = Math.max(most, heap() - before);
    });
    assert.deepEqual([next, messages], [0, 1000]);
    console.log(`      at most ${most.toFixed(1)} MB more than after a tenth`);
    assert.ok(most < 16, `${most} MB more than before`);
  });
});
