import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { Simulator } from '../../src/simulators/simulator';
import { type BeforeUpdate, reportedBy } from '../../src/vendors/thingsquare/firmware-update';
import { respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { bool, num, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { press, simulated, snapshot } from '../simulators/simulated';
import { backend, DEVICE, says } from './backend';
import { thingsquare } from './vendor';

const IMAGE = '20160901/sensortag/client.signed';
const VERSION = '1472724007';

describe('thingsquare-firmware starts an update', () => {
  const stage = new Stage(thingsquare);
  const open = (more: object, settings: object = {}) =>
    stage.open(
      { type: 'thingsquare-firmware', operation: 'start', parameters: { device: str(DEVICE), firmware: str(IMAGE), ...more } },
      settings,
    );
  const sent = () => stage.requests.map(({ method, path }) => `${method} ${path}`);

  describe('of a simulated device', () => {
    let simulator: Simulator;
    beforeEach(async () => {
      simulator = await simulated();
    });
    const credentials = { login: 'demo@example.com', password: 'demo' };
    const start = (more: object) => open(more, { baseUrl: `${simulator.address}/thingsquare`, credentials });
    const device = async () => (await snapshot(simulator)).vendors.thingsquare.devices[0];
    const posts = async () =>
      (await snapshot(simulator)).log.filter(({ method, path }) => method === 'POST' && path.includes('/devices/')).length;

    it('which it connects first, and waits until it has the new version, with the percentage in the status', async () => {
      await start({ connectFirst: bool(true), waitForCompletion: num(40) });
      const run = stage.run({});
      await until('a percentage', () => stage.red.statuses.some(({ status }) => status.fill === 'blue' && /\d+ %/.test(status.text ?? '')));
      const { ends, outputs } = await run;
      deepEqual([ends, outputs[0]?.payload, outputs[0]?.statusCode], [['done'], 'device-ok', 200]);
      const version = (await device())?.variables.find(({ name }) => name === 'fw-version');
      deepEqual([version?.value, (await device())?.connected], [VERSION, true]);
      // It is connected already, and has the version: what was told before the start does not count.
      const before = await posts();
      const again = stage.run({});
      await until('another update', device, (one) => one?.update !== undefined);
      deepEqual((await again).ends, ['done']);
      equal(await posts(), before + 1);
    });

    it('and fails where that is cancelled, or the device goes away', async () => {
      await start({ connectFirst: bool(true), waitForCompletion: num(40) });
      const run = stage.run({});
      await until('an update', device, (one) => (one?.update ?? 0) >= 5);
      await press(simulator, 'thingsquare', 'reach', { auth: (await device())?.auth, reach: 'away' });
      const { ends, error } = await run;
      deepEqual(ends, ['COMMAND_FAILED']);
      match((error as Error).message, /^the update was started, and it failed on the device: cancelled$/);
    });

    it('but not where it does not connect in time', async () => {
      await press(simulator, 'thingsquare', 'reach', { auth: (await device())?.auth, reach: 'away' });
      await start({ connectFirst: bool(true), waitForCompletion: num(1) });
      const { ends, error } = await stage.run({});
      deepEqual(ends, ['TIMEOUT']);
      match((error as Error).message, /^the device has not connected within 1 seconds, so that no update was started/);
      equal((await device())?.variables.find(({ name }) => name === 'mode')?.value, 'connected');
    });
  });

  const connected = { d: { mode: { value: 'connected', time: 1 } }, meta: { state: { value: 'connected', time: 1 } } };

  it('once, whatever happens then, and tells that it was started', async () => {
    backend(stage.server, (response, request) => {
      if (request.method === 'POST') says('device-ok')(response, request);
      else if (request.path === '/0/firmware/') respond([{ name: IMAGE, version: Number(VERSION) }])(response, request);
      else respond(connected)(response, request);
    });
    await open({ waitForCompletion: num(1) });
    const { ends, error } = await stage.run({});
    deepEqual(ends, ['TIMEOUT']);
    match((error as Error).message, /^the update was started, but within 1 seconds no variable of the device has told of its end$/);
    equal(sent().filter((one) => one.startsWith('POST')).length, 1);
  });

  for (const [what, isBack] of [
    ['and waits on where the device is missing for a while', true],
    ['and tells that it was started where the device is missing until the end', false],
  ] as const)
    it(what, async () => {
      let reads = 0;
      backend(stage.server, (response, request) => {
        if (request.method === 'POST') says('device-ok')(response, request);
        else if (request.path === '/0/firmware/') respond([{ name: IMAGE, version: Number(VERSION) }])(response, request);
        else if (request.path === '/0/user/') respond({ login: 'dummy@example.com' })(response, request);
        else if (++reads === 1) respond(connected)(response, request);
        else if (isBack && reads > 2) respond({ ...connected, s: { 'fw-version': { value: VERSION, time: 2 } } })(response, request);
        else says('device-fail', 400)(response, request);
      });
      await open({ waitForCompletion: num(isBack ? 30 : 1) });
      const { ends, error } = await stage.run({});
      deepEqual(ends, [isBack ? 'done' : 'TIMEOUT']);
      if (!isBack)
        match(
          (error as Error).message,
          /^the update was started, but within 1 seconds no variable .* its end; the last reading of the device has failed: there is no such device/,
        );
      equal(sent().filter((one) => one.startsWith('POST')).length, 1);
    });

  it('without a word to the device or the list where nothing more is asked for', async () => {
    backend(stage.server, says('device-ok'));
    await open({});
    deepEqual((await stage.run({})).ends, ['done']);
    deepEqual(sent(), [`POST /0/devices/${DEVICE}/fw/${IMAGE}`]);
  });

  it('of a device that is connected without setting its mode', async () => {
    backend(stage.server, (response, request) => (request.method === 'POST' ? says('device-ok') : respond(connected))(response, request));
    await open({ connectFirst: bool(true) });
    deepEqual((await stage.run({})).ends, ['done']);
    deepEqual(sent(), [`GET /0/devices/${DEVICE}`, `POST /0/devices/${DEVICE}/fw/${IMAGE}`]);
  });

  it('not while only one of mode and state is connected, and sets the mode in a form', async () => {
    let isAsked = false;
    backend(stage.server, (response, request) => {
      if (request.path.endsWith('/d/mode')) isAsked = request.body === 'value=connected';
      const device = isAsked ? connected : { ...connected, d: { mode: { value: 'leaf', time: 1 } } };
      (request.method === 'POST' ? says('device-ok') : respond(device))(response, request);
    });
    await open({ connectFirst: bool(true) });
    deepEqual((await stage.run({})).ends, ['done']);
    deepEqual(
      sent().filter((one) => one.startsWith('POST')),
      [`POST /0/devices/${DEVICE}/d/mode`, `POST /0/devices/${DEVICE}/fw/${IMAGE}`],
    );
  });

  it('and ends at a deploy while it waits', async () => {
    backend(stage.server, (response, request) =>
      (request.method === 'POST' ? says('device-ok') : respond(request.path === '/0/firmware/' ? [] : connected))(response, request),
    );
    await open({ waitForCompletion: num(600) });
    const run = stage.run({});
    await until('a reading', () => sent().filter((one) => one === `GET /0/devices/${DEVICE}`).length >= 2);
    await stage.audit.deploy('nodes', { id: 'node', name: 'changed' });
    deepEqual((await run).ends, ['CANCELLED']);
  });
});

describe('what the variables of a device tell of an update', () => {
  const earlier = (s: Record<string, string>, version: string | undefined = VERSION): BeforeUpdate => ({
    device: { s: Object.fromEntries(Object.entries(s).map(([name, value]) => [name, { value, time: 1 }])) },
    version,
  });
  const now = (s: Record<string, string>, time = 2) => ({
    s: Object.fromEntries(Object.entries(s).map(([name, value]) => [name, { value, time }])),
  });

  for (const [what, then, since, expected] of [
    ['nothing', earlier({}), {}, { progress: undefined, failure: undefined, isDone: false }],
    ['its progress', earlier({}), { 'fwup-progress': '35' }, { progress: 35, failure: undefined, isDone: false }],
    [
      'the new version',
      earlier({ 'fw-version': '1' }),
      { 'fw-version': VERSION },
      { progress: undefined, failure: undefined, isDone: true },
    ],
    ['another version', earlier({}), { 'fw-version': '5' }, { progress: undefined, failure: undefined, isDone: false }],
    [
      'all percent, where it has a version to tell',
      earlier({ 'fw-version': '1' }),
      { 'fw-version': '1', 'fwup-progress': '100' },
      { progress: 100, failure: undefined, isDone: false },
    ],
    ['all percent, and no version', earlier({}), { 'fw-progress': '100' }, { progress: 100, failure: undefined, isDone: true }],
    [
      'all percent of an image without a version',
      { ...earlier({ 'fw-version': '1' }), version: undefined },
      { 'fw-version': '1', 'fwup-progress': '100' },
      { progress: 100, failure: undefined, isDone: true },
    ],
    ['its end in a word', earlier({}), { 'firmware-state': 'done' }, { progress: undefined, failure: undefined, isDone: true }],
    ['a failure', earlier({}), { 'fwup-state': 'Failed: no room' }, { progress: undefined, failure: 'Failed: no room', isDone: false }],
  ] as const satisfies readonly (readonly [string, BeforeUpdate, Record<string, string>, unknown])[])
    it(`tells ${what}`, () => deepEqual(reportedBy(now(since), then), expected));

  it('counts only from the start on', () => {
    const all = { 'fw-version': VERSION, 'fwup-progress': '100', 'fwup-state': 'failed' };
    deepEqual(reportedBy(now(all, 1), earlier(all)), { progress: undefined, failure: undefined, isDone: false });
    ok(reportedBy(now({ ...all, 'fwup-state': 'running' }, 2), earlier(all)).isDone);
  });
});
