import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import type { Simulator } from '../../src/simulators/simulator';
import type { ThingsquareDevice } from '../../src/simulators/thingsquare/state';
import { until } from '../kit/within';
import { call, type SimulatorResponse, simulated, snapshot } from './simulated';

const SENSOR = 'b9b5a63b-85c1-4cc8-ab6e-8c43c2d54d56';
const NEARBY = 'fd92477f326aaa4de8b2d85122560591';
const demo = { login: 'demo@example.com', password: 'demo' };
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** A client that keeps its cookie, as curl does with -c and -b, and sends forms as curl does with --data. */
class FrontendClient {
  cookie = '';
  constructor(private readonly simulator: Simulator) {}

  async ask(method: string, path: string, form?: Readonly<Record<string, string>>): Promise<Pick<SimulatorResponse, 'status' | 'body'>> {
    const headers = this.cookie ? { cookie: this.cookie } : {};
    const response = await call(this.simulator, method, `/thingsquare/0/${path}`, form && new URLSearchParams(form), headers);
    this.cookie = response.headers.get('set-cookie')?.replace(/;.*/, '') ?? this.cookie;
    return { status: response.status, body: response.body };
  }
}

const open = async (form?: Record<string, string>) => {
  const simulator = await simulated();
  const client = new FrontendClient(simulator);
  equal((await client.ask('POST', form ? 'session/login' : 'session/', form)).status, 201);
  const device = async (name: string): Promise<ThingsquareDevice> => {
    const found = (await snapshot(simulator)).vendors.thingsquare.devices.find((one) => one.name === name);
    if (!found) throw new Error(`no ${name}`);
    return found;
  };
  const act = (action: string, input: object) => call(simulator, 'POST', `/page/thingsquare/${action}`, input);
  return { simulator, client, device, act };
};

describe('simulated Thingsquare', () => {
  describe('responds to the document’s examples', () => {
    /** Request, status, response; in the session that the first example makes. */
    const EXAMPLES: readonly [string, string, Record<string, string> | undefined, number, unknown][] = [
      ['POST', 'session/', undefined, 200, 'user-ok'],
      ['POST', 'session/login', { login: 'dummy@example.com', password: 'secret' }, 403, 'login-fail'],
      ['POST', 'session/logout', undefined, 201, 'logout-ok'],
      ['POST', 'session/signup', { login: 'badloginname', password: 'secret' }, 400, 'signup-fail-no-email'],
      ['POST', 'session/resend', { login: 'badloginname' }, 400, 'resend-fail'],
      ['POST', 'session/recover', { login: 'badloginname' }, 400, 'recover-fail'],
      [
        'GET',
        `devices/${SENSOR}/s/platform?latest=2`,
        undefined,
        200,
        [
          { key: 'platform', value: 'thsq-sensortag', by: 'device', type: 's', timestamp: 1468876126172, id: 54968717 },
          { key: 'platform', value: 'thsq-sensortag', by: 'device', type: 's', timestamp: 1468852593002, id: 54800348 },
        ],
      ],
      ['GET', `devices/${SENSOR}/s/platform`, undefined, 200, { value: 'thsq-sensortag', time: 1468876126172 }],
      ['POST', 'devices/', { auth: '123456789abcdef' }, 400, 'claim-fail'],
      ['DELETE', `devices/${SENSOR}`, { value: '120' }, 200, 'device-ok'],
      ['POST', `devices/${SENSOR}/d/period`, { value: '120' }, 200, 'device-ok'],
      ['DELETE', `devices/${SENSOR}/d/period`, { value: '120' }, 200, 'device-ok'],
    ];
    for (const [method, path, form, status, body] of EXAMPLES)
      it(`${method} /0/${path}`, async () => {
        const { client } = await open();
        deepEqual(await client.ask(method, path, form), { status, body });
      });

    it('user data: stored field by field', async () => {
      const { client } = await open();
      const read = async () => {
        const { authcode, ...user } = (await client.ask('GET', 'user/')).body as Record<string, unknown>;
        match(String(authcode), /^[\da-f]{32}$/);
        return user;
      };
      deepEqual(await read(), { login: '', confirmed: false, data: {} });
      deepEqual(await client.ask('POST', 'user/', { test: 'data' }), { status: 200, body: 'user-data-ok' });
      deepEqual(await client.ask('POST', 'user/', { another: 'test', 'list[0]': 'a', 'list[1]': 'b', 'deep[er]': 'c' }), {
        status: 200,
        body: 'user-data-ok',
      });
      const data = { test: 'data', another: 'test', list: ['a', 'b'], deep: { er: 'c' } };
      deepEqual(await read(), { login: '', confirmed: false, data });
      deepEqual(await client.ask('POST', 'user/', { test: 'x'.repeat(70_000) }), { status: 413, body: 'user-data-failed' });
      deepEqual(await read(), { login: '', confirmed: false, data });
    });

    it('devices, with the values of the document', async () => {
      const { client } = await open();
      const { body } = await client.ask('GET', 'devices/');
      const device = (body as Record<string, Record<string, Record<string, unknown>>>)[SENSOR];
      const network = {
        value: '8d6f953b730f4e4e',
        time: 1468494129774,
        acked: 1468494129774,
        syncacked: 1468876125944,
        synced: 1468876109029,
      };
      deepEqual(device?.d?.['network-id'], network);
      deepEqual((await client.ask('GET', `devices/${SENSOR}`)).body, device);
      const { body: near } = await client.ask('GET', 'network/');
      equal((near as Record<string, { d: { mode: { value: string } } }>)[NEARBY]?.d.mode.value, 'master');
    });

    it('firmware images', async () => {
      const { client } = await open();
      const [first] = (await client.ask('GET', 'firmware/')).body as unknown[];
      deepEqual(first, {
        name: '20160718/cc2538dk/client.signed',
        platform: 'thsq-cc2538dk-bootloader',
        version: 1468838806,
        info: { platforms: { from: ['thsq-cc2538dk'], to: { platform: 'thsq-cc2538dk', name: 'TI CC2538dk' } } },
      });
    });
  });

  describe('sessions', () => {
    it('are made once, by login, by token or without a user', async () => {
      const { client, simulator } = await open();
      const { cookie } = client;
      deepEqual(await client.ask('POST', 'session/'), { status: 200, body: 'user-ok' });
      equal(client.cookie, cookie);
      deepEqual(await client.ask('POST', 'session/login', demo), { status: 201, body: 'login-ok' });
      notEqual(client.cookie, cookie);
      equal(((await client.ask('GET', 'user/')).body as { login: string }).login, demo.login);
      const other = new FrontendClient(simulator);
      deepEqual(await other.ask('POST', 'session/', { token: 'wrong' }), { status: 403, body: 'user-fail' });
      deepEqual(await other.ask('POST', 'session/', { token: 'other-token' }), { status: 201, body: 'user-ok' });
      equal(((await other.ask('GET', 'user/')).body as { login: string }).login, 'other@example.com');
    });

    it('end by logout, and by the page', async () => {
      const { client, act } = await open(demo);
      equal((await client.ask('GET', 'devices/')).status, 200);
      deepEqual(await client.ask('POST', 'session/logout'), { status: 201, body: 'logout-ok' });
      deepEqual(await client.ask('POST', 'session/logout'), { status: 400, body: 'logout-fail' });
      for (const path of ['user/', 'devices/', 'network/', 'firmware/', `devices/${SENSOR}`])
        deepEqual(await client.ask('GET', path), { status: 404, body: 'not found' });
      await client.ask('POST', 'session/login', demo);
      equal((await act('end-sessions', {})).status, 204);
      equal((await client.ask('GET', 'user/')).status, 404);
    });

    it('are there for a new user at once', async () => {
      const { simulator } = await open();
      const client = new FrontendClient(simulator);
      const user = { login: 'new@example.com', password: 'new' };
      deepEqual(await client.ask('POST', 'session/signup', user), { status: 201, body: 'signup-ok' });
      equal((await client.ask('GET', 'user/')).status, 200);
      deepEqual(await client.ask('POST', 'session/signup', user), { status: 400, body: 'signup-fail-already-exists' });
      deepEqual(await client.ask('POST', 'session/resend', user), { status: 200, body: 'resend-ok' });
      deepEqual(await client.ask('POST', 'session/recover', user), { status: 200, body: 'recover-ok' });
      deepEqual(await client.ask('POST', 'session/recovery', user), { status: 200, body: 'recover-ok' });
      deepEqual(await client.ask('POST', 'session/login', user), { status: 201, body: 'login-ok' });
    });
  });

  describe('variables', () => {
    const period = `devices/${SENSOR}/d/period`;
    const read = async (client: FrontendClient) => (await client.ask('GET', period)).body as Record<string, unknown>;

    it('of kind d are acknowledged after a while, or not at all', async () => {
      const { client, device, act } = await open();
      await client.ask('POST', period, { value: '120' });
      const before = await read(client);
      equal(before.value, '120');
      const after = await until(
        'the acknowledgement',
        () => read(client),
        ({ acked, time }) => Number(acked) >= Number(time),
      );
      equal(after.time, before.time);
      await act('reach', { auth: (await device('Greenhouse')).auth, reach: 'away' });
      await client.ask('POST', period, { value: '30' });
      equal((await device('Greenhouse')).variables.find(({ name }) => name === 'period')?.pending, true);
      const waiting = await read(client);
      ok(Number(waiting.acked) < Number(waiting.time));
      await act('reach', { auth: (await device('Greenhouse')).auth, reach: 'awake' });
      await until(
        'the acknowledgement',
        () => read(client),
        ({ acked, time }) => Number(acked) >= Number(time),
      );
    });

    it('of kind d without a value are synchronized; an empty value is one', async () => {
      const { client } = await open();
      const { value, time } = await read(client);
      deepEqual(await client.ask('POST', period), { status: 200, body: 'device-ok' });
      const synced = await until(
        'the synchronization',
        () => read(client),
        (now) => Number(now.syncacked) >= Number(now.synced),
      );
      deepEqual([synced.value, synced.time], [value, time]);
      deepEqual(await client.ask('POST', period, { value: '' }), { status: 200, body: 'device-ok' });
      equal((await read(client)).value, '');
      equal((await client.ask('POST', `devices/${SENSOR}/d/unknown`)).status, 400);
      equal((await client.ask('POST', `devices/${SENSOR}/s/platform`)).status, 400);
    });

    it('hold bytes, and come back as bytes', async () => {
      const { client } = await open();
      await client.ask('POST', `devices/${SENSOR}/s/key`, { value64: Buffer.from([0, 255, 10]).toString('base64') });
      deepEqual(((await client.ask('GET', `devices/${SENSOR}/s/key`)).body as { value: unknown }).value, {
        type: 'Buffer',
        data: [0, 255, 10],
      });
    });

    it('of kind meta cannot be set, and what is not there cannot be deleted', async () => {
      const { client } = await open();
      deepEqual(await client.ask('POST', `devices/${SENSOR}/meta/state`, { value: 'connected' }), { status: 400, body: 'device-fail' });
      deepEqual(await client.ask('DELETE', `devices/${SENSOR}/s/nothing`), { status: 400, body: 'device-fail' });
      deepEqual(await client.ask('GET', `devices/${SENSOR}/s/nothing`), { status: 404, body: 'not found' });
      equal((await client.ask('GET', `devices/${SENSOR}/s/__proto__`)).status, 404);
    });

    it('have a history that is read page by page, the newest first', async () => {
      const { client } = await open();
      const read = async (query: string) =>
        (await client.ask('GET', `devices/${SENSOR}/s/temperature?${query}`)).body as { id: number; timestamp: number }[];
      const all = await read('latest=0');
      equal(all.length, 289);
      const ids = all.map(({ id }) => id);
      deepEqual(
        ids,
        ids.toSorted((a, b) => b - a),
      );
      deepEqual(await read('latest=5'), all.slice(0, 5));
      deepEqual(await read(`latest=5&from=${ids[4]}`), all.slice(4, 9));
      deepEqual(await read(`latest=100&startid=${ids[2]}`), all.slice(0, 3));
      equal((await client.ask('GET', `devices/${SENSOR}/s/temperature?latest=-1`)).status, 400);
      deepEqual(await client.ask('GET', `devices/${SENSOR}/s/nothing?latest=3`), { status: 200, body: [] });
    });

    it('are reported every period, as soon as the device knows it', async () => {
      const { client } = await open();
      const count = async () => ((await client.ask('GET', `devices/${SENSOR}/s/temperature?latest=0`)).body as unknown[]).length;
      await client.ask('POST', period, { value: '1' });
      await until('two reports', count, (length) => length >= 291);
    });

    it('change when the slider of the page is moved', async () => {
      const { client, act } = await open();
      await act('temperature', { temperature: 31.5 });
      equal(((await client.ask('GET', `devices/${SENSOR}/s/temperature`)).body as { value: string }).value, '31.5');
    });
  });

  describe('devices', () => {
    it('are removed, and claimed again under another id', async () => {
      const { client, device } = await open();
      const { auth } = await device('Greenhouse');
      deepEqual(await client.ask('DELETE', `devices/${SENSOR}`), { status: 200, body: 'device-ok' });
      deepEqual(await client.ask('DELETE', `devices/${SENSOR}`), { status: 400, body: 'device-fail' });
      equal((await client.ask('GET', `devices/${SENSOR}`)).status, 404);
      equal((await client.ask('GET', `devices/${auth}`)).status, 200, 'it is still nearby');
      const { status, body } = await client.ask('POST', 'devices/', { auth });
      equal(status, 201);
      match(String(body), UUID);
      notEqual(body, SENSOR);
      equal((await client.ask('GET', `devices/${body}`)).status, 200);
      equal((await device('Greenhouse')).id, body);
    });

    it('carry out a command, or drop it when its lifetime is over', async () => {
      const { client, device, act } = await open();
      const send = (form: Record<string, string>) => client.ask('POST', `devices/${SENSOR}/`, form);
      const { status, body } = await send({ command: 'idfy', priority: '2', lifetime: '60000' });
      equal(status, 200);
      match(String(body), UUID);
      await until(
        'the command',
        () => device('Greenhouse'),
        ({ blinking, command }) => blinking && command?.state === 'done',
      );
      await act('reach', { auth: (await device('Greenhouse')).auth, reach: 'away' });
      await send({ command64: Buffer.from([1, 2]).toString('base64'), lifetime: '50' });
      await until(
        'the end of the command',
        () => device('Greenhouse'),
        ({ command }) => command?.text === '0x0102' && command.state === 'expired',
      );
      for (const wrong of [{}, { command: 'idfy', priority: '3' }, { command: 'idfy', lifetime: '-1' }] as Record<string, string>[])
        deepEqual(await send(wrong), { status: 400, body: 'device-fail' });
    });

    it('take a firmware update when they are connected, and show how far it is', async () => {
      const { client, device } = await open();
      const start = (name: string) => client.ask('POST', `devices/${SENSOR}/fw/${name}`);
      const image = '20160718/sensortag/client.signed';
      deepEqual(await start('20160718/nothing'), { status: 400, body: 'device-fwup-name-fail' });
      deepEqual(await start(image), { status: 400, body: 'device-fwup-start-fail' });
      await client.ask('POST', `devices/${SENSOR}/d/mode`, { value: 'connected' });
      await until(
        'the connection',
        () => device('Greenhouse'),
        ({ connected }) => connected,
      );
      deepEqual(await start('20160718/cc2538dk/client.signed'), { status: 400, body: 'device-fwup-start-fail' });
      deepEqual(await start(image), { status: 200, body: 'device-ok' });
      const progress = async () => Number(((await client.ask('GET', `devices/${SENSOR}/s/fwup-progress`)).body as { value: string }).value);
      await until('progress', progress, (percent) => percent > 0 && percent < 100);
      deepEqual(await client.ask('DELETE', `devices/${SENSOR}/fw`), { status: 200, body: 'firmware-ok' });
      deepEqual(await client.ask('DELETE', `devices/${SENSOR}/fw`), { status: 400, body: 'firmware-fail' });
      deepEqual(await start(image), { status: 200, body: 'device-ok' });
      await until('the end', progress, (percent) => percent === 100);
      equal(((await client.ask('GET', `devices/${SENSOR}/s/fw-version`)).body as { value: string }).value, '1468838812');
    });
  });
});
