import assert from 'node:assert/strict';
import { FaultServer, respond } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import { ScriptedBroker } from '../kit/scripted-broker';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { sonata } from './vendor';

const events = { id: 'events', type: 'sonata-events', transport: 'mqtt' };
const login = { mqttUsername: 'sonata', mqttPassword: 'mqtt-secret-51c0' };
const tls: FlowNode = { id: 'tls', type: 'tls-config', name: 'ours', cert: '', key: '', ca: '', verifyservercert: true };

describe('a Sonata gateway and its broker', () => {
  const stage = new Stage(sonata);
  let broker: ScriptedBroker;
  beforeEach(async () => {
    broker = await ScriptedBroker.start();
    stage.server.always(respond({ error: 'URL is required' }, 400));
  });
  afterEach(() => broker.stop());

  const open = (settings: object = {}) => stage.open(events, { mqttUrl: broker.url, credentials: undefined, ...settings }, [tls]);

  const refused: readonly [string, (url: string) => object, RegExp][] = [
    ['a password without a user name', () => ({ credentials: { mqttPassword: login.mqttPassword } }), /mqttUsername/],
    ['TLS settings for an address without TLS', () => ({ tls: 'tls' }), /mqtts:\/\//],
    ['a login in the address', (url) => ({ mqttUrl: url.replace('//', `//sonata:${login.mqttPassword}@`) }), /mqttUrl/],
  ];
  for (const [what, settings, words] of refused)
    it(`is not configured with ${what}, and opens no connection`, async () => {
      const audit = await open(settings(broker.url));
      await audit.status({ fill: 'grey', shape: 'ring' });
      const { error } = await audit.report();
      assert.equal(error.code, 'NOT_CONFIGURED');
      assert.match(error.message, words);
      const { credentials = {}, ...values } = settings(broker.url) as { credentials?: object };
      const said = await test({ ...login, ...(Object.keys(credentials).length > 0 && { mqttUsername: '', ...credentials }) }, values);
      assert.deepEqual([said.status, said.code], [400, 'NOT_CONFIGURED']);
      assert.ok(!`${error.message} ${said.message}`.includes(login.mqttPassword));
      assert.equal(broker.connections, 0);
    });

  const test = async (credentials: object, values: object = {}, id = '') => {
    const body = {
      id,
      values: { baseUrl: stage.server.url, mqttUrl: broker.url, installationId: '7', timeout: '300', ...values },
      credentials,
    };
    const response = await stage.red.admin('/ensemble/test/sonata-gateway', { method: 'POST', body });
    return { status: response.status, ...((await response.json()) as { code?: string; message: string; told?: { key: string }[] }) };
  };

  it('tells at Test what the broker says, within the timeout', async () => {
    assert.match((await test(login)).message, /accepts/);
    const { script } = broker;
    const codes: (string | undefined)[] = [];
    for (const told of [{ connack: () => 5 }, { connack: () => undefined }, { suback: () => undefined }, { suback: () => 128 }]) {
      Object.assign(script, { connack: undefined, suback: undefined }, told);
      const started = performance.now();
      codes.push((await test(login)).code);
      assert.ok(performance.now() - started < 3000);
    }
    assert.deepEqual(codes, ['UNAUTHORIZED', 'TIMEOUT', 'TIMEOUT', 'FORBIDDEN']);
    assert.deepEqual(new Set(broker.subscriptions), new Set(['v2/7/rx/+/context/+', 'v2/7/rx/+/alive']));
    await until('nothing is left behind', () => broker.open === 0);
  });

  it('tries the broker at Test without a user, as its nodes do', async () => {
    const both = await test({});
    assert.deepEqual([both.status, both.message], [200, 'The Sonata server answers. The broker accepts clients without an MQTT user.']);
    assert.deepEqual(broker.subscriptions, ['v2/7/rx/+/context/+', 'v2/7/rx/+/alive']);
    const gone = await test({}, { mqttUrl: 'mqtt://127.0.0.1:1' });
    assert.deepEqual([gone.status, gone.code], [400, 'UNREACHABLE']);
    assert.match(gone.message, /^the Sonata server answers, but the broker 127\.0\.0\.1:1 cannot be reached/);
  });

  it('says at Test that the port is none of a broker', async () => {
    const server = await FaultServer.start();
    try {
      for (const protocol of ['mqtt', 'mqtts']) {
        const url = server.url.replace('http', protocol);
        const { code, message } = await test({}, { mqttUrl: url });
        assert.equal(code, 'UNREACHABLE');
        assert.match(message, new RegExp(`, but ${new URL(url).host} does not answer as a broker for ${new URL(url).protocol}// does: `));
      }
    } finally {
      await server.close();
    }
  });

  it('needs no user where the broker wants one: patterns go to the REST server', async () => {
    for (const told of [{ connack: () => 5 }, { suback: () => 128 }]) {
      Object.assign(broker.script, { connack: undefined, suback: undefined }, told);
      const { status, message } = await test({});
      assert.equal(status, 200);
      assert.match(message, /^The Sonata server answers\. Events over MQTT need an MQTT user: the broker .*\.$/);
      const restoring = await test({}, { restoreOnAlive: true });
      assert.match(
        restoring.message,
        /Until then a matrix that starts gets its pattern back only where a sonata-events node hears of it\.$/,
      );
    }
  });

  it('tells at Test what the broker says where the REST server fails', async () => {
    stage.server.always(respond({ error: 'broken' }, 500));
    const accepted = await test(login);
    assert.deepEqual([accepted.status, accepted.code], [400, 'VENDOR_ERROR']);
    assert.match(accepted.message, /\. The broker accepts the MQTT user\.$/);
    assert.equal(accepted.told?.at(-1)?.key, 'test.user');
    broker.script.connack = () => 5;
    assert.match((await test(login)).message, /; the broker .* refused the user name or password/);
  });

  it('is live again after a Test at which the broker accepts the login that it had refused', async () => {
    broker.script.connack = () => 5;
    const audit = await open({ credentials: login });
    await audit.status({ fill: 'red', shape: 'ring', text: 'UNAUTHORIZED' });
    broker.script.connack = undefined;
    assert.match((await test({}, {}, 'gateway')).message, /accepts/);
    await audit.status({ fill: 'green', shape: 'dot' });
  });

  it('refuses a login that is too long for MQTT, and does not end the process', async () => {
    const credentials = { ...login, mqttPassword: 'x'.repeat(65_536) };
    const audit = await open({ credentials });
    const { error } = await audit.report();
    assert.deepEqual([error.code, error.message], ['NOT_CONFIGURED', 'mqttPassword must have at most 65535 bytes: MQTT takes no more']);
  });

  it('limits the broker by the timeout of the gateway', async () => {
    broker.script.connack = () => undefined;
    const audit = await open({ timeout: '200' });
    assert.equal((await audit.report()).error.code, 'TIMEOUT');
    broker.script.connack = undefined;
    await audit.status({ fill: 'green', shape: 'dot' });
  });

  it('offers the devices that were heard of, of so many at most', async () => {
    const audit = await open();
    await audit.status({ fill: 'green' });
    for (let device = 0; device < 10_002; device++) broker.publish(`v2/7/rx/${device}/alive`, 'up');
    await until('all events', () => audit.outputs.length >= 10_002);
    const warnings = stage.red.logs.filter(({ level, text }) => level === 'warn' && text.includes('10000'));
    assert.equal(warnings.filter(({ text }) => text.includes('devices')).length, 1);
    const body = { id: 'gateway', values: { mqttUrl: broker.url, installationId: '7' } };
    const items = await (await stage.red.admin('/ensemble/lookup/sonata-gateway/devices', { method: 'POST', body })).json();
    assert.equal((items as unknown[]).length, 10_000);
  });
});
