import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import type { Locator, Page, Route } from 'playwright-core';
import '../kit/once';
import type { Simulator } from '../../src/simulators/simulator';
import { screenshot } from '../kit/browser';
import { LANGUAGES } from '../kit/languages';
import { until } from '../kit/within';
import { LOOKS, openDevices } from './device-page';
import { ExampleStage, exampleFilesOf } from './example-flows';
import { call, press, simulated, snapshot } from './simulated';
import { OpenStream } from './turn-client';

const VENDORS = ['turn', 'thingsee', 'twinkly', 'sonata', 'thingsquare'];
const EXAMPLE = 'One dial for five vendors';
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

const ready = '.stage [data-stage="turn"]';
const place = (page: Page, vendor: string): Locator => page.locator(`.stage [data-stage="${vendor}"]`);
const said = (page: Page, vendor: string): Promise<string> => place(page, vendor).locator('.said').innerText();
const dialOf = (page: Page): Locator => place(page, 'turn').getByRole('slider');

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

describe('the stage of the device page', () => {
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

  describe('under a finger and the wheel', () => {
    const value = (page: Page) => dialOf(page).getAttribute('aria-valuenow');
    const scrolled = (page: Page): Promise<number> => page.evaluate('scrollY');
    const turnWheel = async (page: Page, down: number) => {
      await page.mouse.wheel(0, down);
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    };

    it('the ring turns by a finger around it; the page scrolls from its display', async () => {
      const { page } = await openDevices(await simulated(), ready, { width: 390, height: 660 });
      const box = await dialOf(page).boundingBox();
      ok(box);
      const [x, y, r] = [box.x + box.width / 2, box.y + box.height / 2, box.width * 0.4];
      const at = (degrees: number) => [x + r * Math.cos((degrees * Math.PI) / 180), y + r * Math.sin((degrees * Math.PI) / 180)] as const;
      await swipe(
        page,
        Array.from({ length: 92 }, (_, index) => at(-150 + 2 * index)),
      );
      await until(
        'turned',
        () => value(page),
        (now) => now === '75',
      );
      equal(await scrolled(page), 0);
      await swipe(page, down(x, y + 20, -150));
      await until(
        'scrolled',
        () => scrolled(page),
        (now) => now > 50,
      );
      equal(await value(page), '75');
    });

    it('the slider is set by a tap and sideways; the page scrolls from it, which sets nothing', async () => {
      const simulator = await simulated();
      const { page } = await openDevices(simulator, ready, { width: 390, height: 660 });
      const slider = place(page, 'thingsee').getByRole('slider');
      // From then on, it measures this.
      await press(simulator, 'thingsee', 'humidity', { tuid: 'TSEN03X2Z74162459', humidity: 42 });
      await place(page, 'thingsee').locator('.sensor', { hasText: '42%' }).waitFor();
      const box = await slider.boundingBox();
      ok(box);
      const [x, y] = [box.x + box.width * 0.9, box.y + box.height / 2];
      await swipe(page, down(x, y, -150));
      await until(
        'scrolled',
        () => scrolled(page),
        (now) => now > 50,
      );
      equal(await slider.inputValue(), '42');
      const set = async () => Number(await slider.inputValue());
      // The page may still be moving.
      const tap = async () => {
        await slider.scrollIntoViewIfNeeded();
        const now = await slider.boundingBox();
        if (now) await swipe(page, [[x, now.y + now.height / 2]]);
        return set();
      };
      await until('tapped', tap, (now) => now > 90);
      const [at, again] = [await scrolled(page), await slider.boundingBox()];
      ok(again);
      const middle = again.y + again.height / 2;
      await swipe(
        page,
        Array.from({ length: 12 }, (_, index) => [x - (index * box.width * 0.4) / 11, middle] as const),
      );
      await until('moved', set, (now) => now > 45 && now < 55);
      // The device itself, too.
      await place(page, 'thingsee')
        .locator('.sensor', { hasText: `${await set()}%` })
        .waitFor();
      equal(await scrolled(page), at);
    });

    it('the wheel turns the dial where it has the focus and was meant for it; else, and at its end, the page scrolls', async () => {
      const { page } = await openDevices(await simulated(), ready, { width: 1366, height: 650 });
      const box = await dialOf(page).boundingBox();
      ok(box);
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await turnWheel(page, -50);
      equal(await value(page), '0');
      await page.mouse.down();
      await page.mouse.up();
      await turnWheel(page, -100);
      await until(
        'turned',
        () => value(page),
        (now) => now === '10',
      );
      equal(await scrolled(page), 0);
      await turnWheel(page, 100);
      await until(
        'turned back',
        () => value(page),
        (now) => now === '0',
      );
      await turnWheel(page, 100);
      await until(
        'scrolled at the end',
        () => scrolled(page),
        (now) => now > 0,
      );
    });
  });

  it('shows a turn at once on a slow network, sends what comes meanwhile together, and goes back where it is refused', async () => {
    const simulator = await simulated();
    const { page } = await openDevices(simulator, ready);
    const waiting: Route[] = [];
    await page.route('**/page/turn/dial', (route) => void waiting.push(route));
    const steps = () => waiting.map((route) => (route.request().postDataJSON() as { steps: number }).steps);
    for (let turns = 0; turns < 6; turns++) await dialOf(page).press('ArrowUp');
    equal(await page.locator('.stage .turn-large').innerText(), '30%');
    await place(page, 'turn').getByRole('button', { name: 'Living room 30%' }).waitFor();
    deepEqual(steps(), [1]);
    await waiting[0]?.continue();
    await until('the others', () => waiting.length === 2);
    deepEqual(steps(), [1, 5]);
    equal(await page.locator('.stage .turn-large').innerText(), '30%');
    await waiting[1]?.abort();
    await page.locator('.stage .turn-large', { hasText: /^5%$/ }).waitFor();
    await page.unrouteAll();
  });
});

const down = (x: number, y: number, by: number): (readonly [number, number])[] =>
  Array.from({ length: 16 }, (_, index) => [x, y + (index * by) / 15] as const);

/** A finger that goes from point to point. */
async function swipe(page: Page, points: readonly (readonly [x: number, y: number])[]): Promise<void> {
  const client = await page.context().newCDPSession(page);
  for (const [index, [x, y]] of points.entries())
    await client.send('Input.dispatchTouchEvent', { type: index === 0 ? 'touchStart' : 'touchMove', touchPoints: [{ x, y }] });
  await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await client.detach();
}

// What the functions given to `evaluateAll` find in the page.
interface Sized {
  readonly textContent: string;
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly offsetHeight: number;
}
