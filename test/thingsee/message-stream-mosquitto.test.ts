import { deepEqual, equal } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { hasMosquitto, startMosquitto, type TestBroker } from '../kit/broker';
import { CERTIFICATE, KEY } from '../kit/certificate';
import type { FlowNode } from '../kit/node-red';
import { freePort } from '../kit/ports';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { MessageCloud, type Sent } from './message-cloud';
import { topicOf } from './stream-broker';
import { thingsee } from './vendor';

const A = 'TSEN03X2Z74162459';
const HALL = 'prfi00hall';
const OTHERS = 'prfi00others';
const SUBSCRIBED = { fill: 'yellow', shape: 'ring', text: 'subscribed, no event yet' };
const LIVE = { fill: 'green', shape: 'dot', text: 'connected' };

(hasMosquitto ? describe : describe.skip)('thing-messages and a Mosquitto that wants client certificates', () => {
  const stage = new Stage(thingsee);
  let folder: string;
  let cloud: MessageCloud;
  let broker: TestBroker;
  let sender: MqttClient;
  let count = 0;
  const file = (name: string) => join(folder, name);
  const text = (name: string) => readFileSync(file(name), 'utf8');
  const listen = (port?: number) => {
    const certificates = [`cafile ${file('clients.pem')}`, `certfile ${file('server.pem')}`, `keyfile ${file('server.key')}`];
    const lines = [...certificates, 'require_certificate true', 'use_identity_as_username true', `acl_file ${file('acl')}`];
    return startMosquitto({ lines, ...(port !== undefined && { port }) });
  };
  const connect = () =>
    connectAsync(broker.url.replace('mqtt:', 'mqtts:').replace('127.0.0.1', 'localhost'), {
      ca: CERTIFICATE,
      cert: text('vendor.pem'),
      key: text('vendor.key'),
    });
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ensemble-stream-'));
    const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    for (const name of ['customer', 'vendor'])
      execFileSync('openssl', [...make, '-subj', `/CN=${name}`, '-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)], {
        stdio: 'ignore',
      });
    writeFileSync(file('clients.pem'), text('customer.pem') + text('vendor.pem'));
    writeFileSync(file('server.pem'), CERTIFICATE);
    writeFileSync(file('server.key'), KEY);
    const rights = ['user vendor', 'topic readwrite #', 'user customer', `topic read cloudext/json/pr/fi/${HALL}/#`];
    writeFileSync(file('acl'), `${rights.join('\n')}\n`);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    cloud = await MessageCloud.start();
    cloud.groups.set(HALL, [A]);
    broker = await listen(await freePort());
    sender = await connect();
  });
  afterEach(async () => {
    await sender.endAsync(true);
    await broker.stop();
    await cloud.close();
  });

  const open = (node: object = {}, certificate = 'customer') => {
    const credentials = { certdata: text(`${certificate}.pem`), keydata: text(`${certificate}.key`), cadata: CERTIFICATE };
    const tls: FlowNode = { id: 'tls', type: 'tls-config', cert: '', key: '', ca: '', verifyservercert: true, credentials };
    const url = broker.url.replace('mqtt:', 'mqtts:').replace('127.0.0.1', 'localhost');
    const feed = { id: 'feed', type: 'thing-messages', transport: 'mqtt', groups: HALL, interval: '60', grace: '0', ...node };
    return stage.open(feed, { baseUrl: cloud.url, mqttUrl: url, tls: 'tls' }, [tls]);
  };
  const send = async (isStreamed = true, group = HALL) => {
    const sent: Sent = { tsmId: 12100, tsmTs: Math.floor(Date.now() / 1000), tsmTuid: A, number: ++count, deploymentGroupId: group };
    if (group === HALL) cloud.add(sent);
    if (isStreamed) await sender.publishAsync(topicOf(group, sent), JSON.stringify(sent), { qos: 1 });
    return sent.number;
  };
  const numbers = () => stage.audit.outputs.map(({ payload }) => (payload as Sent).number);
  const received = (wanted: number) =>
    until(
      `${wanted} messages`,
      () => stage.audit.outputs.length,
      (length) => length >= wanted,
    );

  it('brings the messages of its certificate, and those of no other; what a restarted broker has missed comes, too', async () => {
    const audit = await open({ groups: '*' });
    await audit.status(SUBSCRIBED);
    await send(true, OTHERS);
    const first = await send();
    await audit.status(LIVE);
    await sender.endAsync(true);
    await broker.kill();
    await audit.status({ fill: 'yellow', shape: 'ring' });
    const missed = await send(false);
    broker = await listen(broker.port);
    sender = await connect();
    await received(2);
    await audit.status(LIVE);
    const live = await send();
    await received(3);
    deepEqual(numbers(), [first, missed, live]);
    deepEqual(
      stage.audit.outputs.map(({ event }) => (event as { source: string }).source),
      ['mqtt', 'poll', 'mqtt'],
    );
    equal(stage.audit.reports.length, 1);
  });

  it('says once that the broker refuses the certificate, and shows it', async () => {
    writeFileSync(file('clients.pem'), text('vendor.pem'));
    await sender.endAsync(true);
    await broker.stop();
    broker = await listen(broker.port);
    sender = await connect();
    const audit = await open();
    await audit.status({ fill: 'red', shape: 'ring', text: 'UNAUTHORIZED' });
    const { error } = await audit.report();
    equal(error.message.replace(/\d+ /, '… '), `the broker localhost:… refused the client certificate (${codeOf(error.message)})`);
    equal(audit.reports.length, 1);
  });
});

const codeOf = (text: string): string => /\((ERR_SSL_\w+)\)/.exec(text)?.[1] ?? '';
