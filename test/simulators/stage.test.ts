import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import '../kit/once';
import { screenshot } from '../kit/browser';
import { until } from '../kit/within';
import { LOOKS, openDevices } from './device-page';
import { ExampleStage, exampleFilesOf } from './example-flows';
import { call, simulated } from './simulated';
import { dialOf, place, ready } from './stage-page';
import { OpenStream } from './turn-client';

const EXAMPLE = 'One dial for five vendors';
const said = (page: Page, vendor: string): Promise<string> => place(page, vendor).locator('.said').innerText();

describe('the stage of the device page', () => {
  describe('with the example for all vendors', () => {
    const stage = new ExampleStage('All vendors');

    it('turns the dial: string, matrix and lamp follow; moves the sensor: the dial shows it', async () => {
      await stage.run(`${EXAMPLE}.json`);
      const { page, errors } = await openDevices(stage, ready, { width: 390, height: 660 });
      await page.getByText('Turn the dial. Following: Wreath, Matrix 4, and Lamp at the door.').waitFor();
      const shown = async () => ({
        string: await said(page, 'twinkly'),
        matrix: await said(page, 'sonata'),
        lamp: await said(page, 'thingsquare'),
      });
      deepEqual(await shown(), { string: 'Candle · 80%', matrix: 'off', lamp: '40%' });
      // Until the node knows the beginning, a turn of the dial belongs to it.
      const turn = async (key: string) => {
        await dialOf(page).press(key);
        return shown();
      };
      await until(
        'all follow',
        () => turn('End'),
        ({ string, matrix, lamp }) => [string, matrix, lamp].join() === 'Candle · 100%,LEDs lit: 96,100%',
      );
      await dialOf(page).press('PageDown');
      await dialOf(page).press('PageDown');
      await until(
        'all follow again',
        shown,
        ({ string, matrix, lamp }) => [string, matrix, lamp].join() === 'Candle · 50%,LEDs lit: 48,50%',
      );
      equal(await page.locator('.stage .turn-large').innerText(), '50%');
      // As by a finger.
      await place(page, 'thingsee').getByLabel('Humidity').fill('71');
      await place(page, 'turn').getByRole('button', { name: 'Humidity 71% now' }).waitFor();
      await place(page, 'thingsee').getByText('71%').first().waitFor();
      equal(await page.locator('.stage-hint').getAttribute('class'), 'stage-hint');
      deepEqual(errors, []);
    });

    for (const [theme, language] of LOOKS)
      it(`has a picture: ${theme}, ${language}`, async () => {
        await stage.run(`${EXAMPLE}.json`);
        const { page } = await openDevices(stage, ready, { theme, language, width: 1366, height: 650 });
        const turn = async () => {
          await dialOf(page).press('End');
          return said(page, 'thingsquare');
        };
        await until('the lamp', turn, (text) => /100/.test(text));
        for (let turns = 0; turns < 6; turns++) await dialOf(page).press('ArrowDown');
        await until(
          'the lamp',
          () => said(page, 'thingsquare'),
          (text) => /70/.test(text),
        );
        await screenshot(page, `stage-${theme}`);
        await page.setViewportSize({ width: 390, height: 660 });
        await screenshot(page, `stage-phone-${theme}`);
      });
  });

  it('says which example to import as long as nothing listens to the dial, and where nothing has followed it', async () => {
    const simulator = await simulated();
    const { page } = await openDevices(simulator, ready);
    const hint = page.locator('.stage-hint');
    ok(exampleFilesOf('All vendors').includes(`${EXAMPLE}.json`));
    await hint.getByText(`Nothing follows yet. In Node-RED, import the example “${EXAMPLE}”.`).waitFor();
    await OpenStream.open(simulator, '/control/events/channels');
    await hint.getByText('Turn the dial.').waitFor();
    // At its end, it changes nothing that could be followed.
    await dialOf(page).press('Home');
    await dialOf(page).press('ArrowUp');
    await hint.getByText(`Nothing has followed. In Node-RED, import the example “${EXAMPLE}”.`).waitFor();
    // One after the other; what fails has not followed, and a login is none.
    const token = new URLSearchParams({ token: 'demo-token' });
    await call(simulator, 'POST', '/thingsquare/0/session/', token);
    await call(simulator, 'POST', '/sonata/toggle', 'not JSON');
    const body = JSON.stringify({ installation_id: 1, device_id: 4 });
    await fetch(`${simulator.address}/sonata/toggle`, { method: 'POST', body });
    await hint.getByText('Followed: Matrix 4. Not followed: Wreath and Lamp at the door.').waitFor();
    // With the next turn, all have time again.
    await dialOf(page).press('ArrowUp');
    await hint.getByText('Turn the dial. Following: Wreath, Matrix 4, and Lamp at the door.').waitFor();
  });

  it('asks nobody to turn the dial who cannot', async () => {
    const simulator = await simulated();
    const { page } = await openDevices(simulator, ready);
    await OpenStream.open(simulator, '/control/events/channels');
    const hint = page.locator('.stage-hint');
    await hint.getByText('Turn the dial.').waitFor();
    for (const state of ['lost', 'read-only']) {
      await page.evaluate(`document.body.classList.add('${state}')`);
      equal(await hint.isVisible(), false, state);
      await page.evaluate(`document.body.classList.remove('${state}')`);
      equal(await hint.isVisible(), true, state);
    }
  });

  it('leads to the vendor of each device, and shows that it has a bad day', async () => {
    const simulator = await simulated();
    const { page } = await openDevices(simulator, ready);
    await place(page, 'twinkly').getByRole('link', { name: 'Wreath Twinkly' }).click();
    await page.locator('#twinkly [data-object="48213"]').waitFor();
    equal(await page.getByRole('tab', { name: 'Twinkly' }).getAttribute('aria-selected'), 'true');
    equal(await place(page, 'twinkly').getByLabel('a bad day is rehearsed').isVisible(), false);
    await page.locator('#twinkly summary').click();
    await page.locator('#twinkly').getByLabel('Fail with 500').fill('20');
    await page.locator('#twinkly').getByLabel('Fail with 500').press('Enter');
    await place(page, 'twinkly').getByLabel('a bad day is rehearsed').waitFor();
    await page.locator('#twinkly').getByRole('button', { name: 'A good day again' }).click();
    await place(page, 'twinkly').getByLabel('a bad day is rehearsed').waitFor({ state: 'hidden' });
  });
});
