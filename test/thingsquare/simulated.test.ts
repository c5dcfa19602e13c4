import assert from 'node:assert/strict';
import type { Simulator } from '../../src/simulators/simulator';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { press, simulated, snapshot } from '../simulators/simulated';
import { DEVICE } from './backend';
import { thingsquare } from './vendor';

const NEARBY = 'fd92477f326aaa4de8b2d85122560591';
const IMAGE = '20160901/sensortag/client.signed';
const device = DEVICE;

/** Every operation, by nodes that take it from the message, against the simulated backend. */
describe('Thingsquare nodes and the simulated backend', () => {
  const stage = new Stage(thingsquare);
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await simulated();
  });

  const open = async (node: string) => {
    const credentials = { login: 'demo@example.com', password: 'demo' };
    await stage.open(
      { type: `thingsquare-${node}`, operation: '', parameters: {} },
      { baseUrl: `${simulator.address}/thingsquare`, credentials },
    );
  };
  /** The result, or the code and the text of the error. */
  const run = async (operation: string, parameters: Record<string, unknown> = {}): Promise<unknown> => {
    const { ends, outputs, error } = await stage.run({ operation, parameters });
    return ends[0] === 'done' ? outputs[0]?.payload : `${ends[0]}: ${(error as Error).message}`;
  };
  const act = (action: string, input: object) => press(simulator, 'thingsquare', action, input);

  it('variables: get, set, wait, synchronize, history, delete', async () => {
    await open('variable');
    const period = { device, kind: 'd', name: 'period' };
    const platform = { device, kind: 's', name: 'platform' };
    assert.deepEqual(await run('get', platform), { value: 'thsq-sensortag', time: 1468876126172 });
    assert.deepEqual(
      ((await run('history', { ...platform, latest: 2 })) as { id: number }[]).map(({ id }) => id),
      [54968717, 54800348],
    );
    assert.equal(((await run('history', { device, kind: 's', name: 'temperature', latest: 0 })) as unknown[]).length, 289);
    assert.equal(await run('set', { ...period, value: 120, waitForAck: 10 }), 'device-ok');
    const { value, time, acked } = (await run('get', period)) as { value: string; time: number; acked: number };
    assert.ok(value === '120' && acked >= time);
    assert.equal(await run('sync', period), 'device-ok');
    await until('the synchronization', async () => ((await run('get', period)) as { syncacked?: number }).syncacked);
    assert.equal(await run('set', { ...period, value: Buffer.from([1, 0]) }), 'device-ok');
    assert.deepEqual(((await run('get', period)) as { value: unknown }).value, Buffer.from([1, 0]));
    assert.equal(await run('delete', period), 'device-ok');
    assert.match(String(await run('delete', period)), /^REJECTED: there is no such device or variable/);
    assert.match(String(await run('get', period)), /^NOT_FOUND: /);
  });

  it('variables: a device that never acknowledges', async () => {
    await open('variable');
    const [{ auth = '' } = {}] = (await state()).devices;
    await act('reach', { auth, reach: 'away' });
    const set = { device, kind: 'd', name: 'period', value: '5', waitForAck: 1 };
    assert.match(String(await run('set', set)), /^TIMEOUT: the value is stored at the backend/);
    assert.equal(((await run('get', { device, kind: 'd', name: 'period' })) as { value: string }).value, '5');
  });

  it('devices: list, get, network, command, remove, claim', async () => {
    await open('device');
    const all = (await run('list')) as Record<string, unknown>;
    assert.equal(Object.keys(all).length, 4);
    assert.deepEqual(await run('get', { device }), all[device]);
    assert.ok(NEARBY in ((await run('list-network')) as object));
    assert.match(String(await run('send-command', { device, command: 'idfy', priority: 1, lifetime: 5000 })), /^[\da-f-]{36}$/);
    await until('the command', async () => (await state()).devices[0]?.command?.state === 'done');
    assert.equal(await run('remove', { device }), 'device-ok');
    assert.match(String(await run('remove', { device })), /^REJECTED: /);
    const id = await run('claim', { auth: NEARBY });
    assert.match(String(id), /^[\da-f-]{36}$/);
    assert.match(
      String(await run('claim', { auth: '123456789abcdef' })),
      /^REJECTED: no device can be claimed or shared with that authentication token/,
    );
    assert.deepEqual(
      Object.keys((await run('list')) as object).sort(),
      [...Object.keys(all).filter((known) => known !== device), String(id)].sort(),
    );
  });

  it('firmware: start when the device is connected, cancel', async () => {
    await open('firmware');
    assert.match(String(await run('start', { device, firmware: 'nothing' })), /^REJECTED: there is no firmware image of that name/);
    assert.match(
      String(await run('start', { device, firmware: IMAGE })),
      /^REJECTED: the firmware update could not be started; a device must be connected/,
    );
    await stage.audit.deploy('nodes', { id: 'node', type: 'thingsquare-variable' });
    assert.equal(await run('set', { device, kind: 'd', name: 'mode', value: 'connected', waitForAck: 10 }), 'device-ok');
    assert.equal(((await run('get', { device, kind: 'meta', name: 'state' })) as { value: string }).value, 'connected');
    await stage.audit.deploy('nodes', { id: 'node', type: 'thingsquare-firmware' });
    assert.equal(await run('start', { device, firmware: IMAGE }), 'device-ok');
    await until('the update', async () => (await state()).devices[0]?.update !== undefined);
    assert.equal(await run('cancel', { device }), 'firmware-ok');
  });

  it('users: get, store, sign up, resend, recover, log out', async () => {
    await open('user');
    assert.equal(await run('store', { data: { room: { name: 'Büro', floors: [1, 2] }, on: true } }), 'user-data-ok');
    const { login, data } = (await run('get')) as { login: string; data: unknown };
    assert.deepEqual([login, data], ['demo@example.com', { room: { name: 'Büro', floors: ['1', '2'] }, on: 'true' }]);
    assert.match(
      String(await run('store', { data: { big: 'x'.repeat(70_000) } })),
      /^REJECTED: the user’s data would be too large \(HTTP 413/,
    );
    assert.match(
      String(await run('store', { data: { a: { b: null } } })),
      /^INVALID_INPUT: data\.a\.b must be text, a number, true, false, or an object/,
    );
    assert.match(String(await run('signup', { login: 'nobody', password: 'x' })), /^REJECTED: login must be an e-mail address/);
    assert.equal(await run('signup', { login: 'new@example.com', password: 'x' }), 'signup-ok');
    assert.match(
      String(await run('signup', { login: 'new@example.com', password: 'x' })),
      /^REJECTED: there is a user of that name already/,
    );
    assert.equal(await run('resend-confirmation', { login: 'new@example.com' }), 'resend-ok');
    assert.match(String(await run('resend-confirmation', { login: 'x' })), /^REJECTED: no confirmation e-mail could be sent/);
    assert.equal(await run('recover-password', { login: 'new@example.com' }), 'recover-ok');
    assert.match(String(await run('recover-password', { login: 'x' })), /^REJECTED: no recovery e-mail could be sent/);
    assert.equal(await run('logout'), 'logout-ok');
    assert.match(String(await run('logout')), /^REJECTED: there was no session to end/);
    assert.equal(((await run('get')) as { login: string }).login, 'demo@example.com');
    // The sign-up has opened a session for the new user, which nobody keeps.
    assert.deepEqual((await state()).sessions, ['new@example.com', 'demo@example.com']);
  });

  it('devices: share with another user, once it is claimed', async () => {
    await open('device');
    assert.match(String(await run('share', { auth: NEARBY, user: 'other@example.com' })), /^REJECTED: no device can be claimed or shared/);
    const id = String(await run('claim', { auth: NEARBY }));
    assert.match(String(await run('share', { auth: id, user: 'nobody@example.com' })), /^REJECTED: /);
    assert.equal(await run('share', { auth: id, user: 'other@example.com' }), 'add-user-ok');
    const credentials = { login: 'other@example.com', password: 'other' };
    await stage.open(
      { type: 'thingsquare-device', operation: '', parameters: {} },
      { baseUrl: `${simulator.address}/thingsquare`, credentials },
    );
    assert.ok(Object.hasOwn((await run('list')) as object, id));
  });

  it('users: a token that logs in until it is deleted, and that nobody can read', async () => {
    await open('user');
    const token = String(await run('create-token'));
    assert.match(token, /^[\w-]{16,}$/);
    const logIn = async (): Promise<unknown> => {
      await stage.open(
        { type: 'thingsquare-user', operation: '', parameters: {} },
        { baseUrl: `${simulator.address}/thingsquare`, authentication: 'token', credentials: { token } },
      );
      return run('get');
    };
    assert.equal(((await logIn()) as { login: string }).login, 'demo@example.com');
    assert.equal(await run('delete-token', { token }), 'user-token-deleted');
    const refused = String(await run('delete-token', { token }));
    assert.match(refused, /^REJECTED: there is no such token/);
    assert.match(String(await run('delete-token', { token: `${token} ` })), /^INVALID_INPUT: token must be an API token/);
    const page = JSON.stringify([refused, stage.red.logs, stage.red.statuses, (await snapshot(simulator)).log]);
    assert.ok(!page.includes(token), page);
    assert.match(String(await logIn()), /^UNAUTHORIZED: /);
  });

  it('variables: a value with a time of its own', async () => {
    await open('variable');
    const note = { device, kind: 's', name: 'note' };
    assert.equal(await run('set', { ...note, value: 'then', timestamp: 1468876126 }), 'device-ok');
    assert.deepEqual(await run('get', note), { value: 'then', time: 1468876126000 });
    const [newest] = (await run('history', { ...note, latest: 1 })) as { id: number }[];
    await run('set', { ...note, value: 'now' });
    const since = (await run('history', { ...note, latest: 0, startId: (newest?.id ?? 0) + 1 })) as { value: string }[];
    assert.deepEqual(
      since.map(({ value }) => value),
      ['now'],
    );
  });

  it('a session that the page has ended is opened again, unnoticed', async () => {
    await open('device');
    await run('list');
    await act('end-sessions', {});
    assert.equal(Object.keys((await run('list')) as object).length, 4);
  });

  async function state() {
    return (await snapshot(simulator)).vendors.thingsquare;
  }
});
