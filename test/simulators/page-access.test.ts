import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { PageOptions } from '../kit/browser';
import { LANGUAGES } from '../kit/languages';
import { faintTexts, nameless, smallTargets } from '../kit/page-audit';
import { until } from '../kit/within';
import { openDevices } from './device-page';
import { call, press, simulated } from './simulated';

const VENDORS = ['sonata', 'thingsee', 'thingsquare', 'turn', 'twinkly'];
const NARROW = [
  [390, 660],
  [320, 660],
] as const;

// What the functions given to `evaluate` find in the page.
interface Placed {
  readonly localName: string;
  readonly textContent: string;
  readonly ownerDocument: { readonly documentElement: Placed };
  closest(selector: string): Placed | null;
  getAttribute(name: string): string | null;
  getBoundingClientRect(): { readonly right: number };
}

/** The page with something in each list, and with all that is folded open. */
async function openAll(options: PageOptions = {}): Promise<Page> {
  const simulator = await simulated();
  for (const path of ['/sonata/toggle', '/sonata/nothing']) await call(simulator, 'POST', path, { installation_id: 1, device_id: 4 });
  await press(simulator, 'sonata', 'faults', { latency: 1500, errorRate: 10, retryAfter: 60, otherwise: true });
  await press(simulator, 'thingsee', 'alert', { tuid: 'TSEN03X2Z74162459' });
  await press(simulator, 'turn', 'configure', { page: 'source/1', shown: true });
  const { page } = await openDevices(simulator, '.stage [data-stage="turn"]', options);
  for (const drawer of await page.locator('aside details').all()) if (!(await isOpen(drawer))) await drawer.locator('summary').click();
  await page.locator('.requests li').first().waitFor();
  return page;
}

const isOpen = (drawer: Locator): Promise<boolean> => drawer.evaluate(({ open }: { open: boolean }) => open);

/** What stands out of the screen to the right, or out of its card. */
const beside = (page: Page): Promise<string[]> =>
  page.locator('main :visible, header :visible').evaluateAll((elements: Placed[]) =>
    elements.flatMap((element) => {
      const card = (element.closest('.card, .tabs') ?? element.ownerDocument.documentElement).getBoundingClientRect();
      const out = element.getBoundingClientRect().right - card.right;
      return out > 1
        ? [`${Math.round(out)} px: <${element.localName} class="${element.getAttribute('class')}"> ${element.textContent}`]
        : [];
    }),
  );

/** Does it with each vendor open, and with its drawer open. */
async function withEach(page: Page, look: (vendor: string) => Promise<void>): Promise<void> {
  for (const vendor of VENDORS) {
    await page.locator(`#tab-${vendor}`).click();
    const drawer = page.locator(`#${vendor} details`);
    if (!(await isOpen(drawer))) await drawer.locator('summary').click();
    await drawer.locator('.settings').first().waitFor();
    await look(vendor);
  }
}

describe('the device page for everybody', () => {
  for (const [width, height] of NARROW)
    it(`has targets of 40 pixels, and nothing beside the screen, at ${width} x ${height}`, async () => {
      const page = await openAll({ width, height });
      let looked = 0;
      await withEach(page, async (vendor) => {
        deepEqual(await smallTargets(page, 40), [], vendor);
        equal(await page.evaluate('document.documentElement.scrollWidth'), width, vendor);
        looked++;
      });
      equal(looked, VENDORS.length);
      await page.locator('#tab-turn').click();
      await page.locator('[data-page="source/1"] button').click();
      await page.locator('.turn-keys').first().waitFor();
      deepEqual(await smallTargets(page, 40), []);
    });

  for (const language of LANGUAGES)
    it(`has nothing beside the screen with texts of twice the size: ${language}`, async () => {
      const page = await openAll({ width: 390, height: 844, language });
      await page.evaluate("document.documentElement.style.fontSize = '200%'");
      await withEach(page, async (vendor) => {
        for (const width of [390, 320, 1366]) {
          await page.setViewportSize({ width, height: 844 });
          deepEqual(await beside(page), [], `${vendor}, ${width} wide`);
          equal(await page.evaluate('document.documentElement.scrollWidth'), width, `${vendor}, ${width} wide`);
        }
      });
    });

  for (const theme of ['light', 'dark'] as const)
    for (const language of ['en-US', 'de'] as const)
      it(`has texts that can be read, and a name for all that is operated: ${theme}, ${language}`, async () => {
        const page = await openAll({ theme, language });
        await withEach(page, async (vendor) => {
          const { texts, faint } = await faintTexts(page);
          ok(texts > 60, `only ${texts} texts`);
          deepEqual(faint, [], vendor);
          deepEqual(await nameless(page), [], vendor);
        });
      });

  it('is operated by the keyboard alone, in the order of the screen, and shows where the focus is', async () => {
    const page = await openAll();
    const focused = () =>
      page.evaluate(() => {
        const { activeElement: element } = document;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const name = element.getAttribute('aria-label') ?? element.textContent;
        return {
          name: `${element.closest('[data-stage]')?.getAttribute('data-stage') ?? ''} ${name}`,
          outline: `${outlineStyle} ${outlineWidth}`,
        };
      });
    const seen: string[] = [];
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press('Tab');
      const { name, outline } = await focused();
      equal(outline, 'solid 2px', name);
      seen.push(name.trim());
    }
    deepEqual(seen.slice(0, 10), [
      'turn DialTurn',
      'turn Dial',
      'turn Living room0%',
      'turn Humidity0% now',
      'thingsee EnvironmentThingsee',
      'thingsee',
      'twinkly WreathTwinkly',
      'sonata Matrix 4Sonata',
      'thingsquare Lamp at the doorThingsquare',
      'Sonata!',
    ]);
    await page.locator('#tab-sonata').focus();
    await page.keyboard.press('ArrowRight');
    equal(await page.locator('#tab-thingsee').getAttribute('aria-selected'), 'true');
    await page.keyboard.press('End');
    equal(await page.locator('#tab-twinkly').getAttribute('aria-selected'), 'true');
    await page.keyboard.press('ArrowRight');
    equal(await page.locator('#tab-sonata').getAttribute('aria-selected'), 'true');
    await page.locator('#sonata summary').focus();
    await page.keyboard.press('Enter');
    await page.locator('#sonata .settings').first().waitFor();
  });

  it('tells a screen reader of the connection and of what to do, and of nothing else by itself', async () => {
    const page = await openAll();
    const regions = await page.evaluate(() =>
      [...document.querySelectorAll('[role="status"], [role="alert"], [aria-live], output')].map(({ className }) => className),
    );
    // A notice is there only when the page cannot do something.
    deepEqual(regions, ['notice', 'live', 'stage-hint trouble']);
    await page.evaluate(() => {
      told = 0;
      new MutationObserver(() => told++).observe(document.querySelector('.stage-hint'), {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    const requests = page.locator('.requests li', { hasText: '/sonata/toggle' });
    for (let count = 0; count < 3; count++)
      await page.evaluate(() => fetch('sonata/toggle', { method: 'POST', body: '{"installation_id":1,"device_id":4}' }));
    await requests.filter({ hasText: '× 3' }).first().waitFor();
    equal(await page.evaluate('told'), 0);
  });

  it('moves nothing where a person does not want that', async () => {
    const page = await openAll();
    const moving = () => page.evaluate<number>('document.getAnimations().filter(({ playState }) => playState === "running").length');
    await until('the strings sparkle', moving);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await until('nothing moves', moving, (count) => count === 0);
    await page.emulateMedia({ reducedMotion: null });
  });
});

// What the functions given to `evaluate` find in the page.
interface Found {
  readonly className: string;
  readonly textContent: string;
  getAttribute(name: string): string | null;
  closest(selector: string): Found | null;
}
declare const document: {
  readonly activeElement: Found;
  querySelector(selector: string): Found;
  querySelectorAll(selector: string): Iterable<Found>;
};
declare const getComputedStyle: (element: Found) => { readonly outlineStyle: string; readonly outlineWidth: string };
declare const MutationObserver: new (changed: () => void) => { observe(element: Found, options: object): void };
declare let told: number;
