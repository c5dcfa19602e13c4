import { deepEqual, equal, match } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Simulator } from '../../src/simulators/simulator';
import { screenshot } from '../kit/browser';
import { until } from '../kit/within';
import { LOOKS, openDevices, openDrawer } from './device-page';
import { call, simulated, snapshot } from './simulated';

const SENSOR = 'b9b5a63b-85c1-4cc8-ab6e-8c43c2d54d56';
const words = {
  'en-US': {
    temperature: 'Temperature',
    warm: '31.5°C',
    acknowledges: 'Acknowledges',
    end: 'End all sessions',
    contact: /last contact \d+ sec\. ago$/,
    connected: 'connected',
  },
  de: {
    temperature: 'Temperatur',
    warm: '31,5 °C',
    acknowledges: 'Bestätigt',
    end: 'Alle Sitzungen beenden',
    contact: /letzter Kontakt vor \d+ Sek\.$/,
    connected: 'verbunden',
  },
};

describe('the device page, Thingsquare', () => {
  for (const [theme, language] of LOOKS)
    it(`shows devices and lets a person operate them: ${theme}, ${language}`, async () => {
      const simulator = await simulated();
      const user = await logIn(simulator);
      const opened = await openDevices(simulator, '[data-auth]', { vendor: 'thingsquare', theme, language, height: 1500 });
      const card = (name: string): Locator =>
        opened.page.locator('#thingsquare article').filter({ has: opened.page.getByRole('heading', { name }) });
      const greenhouse = card('Greenhouse');

      await greenhouse.getByLabel(words[language].temperature).fill('31.5');
      await greenhouse.getByText(words[language].warm).first().waitFor();
      // It blinks for a few seconds only.
      await Promise.all([greenhouse.locator('.blinking').waitFor(), user(`devices/${SENSOR}/`, 'command=idfy')]);

      const gate = card('Lamp at the gate');
      const id = await gate.locator('small').first().innerText();
      await gate.getByLabel(words[language].acknowledges).selectOption('away');
      await until(
        'a lamp that is away',
        async () => (await snapshot(simulator)).vendors.thingsquare.devices[1]?.reach,
        (reach) => reach === 'away',
      );
      await user(`devices/${id}/d/level`, 'value=90');
      await gate.locator('.pending', { hasText: '90 …' }).waitFor();

      // It works, though it is not in the state that a firmware update needs.
      match(await card('Lamp at the door').locator('header').innerText(), words[language].contact);
      const door = await card('Lamp at the door').locator('small').first().innerText();
      await user(`devices/${door}/d/level`, 'value=90');
      await user(`devices/${door}/d/mode`, 'value=connected');
      const connected = async () => (await snapshot(simulator)).vendors.thingsquare.devices.some(({ connected }) => connected);
      await until('the connection', connected);
      await card('Lamp at the door').locator('.count').getByText(words[language].connected, { exact: true }).waitFor();
      const updating = card('Lamp at the door').locator('progress').waitFor();
      await Promise.all([updating, user(`devices/${door}/fw/20160901/cc2538dk/client.signed`, '')]);
      await screenshot(opened.page, `thingsquare-${theme}`);

      await openDrawer(opened.page);
      await opened.page.getByRole('button', { name: words[language].end }).click();
      await until(
        'no session',
        async () => (await snapshot(simulator)).vendors.thingsquare.sessions.length,
        (count) => count === 0,
      );
      equal(
        await card('Access point')
          .locator('small')
          .first()
          .innerText()
          .then((text) => /fd92477f326aaa4de8b2d85122560591$/.test(text)),
        true,
      );
      deepEqual(opened.errors, []);
    });
});

async function logIn(simulator: Simulator) {
  const post = (path: string, body: string, headers = {}) =>
    call(simulator, 'POST', `/thingsquare/0/${path}`, new URLSearchParams(body), headers);
  const cookie = (await post('session/', 'token=demo-token')).headers.get('set-cookie')?.replace(/;.*/, '');
  return async (path: string, body: string) => equal((await post(path, body, { cookie })).status, 200, path);
}
