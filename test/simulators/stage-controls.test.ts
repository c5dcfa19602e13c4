import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Page, Route } from 'playwright-core';
import { until } from '../kit/within';
import { openDevices } from './device-page';
import { press, simulated } from './simulated';
import { dialOf, place, ready } from './stage-page';

describe('the controls on the stage of the device page', () => {
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
      // The device itself, too, when the finger has arrived.
      const sensor = place(page, 'thingsee').locator('.sensor');
      await until(
        'the sensor shows it',
        async () => [await set(), await sensor.innerText()] as const,
        ([now, text]) => text.includes(`${now}%`),
      );
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
