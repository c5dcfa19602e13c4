import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mock } from 'node:test';
import type { Simulator } from '../../src/simulators/simulator';
import { until } from '../kit/within';
import { simulated } from './simulated';
import { CLIENT, client, LOGIN, pressTwinkly, sendToCloud, twinklyState } from './twinkly';

const COMMAND = '/v2/objects/48211/runtime/command';
const REDIRECT = 'http://127.0.0.1:1880/ensemble/signed-in';
const CLOUD = { tokenLife: 86_400, commandTime: 0, commands: 'succeed' };

describe('simulated Twinkly', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await simulated();
    equal(await pressTwinkly(simulator, 'cloud', CLOUD), 204);
  });

  const shown = async (id: number) => (await twinklyState(simulator)).objects.find((object) => object.id === id);

  describe('login', () => {
    afterEach(() => mock.timers.reset());

    it('gives a token for a day and one to renew it', async () => {
      const { status, body } = await sendToCloud(simulator, 'POST', '/v2/auth', LOGIN);
      equal(status, 200);
      match(String(body.access_token), /^.{20,}$/);
      match(String(body.refresh_token), /^.{20,}$/);
      equal(body.expires_in, 86_400);
    });

    it('refuses a wrong password, and every call without a good token', async () => {
      equal((await sendToCloud(simulator, 'POST', '/v2/auth', { ...LOGIN, password: 'guess' })).status, 401);
      for (const token of [undefined, 'invented'])
        equal((await sendToCloud(simulator, 'GET', '/v3/objects', undefined, token)).status, 401);
    });

    it('ends tokens at their time, and at once on the page', async () => {
      const call = await client(simulator);
      equal((await call('GET', '/v3/objects')).status, 200);
      await pressTwinkly(simulator, 'expire', {});
      equal((await call('GET', '/v3/objects')).status, 401);
      await pressTwinkly(simulator, 'cloud', { ...CLOUD, tokenLife: 5 });
      mock.timers.enable({ apis: ['Date'], now: Date.now() });
      const short = await client(simulator);
      mock.timers.tick(4999);
      equal((await short('GET', '/v3/objects')).status, 200);
      mock.timers.tick(1);
      equal((await short('GET', '/v3/objects')).status, 401);
    });
  });

  describe('OAuth2', () => {
    const query = (more: Record<string, string> = {}) =>
      new URLSearchParams({ client_id: 'ensemble', redirect_uri: REDIRECT, response_type: 'code', scope: '', state: 'a b&c', ...more });
    const page = (more?: Record<string, string>, body?: URLSearchParams) =>
      fetch(`${simulator.address}/twinkly/v2/auth/login?${query(more)}`, {
        redirect: 'manual',
        ...(body && { method: 'POST', body }),
      });
    const code = async () => {
      const response = await page({}, new URLSearchParams(LOGIN));
      equal(response.status, 303);
      return new URL(response.headers.get('location') ?? '').searchParams;
    };
    const token = (more: object) => sendToCloud(simulator, 'POST', '/v2/auth/token', { ...CLIENT, redirect_uri: REDIRECT, ...more });

    it('shows a page to sign in on, and sends the person back with a code and the state', async () => {
      const form = await page();
      equal(form.status, 200);
      match(await form.text(), /<form method="post" action="login\?[^"]*state=a\+b%26c/);
      deepEqual((await code()).get('state'), 'a b&c');
    });

    it('shows it in the language that the browser wants most', async () => {
      const ask = (wanted: string) =>
        fetch(`${simulator.address}/twinkly/v2/auth/login?${query()}`, { headers: { 'accept-language': wanted } });
      for (const [wanted, language, button] of [
        ['en;q=0.3, de-CH;q=0.8', 'de', 'Anmelden und erlauben'],
        ['es, en;q=0.3', 'en', 'Sign in and allow'],
        ['zh-SG', 'zh', '登录并允许'],
      ] as const)
        match(await (await ask(wanted)).text(), new RegExp(`<html lang="${language}">.*<button>${button}</button>`, 's'));
    });

    it('stays on the page when the password is wrong', async () => {
      const again = await page({}, new URLSearchParams({ ...LOGIN, password: 'guess' }));
      equal(again.status, 401);
      match(await again.text(), /role="alert"/);
    });

    for (const wrong of [{ client_id: 'other' }, { redirect_uri: 'javascript:alert(1)' }, { response_type: 'token' }])
      it(`redirects no browser with ${JSON.stringify(wrong)}`, async () => {
        const response = await page(wrong, new URLSearchParams(LOGIN));
        deepEqual([response.status, response.headers.get('location')], [400, null]);
      });

    it('exchanges a code once, by the grant that the document names, in JSON', async () => {
      const given = { grant_type: 'authentication_code', code: (await code()).get('code') };
      equal((await token({ ...given, grant_type: 'authorization_code' })).status, 400);
      equal((await token({ ...given, client_secret: 'guess' })).status, 401);
      const form = await fetch(`${simulator.address}/twinkly/v2/auth/token`, { method: 'POST', body: new URLSearchParams({ a: 'b' }) });
      equal(form.status, 415);
      const { status, body } = await token(given);
      equal(status, 200);
      equal((await sendToCloud(simulator, 'GET', '/v3/objects', undefined, String(body.access_token))).status, 200);
      equal((await token(given)).status, 400);
    });

    it('refuses a code for another address', async () => {
      const given = { grant_type: 'authentication_code', code: (await code()).get('code') };
      equal((await token({ ...given, redirect_uri: 'https://example.com/' })).status, 400);
    });

    it('renews with a token that serves once, until the person signs out', async () => {
      const first = await token({ grant_type: 'authentication_code', code: (await code()).get('code') });
      const renew = (given: unknown) => token({ grant_type: 'refresh_token', refresh_token: given });
      const second = await renew(first.body.refresh_token);
      equal(second.status, 200);
      equal((await renew(first.body.refresh_token)).status, 401);
      await pressTwinkly(simulator, 'revoke', {});
      equal((await renew(second.body.refresh_token)).status, 401);
    });
  });

  it('lists the objects page by page', async () => {
    const call = await client(simulator);
    const first = (await call('GET', '/v3/objects?mine=true')).body as { objects: { id: number }[]; next_page: number };
    const second = (await call('GET', `/v3/objects?mine=true&page=${first.next_page}`)).body as typeof first;
    deepEqual(
      [...first.objects, ...second.objects].map(({ id }) => id),
      [48211, 48212, 48213, 48221, 48222, 48230],
    );
    deepEqual([second.next_page, (second as unknown as { count: number }).count], [null, 6]);
  });

  it('tells what a device belongs to', async () => {
    const call = await client(simulator);
    const { body } = await call('GET', '/v2/devices/D48211/configuration');
    deepEqual(body, { deviceId: 'D48211', objects: [{ id: 48211, name: 'Eaves' }], installations: [{ id: 701, name: 'House front' }] });
    equal((await call('GET', '/v2/devices/D1/configuration')).status, 404);
  });

  describe('runtime', () => {
    it('of a group is a dictionary, with an error for what is not there', async () => {
      const call = await client(simulator);
      const { status, body } = await call('GET', '/v2/objects/runtime?objectIds=48211,7');
      equal(status, 200);
      deepEqual(body['7'], { error: 'not found, or not yours' });
      ok('configuration' in (body['48211'] as { runtime: object }).runtime);
      const bare = await call('GET', '/v2/objects/runtime?objectIds=48211&config=0');
      equal('configuration' in (bare.body['48211'] as { runtime: object }).runtime, false);
      equal((await call('GET', '/v2/objects/runtime')).status, 400);
    });

    it('of installations goes by their ids, or by those of objects', async () => {
      const call = await client(simulator);
      const { body } = await call('GET', '/v2/installations/runtime?installationIds=701,9');
      deepEqual(Object.keys(body).sort(), ['701', '9']);
      ok('error' in (body['9'] as object));
      deepEqual(Object.keys((await call('GET', '/v2/installations/runtime?objectIds=48230')).body), ['48230']);
    });

    it('refuses a query that no server would take', async () => {
      const call = await client(simulator);
      equal((await call('GET', `/v2/objects/runtime?objectIds=${'1234567,'.repeat(900)}`)).status, 414);
    });
  });

  describe('commands', () => {
    const send = async (command: string, params?: object, more = {}, path = COMMAND) =>
      (await client(simulator))('POST', path, { command, ...(params && { params }), ...more });
    const seen: readonly [command: string, params: object, mode: string, colours: readonly string[] | undefined][] = [
      ['turnOff', {}, 'off', []],
      ['setMode', { mode: 'effect', effect: 'snow' }, 'effect', undefined],
      ['setMode', { mode: 'movie' }, 'movie', undefined],
      ['playEffect', { effect: 'aurora' }, 'effect', undefined],
      ['setColor', { red: 255, green: 0, blue: 16 }, 'color', ['rgb(255 0 16)']],
      ['setColor', { hue: 120, saturation: 255, value: 128 }, 'color', ['rgb(0 128 0)']],
      ['setColor', { hue: 0, saturation: 0, value: 255 }, 'color', ['rgb(255 255 255)']],
    ];
    for (const [command, params, mode, colours] of seen)
      it(`${command} ${JSON.stringify(params)} is seen on the string`, async () => {
        const { status, body } = await send(command, params);
        deepEqual([status, body.status, body.progress, body.objectId], [200, 'success', 100, 48211]);
        const object = await shown(48211);
        equal(object?.mode, mode);
        if (colours) deepEqual(object?.colours, colours);
      });

    it('turnOn brings back what was there before', async () => {
      await send('playEffect', { effect: 'snow' });
      await send('turnOff');
      equal((await shown(48211))?.mode, 'off');
      await send('turnOn');
      deepEqual([(await shown(48211))?.mode, (await shown(48211))?.plays], ['effect', 'Snow']);
    });

    it('setBrightness dims, and what is set as 255 comes back as 254', async () => {
      await send('setBrightness', { value: 20 });
      await send('setColor', { red: 255, green: 255, blue: 255 });
      const { body } = await (await client(simulator))('GET', '/v2/objects/runtime?objectIds=48211');
      const { runtime } = body['48211'] as { runtime: Record<string, unknown> };
      deepEqual([runtime.brightness, runtime.color], [20, { red: 254, green: 254, blue: 254 }]);
    });

    it('go to all objects of an installation', async () => {
      const { status, body } = await send('turnOff', {}, {}, '/v2/installations/701/runtime/command');
      deepEqual([status, body.status, body.installationId], [200, 'success', 701]);
      for (const id of [48211, 48212, 48213]) equal((await shown(id))?.mode, 'off');
      equal((await shown(48221))?.mode, 'effect');
    });

    for (const [what, path, command, params] of [
      ['a playlist on a string that has none', COMMAND, 'playPlaylist', { playlist: 'advent' }],
      ['RGB on a string without it', '/v2/objects/48222/runtime/command', 'setColor', { red: 1, green: 2, blue: 3 }],
      ['a command that there is not', COMMAND, 'explode', {}],
      ['a name that every object has', COMMAND, 'toString', {}],
      ['a brightness above 100', COMMAND, 'setBrightness', { value: 101 }],
      ['an unknown effect', COMMAND, 'playEffect', { effect: 'none' }],
    ] as const)
      it(`refuse ${what}`, async () => {
        const { status, body } = await send(command, params, {}, path);
        equal(status, 400);
        match(String(body.message), /./);
      });

    it('play a playlist where there are some', async () => {
      equal((await send('playPlaylist', { playlist: 'advent' }, {}, '/v2/objects/48221/runtime/command')).status, 200);
      equal((await shown(48221))?.plays, 'Advent');
    });

    it('respond at once when asynchronous, and tell their progress', async () => {
      await pressTwinkly(simulator, 'cloud', { ...CLOUD, commandTime: 60_000 });
      const { body } = await send('turnOff', {}, { async: true });
      deepEqual(Object.keys(body), ['commandId']);
      const call = await client(simulator);
      const status = async (id: unknown) => (await call('GET', `${COMMAND}/${id}`)).body;
      const first = await status(body.commandId);
      deepEqual([first.objectId, first.commandId, first.status], [48211, body.commandId, 'running']);
      ok(Number(first.progress) < 100);
      equal((await shown(48211))?.mode, 'effect');
      await pressTwinkly(simulator, 'cloud', { commandTime: 20 });
      const { commandId } = (await send('turnOff', {}, { async: true })).body;
      const last = await until(
        'the end',
        () => status(commandId),
        (now) => now.status !== 'running',
      );
      deepEqual([last.status, last.progress], ['success', 100]);
      equal((await shown(48211))?.mode, 'off');
      equal((await call('GET', `${COMMAND}/unknown`)).status, 404);
      equal((await call('GET', `/v2/objects/48212/runtime/command/${body.commandId}`)).status, 404);
    });

    it('are asynchronous by themselves when they install an effect', async () => {
      const { body } = await send('installEffect', { effect: 'hearts' });
      deepEqual(Object.keys(body), ['commandId']);
      await until(
        'the effect',
        () => shown(48211),
        (object) => object?.plays === 'hearts',
      );
    });

    it('wait no longer than their timeout, and go on behind it', async () => {
      await pressTwinkly(simulator, 'cloud', { ...CLOUD, commandTime: 60_000 });
      const { status, body } = await send('turnOff', {}, { timeout: 0 });
      deepEqual([status, body.status], [200, 'running']);
    });

    it('fail for a string that is offline, and are refused for it when told so', async () => {
      await pressTwinkly(simulator, 'connect', { id: 48211, on: false });
      const { status, body } = await send('turnOff', {}, { timeout: 0 });
      equal(status, 200);
      const call = await client(simulator);
      const last = await until(
        'the end',
        async () => (await call('GET', `${COMMAND}/${body.commandId}`)).body,
        (now) => now.status !== 'running',
      );
      equal(last.status, 'failed');
      equal((await shown(48211))?.mode, 'effect');
      equal((await send('turnOff', {}, { forceOffline: false })).status, 409);
      const unreliable = await send('turnOff', {}, { unreliable: true });
      deepEqual([unreliable.status, unreliable.body], [200, {}]);
    });

    it('fail when the page says so', async () => {
      await pressTwinkly(simulator, 'cloud', { ...CLOUD, commands: 'fail' });
      equal((await send('turnOff')).body.status, 'failed');
    });
  });

  it('does on the page what it is asked, and refuses what makes no sense', async () => {
    equal(await pressTwinkly(simulator, 'turn', { id: 48230, on: false }), 204);
    equal((await shown(48230))?.mode, 'off');
    equal(await pressTwinkly(simulator, 'turn', { id: 1, on: true }), 400);
    equal(await pressTwinkly(simulator, 'cloud', { ...CLOUD, tokenLife: 0 }), 400);
    equal(await pressTwinkly(simulator, 'cloud', { ...CLOUD, commands: 'maybe' }), 400);
  });
});
