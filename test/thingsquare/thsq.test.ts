import assert from 'node:assert/strict';
import type { Simulator } from '../../src/simulators/simulator';
import type { ThingsquareDevice } from '../../src/simulators/thingsquare/state';
import { until } from '../kit/within';
import { call, simulated, snapshot } from '../simulators/simulated';
import { DEVICE } from './backend';
import { ThsqClient } from './thsq-client';

type ReplyValues = Record<string, unknown>;
interface Variable {
  readonly value: unknown;
  readonly time: number;
}
type ListedDevice = Readonly<Record<'d' | 's' | 'meta', Record<string, Variable>>> & { readonly id?: string };

const NEARBY = 'fd92477f326aaa4de8b2d85122560591';
const FRONTEND = '0ac48bf3-9fab-4bad-8455-e394808eda6b';
const IMAGE = '20160718/sensortag/client.signed';
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Every call of the vendor's library, and its WebSocket: what it takes for granted, the simulated backend must do. */
describe('the vendor’s own client and the simulated Thingsquare', () => {
  let simulator: Simulator;
  let thsq: ThsqClient;

  beforeEach(async () => {
    simulator = await simulated();
    thsq = new ThsqClient();
  });

  const init = (token?: string, client = thsq) =>
    client.call('init', { server: `${simulator.address}/thingsquare`, frontend: FRONTEND, ...(token && { token }) }) as Promise<
      Record<string, ListedDevice> | undefined
    >;
  const device = async (name: string): Promise<ThingsquareDevice> =>
    (await snapshot(simulator)).vendors.thingsquare.devices.find((one) => one.name === name) ?? assert.fail(name);
  const mails = async () => (await snapshot(simulator)).vendors.thingsquare.mails;
  const uniqueOf = async (wanted: string): Promise<string> => {
    const found = Object.entries((await thsq.call('getDevicelist')) as Record<string, ListedDevice>).find(([, { id }]) => id === wanted);
    return found?.[0] ?? assert.fail(`no ${wanted}`);
  };
  const read = (unique: string, kind: string, name: string) =>
    thsq.call('getVariable', unique, kind, name) as Promise<Variable | undefined>;

  it('opens a session: without a user, by a token, by login', async () => {
    const devices = (await init()) ?? {};
    assert.deepEqual(
      Object.values(devices)
        .map(({ id }) => id)
        .includes(DEVICE),
      true,
    );
    assert.equal(((await thsq.call('getUser')) as ReplyValues).login, '');
    assert.deepEqual(await thsq.ask('getApp'), FRONTEND);
    assert.deepEqual(await thsq.ask('getServer'), `${simulator.address}/thingsquare`);
    assert.deepEqual(await thsq.call('login', 'demo@example.com', 'wrong'), { statusCode: 403, body: 'login-fail' });
    assert.equal(await thsq.call('login', 'demo@example.com', 'demo'), 'login-ok');
    assert.equal(((await thsq.call('getUser')) as ReplyValues).login, 'demo@example.com');
    assert.equal(await thsq.call('logout'), 'user-ok');
    assert.equal(((await thsq.call('getUser')) as ReplyValues).login, '');
    assert.ok(await init('demo-token'));
    assert.equal(((await thsq.call('getUser')) as ReplyValues).login, 'demo@example.com');
    assert.equal(await thsq.call('session'), 'user-ok');
    assert.deepEqual(
      thsq.events.map(({ event }) => event).filter((event) => event.startsWith('logged')),
      ['logged-out', 'logged-in', 'logged-out', 'logged-in'],
    );
    const other = new ThsqClient();
    assert.equal(await init('wrong', other), undefined);
  });

  it('makes tokens, and takes them back', async () => {
    await init();
    assert.equal(await thsq.call('createAccessToken'), undefined, 'nobody in particular has none');
    await thsq.call('login', 'demo@example.com', 'demo');
    const token = String(await thsq.call('createAccessToken'));
    assert.match(token, /^[\w-]{16,}$/);
    const other = new ThsqClient();
    await init(token, other);
    assert.equal(((await other.call('getUser')) as ReplyValues).login, 'demo@example.com');
    assert.equal(await thsq.call('deleteAccessToken', token), 'user-token-deleted');
    assert.equal(await thsq.call('deleteAccessToken', token), undefined);
    assert.equal(await init(token, new ThsqClient()), undefined);
  });

  it('stores data of the user, and not the frontend that it names in each request', async () => {
    await init('demo-token');
    assert.equal(await thsq.call('storeUserData', { room: { name: 'Büro', floors: [1, 2] }, none: '' }), undefined);
    assert.deepEqual(((await thsq.call('getUser')) as ReplyValues).data, { room: { name: 'Büro', floors: ['1', '2'] }, none: '' });
  });

  it('signs users up, confirms them, and lets them have a new password', async () => {
    await init();
    assert.equal(await thsq.call('userSignup', 'nobody', 'x'), undefined);
    assert.equal(await thsq.call('userSignup', 'new@example.com', 'old'), 'signup-ok');
    assert.equal(await thsq.call('userSignup', 'new@example.com', 'old'), undefined);
    assert.equal(await thsq.call('userResendConfirmationEmail'), undefined, 'of nobody in particular');
    assert.equal(await thsq.call('login', 'new@example.com', 'old'), 'login-ok');
    assert.equal(await thsq.call('userResendConfirmationEmail'), 'resend-ok');
    assert.equal(await thsq.call('userSendPasswordRecoveryEmail', 'unknown@example.com'), undefined);
    assert.equal(await thsq.call('userSendPasswordRecoveryEmail', 'new@example.com'), 'recover-ok');
    const mail = (await mails()).at(-1);
    assert.deepEqual([mail?.to, mail?.about], ['new@example.com', 'recovery']);
    assert.equal(await thsq.call('recoverNewPassword', 'new@example.com', 'wrong', 'new'), undefined);
    assert.equal(await thsq.call('recoverNewPassword', 'new@example.com', mail?.token, 'new'), 'recover-ok');
    assert.equal(await thsq.call('recoverNewPassword', 'new@example.com', mail?.token, 'again'), undefined);
    assert.equal(await thsq.call('login', 'new@example.com', 'new'), 'login-ok');
  });

  it('finds devices by what never changes of them', async () => {
    await init('demo-token');
    const unique = await uniqueOf(DEVICE);
    const found = (await thsq.call('getDevice', unique)) as ListedDevice;
    assert.equal(found.meta.unique?.value, unique);
    assert.equal(await thsq.ask('deviceId', unique), DEVICE);
    assert.equal(await thsq.ask('devicePlatform', found), 'thsq-sensortag');
    assert.equal(await thsq.ask('deviceEUI', found), undefined);
    assert.equal(await thsq.ask('deviceStateName', 4), 'Waiting for server');
    assert.equal(await thsq.call('getDevice', 'unknown'), undefined);
    assert.equal((await read(unique, 's', 'platform'))?.value, 'thsq-sensortag');
    assert.equal(await read(unique, 's', 'unknown'), undefined);
  });

  it('sets variables, at a time of its own, too, and deletes them', async () => {
    await init('demo-token');
    const unique = await uniqueOf(DEVICE);
    assert.equal(await thsq.call('setVariable', unique, 'd', 'period', '120'), 'device-ok');
    assert.equal((await read(unique, 'd', 'period'))?.value, '120');
    assert.equal(await thsq.call('setVariable', unique, 's', 'key', 'ü'), 'device-ok');
    assert.deepEqual((await read(unique, 's', 'key'))?.value, { type: 'Buffer', data: [0xfc] });
    assert.equal(await thsq.call('setVariable', unique, 's', 'note', 'then', { timestamp: 1468876126 }), 'device-ok');
    assert.deepEqual(await read(unique, 's', 'note'), { value: 'then', time: 1468876126000 });
    assert.equal(await thsq.call('setVariable', unique, 'd', 'period', '7', { timestamp: 1468876126 }), 'device-ok');
    const { acked = 0, time } = (await read(unique, 'd', 'period')) as Variable & { acked?: number };
    assert.ok(acked < time, 'the device has not heard of it yet');
    assert.equal(await thsq.call('setVariable', unique, 'meta', 'state', 'x'), undefined);
    assert.equal(await thsq.call('deleteVariable', unique, 's', 'note'), 'delete-ok');
    assert.equal(await read(unique, 's', 'note'), undefined);
    assert.deepEqual(await thsq.call('deleteVariable', unique, 's', 'note'), { statusCode: 400, body: 'delete-fail' });
  });

  it('reads histories: at once, in portions, from an id on', async () => {
    await init('demo-token');
    const unique = await uniqueOf(DEVICE);
    const history = (options: object) =>
      thsq.call('getVariableHistory', unique, 's', 'temperature', options) as Promise<{ id: number; time: number; timestamp: number }[]>;
    const all = await history({ num: 1000 });
    assert.ok(all.length >= 289 && all.every(({ time, timestamp }) => time === timestamp));
    assert.deepEqual(await history({ num: 5 }), all.slice(0, 5));
    assert.deepEqual(await history({ num: 100, startid: all[3]?.id }), all.slice(0, 4));
    // The library counts the point at the border of two portions twice.
    assert.deepEqual(await history({ num: 100, chunksize: 40 }), all.slice(0, 98));
    assert.deepEqual(await thsq.call('getVariableHistory', unique, 's', 'unknown'), []);
  });

  it('sends commands', async () => {
    await init('demo-token');
    assert.equal(await thsq.call('sendCommand', await uniqueOf(DEVICE), 'idfy'), 'device-ok');
    await until(
      'the command',
      () => device('Greenhouse'),
      ({ command, blinking }) => command?.text === 'idfy' && command.state === 'done' && blinking,
    );
    assert.equal(await thsq.call('sendCommand', 'unknown', 'idfy'), undefined);
  });

  it('claims devices of the network, shares them with another user, and removes them', async () => {
    await init('demo-token');
    const network = (await thsq.call('getNetworkDevices')) as Record<string, ListedDevice>;
    const unique = String(network[NEARBY]?.meta.unique?.value);
    const other = new ThsqClient();
    const others = async () => Object.keys((await init('other-token', other)) ?? {});
    const id = String(await thsq.call('claimDevice', unique));
    assert.match(id, UUID);
    assert.equal(await uniqueOf(id), unique);
    assert.equal((await others()).includes(unique), false, 'it is the user’s own');
    assert.deepEqual(await thsq.call('shareDevice', unique, 'nobody@example.com'), { statusCode: 400, body: 'claim-fail' });
    assert.equal(await thsq.call('shareDevice', unique, 'other@example.com'), 'add-user-ok');
    assert.equal((await others()).includes(unique), true);
    assert.equal(await thsq.call('removeDevice', unique), 'delete-ok');
    assert.equal(Object.keys((await init('demo-token')) ?? {}).includes(unique), false);
    assert.equal((await others()).includes(unique), true, 'the other user still has it');
    assert.deepEqual(await thsq.call('claimDevice', '123456789abcdef'), { statusCode: 400, body: 'claim-fail' });
  });

  it('sees nearby devices, by the packets that they send', async () => {
    await init('demo-token');
    await thsq.ask('bleCallback', `ffff${NEARBY}`);
    await until('the device', () => thsq.events.some(({ event }) => event === 'device-nearby-first-seen'));
    const seen = thsq.events.find(({ event }) => event === 'device-nearby-first-seen')?.value as ListedDevice;
    assert.equal(seen.d.mode?.value, 'master');
  });

  it('updates the program of a device that is connected', async () => {
    await init('demo-token');
    const unique = await uniqueOf(DEVICE);
    const images = (await thsq.call('getFirmwarelist')) as { name: string }[];
    assert.ok(images.some(({ name }) => name === IMAGE));
    assert.deepEqual(await thsq.call('startFirmwareUpdate', unique, IMAGE), { statusCode: 400, body: 'firmware-fail' });
    assert.deepEqual(await thsq.call('stopFirmwareUpdate', unique), { statusCode: 400, body: 'delete-fail' });
    await thsq.call('setVariable', unique, 'd', 'mode', 'connected');
    await until(
      'the connection',
      () => device('Greenhouse'),
      ({ connected }) => connected,
    );
    for (const start of ['startFirmwareUpdate', 'startNetworkUpdate']) {
      assert.equal(await thsq.call(start, unique, IMAGE), 'device-ok');
      assert.notEqual((await device('Greenhouse')).update, undefined);
      assert.equal(await thsq.call('stopFirmwareUpdate', unique), 'delete-ok');
    }
  });

  it('keeps notifications, and tells of those that came', async () => {
    await init('demo-token');
    const unique = await uniqueOf(DEVICE);
    assert.deepEqual(await thsq.call('getNotifications'), []);
    const id = String(await thsq.call('addNotification', unique, 'warm', 'It is warm', { s: 'temperature', above: '30' }));
    const made = { id, name: 'warm', message: 'It is warm', trigger: { s: 'temperature', above: '30' }, deviceid: DEVICE };
    assert.deepEqual(await thsq.call('getNotifications'), [made]);
    assert.equal(await thsq.call('updateNotification', id, unique, 'hot', 'It is hot', { s: 'temperature', above: '40' }), 'event-ok');
    const changed = { ...made, name: 'hot', message: 'It is hot', trigger: { s: 'temperature', above: '40' } };
    assert.deepEqual(await thsq.call('getNotification', id), changed);
    assert.equal(await thsq.call('testNotification', id), 'event-ok');
    const [event] = (await thsq.call('getEvents', 5)) as ReplyValues[];
    assert.deepEqual([event?.name, event?.message, event?.deviceid], ['hot', 'It is hot', DEVICE]);
    assert.equal(await thsq.call('removeNotification', id), 'event-ok');
    assert.deepEqual(await thsq.call('getNotifications'), []);
    assert.deepEqual(await thsq.call('removeNotification', id), { statusCode: 404, body: 'event-fail' });
  });

  it('is told over its WebSocket of what changes, is claimed and is removed, of its own devices only', async () => {
    await init('demo-token');
    const unique = await uniqueOf(DEVICE);
    const connected = () => thsq.events.some(({ event }) => event === 'server-connected');
    await until('its WebSocket', connected);
    await call(simulator, 'POST', '/page/thingsquare/temperature', { temperature: -12.5 });
    const updates = () => thsq.events.filter(({ event, values }) => event === 'device-updated' && values[1] === unique);
    const last = await until('the change', updates, (all) => all.length > 0);
    const [changed, , difference] = (last.at(-1)?.values ?? []) as unknown as [ListedDevice, string, ListedDevice];
    // The whole device, and the difference alone: what comes is a delta.
    assert.deepEqual([changed.s.temperature?.value, changed.s.platform?.value, changed.id], ['-12.5', 'thsq-sensortag', DEVICE]);
    assert.deepEqual(
      [difference.s.temperature?.value, Object.keys({ ...difference.s, ...difference.d, ...difference.meta })],
      ['-12.5', ['temperature']],
    );
    const network = (await thsq.call('getNetworkDevices')) as Record<string, ListedDevice>;
    const nearby = String(network[NEARBY]?.meta.unique?.value);
    const told = (event: string, ...values: unknown[]) =>
      thsq.events.some((one) => one.event === event && values.every((value) => one.values.includes(value)));
    const other = new ThsqClient();
    await init('other-token', other);
    await until('the other’s WebSocket', () => other.events.some(({ event }) => event === 'server-connected'));
    await thsq.call('claimDevice', nearby);
    await until('the claim', () => told('device-claimed', nearby));
    await thsq.call('removeDevice', nearby);
    await until('its end', () => told('device-removed', nearby));
    assert.equal(JSON.stringify(other.events).includes(nearby), false);
  });

  it('goes on after its session has ended, as a browser does', async () => {
    await init('demo-token');
    await until('its WebSocket', () => thsq.events.some(({ event }) => event === 'server-connected'));
    await call(simulator, 'POST', '/page/thingsquare/end-sessions', {});
    assert.equal(await thsq.call('getUser'), undefined);
    assert.equal(await thsq.call('session'), 'user-ok');
    assert.equal(((await thsq.call('getUser')) as ReplyValues).login, 'demo@example.com');
    await until('the end of its WebSocket', () => thsq.events.some(({ event }) => event === 'server-disconnected'));
  });
});
