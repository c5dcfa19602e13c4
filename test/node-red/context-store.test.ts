import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultServer, respond } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import { debugNode, PlainNodeRed, type Shown } from '../kit/plain';
import { until } from '../kit/within';
import { cloudNode } from '../thingsee/fake-cloud';
import { MessageCloud } from '../thingsee/message-cloud';
import { backend, frontend } from '../thingsquare/backend';
import { RestlessTurn } from '../turn/restless-turn';
import { account } from '../twinkly/flows';

const THING = 'TSEN03X2Z74162459';
const now = () => Math.floor(Date.now() / 1000);

/** A context store in one file, which does as another file says: fails, never answers, or takes its time. */
const STORE = `
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const file = __dirname + '/kept.json';
const trouble = () => existsSync(__dirname + '/trouble') ? readFileSync(__dirname + '/trouble', 'utf8') : '';
const kept = () => existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
const work = (callback, deed) => {
  if (trouble() === 'hang') return;
  if (trouble() === 'fail') return setImmediate(callback, new Error('the store is away'));
  setTimeout(() => callback(null, deed()), trouble() === 'slow' ? 400 : 0);
};
module.exports = () => ({
  open: async () => {}, close: async () => {}, clean: async () => {}, delete: async () => {}, keys: (scope, callback) => callback(null, []),
  get: (scope, key, callback) => work(callback, () => kept()[scope + ' ' + key]),
  set: (scope, key, value, callback) => work(callback, () => {
    writeFileSync(file + '.new', JSON.stringify({ ...kept(), [scope + ' ' + key]: value }));
    renameSync(file + '.new', file);
  }),
});`;

describe('a context store in trouble', () => {
  let folder: string;
  let lamps: FaultServer;
  let vendor: FaultServer;
  let cloud: MessageCloud;
  let turn: RestlessTurn;
  let red: PlainNodeRed;
  let temperature = 1;
  let sent = 0;
  const trouble = (what: 'fail' | 'hang' | 'slow' | '') => writeFileSync(join(folder, 'trouble'), what);
  const kept = (): Record<string, { [key: string]: unknown }> =>
    existsSync(join(folder, 'kept.json')) ? JSON.parse(readFileSync(join(folder, 'kept.json'), 'utf8')) : {};
  const cursor = () => kept()['feed:tab cursors']?.[THING] as { at: number; seen: object } | undefined;
  const send = () => cloud.add({ tsmId: 12100, tsmTs: now(), tsmTuid: THING, number: ++sent });
  const numbers = () => red.shown.flatMap(({ id, msg }) => (id === 'sent' ? [(msg.payload as { number: number }).number] : []));
  const errors = () => red.shown.flatMap(({ id, msg }) => (id === 'caught' ? [msg.error as Shown['msg']] : []));
  const flow = (): FlowNode[] => [
    frontend(vendor),
    { id: 'listing', type: 'thingsquare-events', connection: 'frontend', interval: '1', wires: [['listed']] },
    cloudNode(cloud.url),
    { id: 'feed', type: 'thing-messages', connection: 'cloud', interval: '1', grace: '0', things: THING, wires: [['sent']] },
    account(lamps.url),
    { id: 'lamps', type: 'twinkly-status-poll', connection: 'account', interval: '5', ids: '1', wires: [['lit']] },
    { id: 'turn', type: 'turn-device', host: '127.0.0.1', port: String(turn.port) },
    { id: 'dial', type: 'turn-sse', connection: 'turn', initial: true, wires: [['turned']] },
    { id: 'catch', type: 'catch', scope: null, wires: [['caught']] },
    ...['listed', 'sent', 'lit', 'turned', 'caught'].map(debugNode),
  ];

  /** One message is sent while Node-RED is away, and the next comes live. */
  const startWhereItHangs = async () => {
    const at = cursor()?.at ?? 0;
    await red.kill();
    await until('a later second', () => now() > at + 1);
    send();
    trouble('hang');
    red = await PlainNodeRed.start({ userDir: folder });
    await red.status('feed', { fill: 'green' });
    await until('a later second', () => now() > at + 4);
    send();
    await until('the live message', () => numbers().includes(sent));
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ensemble-plain-'));
    writeFileSync(join(folder, 'store.js'), STORE);
    writeFileSync(join(folder, 'settings.js'), "module.exports = { contextStorage: { default: { module: require('./store.js') } } };");
    [lamps, vendor] = [await FaultServer.start(), await FaultServer.start()];
    cloud = await MessageCloud.start();
    turn = await RestlessTurn.start(1);
    lamps.good = (response, request) =>
      respond(request.path === '/v2/auth' ? { access_token: 'token' } : { 1: { runtime: { online: true, mode: 'off' } } })(
        response,
        request,
      );
    backend(vendor, (...about) => respond({ one: { s: { temperature: { value: String(temperature), time: temperature } } } })(...about));
  });
  after(async () => {
    await red?.remove();
    await Promise.all([lamps.close(), vendor.close(), cloud.close(), turn.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps no event back, is told once, costs no poll its interval, and is written when it is back', async () => {
    trouble('fail');
    red = await PlainNodeRed.start({ userDir: folder });
    await red.deploy(flow());
    for (const id of ['listed', 'lit', 'turned']) await red.shows(id);
    await red.status('feed', { fill: 'green' });
    send();
    temperature = 2;
    await until('the message', () => numbers().length === 1);
    await red.shows('listed', 2);
    // A poll that fails would wait longer each time.
    const before = vendor.requests.length;
    await until('a few more polls', () => vendor.requests.length > before + 2, Boolean, 8000);
    for (const id of ['listing', 'feed', 'lamps', 'dial']) await red.status(id, { fill: 'green' });
    const told = errors();
    assert.deepEqual(told.map(({ source }) => (source as { id: string }).id).sort(), ['dial', 'feed', 'lamps', 'listing']);
    for (const { code, message, cause } of told) {
      assert.match(String(message), /^the context store cannot .*: the store is away; /);
      assert.deepEqual([code, (cause as { vendor?: string }).vendor], ['NOT_CONFIGURED', undefined]);
    }
    trouble('');
    await until('all is written', () => Object.keys(kept()).length >= 3 && cursor());
  });

  it('tells what it holds as late as it likes: nothing of what was missed is lost', async () => {
    await startWhereItHangs();
    assert.deepEqual(numbers(), [3]);
    trouble('');
    await until('the message that was missed', () => numbers().includes(2));
    const marks = red.shown.filter(({ id }) => id === 'sent').map(({ msg }) => (msg.event as { resumed: boolean }).resumed);
    assert.deepEqual(
      [numbers(), marks],
      [
        [3, 2],
        [false, true],
      ],
    );
  });

  it('is waited for at a deploy, so that the next instance begins where this one stopped: but two seconds at most', async () => {
    trouble('slow');
    send();
    await until('the message', () => numbers().includes(4));
    const { seen = {} } = cursor() ?? {};
    const before = Object.keys(seen).length;
    await red.deploy([]);
    assert.equal(Object.keys(cursor()?.seen ?? {}).length, before + 1);
    trouble('hang');
    red.statuses.clear();
    await red.deploy(flow());
    await red.status('feed', { fill: 'green' });
    send();
    await until('the message', () => numbers().includes(5));
    const began = performance.now();
    const started = red.output.length;
    const deployed = red.deploy([]);
    await until('the flows stand still', () => red.output.slice(started).includes('Stopped flows'));
    assert.ok(performance.now() - began < 2000, `${performance.now() - began} ms`);
    await deployed;
  });

  it('is written at a stop if it is back, and what was missed is not lost with it', async () => {
    trouble('');
    await red.deploy(flow());
    await red.status('feed', { fill: 'green' });
    send();
    const last = sent;
    await until('the message', () => numbers().includes(last));
    await until('the dial', () => kept()['dial:tab states']);
    await startWhereItHangs();
    trouble('');
    await red.stop();
    red = await PlainNodeRed.start({ userDir: folder });
    await until('the message that was missed', () => numbers().includes(last + 1));
    assert.deepEqual(numbers(), [last + 1]);
  });
});
