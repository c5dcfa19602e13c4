import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { Scope } from '../../src/core/scope';
import { ANNOUNCEMENT, announce } from '../../src/vendors/thingsquare/announcement';
import { respond } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import '../kit/once';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { backend, isLogin, says } from './backend';
import { thingsquare } from './vendor';

const AUTHCODE = 'cbcca1229ef0b9d588a1b148090fa67d';
const usual = { ...ANNOUNCEMENT };

describe('the announcement of a Thingsquare user', () => {
  const stage = new Stage(thingsquare);
  let listener: Socket;
  let packets: string[];
  let authcode: string | undefined;

  before(async () => {
    listener = createSocket('udp4');
    await new Promise<void>((resolve) => void listener.bind(0, '127.0.0.1', resolve));
    listener.on('message', (packet) => packets.push(packet.toString('latin1')));
    Object.assign(ANNOUNCEMENT, { port: (listener.address() as AddressInfo).port, interval: 50, renewal: 200 });
  });
  after(() => {
    Object.assign(ANNOUNCEMENT, usual);
    listener.close();
  });
  beforeEach(() => {
    packets = [];
    authcode = AUTHCODE;
    backend(stage.server, (response, request) =>
      respond(request.path === '/0/user/' ? { login: 'dummy@example.com', confirmed: true, ...(authcode && { authcode }), data: {} } : {})(
        response,
        request,
      ),
    );
    stage.red.forget();
  });

  const tab = { id: 'tab', type: 'tab', label: 'test' };
  const list: FlowNode = { id: 'list', type: 'thingsquare-device', z: 'tab', connection: 'frontend', operation: 'list', wires: [[]] };
  const announcing = (config: object = {}) => stage.connection({ announce: true, announceTo: '127.0.0.1', ...config });
  const deploy = (config: Record<string, unknown> = {}, type: 'full' | 'nodes' = 'full') =>
    stage.red.deploy([tab, list, announcing(config)], type);
  const sent = (count: number) =>
    until(
      `${count} packets`,
      () => packets,
      ({ length }) => length >= count,
    );
  const warnings = () => stage.red.logs.filter(({ level }) => level === 'warn').map(({ text }) => text);

  it('is the authcode and nothing else, again and again, although no node uses the frontend', async () => {
    await stage.red.deploy([announcing()]);
    assert.deepEqual(new Set(await sent(5)), new Set([AUTHCODE]));
    assert.deepEqual([usual.port, usual.interval], [590, 5000]);
    assert.equal(stage.server.requests.filter(isLogin).length, 1);
  });

  it('is made only by frontends that are configured to', async () => {
    for (const off of [false, undefined, '', 'false', 0]) {
      await deploy({ announce: off });
      stage.red.inject('list', {});
      await stage.red.status('list', { fill: 'green' });
      assert.deepEqual(
        stage.server.requests.map(({ path }) => path),
        ['/0/session/login', '/0/devices/'],
      );
      await stage.red.stop();
      await stage.server.heal();
    }
    // Whoever tries the settings of a dialog announces nobody.
    const values = { baseUrl: stage.server.url, authentication: 'login', announce: true, announceTo: '127.0.0.1', timeout: 10_000 };
    const credentials = { login: 'dummy@example.com', password: 'secret' };
    assert.equal(
      (await stage.red.admin('/ensemble/test/thingsquare-frontend', { method: 'POST', body: { id: 'new', values, credentials } })).status,
      200,
    );
    assert.deepEqual(packets, []);
  });

  it('ends with a deploy', async () => {
    await deploy();
    await sent(2);
    await deploy({ announce: false });
    stage.red.inject('list', {});
    await stage.red.status('list', { fill: 'green' });
    const { length } = packets;
    // What was on its way has come before what is sent now.
    const own = createSocket('udp4');
    await new Promise((resolve) => own.send('last', ANNOUNCEMENT.port, '127.0.0.1', resolve));
    own.close();
    await until('the last packet', () => packets.at(-1) === 'last');
    assert.ok(packets.length <= length + 2, `${packets.length - length} packets`);
  });

  it('goes on with another authcode where it changes', async () => {
    await deploy();
    await sent(2);
    authcode = 'another';
    await until('the new one', () => packets.at(-1) === 'another');
  });

  it('waits for an authcode, and says why', async () => {
    authcode = undefined;
    await deploy();
    await until('a warning', warnings, ({ length }) => length > 0);
    assert.deepEqual(warnings(), ['announce: the backend has no authcode of this user, so there is nothing to announce']);
    assert.deepEqual(packets, []);
    authcode = AUTHCODE;
    await sent(2);
  });

  it('begins when the backend is there', async () => {
    stage.server.always(says('down', 503));
    await deploy({ timeout: 300 });
    const [text] = await until('a warning', warnings, ({ length }) => length > 0);
    assert.match(String(text), /^announce: the user's authcode could not be read \(.*503.*\); it is tried again$/);
    assert.deepEqual(packets, []);
    await stage.server.heal();
    await sent(1);
  });

  it('says what it has not found, once', async () => {
    await deploy({ announceTo: 'nobody.invalid' });
    const [text] = await until('a warning', warnings, ({ length }) => length > 0);
    assert.match(String(text), /^announce: no packet could be sent to nobody\.invalid \((ENOTFOUND|EAI_AGAIN)\); it is tried again$/);
  });

  it('is tried again after any trouble of the network, which is told once', async () => {
    const scope = new Scope();
    const told = new Set<string>();
    let tries = 0;
    announce({
      to: '255.255.255.255',
      scope,
      authcode: async () => AUTHCODE,
      warn: (text) => told.add(text),
      send: async (text) => {
        tries++;
        if (tries < 10) throw Object.assign(new Error('send'), { code: tries < 5 ? 'EACCES' : 'ENETUNREACH' });
        packets.push(text);
      },
    });
    await sent(2);
    await scope.end();
    assert.deepEqual(
      [...told],
      ['EACCES', 'ENETUNREACH'].map((code) => `announce: no packet could be sent to 255.255.255.255 (${code}); it is tried again`),
    );
  });

  it('says in the log what is not configured, and ends nothing', async () => {
    await deploy({ announceTo: 'http://x' });
    await until('the error', () =>
      stage.red.logs.some(({ level, text }) => level === 'error' && /announceTo must be an IPv4 address or a name/.test(text)),
    );
    await deploy({ announceTo: '192.168.001.255' });
    await until('the error', () => stage.red.logs.some(({ level, text }) => level === 'error' && /192\.168\.1\.255/.test(text)));
  });
});
