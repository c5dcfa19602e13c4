import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Simulator } from '../../src/simulators/simulator';
import { type PageOptions, screenshot } from '../kit/browser';
import { until } from '../kit/within';
import { openDevices, openDrawer } from './device-page';
import { simulated, snapshot } from './simulated';
import { act, channelState, OpenStream, put } from './turn-client';

const COVER =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Crect width='8' height='8' fill='%23264653'/%3E%3Ccircle cx='4' cy='4' r='3' fill='%23e9c46a'/%3E%3C/svg%3E";

// What the function given to `evaluate` finds in the page.
interface Pressed {
  dispatchEvent(event: object): void;
}
declare const KeyboardEvent: new (type: string, options: { key: string }) => object;

describe('the device page of the Turn', () => {
  let simulator: Simulator;
  const open = async (options: PageOptions = {}) => {
    simulator = await simulated();
    return openDevices(simulator, '[data-page="light/1"]', { vendor: 'turn', height: 1500, ...options });
  };
  const value = async (channel: string) => ((await channelState(simulator, channel)) as { value: unknown }).value;
  const becomes = (channel: string, wanted: unknown) =>
    until(
      `${channel} is ${wanted}`,
      () => value(channel),
      (now) => now === wanted,
    );
  const choose = (on: Page, id: string) => on.locator(`[data-page="${id}"] button`).click();

  it('turns the dial by keyboard, wheel and mouse', async () => {
    const { page, errors } = await open();
    const dial = page.locator('#turn').getByRole('slider', { name: 'Dial' });
    const listener = await OpenStream.open(simulator, '/control/events/channels');
    await dial.press('ArrowUp');
    await becomes('light/1/1', 5);
    await dial.press('End');
    await becomes('light/1/1', 100);
    await dial.press('PageDown');
    await becomes('light/1/1', 75);
    // Within one frame: at its end, the dial turns no further.
    await dial.evaluate((ring: Pressed) => {
      for (const key of ['End', 'ArrowDown']) ring.dispatchEvent(new KeyboardEvent('keydown', { key }));
    });
    await becomes('light/1/1', 95);
    await dial.press('PageDown');
    await dial.press('ArrowUp');
    await becomes('light/1/1', 75);
    const box = await dial.boundingBox();
    ok(box);
    const [x, y, r] = [box.x + box.width / 2, box.y + box.height / 2, box.width * 0.46];
    const at = (degrees: number) =>
      page.mouse.move(x + r * Math.cos((degrees * Math.PI) / 180), y + r * Math.sin((degrees * Math.PI) / 180));
    await at(-90);
    // It has the focus.
    await page.mouse.wheel(0, 100);
    await becomes('light/1/1', 65);
    await page.mouse.down();
    // Over the place where the angle jumps.
    for (let degrees = -100; degrees >= -210; degrees -= 10) await at(degrees);
    await at(-213);
    await page.mouse.up();
    await becomes('light/1/1', 15);
    await at(0);
    await page.locator('#turn .turn-large', { hasText: '15%' }).waitFor();
    equal(await dial.getAttribute('aria-valuenow'), '15');
    ok(
      listener.events.every(
        ([name, data]) => name === 'light/1/1' && (data as { modifiedBy: string }).modifiedBy === 'UserInterfaceServiceImpl',
      ),
    );
    deepEqual(errors, []);
  });

  it('shows what others write, on the display and in the list of pages', async () => {
    const { page } = await open();
    await put(simulator, 'light/1/1', { value: 42 });
    await page.locator('#turn .turn-large', { hasText: '42%' }).waitFor();
    await put(simulator, 'info/1/1', { ppm_string: '414.5' });
    await page.locator('[data-page="info/1"]', { hasText: '415ppm' }).waitFor();
    await choose(page, 'temperature/1');
    await put(simulator, 'temperature/1/1', { value: 22 });
    await page.locator('#turn .turn-large', { hasText: '22.0°C' }).waitFor();
    await page.locator('#turn .turn-small', { hasText: '21.5°C now' }).waitFor();
  });

  it('has the keys of each page', async () => {
    const { page } = await open();
    const press = (name: string) => page.locator('.turn-touch').getByRole('button', { name, exact: true }).click();
    await press('On');
    await becomes('light/1/1', 100);
    await press('Off');
    await becomes('light/1/1', 0);
    await choose(page, 'light_scenes/1');
    await press('3');
    await becomes('light_scenes/1/1', 3);
    await page.locator('#turn [aria-pressed="true"]', { hasText: /^3$/ }).waitFor();
    await choose(page, 'source/1');
    await press('Sonos');
    await becomes('source/1/1', 1);
    await press('Play');
    await becomes('media/1/3', 'true');
    await press('Next');
    await becomes('media/1/5', 'next');
    await press('Mute');
    await becomes('media/1/6', 'true');
    await page.locator('#turn .turn-large', { hasText: 'muted' }).waitFor();
    await press('Mute');
    await becomes('media/1/6', 'false');
  });

  it('Sonos may forbid to skip, and the radio has no transport controls', async () => {
    const { page } = await open();
    await choose(page, 'source/1');
    await put(simulator, 'source/1/1', { value: 1 });
    const next = page.getByRole('button', { name: 'Next', exact: true });
    await until('it may', () => next.isEnabled());
    await openDrawer(page);
    await page.getByLabel('Sonos: next enabled').click();
    await page.locator('.turn-keys button:disabled', { hasText: 'Next' }).waitFor();
    await until('it is told', async () => !(await snapshot(simulator)).vendors.turn.transportControls.nextEnabled);
    await page.getByLabel('Sonos: next enabled').click();
    await until('it may', () => next.isEnabled());
    await put(simulator, 'source/1/1', { value: 2 });
    await until('the radio', () => next.isDisabled());
  });

  it('sets what is around the Turn, restarts it, and changes its configuration', async () => {
    const { page } = await open();
    const fill = async (label: string, text: string) => {
      await page.getByLabel(label).fill(text);
      await page.getByLabel(label).press('Enter');
    };
    await openDrawer(page);
    await fill('Room temperature', '19.5');
    await becomes('temperature/1/2', 19.5);
    await fill('Heartbeat every', '5');
    await until('the interval', async () => (await snapshot(simulator)).vendors.turn.heartbeat === 5);
    await act(simulator, 'set', { channel: 'light/1/1', value: 30 });
    await page.getByRole('button', { name: 'light/1', exact: true }).click();
    await page.locator('[data-page="light/1"]').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'light/1', exact: true }).click();
    await page.locator('[data-page="light/1"]', { hasText: '30%' }).waitFor();
    await page.locator('#turn').getByRole('button', { name: 'Restart', exact: true }).click();
    await becomes('light/1/1', 0);
  });

  for (const [theme, language, chosen] of [
    ['light', 'en-US', 'temperature/1'],
    ['dark', 'de', 'source/1'],
  ] as const)
    it(`has a picture: ${theme}, ${language}`, async () => {
      const { page, errors } = await open({ theme, language, height: 1500 });
      const values = {
        'light/1/1': 65,
        'light/2/1': 20,
        'light_scenes/1/1': 2,
        'shade/1/1': 40,
        'temperature/1/1': 22,
        'humidity/1/2': 48,
      };
      const media = {
        'media/1/1': 35,
        'media/1/2': true,
        'source/1/1': 1,
        'source/1/2': COVER,
        'source/1/3': 'Nils Frahm',
        'source/1/4': 'Says',
      };
      for (const [id, value] of Object.entries({ ...values, ...media })) await put(simulator, id, { value });
      await put(simulator, 'info/1/1', { ppm_string: 415 });
      await put(simulator, 'info/2/1', { pa_string: 101325 });
      await choose(page, chosen);
      await page.locator('[data-page="info/2"]', { hasText: '101325Pa' }).waitFor();
      await screenshot(page, `turn-${theme}`);
      deepEqual(errors, []);
    });
});
