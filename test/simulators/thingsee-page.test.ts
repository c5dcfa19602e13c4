import { deepEqual, equal, match } from 'node:assert/strict';
import type { Route } from 'playwright-core';
import { type PageOptions, screenshot } from '../kit/browser';
import { until } from '../kit/within';
import { LOOKS, openDevices, openDrawer } from './device-page';
import { simulated } from './simulated';

const ROOM = 'TSEN03X2Z74162459';

describe('the device page of Thingsee', () => {
  const open = async (options: PageOptions = {}) => {
    const { address } = await simulated();
    const { page, errors } = await openDevices({ address }, `[data-tuid="${ROOM}"] .reading small`, { vendor: 'thingsee', ...options });
    const section = page.locator('#thingsee');
    const card = (tuid: string) => section.locator(`[data-tuid="${tuid}"]`);
    return { address, page, errors, section, card };
  };

  it('shows each thing in its group, with its reading, battery and last contact', async () => {
    const { section, card, errors } = await open();
    equal(await section.locator('[data-group="prfi00office"] [data-tuid]').count(), 5);
    equal(await section.locator('[data-group="unassigned"] [data-tuid]').count(), 2);
    match(await card(ROOM).innerText(), /Environment\s+TSEN03X2Z74162459\s+\d\d\.\d°C\s+\d\d%\s*\d+ sec\. ago/);
    match(await card('TSGW02X1O73360355').innerText(), /dBm\s+mains/);
    deepEqual(errors, []);
  });

  it('has no blank between a number and a Japanese unit', async () => {
    const { card } = await open({ language: 'ja' });
    match(await card(ROOM).innerText(), /\s\d+秒前/);
  });

  it('begins and ends an alert, and lets tokens expire', async () => {
    const { address, page, section, card } = await open();
    const alert = card(ROOM).getByRole('button', { name: 'Alert' });
    await alert.click();
    await card(ROOM).getByText('heartbeat missed').waitFor();
    await alert.click();
    await card(ROOM).getByText('heartbeat missed').waitFor({ state: 'detached' });
    await openDrawer(page);
    const body = JSON.stringify({ client_id: 'ensemble', client_secret: 'simulated-secret' });
    await fetch(`${address}/thingsee/auth/client-token`, { method: 'POST', body });
    const tokens = (count: number) => section.locator('.setting', { hasText: 'Valid tokens' }).locator('code', { hasText: String(count) });
    await tokens(1).waitFor();
    await section.getByRole('button', { name: 'Expire tokens' }).click();
    await tokens(0).waitFor();
  });

  it('sets one choice and leaves the other, however late the page hears of it', async () => {
    const { page, section } = await open();
    await openDrawer(page);
    const [late, twice] = [section.getByLabel('every third one'), section.getByLabel('every second one')];
    const held = new Promise<Route>((resolve) => void page.route('**/page/thingsee/passage', resolve, { times: 1 }));
    await late.click();
    const first = await held;
    // What is told of anything else still has the old choice.
    await fetch(`${new URL(page.url()).origin}/thingsee/things`);
    await until('the old choice', async () => !(await late.isChecked()));
    await twice.click();
    await first.continue();
    await until('both', async () => (await late.isChecked()) && (await twice.isChecked()));
  });

  for (const [theme, language] of LOOKS)
    it(`has a picture: ${theme}, ${language}`, async () => {
      const { section, card, errors } = await open({ theme, language, width: 1500 });
      await card('TSLK01X2Z74160777')
        .getByRole('button', { name: theme === 'dark' ? 'Alarm' : 'Alert' })
        .click();
      await card('TSLK01X2Z74160777').getByText('heartbeat missed').waitFor();
      await screenshot(section, `things-${theme}`);
      deepEqual(errors, []);
    });
});
