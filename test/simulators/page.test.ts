import { deepEqual, equal } from 'node:assert/strict';
import type { Page, Route } from 'playwright-core';
import { Simulator } from '../../src/simulators/simulator';
import { type PageOptions, screenshot } from '../kit/browser';
import { until } from '../kit/within';
import { LOOKS, openDevices, openDrawer } from './device-page';
import { freePorts } from './ports';
import { call, EXAMPLE, levels, simulated, snapshot } from './simulated';

// What the functions given to `evaluate` find in the page.
declare const document: { querySelector(selector: string): { children: Iterable<{ dataset: { level?: string } }> } | null };

/** The levels of a matrix as the page shows them; undefined where it shows no LED. */
const shown = (page: Page, device: string) =>
  page.evaluate(
    (wanted) => [...(document.querySelector(`[data-device="${wanted}"]`)?.children ?? [])].map(({ dataset }) => dataset.level),
    device,
  );

/** A pattern as the page must show it: without corners. */
const expected = (pattern: readonly number[]) =>
  pattern.map((level, index) => ([0, 9, 90, 99].includes(index) ? undefined : String(level)));

const showsLevel = (page: Page, device: string, index: number, level: number) =>
  page.locator(`[data-device="${device}"] > :nth-child(${index + 1})[data-level="${level}"]`).waitFor();

const heart = [
  '..........',
  '..##..##..',
  '.########.',
  '.########.',
  '.########.',
  '..######..',
  '...####...',
  '....##....',
  '..........',
  '..........',
].flatMap((row) => [...row].map((led) => (led === '#' ? 12 : 0)));
const wave = Array.from({ length: 100 }, (_, index) => Math.round(7.5 + 7.5 * Math.sin((index % 10) / 2 + Math.floor(index / 10) / 3)));

describe('the device page', () => {
  const open = (simulator: Simulator, options: PageOptions = {}) => openDevices(simulator, '[data-device="1/4"]', options);

  it('shows a pattern, and each change of it', async () => {
    const simulator = await simulated();
    const show = (values: number[]) => call(simulator, 'POST', '/sonata/pattern', { installation_id: 1, device_id: 2, values });
    const { page, errors } = await open(simulator);
    deepEqual(await shown(page, '1/2'), expected(levels({})));
    await show(heart);
    await showsLevel(page, '1/2', 12, 12);
    deepEqual(await shown(page, '1/2'), expected(heart));
    await show(wave);
    await showsLevel(page, '1/2', 1, wave[1] ?? -1);
    deepEqual(await shown(page, '1/2'), expected(wave));
    await call(simulator, 'POST', '/sonata/pattern', { installation_id: 16, device_id: 456, values: EXAMPLE });
    await showsLevel(page, '16/456', 31, 15);
    deepEqual(await shown(page, '16/456'), expected(EXAMPLE));
    deepEqual(errors, []);
  });

  it('toggles, switches off and restarts a matrix', async () => {
    const simulator = await simulated();
    await call(simulator, 'POST', '/sonata/pattern', { installation_id: 1, device_id: 3, values: heart });
    const { page } = await open(simulator);
    const press = (name: string) =>
      page
        .locator('article', { has: page.locator('[data-device="1/3"]') })
        .getByRole('button', { name, exact: true })
        .click();
    await showsLevel(page, '1/3', 12, 12);
    await press('Toggle');
    await showsLevel(page, '1/3', 12, 0);
    await press('Toggle');
    await showsLevel(page, '1/3', 12, 12);
    await press('Off');
    await showsLevel(page, '1/3', 12, 0);
    await press('Restart');
    await press('Toggle');
    await showsLevel(page, '1/3', 0 + 1, 15);
  });

  it('sets faults, which other pages see, and shows requests as they come in', async () => {
    const simulator = await simulated();
    const { page } = await open(simulator);
    const other = await page.context().newPage();
    await other.goto(simulator.address);
    await openDrawer(page);
    await page.locator('#sonata').getByLabel('Fail with 429, Retry-After').fill('9');
    await page.locator('#sonata').getByLabel('Fail with 429, Retry-After').press('Enter');
    // On the closed drawer, and on the tab.
    await other.locator('#sonata summary', { hasText: 'all fail with 429' }).waitFor();
    await other.getByRole('tab', { name: 'Sonata' }).getByLabel('a bad day is rehearsed').waitFor();
    equal(await other.locator('#sonata').getByLabel('Fail with 429, Retry-After').inputValue(), '9');
    deepEqual((await snapshot(simulator)).faults.sonata, { latency: 0, errorRate: 0, retryAfter: 9, otherwise: false });
    for (let count = 0; count < 3; count++) await call(simulator, 'POST', '/sonata/off', { installation_id: 1, device_id: 1 });
    await page.locator('.requests li', { hasText: '× 3' }).waitFor();
    const [line] = await page.locator('.requests li').allInnerTexts();
    deepEqual(line?.match(/POST|\/sonata\/off|429/g), ['POST', '/sonata/off', '429']);
  });

  it('keeps polls from pushing other requests away, and shows those of one kind or one vendor', async () => {
    const simulator = await simulated();
    const { page } = await open(simulator);
    const off = (device: number) => call(simulator, 'POST', '/sonata/off', { installation_id: 1, device_id: device });
    const poll = () => call(simulator, 'GET', '/api/v1.0/control/state');
    const lines = () => page.locator('.requests li:visible').locator('.path, .times').allInnerTexts();
    for (let count = 0; count < 3; count++) {
      await poll();
      await call(simulator, 'GET', '/sonata/unsubscribe');
      await off(1);
    }
    const state = '/api/v1.0/control/state';
    await until(
      'the requests',
      lines,
      (texts) => texts.join() === ['/sonata/off', '× 3', '/sonata/unsubscribe', '× 3', state, '× 3'].join(),
    );
    const times = await page.locator('.requests time').allInnerTexts();
    deepEqual(times, times.toSorted().reverse());
    await call(simulator, 'POST', '/sonata/toggle', { installation_id: 1, device_id: 1 });
    await off(1);
    await page.locator('.requests li', { hasText: '/sonata/toggle' }).waitFor();
    const filter = page.getByRole('combobox', { name: 'Requests shown' });
    await filter.selectOption('without reads (GET)');
    await until('two writes', lines, (texts) => texts.join() === ['/sonata/off', '', '/sonata/toggle', '', '/sonata/off', '× 3'].join());
    await filter.selectOption('Turn');
    await until('the reads of the Turn', lines, (texts) => texts.join() === [state, '× 3'].join());
    await filter.selectOption('Twinkly');
    await page.getByText('None yet.').waitFor();
    deepEqual(await lines(), []);
  });

  it('sends what is set in the order in which it was set', async () => {
    const simulator = await simulated();
    const { page } = await open(simulator);
    const held = new Promise<Route>((resolve) => void page.route('**/page/sonata/faults', resolve, { times: 1 }));
    let responses = 0;
    page.on('response', (response) => response.url().endsWith('/page/sonata/faults') && responses++);
    await openDrawer(page);
    const latency = page.locator('#sonata').getByLabel('Response delay');
    const set = async (value: string) => {
      await latency.fill(value);
      await latency.press('Enter');
    };
    await set('3');
    const first = await held;
    await set('4');
    // Whatever is on its way arrives before this.
    await page.evaluate("fetch('page/simulator.css').then((response) => response.text())");
    await first.continue();
    await until('two responses', () => responses === 2);
    equal((await snapshot(simulator)).faults.sonata?.latency, 4);
  });

  it('comes back by itself when the simulator does', async () => {
    const ports = await freePorts();
    const first = await Simulator.start(ports);
    const { page } = await open(first);
    await page.getByText('live', { exact: true }).waitFor();
    await first.close();
    await page.getByText('reconnecting …').waitFor();
    const second = await Simulator.start(ports);
    try {
      await call(second, 'POST', '/sonata/pattern', { installation_id: 1, device_id: 1, values: heart });
      await showsLevel(page, '1/1', 12, 12);
      await page.getByText('live', { exact: true }).waitFor();
      equal(await page.locator('.requests li').count(), 1);
    } finally {
      await second.close();
    }
  });

  for (const [theme, language] of LOOKS)
    it(`has a picture: ${theme}, ${language}`, async () => {
      const simulator = await simulated();
      const { page, errors } = await open(simulator, { theme, language });
      await call(simulator, 'POST', '/sonata/subscribe', { url: 'http://127.0.0.1:1880/receive' });
      await call(simulator, 'GET', '/sonata/unsubscribe');
      await call(simulator, 'POST', '/sonata/toggle', { installation_id: 1 });
      await call(simulator, 'POST', '/sonata/pattern', { installation_id: 1, device_id: 1, values: heart });
      await call(simulator, 'POST', '/sonata/pattern', { installation_id: 1, device_id: 2, values: wave });
      await showsLevel(page, '1/2', 1, wave[1] ?? -1);
      await screenshot(page, `devices-${theme}`);
      equal(await page.getAttribute('html', 'lang'), language.slice(0, 2));
      deepEqual(errors, []);
    });
});
