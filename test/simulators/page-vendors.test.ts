import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { until } from '../kit/within';
import { openDevices, openDrawer } from './device-page';
import { call, press, simulated } from './simulated';

const VENDORS = ['sonata', 'thingsee', 'thingsquare', 'turn', 'twinkly'];
const ready = '.stage [data-stage="turn"]';
const open = (page: Page) =>
  page.locator('[role="tabpanel"]:visible').evaluateAll((panels: { id: string }[]) => panels.map(({ id }) => id));

describe('the vendors on the device page', () => {
  it('are opened by a tab, by a link, and again after a reload', async () => {
    const simulator = await simulated();
    const { page } = await openDevices(simulator, ready);
    deepEqual(await open(page), ['sonata']);
    await page.getByRole('tab', { name: 'Thingsee' }).click();
    deepEqual(await open(page), ['thingsee']);
    ok(page.url().endsWith('/#thingsee'), page.url());
    await page.reload();
    await page.locator('#thingsee [data-tuid]').first().waitFor();
    deepEqual(await open(page), ['thingsee']);
    // As in a frame, which forgets the end of its address.
    await page.goto(simulator.address);
    await page.locator('#thingsee [data-tuid]').first().waitFor();
    await page.goto('about:blank');
    await page.goto(`${simulator.address}/#twinkly`);
    await page.locator('#twinkly [data-object]').first().waitFor();
    deepEqual(await open(page), ['twinkly']);
    // Somebody who follows the link wants to see that, and not the stage.
    await until('scrolled to', async () => Number(await page.evaluate('scrollY')) > 100);
  });

  it('keep their drawer open, and the requests their choice, over a reload', async () => {
    const { page } = await openDevices(await simulated(), ready, { vendor: 'twinkly' });
    const life = page.locator('#twinkly').getByLabel('Token lifetime');
    equal(await life.isVisible(), false);
    await openDrawer(page);
    await life.waitFor();
    const filter = page.getByRole('combobox', { name: 'Requests shown' });
    await filter.selectOption('Turn');
    await page.reload();
    await life.waitFor();
    await until('the choice', async () => (await filter.inputValue()) === 'turn');
    await openDrawer(page);
    await life.waitFor({ state: 'hidden' });
    await page.reload();
    await page.locator('#twinkly [data-object]').first().waitFor();
    equal(await life.isVisible(), false);
  });

  it('say what a configuration node takes, and copy it', async () => {
    const simulator = await simulated();
    const { page } = await openDevices(simulator, ready);
    const shown = async (vendor: string) => {
      await page.locator(`#tab-${vendor}`).click();
      return page
        .locator(`#${vendor} .connection > div`)
        .evaluateAll((entries: { innerText: string }[]) => entries.map(({ innerText }) => innerText.split(/\s*\n\s*/)));
    };
    const { port } = new URL(simulator.address);
    const wanted = {
      sonata: [
        ['Server URL', `${simulator.address}/sonata`],
        ['Installation ID', '1'],
        ['MQTT broker', simulator.mqttAddress],
      ],
      thingsee: [
        ['Base URL', `${simulator.address}/thingsee`],
        ['MQTT broker', simulator.mqttAddress],
        ['Client ID', 'ensemble'],
        ['Client secret', 'simulated-secret'],
      ],
      thingsquare: [
        ['Frontend URL', `${simulator.address}/thingsquare`],
        ['Login', 'demo@example.com'],
        ['Password', 'demo'],
        ['API token', 'demo-token'],
      ],
      turn: [
        ['Host', '127.0.0.1'],
        ['Port', port],
      ],
      twinkly: [
        ['Environment', 'other server'],
        ['Server URL', `${simulator.address}/twinkly`],
        ['E-mail', 'demo@example.com'],
        ['Password', 'twinkle'],
        ['Client ID (OAuth)', 'ensemble'],
        ['Client secret (OAuth)', 'sparkle'],
      ],
    };
    for (const [vendor, entries] of Object.entries(wanted)) deepEqual(await shown(vendor), entries, vendor);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copy = page.locator('#twinkly').getByRole('button', { name: 'Copy Server URL' });
    await copy.click();
    await page.locator('#twinkly').getByRole('button', { name: 'Server URL is copied' }).waitFor();
    equal(await page.evaluate('navigator.clipboard.readText()'), `${simulator.address}/twinkly`);
    await copy.waitFor();
  });

  it('say what a number of seconds or milliseconds means, while it is typed too', async () => {
    const { page } = await openDevices(await simulated(), ready, { vendor: 'twinkly' });
    await openDrawer(page);
    const field = (label: string) => page.locator('#twinkly .setting', { hasText: label });
    await field('Token lifetime').getByText('1 day', { exact: true }).waitFor();
    equal((await field('Duration of a command').innerText()).replace(/\s+/g, ' '), 'Duration of a command ms');
    await field('Token lifetime').locator('input').fill('5400');
    await field('Token lifetime').getByText('1 hour, 30 minutes', { exact: true }).waitFor();
    await field('Duration of a command').locator('input').fill('2500');
    await field('Duration of a command').getByText('2.5 seconds', { exact: true }).waitFor();
  });

  it('tell on a closed drawer which faults are on', async () => {
    const simulator = await simulated();
    const { page } = await openDevices(simulator, ready);
    for (const vendor of VENDORS)
      await press(simulator, vendor, 'faults', { latency: 2000, errorRate: 20, retryAfter: 5, otherwise: true });
    for (const vendor of VENDORS) {
      await page.locator(`#tab-${vendor}`).getByLabel('a bad day is rehearsed').waitFor();
      await page.locator(`#tab-${vendor}`).click();
      const told = page.locator(`#${vendor} summary .warning`);
      equal(await told.innerText(), 'responses after 2 seconds · 20% fail with 500 · all fail with 429 · Otherwise than assumed');
    }
    for (const vendor of VENDORS) await press(simulator, vendor, 'faults', { latency: 0, errorRate: 0, retryAfter: 0, otherwise: false });
    await until('a good day', async () => (await page.locator('.mark:visible, .warning:visible').count()) === 0);
  });

  for (const width of [390, 768, 1366, 1700])
    it(`fill each row of their devices, ${width} pixels wide`, async () => {
      const simulator = await simulated();
      await call(simulator, 'POST', '/sonata/off', { installation_id: 1, device_id: 9 });
      const { page } = await openDevices(simulator, ready, { width });
      for (const vendor of VENDORS) {
        await page.locator(`#tab-${vendor}`).click();
        const lists = await page.locator(`#${vendor} .devices`).evaluateAll((found: Listed[]) =>
          found.map((list) => ({
            right: list.getBoundingClientRect().right,
            cards: [...list.children].map((card) => {
              const { top, right } = card.getBoundingClientRect();
              return { top, right };
            }),
          })),
        );
        ok(lists.length > 0, vendor);
        for (const { right, cards } of lists) {
          const ends = new Map<number, number>();
          for (const card of cards) ends.set(card.top, Math.max(card.right, ends.get(card.top) ?? 0));
          for (const end of ends.values()) ok(Math.abs(end - right) < 1, `${vendor}: a row ends at ${end}, not at ${right}`);
        }
      }
    });
});

// What the functions given to `evaluateAll` find in the page.
interface Listed {
  readonly children: Iterable<Listed>;
  getBoundingClientRect(): { readonly top: number; readonly right: number };
}
