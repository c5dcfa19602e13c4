import { deepEqual, equal, ok } from 'node:assert/strict';
import { once } from 'node:events';
import mqtt from 'mqtt';
import { within } from '../kit/within';
import { call, simulated, snapshot } from './simulated';

const OFF = { latency: 0, errorRate: 0, retryAfter: 0, otherwise: false };
const off = ['POST', '/sonata/off', { installation_id: 1, device_id: 1 }] as const;

describe('a simulated vendor with faults', () => {
  it('responds late, and only while it is told to', async () => {
    const simulator = await simulated();
    equal((await call(simulator, 'POST', '/page/sonata/faults', { ...OFF, latency: 300 })).status, 204);
    const started = performance.now();
    equal((await call(simulator, ...off)).status, 200);
    ok(performance.now() - started >= 295, `answered after ${performance.now() - started} ms`);
    await call(simulator, 'POST', '/page/sonata/faults', { ...OFF, latency: 600_000 });
    await call(simulator, 'POST', '/page/sonata/faults', OFF);
    equal((await call(simulator, ...off)).status, 200);
  });

  it('fails in the vendor’s form, as often as it is told to', async () => {
    const simulator = await simulated();
    await call(simulator, 'POST', '/page/sonata/faults', { ...OFF, errorRate: 100 });
    const { status, body } = await call(simulator, ...off);
    deepEqual([status, body], [500, { error: 'Error message' }]);
    await call(simulator, 'POST', '/page/sonata/faults', { ...OFF, errorRate: 50 });
    const responses = await Promise.all(Array.from({ length: 200 }, () => call(simulator, ...off)));
    const failed = responses.filter((response) => response.status === 500).length;
    // Outside these bounds about once in 10^17 runs.
    ok(failed > 40 && failed < 160, `${failed} of 200 failed`);
  });

  it('sets one switch and leaves the others', async () => {
    const simulator = await simulated();
    await call(simulator, 'POST', '/page/sonata/faults', { latency: 1 });
    await call(simulator, 'POST', '/page/sonata/faults', { retryAfter: 2 });
    deepEqual((await snapshot(simulator)).faults.sonata, { latency: 1, errorRate: 0, retryAfter: 2, otherwise: false });
  });

  it('responds with 429 and Retry-After', async () => {
    const simulator = await simulated();
    await call(simulator, 'POST', '/page/sonata/faults', { ...OFF, retryAfter: 7 });
    const { status, headers } = await call(simulator, ...off);
    deepEqual([status, headers.get('retry-after')], [429, '7']);
  });

  it('cuts the connections of MQTT clients', async () => {
    const simulator = await simulated();
    const client = mqtt.connect(simulator.mqttAddress, { reconnectPeriod: 0 });
    await within(20_000, 'no connection', new Promise<void>((resolve) => client.once('connect', () => resolve())));
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    await call(simulator, 'POST', '/page/sonata/drop', {});
    await within(20_000, 'the client is still connected', closed);
  });

  it('logs each request without its query', async () => {
    const simulator = await simulated();
    await call(simulator, 'POST', '/sonata/toggle?token=secret', { installation_id: 1 });
    const { log } = await snapshot(simulator);
    deepEqual(
      log.map(({ vendor, direction, method, path, status }) => ({ vendor, direction, method, path, status })),
      [{ vendor: 'sonata', direction: 'in', method: 'POST', path: '/sonata/toggle', status: 400 }],
    );
  });

  it('keeps the last 200 requests', async () => {
    const simulator = await simulated();
    for (let count = 0; count < 205; count++) await call(simulator, 'GET', `/sonata/${count}`);
    const { log } = await snapshot(simulator);
    deepEqual([log.length, log[0]?.path, log.at(-1)?.path], [200, '/sonata/5', '/sonata/204']);
  });

  for (const [what, path, input] of [
    ['a negative latency', 'faults', { ...OFF, latency: -1 }],
    ['an error rate over 100', 'faults', { ...OFF, errorRate: 101 }],
    ['a text for a number', 'faults', { ...OFF, retryAfter: '7' }],
    ['an unknown action', 'explode', {}],
    ['an action of Object', 'toString', {}],
    ['a matrix that is not there', 'restart', { installation: 9, device: 9 }],
    ['an unknown body form', 'events', { webhookBody: 'xml', typeKey: 'type' }],
    ['an array', 'faults', []],
    ['no JSON', 'faults', '{'],
  ] as const)
    it(`the page cannot ask for ${what}`, async () => {
      const simulator = await simulated();
      const before = (await snapshot(simulator)).faults;
      const { status, body } = await call(simulator, 'POST', `/page/sonata/${path}`, input);
      equal(status, 400);
      ok(body);
      deepEqual((await snapshot(simulator)).faults, before);
    });

  it('a vendor that is not there has no actions', async () => {
    equal((await call(await simulated(), 'POST', '/page/nobody/faults', OFF)).status, 400);
  });
});

describe('the device page, from elsewhere', () => {
  const ask = async (headers: Record<string, string>, method = 'POST', path = '/page/sonata/drop') => {
    const { address } = await simulated();
    const { request } = await import('node:http');
    const [response] = (await once(request(address + path, { method, headers }).end(method === 'GET' ? '' : '{}'), 'response')) as [
      { statusCode: number; resume(): void },
    ];
    response.resume();
    return response.statusCode;
  };
  const json = { 'content-type': 'application/json' };

  it('refuses another site’s action', async () => {
    equal(await ask({ ...json, origin: 'https://example.com' }), 403);
  });
  it('refuses a name that only leads to this machine', async () => {
    equal(await ask({ ...json, host: 'rebound.example.com' }), 403);
    equal(await ask({ host: 'rebound.example.com' }, 'GET', '/page/feed'), 403);
  });
  it('refuses a form', async () => {
    equal(await ask({ 'content-type': 'text/plain' }), 415);
  });
  it('refuses an action by another method', async () => {
    equal(await ask(json, 'PUT'), 405);
  });
  it('has no other files', async () => {
    equal(await ask({}, 'GET', '/page/../package.json'), 404);
  });
});
