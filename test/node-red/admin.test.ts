import assert from 'node:assert/strict';
import { startAedes } from '../kit/broker';
import { FaultServer, respond } from '../kit/fault-server';
import { type NodeRed, startNodeRed, type User } from '../kit/node-red';
import { assertNoSecrets } from '../kit/secrets';
import { until } from '../kit/within';

const SECRET = 'deployed-secret-91c4';
const NO_BROKER = 'mqtt://127.0.0.1:1';

describe('admin routes of the panels', () => {
  let red: NodeRed;
  let vendor: FaultServer;

  const login = { mqttUsername: 'user', mqttPassword: SECRET };
  const deploy = (more: object = {}) =>
    red.deploy([
      {
        id: 'gateway',
        type: 'sonata-gateway',
        baseUrl: 'http://127.0.0.1:1',
        mqttUrl: NO_BROKER,
        installationId: 7,
        credentials: login,
        ...more,
      },
      { id: 'tab', type: 'tab', label: 'admin' },
      { id: 'broker', type: 'mqtt-broker', broker: 'localhost', credentials: { user: 'u', password: SECRET } },
    ]);

  before(async () => {
    red = await startNodeRed({ adminAuth: true, httpAdminRoot: '/editor' });
    vendor = await FaultServer.start();
    await deploy();
  });
  after(async () => {
    await vendor.close();
    await red.shutdown();
  });
  beforeEach(() => vendor.heal());

  const routes = [
    'test/sonata-gateway',
    'lookup/sonata-gateway/devices',
    'diagnostics/sonata-gateway',
    'check/sonata-gateway',
    'try/sonata-gateway/sonata-pattern',
  ].map((route) => `/ensemble/${route}`);
  const post = (path: string, body: unknown, user: User = 'admin') => red.admin(path, { method: 'POST', body, user });

  it('need a login and the permission to write', async () => {
    for (const route of routes) {
      const statuses = await Promise.all(
        (['nobody', 'reader', 'admin'] as const).map(async (user) => (await post(route, {}, user)).status),
      );
      assert.deepEqual(statuses.slice(0, 2), [401, 401], route);
      assert.notEqual(statuses[2], 401, route);
    }
  });

  it('take the permission that a deploy takes', async () => {
    for (const route of [...routes, '/ensemble/sign-in/twinkly-account']) {
      assert.equal((await post(route, {}, 'gatekeeper')).status, 401, route);
      assert.notEqual((await post(route, {}, 'deployer')).status, 401, route);
    }
    for (const user of ['reader', 'gatekeeper'] as const)
      assert.equal((await red.admin('/ensemble/sign-in/twinkly-account/any', { user })).status, 200);
  });

  it('tell the words of statuses to those who may see the flows', async () => {
    const route = '/ensemble/status-texts';
    assert.equal((await red.admin(route, { user: 'nobody' })).status, 401);
    const response = await red.admin(route, { user: 'reader' });
    const { status, operations } = (await response.json()) as Record<string, Record<string, unknown>>;
    assert.equal(status?.retryOf, '__operation__: __code__, again in __seconds__ s');
    assert.deepEqual(operations?.['twinkly-query'], {
      'list-objects': 'List objects',
      'get-device-configuration': 'Get device configuration',
      'get-object-status': 'Get object status',
      'get-installation-status': 'Get installation status',
      'get-command-status': 'Get command status',
    });
  });

  it('change nothing by GET', async () => {
    for (const route of routes) assert.equal((await red.admin(route)).status, 404, route);
  });

  it('try the values of the open dialog, deployed or not', async () => {
    vendor.always(respond({ error: 'URL is required' }, 400));
    const broker = await startAedes();
    const tried = await post(routes[0] ?? '', { id: 'new', values: { baseUrl: vendor.url, mqttUrl: broker.url } });
    await broker.stop();
    const { message, told } = (await tried.json()) as { message: string; told: { catalogue: string; key: string }[] };
    assert.deepEqual([tried.status, message], [200, 'The Sonata server answers. The broker accepts clients without an MQTT user.']);
    assert.deepEqual(
      told.map(({ catalogue, key }) => `${catalogue}: ${key}`),
      ['sonata-gateway: test.server', 'sonata-gateway: test.anonymous'],
    );
    assert.deepEqual([vendor.requests[0]?.path, vendor.requests[0]?.json], ['/subscribe', {}]);
  });

  it('try the login with what is typed, and with what is deployed where nothing is', async () => {
    vendor.always(respond({ error: 'URL is required' }, 400));
    const broker = await startAedes({ login: { username: 'user', password: SECRET } });
    const values = { baseUrl: vendor.url, mqttUrl: broker.url };
    await deploy({ mqttUrl: broker.url });
    const accepted = await post(routes[0] ?? '', { id: 'gateway', values });
    assert.match(((await accepted.json()) as { message: string }).message, /The broker accepts the MQTT user\.$/);
    const refused = await post(routes[0] ?? '', { id: 'gateway', values, credentials: { mqttPassword: 'mistyped' } });
    assert.deepEqual([refused.status, ((await refused.json()) as { code: string }).code], [400, 'UNAUTHORIZED']);
    await broker.stop();
  });

  it('end the request to the vendor when the browser no longer waits', async () => {
    let left = false;
    vendor.next((response) => void response.on('close', () => (left = true)));
    const dialog = new AbortController();
    const values = { baseUrl: vendor.url, mqttUrl: NO_BROKER, timeout: 600_000 };
    const request = { method: 'POST', body: { id: 'new', values }, signal: dialog.signal } as const;
    const asked = assert.rejects(red.admin(routes[0] ?? '', request), { name: 'AbortError' });
    await until('the vendor is asked', () => vendor.requests.length === 1);
    dialog.abort();
    await asked;
    await until('the vendor is left alone', () => left);
  });

  it('take values from the environment, as a deploy would', async () => {
    vendor.always(respond({ error: 'URL is required' }, 400));
    process.env.SONATA_SERVER = vendor.url;
    const broker = await startAedes({ login: { username: 'user', password: SECRET } });
    const values = { baseUrl: `$${'{SONATA_SERVER}'}`, mqttUrl: broker.url };
    assert.equal((await post(routes[0] ?? '', { id: 'new', values })).status, 200);
    process.env.SONATA_PASSWORD = SECRET;
    const credentials = { mqttUsername: 'user', mqttPassword: `$${'{SONATA_PASSWORD}'}` };
    await deploy({ mqttUrl: broker.url, credentials });
    const tried = await post(routes[0] ?? '', { id: 'gateway', values });
    assert.match(((await tried.json()) as { message: string }).message, /The broker accepts the MQTT user\.$/);
    await broker.stop();
    await deploy();
    delete process.env.SONATA_SERVER;
    delete process.env.SONATA_PASSWORD;
  });

  it('say what is wrong with them', async () => {
    const faults: [object, string, RegExp][] = [
      [{ baseUrl: 'nowhere' }, 'NOT_CONFIGURED', /^baseUrl must be/],
      [
        { baseUrl: 'http://me:hidden@sonata.local' },
        'NOT_CONFIGURED',
        /^baseUrl must be an address without a user name and a password, not "http:\/\/…@sonata.local"$/,
      ],
      [{ baseUrl: vendor.url }, 'BAD_RESPONSE', /not as a Sonata server does; /],
      [{ baseUrl: 'http://127.0.0.1:1' }, 'UNREACHABLE', /127\.0\.0\.1:1 cannot be reached/],
    ];
    for (const [values, code, message] of faults) {
      const refused = await post(routes[0] ?? '', { id: 'gateway', values: { mqttUrl: NO_BROKER, ...values } });
      const body = (await refused.json()) as { code: string; message: string };
      assert.deepEqual([refused.status, body.code], [400, code]);
      assert.match(body.message, message);
    }
  });

  it('have no lookup and no action but their own', async () => {
    assert.equal((await post('/ensemble/lookup/sonata-gateway/passwords', { id: 'gateway', values: {} })).status, 404);
    // Of another vendor's connection.
    assert.equal((await post('/ensemble/try/sonata-gateway/turn-channel', { id: 'gateway', values: {} })).status, 404);
  });

  it('never respond with a secret', async () => {
    for (const route of routes) {
      for (const id of ['gateway', 'broker', '']) {
        const text = await (await post(route, { id, values: { baseUrl: vendor.url, mqttUrl: NO_BROKER } })).text();
        assert.ok(!text.includes(SECRET), text);
      }
    }
    await assertNoSecrets(red, [SECRET], { routes });
  });
});
