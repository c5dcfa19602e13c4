import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasMosquitto, startMosquitto, type TestBroker } from '../kit/broker';
import { CERTIFICATE, KEY } from '../kit/certificate';
import { respond } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import { ScriptedBroker } from '../kit/scripted-broker';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { CLIENT, isLogin, respondWith } from './fake-cloud';
import { thingsee } from './vendor';

const login = { mqttUsername: 'stream', mqttPassword: 'mqtt-secret-77e1' };
const GROUPS = ['prfi00hall', 'prfi00cellar'].map((group_id) => ({ group_id }));

const tester = (stage: Stage) => async (values: object, credentials: object) => {
  const body = { id: '', values: { baseUrl: stage.server.url, timeout: '2000', ...values }, credentials: { ...CLIENT, ...credentials } };
  const response = await stage.red.admin('/ensemble/test/thingsee-cloud', { method: 'POST', body });
  return { status: response.status, ...((await response.json()) as { code?: string; message: string; told?: { key: string }[] }) };
};

describe('a Thingsee cloud and the broker of its stream', () => {
  const stage = new Stage(thingsee);
  let broker: ScriptedBroker;
  beforeEach(async () => {
    broker = await ScriptedBroker.start();
    stage.server.good = respondWith(GROUPS);
  });
  afterEach(() => broker.stop());
  const ask = tester(stage);
  const test = (credentials: object = login, values: object = {}) => ask({ mqttUrl: broker.url, timeout: '300', ...values }, credentials);

  it('is tried at Test beside the API, with the subscriptions of its groups, and left', async () => {
    const { status, message } = await test();
    deepEqual(
      [status, message],
      [
        200,
        'The API lets the client in. Deployment groups: 2. The broker accepts the client and its subscriptions; what it lets it read, the first message shows.',
      ],
    );
    deepEqual(broker.subscriptions, ['cloudext/json/pr/fi/prfi00hall/#', 'cloudext/json/pr/fi/prfi00cellar/#']);
    await until('nothing is left behind', () => broker.open === 0);
  });

  it('is asked at Test for what its address says, and for nothing else', async () => {
    equal((await test(login, { mqttUrl: `${broker.url}/cloudext/json/pr/fi/office/#` })).status, 200);
    deepEqual(broker.subscriptions, ['cloudext/json/pr/fi/office/#']);
  });

  it('is not asked where it has no address', async () => {
    const { message } = await test({}, { mqttUrl: '' });
    equal(message, 'The API lets the client in. Deployment groups: 2.');
    equal(broker.connections, 0);
  });

  it('says at Test what the broker says, within the timeout', async () => {
    const told = [{ connack: () => 5 }, { connack: () => undefined }, { suback: () => undefined }, { suback: () => 128 }];
    const codes: (string | undefined)[] = [];
    for (const script of told) {
      Object.assign(broker.script, { connack: undefined, suback: undefined }, script);
      const { code, message } = await test();
      match(message, /^the API lets the client in, but the broker /);
      codes.push(code);
    }
    deepEqual(codes, ['UNAUTHORIZED', 'TIMEOUT', 'TIMEOUT', 'FORBIDDEN']);
  });

  it('names at Test the groups that the certificate is not for', async () => {
    broker.script.suback = (filter) => (filter.includes('cellar') ? 128 : 1);
    const { status, message } = await test();
    equal(status, 200);
    match(message, /The broker accepts the client, but refuses subscriptions to cloudext\/json\/pr\/fi\/prfi00cellar\/#\.$/);
  });

  it('is tried at Test also where the API fails', async () => {
    stage.server.good = (response, request) =>
      (isLogin(request) ? respondWith({}) : respond({ message: 'broken' }, 500))(response, request);
    const accepted = await test();
    equal(accepted.code, 'VENDOR_ERROR');
    match(accepted.message, /\. The broker accepts the client and its subscriptions;/);
    equal(accepted.told?.at(-1)?.key, 'test.broker');
    broker.script.connack = () => 5;
    match((await test()).message, /; the broker .* refused the user name or password/);
  });

  const refused: readonly [string, object, object, RegExp][] = [
    ['a password without a user name', { mqttPassword: login.mqttPassword }, {}, /mqttUsername is missing/],
    ['a password that the network could read', login, { mqttUrl: 'mqtt://broker.example:1883' }, /mqttUrl must begin with mqtts:\/\//],
    [
      'an address of another kind',
      {},
      { mqttUrl: 'https://broker.example' },
      /mqttUrl must be an address that begins with mqtts:\/\/ or mqtt:/,
    ],
  ];
  for (const [what, credentials, values, words] of refused)
    it(`is not configured with ${what}, and is not asked`, async () => {
      const said = await test(credentials, values);
      deepEqual([said.status, said.code], [400, 'NOT_CONFIGURED']);
      match(said.message, words);
      ok(!said.message.includes(login.mqttPassword));
      equal(broker.connections, 0);
    });
});

(hasMosquitto ? describe : describe.skip)('a Thingsee cloud and a Mosquitto that wants client certificates', () => {
  const stage = new Stage(thingsee);
  const ask = tester(stage);
  let folder: string;
  let broker: TestBroker;
  const file = (name: string) => join(folder, name);
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ensemble-certificates-'));
    writeFileSync(file('server.pem'), CERTIFICATE);
    writeFileSync(file('server.key'), KEY);
    const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    for (const name of ['client', 'stranger'])
      execFileSync('openssl', [...make, '-subj', `/CN=${name}`, '-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)], {
        stdio: 'ignore',
      });
    const lines = [
      `cafile ${file('client.pem')}`,
      `certfile ${file('server.pem')}`,
      `keyfile ${file('server.key')}`,
      'require_certificate true',
    ];
    broker = await startMosquitto({ lines });
    stage.server.good = respondWith(GROUPS);
  });
  after(async () => {
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const test = async (name?: string) => {
    stage.server.good = respondWith(GROUPS);
    const [cert, key] = name ? [file(`${name}.pem`), file(`${name}.key`)] : ['', ''];
    const text = (path: string) => (path ? readFileSync(path, 'utf8') : '');
    const credentials = { certdata: text(cert), keydata: text(key), cadata: CERTIFICATE };
    const tls: FlowNode = { id: 'tls', type: 'tls-config', cert: '', key: '', ca: '', verifyservercert: true, credentials };
    await stage.red.deploy([{ id: 'tab', type: 'tab' }, tls] as FlowNode[]);
    return ask({ mqttUrl: broker.url.replace('mqtt:', 'mqtts:').replace('127.0.0.1', 'localhost'), tls: 'tls' }, {});
  };

  it('is let in with its certificate', async () => {
    const { status, message } = await test('client');
    deepEqual(
      [status, message],
      [
        200,
        'The API lets the client in. Deployment groups: 2. The broker accepts the client and its subscriptions; what it lets it read, the first message shows.',
      ],
    );
  });

  it('says in words that the broker refuses the certificate, or wants one', async () => {
    for (const [name, words] of [
      ['stranger', /but the broker localhost:\d+ refused the client certificate/],
      [undefined, /but the broker localhost:\d+ wants a client certificate, and tls has none/],
    ] as const) {
      const { code, message } = await test(name);
      match(message, words);
      equal(code, 'UNAUTHORIZED');
    }
  });
});
