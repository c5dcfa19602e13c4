import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import '../kit/once';
import { screenshot } from '../kit/browser';
import { until } from '../kit/within';
import { LOOKS, openDevices } from './device-page';
import { ExampleStage, exampleFilesOf } from './example-flows';
import { simulated } from './simulated';
import { OpenStream } from './turn-client';

const EXAMPLE = 'One dial for five vendors';
/** What is left of a window by the bars of a browser, too; and the sidebar of an editor. */
const SCREENS = [
  [1366, 768],
  [1366, 650],
  [390, 844],
  [390, 660],
  [320, 660],
] as const;

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

describe('the stage of the device page', () => {
  for (const [width, height] of SCREENS)
    for (const language of ['en-US', 'de'] as const)
      it(`stands on one screen of ${width} x ${height}, and nothing overlaps (${language})`, async () => {
        const { page } = await openDevices(await simulated(), ready, { width, height, language });
        const places = await boxes(page, '.stage [data-stage]');
        equal(places.length, 5);
        deepEqual(overlaps(places), []);
        const hint = await boxes(page, '.stage-hint');
        const all = [...places, ...hint];
        deepEqual(
          all.filter(({ x, y, width: wide, height: high }) => x < 0 || y < 0 || x + wide > width || y + high > height),
          [],
        );
        deepEqual(overlaps([...hint, ...places]), []);
        for (const { name } of places) ok(name);
        for (const vendor of ['turn', 'thingsee', 'twinkly', 'sonata', 'thingsquare']) {
          // The corner beside a round dial is free.
          const title = vendor === 'turn' ? '' : 'a, ';
          const parts = await boxes(
            place(page, vendor),
            `:is(${title}.said:not(:empty), .turn-ring, .turn-shown, .sensor, .slide, .string, .matrix, .lamp)`,
          );
          ok(parts.length >= 2, vendor);
          deepEqual(overlaps(parts), [], vendor);
          const [frame] = await boxes(page, `.stage [data-stage="${vendor}"]`);
          const out = parts.filter(
            ({ x, y, width: w, height: h }) =>
              frame && (x < frame.x || y < frame.y || x + w > frame.x + frame.width + 1 || y + h > frame.y + frame.height + 1),
          );
          deepEqual(out, [], vendor);
          const drawn = parts.filter(({ name }) => /turn-ring|sensor|matrix|lamp/.test(name));
          for (const { name, height: high } of drawn) ok(high > 60, `${name} is only ${high} high`);
        }
        equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      });

  describe('with the example for all vendors', () => {
    const stage = new ExampleStage('All vendors');

    it('turns the dial: string, matrix and lamp follow; moves the sensor: the dial shows it', async () => {
      await stage.run(`${EXAMPLE}.json`);
      const { page, errors } = await openDevices(stage, ready, { width: 390, height: 660 });
      await page.getByText('Turn the dial: Wreath, Matrix 4, and Lamp at the door follow.').waitFor();
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
        ({ string, matrix, lamp }) => [string, matrix, lamp].join() === 'Candle · 100%,96 LEDs lit,100%',
      );
      await dialOf(page).press('PageDown');
      await dialOf(page).press('PageDown');
      await until(
        'all follow again',
        shown,
        ({ string, matrix, lamp }) => [string, matrix, lamp].join() === 'Candle · 50%,48 LEDs lit,50%',
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
    await hint.getByText('Turn the dial:').waitFor();
    // At its end, it changes nothing that could be followed.
    await dialOf(page).press('Home');
    await dialOf(page).press('ArrowUp');
    await hint.getByText(`Nothing has followed. In Node-RED, import the example “${EXAMPLE}”.`).waitFor();
    const body = JSON.stringify({ installation_id: 1, device_id: 4 });
    await fetch(`${simulator.address}/sonata/toggle`, { method: 'POST', body });
    await hint.getByText('Turn the dial:').waitFor();
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

  it('is turned by a finger, and by the wheel', async () => {
    const { page } = await openDevices(await simulated(), ready, { width: 390, height: 660 });
    const box = await dialOf(page).boundingBox();
    ok(box);
    const [x, y, r] = [box.x + box.width / 2, box.y + box.height / 2, box.width * 0.45];
    const client = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', degrees?: number) => {
      const angle = ((degrees ?? 0) * Math.PI) / 180;
      const touchPoints = degrees === undefined ? [] : [{ x: x + r * Math.cos(angle), y: y + r * Math.sin(angle) }];
      return client.send('Input.dispatchTouchEvent', { type, touchPoints });
    };
    await touch('touchStart', -150);
    for (let degrees = -145; degrees <= 33; degrees += 2) await touch('touchMove', degrees);
    await touch('touchEnd');
    await client.detach();
    const value = () => dialOf(page).getAttribute('aria-valuenow');
    await until('turned by a finger', value, (now) => now === '75');
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, 100);
    await until('turned by the wheel', value, (now) => now === '65');
    equal(await page.evaluate('scrollY'), 0);
  });
});
