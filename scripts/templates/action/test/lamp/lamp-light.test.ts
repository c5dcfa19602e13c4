import { deepEqual } from 'node:assert/strict';
import { Audit } from '../kit/audit';
import { answer, FaultServer } from '../kit/fault-server';
import { startNodeRed } from '../kit/node-red';

const num = (value: number) => ({ type: 'num', value: String(value) });
const str = (value: string) => ({ type: 'str', value });

/** What each operation sends. */
const operations = [
  { operation: 'set-level', parameters: { device: str('a/b'), level: num(40) }, wire: ['PUT', '/devices/a%2Fb/state', { level: 40 }] },
  { operation: 'get-state', parameters: { device: str('a') }, wire: ['GET', '/devices/a/state', undefined] },
];

describe('lamp-light', () => {
  let vendor: FaultServer;
  before(async () => {
    vendor = await FaultServer.start();
    vendor.good = answer({ level: 40 });
  });
  after(() => vendor.close());

  for (const { operation, parameters, wire } of operations)
    it(`sends ${operation}`, async () => {
      const connection = { id: 'connection', type: 'lamp-bridge', host: '127.0.0.1', port: new URL(vendor.url).port };
      const node = { id: 'node', type: 'lamp-light', connection: 'connection', operation, parameters };
      const audit = await Audit.open(await startNodeRed(), node, [connection]);
      const { ends, outputs } = await audit.run({});
      deepEqual(ends, ['done']);
      deepEqual(outputs[0]?.payload, { level: 40 });
      const { method, path, json } = vendor.requests.at(-1) ?? {};
      deepEqual([method, path, json], wire);
      await audit.close();
    });
});
