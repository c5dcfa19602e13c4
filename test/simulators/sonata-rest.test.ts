import { deepEqual, equal, match } from 'node:assert/strict';
import { call, EXAMPLE, levels, simulated, snapshot } from './simulated';

const ids = { installation_id: 1, device_id: 1 };
const success = { message: 'Success' };
const notAPattern = { error: 'Values must be an array of 100 integers' };
const missing = (key: string) => ({ error: `Missing key: '${key}'` });

/** The vendor's document, section "Endpoints": request, status, response. */
const WIRE: readonly [string, string, unknown, number, unknown][] = [
  ['POST', '/subscribe', { url: 'https://example.com/receive' }, 200, { message: 'Subscribed to https://example.com/receive' }],
  ['POST', '/subscribe', {}, 400, { error: 'URL is required' }],
  ['POST', '/subscribe', { url: '' }, 400, { error: 'URL is required' }],
  ['GET', '/unsubscribe', undefined, 200, { message: 'Unsubscribed' }],
  ['POST', '/pattern', { ...ids, values: EXAMPLE }, 200, success],
  ['POST', '/pattern', { ...ids, pattern: EXAMPLE }, 200, success],
  ['POST', '/pattern', { ...ids, values: EXAMPLE, pattern: EXAMPLE }, 200, success],
  ['POST', '/pattern', { ...ids, values: EXAMPLE.slice(1) }, 400, notAPattern],
  ['POST', '/pattern', { ...ids, values: EXAMPLE.with(5, 0.5) }, 400, notAPattern],
  ['POST', '/pattern', { ...ids, values: EXAMPLE.map(String) }, 400, notAPattern],
  ['POST', '/pattern', { ...ids, values: 'none' }, 400, notAPattern],
  ['POST', '/pattern', ids, 400, missing('values')],
  ['POST', '/pattern', { device_id: 1, values: EXAMPLE }, 400, missing('installation_id')],
  ['POST', '/pattern', { installation_id: 1, values: EXAMPLE }, 400, missing('device_id')],
  ['POST', '/toggle', ids, 200, success],
  ['POST', '/toggle', { device_id: 1 }, 400, missing('installation_id')],
  ['POST', '/toggle', { installation_id: 1 }, 400, missing('device_id')],
  ['POST', '/off', ids, 200, success],
  ['POST', '/off', { device_id: 1 }, 400, missing('installation_id')],
  ['POST', '/off', { installation_id: 1 }, 400, missing('device_id')],
  ['POST', '/off', { installation_id: 4294967295, device_id: 65535 }, 200, success],
];

describe('simulated Sonata, REST', () => {
  for (const [method, path, body, status, expected] of WIRE)
    it(`${method} ${path} ${JSON.stringify(body)?.slice(0, 60) ?? ''} is answered with ${status} ${JSON.stringify(expected)}`, async () => {
      const given = await call(await simulated(), method, `/sonata${path}`, body);
      deepEqual([given.status, given.body], [status, expected]);
    });

  for (const [what, path, body] of [
    ['text that is not JSON', '/pattern', '{"values":'],
    ['JSON that is no object', '/toggle', '7'],
    ['an installation of more than 4 bytes', '/off', { installation_id: 4294967296, device_id: 1 }],
    ['a device of more than 2 bytes', '/off', { installation_id: 1, device_id: 65536 }],
  ] as const)
    it(`${what} is answered with a 500 that says why`, async () => {
      const { status, body: expected } = await call(await simulated(), 'POST', `/sonata${path}`, body);
      equal(status, 500);
      match((expected as { error: string }).error, /./);
    });

  it('an unknown path is answered with 404', async () => {
    equal((await call(await simulated(), 'GET', '/sonata/pattern')).status, 404);
  });

  it('a body of more than 1 MB is refused, and the next request is served', async () => {
    const simulator = await simulated();
    equal((await call(simulator, 'POST', '/sonata/pattern', `"${'x'.repeat(2 ** 21)}"`)).status, 413);
    equal((await call(simulator, 'POST', '/sonata/off', ids)).status, 200);
  });

  it('toggle goes back and forth between off and what was shown last, and corners stay dark', async () => {
    const simulator = await simulated();
    const shown = async () => (await snapshot(simulator)).vendors.sonata.matrices[0]?.levels;
    await call(simulator, 'POST', '/sonata/pattern', { ...ids, values: levels({ 0: 15, 9: 15, 44: 7, 90: 15, 99: 15 }) });
    deepEqual(await shown(), levels({ 44: 7 }));
    await call(simulator, 'POST', '/sonata/toggle', ids);
    deepEqual(await shown(), levels({}));
    await call(simulator, 'POST', '/sonata/toggle', ids);
    deepEqual(await shown(), levels({ 44: 7 }));
    await call(simulator, 'POST', '/sonata/off', ids);
    await call(simulator, 'POST', '/sonata/off', ids);
    await call(simulator, 'POST', '/sonata/toggle', ids);
    deepEqual(await shown(), levels({ 44: 7 }));
  });

  it('a matrix with other ids appears when it is first addressed, in the order of ids', async () => {
    const simulator = await simulated();
    await call(simulator, 'POST', '/sonata/off', { installation_id: 1, device_id: 9 });
    await call(simulator, 'POST', '/sonata/off', { installation_id: '0', device_id: '456' });
    deepEqual(
      (await snapshot(simulator)).vendors.sonata.matrices.map(({ installation, device }) => `${installation}/${device}`),
      ['0/456', '1/1', '1/2', '1/3', '1/4', '1/9'],
    );
  });
});
