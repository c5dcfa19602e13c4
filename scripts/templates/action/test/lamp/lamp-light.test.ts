import { deepEqual } from 'node:assert/strict';
import { respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { num, str } from '../kit/typed-input';
import { lamp } from './vendor';

/** What each operation sends. */
const operations = [
  { operation: 'set-level', parameters: { device: str('a/b'), level: num(40) }, wire: ['PUT', '/devices/a%2Fb/state', { level: 40 }] },
  { operation: 'get-state', parameters: { device: str('a') }, wire: ['GET', '/devices/a/state', undefined] },
];

describe('lamp-light', () => {
  const stage = new Stage(lamp);

  for (const { operation, parameters, wire } of operations)
    it(`sends ${operation}`, async () => {
      stage.server.good = respond({ level: 40 });
      const audit = await stage.open({ type: 'lamp-light', operation, parameters });
      const { ends, outputs } = await audit.run({});
      deepEqual(ends, ['done']);
      deepEqual(outputs[0]?.payload, { level: 40 });
      const { method, path, json } = stage.server.requests.at(-1) ?? {};
      deepEqual([method, path, json], wire);
    });
});
