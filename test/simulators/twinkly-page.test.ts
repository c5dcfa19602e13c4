import { deepEqual, equal } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Simulator } from '../../src/simulators/simulator';
import { type PageOptions, screenshot } from '../kit/browser';
import { LOOKS, openDevices, openDrawer } from './device-page';
import { simulated } from './simulated';
import { client, pressTwinkly, twinklyState } from './twinkly';

// What the functions given to `evaluate` find in the page.
declare const document: { querySelector(selector: string): object | null };
declare const getComputedStyle: (element: object | null) => { getPropertyValue(name: string): string };

const CLOUD = { tokenLife: 86_400, commandTime: 0, commands: 'succeed' };

/** The light and the glow of the first bulb of a string. */
const bulb = (page: Page, id: number) =>
  page.evaluate((wanted) => {
    const style = getComputedStyle(document.querySelector(`[data-object="${wanted}"] circle`));
    return { light: style.getPropertyValue('--light'), glow: Number(style.getPropertyValue('--glow')) };
  }, id);

describe('the device page of Twinkly', () => {
  const open = (simulator: Simulator, options: PageOptions = {}) =>
    openDevices(simulator, '[data-object="48230"] circle', { vendor: 'twinkly', ...options });
  const told = (on: Page, id: number, text: RegExp) => on.locator(`[data-object="${id}"] .count`, { hasText: text }).waitFor();

  it('shows strings in their colour and brightness, and each change of them', async () => {
    const simulator = await simulated();
    await pressTwinkly(simulator, 'cloud', CLOUD);
    const call = await client(simulator);
    const send = (command: string, params: object) => call('POST', '/v2/objects/48211/runtime/command', { command, params });
    const { page, errors } = await open(simulator);
    await send('setColor', { red: 255, green: 0, blue: 128 });
    await told(page, 48211, /colour · 80%/);
    const bright = await bulb(page, 48211);
    equal(bright.light, 'rgb(255 0 128)');
    await send('setBrightness', { value: 10 });
    await told(page, 48211, /colour · 10%/);
    const dim = await bulb(page, 48211);
    equal(dim.light, bright.light);
    equal(dim.glow < bright.glow / 2, true, `${dim.glow} and ${bright.glow}`);
    await page.locator('[data-object="48211"]').getByRole('button', { name: 'Off', exact: true }).click();
    await told(page, 48211, /^off$/);
    equal((await bulb(page, 48211)).glow, 0);
    await page.locator('[data-object="48211"]').getByRole('button', { name: 'On', exact: true }).click();
    await told(page, 48211, /colour · 10%/);
    await page.locator('[data-object="48211"]').getByRole('button', { name: 'Disconnect' }).click();
    await told(page, 48211, /offline/);
    await page.locator('[data-object="48211"]').getByRole('button', { name: 'Connect', exact: true }).click();
    await told(page, 48211, /%$/);
    deepEqual(errors, []);
  });

  it('switches the cloud, and ends tokens', async () => {
    const simulator = await simulated();
    await client(simulator);
    const { page } = await open(simulator);
    const twinkly = page.locator('#twinkly');
    await openDrawer(page);
    const life = twinkly.getByLabel('Token lifetime');
    await life.fill('60');
    await life.press('Enter');
    await twinkly
      .locator('.setting', { hasText: /^Commands/ })
      .locator('select')
      .selectOption('fail');
    await twinkly.getByRole('button', { name: 'Expire tokens' }).click();
    await twinkly.locator('.setting', { hasText: 'Valid tokens' }).locator('code', { hasText: /^0$/ }).waitFor();
    const { tokenLife, commands } = await twinklyState(simulator);
    deepEqual([tokenLife, commands], [60, 'fail']);
  });

  for (const [theme, language] of LOOKS)
    it(`has a picture: ${theme}, ${language}`, async () => {
      const simulator = await simulated();
      await pressTwinkly(simulator, 'cloud', CLOUD);
      const call = await client(simulator);
      const send = (id: number, command: string, params: object) => call('POST', `/v2/objects/${id}/runtime/command`, { command, params });
      await send(48211, 'setColor', { red: 255, green: 120, blue: 20 });
      await send(48212, 'playEffect', { effect: 'aurora' });
      await send(48213, 'setBrightness', { value: 25 });
      await send(48221, 'playPlaylist', { playlist: 'advent' });
      await pressTwinkly(simulator, 'connect', { id: 48222, on: false });
      await send(48230, 'turnOff', {});
      const { page, errors } = await open(simulator, { theme, language, height: 1500 });
      await told(page, 48221, /Advent/);
      await screenshot(page.locator('#twinkly'), `twinkly-devices-${theme}`);
      equal(await page.getAttribute('html', 'lang'), language.slice(0, 2));
      deepEqual(errors, []);
    });
});
