import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { Simulator } from '../../src/simulators/simulator';
import { LANGUAGES } from '../kit/languages';
import { until } from '../kit/within';
import { openDevices } from './device-page';
import { call, press, simulated, snapshot } from './simulated';
import { place, ready } from './stage-page';

const VENDORS = ['turn', 'thingsee', 'twinkly', 'sonata', 'thingsquare'];
/** What is left of a window by the bars of a browser, too; and what the editors' sidebars leave. */
const SCREENS = [
  [1366, 768],
  [1366, 650],
  [768, 1024],
  [844, 390],
  [390, 844],
  [390, 660],
  [375, 553],
  [360, 640],
  [320, 660],
  [320, 568],
  [313, 509],
  [294, 660],
  [294, 254],
  [215, 509],
] as const;

/** From here on down, texts have so little room that each language is tried. */
const NARROW = 320;

const DRAWINGS = '.turn-ring, .sensor, .matrix, .lamp';

interface Box {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The visible elements of a selector, and where they are. */
async function boxes(of: Page | Locator, selector: string): Promise<Box[]> {
  const found = await of.locator(`${selector}:visible`).all();
  return Promise.all(
    found.map(async (element) => {
      const box = await element.boundingBox();
      const name = await element.evaluate(
        ({ className, textContent }: { className: string; textContent: string }) => `${className} ${textContent}`,
      );
      return { name, ...(box ?? { x: -1, y: -1, width: 0, height: 0 }) };
    }),
  );
}

const meet = (a: Box, b: Box): boolean =>
  a.x + 1 < b.x + b.width && b.x + 1 < a.x + a.width && a.y + 1 < b.y + b.height && b.y + 1 < a.y + a.height;
const overlaps = (all: readonly Box[]): string[] =>
  all.flatMap((one, index) => all.slice(index + 1).flatMap((other) => (meet(one, other) ? [`${one.name} / ${other.name}`] : [])));

/** Fails where something is not on the screen, lies over something else, or is cut off. */
async function stands(page: Page, width: number, height: number): Promise<void> {
  const [places, hint] = [await boxes(page, '.stage [data-stage]'), await boxes(page, '.stage-hint')];
  equal(places.length, VENDORS.length);
  deepEqual(overlaps([...hint, ...places]), []);
  const screen = { name: 'the screen', x: 0, y: 0, width, height };
  deepEqual([...hint, ...places].filter(isOutOf(screen)), []);
  await keepsApart(page);
  for (const { name, height: high } of await boxes(page, `.stage :is(${DRAWINGS})`))
    ok(high > (height < 360 ? 35 : 45), `${name} is only ${high} high`);
  const keys = await page
    .locator('.stage button')
    .evaluateAll((found: Sized[]) => found.filter((key) => key.scrollWidth > key.clientWidth));
  equal(keys.length, 0, 'a text is wider than its button');
  equal(await page.evaluate('document.documentElement.scrollWidth'), width);
}

/** Fails where what belongs to a device lies over each other, or bursts out of its place. */
async function keepsApart(page: Page): Promise<void> {
  for (const vendor of VENDORS) {
    // The corner beside a round dial is free.
    const title = vendor === 'turn' ? '' : 'a, ';
    const parts = await boxes(place(page, vendor), `:is(${title}.said:not(:empty), ${DRAWINGS}, .turn-shown, .slide, .string)`);
    ok(parts.length >= 2, vendor);
    deepEqual(overlaps(parts), [], vendor);
    const [frame] = await boxes(page, `.stage [data-stage="${vendor}"]`);
    ok(frame);
    deepEqual(parts.filter(isOutOf(frame)), [], vendor);
  }
}

const isOutOf =
  (frame: Box) =>
  ({ x, y, width, height }: Box): boolean =>
    x < frame.x || y < frame.y || x + width > frame.x + frame.width + 1 || y + height > frame.y + frame.height + 1;

/** As much to say as there can be: what is offline or has not answered, and bad days. */
async function withMuchToSay(simulator: Simulator): Promise<void> {
  await press(simulator, 'sonata', 'toggle', { installation: 1, device: 4 });
  await press(simulator, 'twinkly', 'connect', { id: 48213, on: false });
  const lamp = (await snapshot(simulator)).vendors.thingsquare.devices.find(({ name }) => name === 'Lamp at the door');
  await press(simulator, 'thingsquare', 'reach', { auth: lamp?.auth, reach: 'away' });
  const token = new URLSearchParams({ token: 'demo-token' });
  const { headers } = await call(simulator, 'POST', '/thingsquare/0/session/', token);
  const cookie = { cookie: headers.get('set-cookie')?.replace(/;.*/, '') ?? '' };
  await call(simulator, 'POST', `/thingsquare/0/devices/${lamp?.id}/d/level`, new URLSearchParams({ value: '100' }), cookie);
  await press(simulator, 'turn', 'dial', { page: 'light/2', steps: 100 });
  for (const vendor of VENDORS) await press(simulator, vendor, 'faults', { latency: 1 });
}

describe('the layout of the stage of the device page', () => {
  for (const [width, height] of SCREENS)
    for (const language of width <= NARROW ? LANGUAGES : (['en-US', 'de'] as const))
      it(`stands on one screen of ${width} x ${height}, and nothing overlaps (${language})`, async () => {
        const simulator = await simulated();
        const { page } = await openDevices(simulator, ready, { width, height, language });
        await stands(page, width, height);
        await withMuchToSay(simulator);
        await until('bad days', async () => (await page.locator('.stage .mark:visible').count()) === VENDORS.length);
        await stands(page, width, height);
      });

  // The sidebars of Node-RED 4 and 5.
  for (const [width, height] of [
    [314, 655],
    [294, 254],
  ] as const)
    for (const language of LANGUAGES)
      it(`has each short name, and the tabs, in one line in a sidebar of ${width} x ${height} (${language})`, async () => {
        const { page } = await openDevices(await simulated(), ready, { width, height, language });
        const tabs = await boxes(page, '[role="tab"]');
        equal(tabs.length, VENDORS.length);
        equal(new Set(tabs.map(({ y }) => y)).size, 1);
        const names = await page.locator('.place header b:visible').evaluateAll((found: Sized[]) =>
          found.map(({ textContent, scrollWidth, clientWidth, offsetHeight }) => ({
            textContent,
            scrollWidth,
            clientWidth,
            offsetHeight,
          })),
        );
        const short = names.filter(({ textContent }) => textContent !== 'Lamp at the door');
        deepEqual(
          short.filter(({ scrollWidth, clientWidth, offsetHeight }) => offsetHeight > 20 || (clientWidth > 0 && scrollWidth > clientWidth)),
          [],
        );
      });

  for (const [width, height] of [
    [1366, 650],
    [390, 844],
  ] as const)
    it(`grows with texts of twice the size, ${width} wide`, async () => {
      const simulator = await simulated();
      const { page } = await openDevices(simulator, ready, { width, height, language: 'de' });
      await page.evaluate("document.documentElement.style.fontSize = '200%'");
      await keepsApart(page);
      equal(await page.evaluate('document.documentElement.scrollWidth'), width);
    });

  it('shows its drawings, and what is chosen, where the browser sets the colours', async () => {
    const { page } = await openDevices(await simulated(), ready);
    await page.emulateMedia({ forcedColors: 'active' });
    const colour = (selector: string, property: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)}))[${JSON.stringify(property)}]`);
    for (const drawing of ['.turn-ring', '.sensor', '.matrix', '.string'])
      equal(await colour(`.stage ${drawing}`, 'forcedColorAdjust'), 'none', drawing);
    for (const [on, off, property] of [
      ['.turn-shown [aria-pressed="true"]', '.turn-shown [aria-pressed="false"]', 'backgroundColor'],
      ['.tabs [aria-selected="true"]', '.tabs [aria-selected="false"]', 'borderBottomColor'],
    ] as const)
      notEqual(await colour(on, property), await colour(off, property), on);
    await page.emulateMedia({ forcedColors: 'none' });
  });
});

// What the functions given to `evaluateAll` find in the page.
interface Sized {
  readonly textContent: string;
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly offsetHeight: number;
}
