import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { str } from '../test/kit/typed-input';
import { median, type Row, type Side } from './harness';

const DEVICES = 5000;
const TYPED = 'Light 12';
const ROW = 'ensemble-parameter-device';
/** Milliseconds. */
const AT_ONCE = 200;

/** What the functions given to the page find there. */
declare const document: { addEventListener(type: string, listener: () => void, useCapture: boolean): void };
declare const requestAnimationFrame: (callback: () => void) => void;
declare const taken: number[];

/** A frontend with many devices; it counts how often it is asked for them. */
async function startFrontend() {
  const frontend = { calls: 0, url: '' };
  const device = (index: number) => ({ s: { name: { value: `Light ${index}`, time: 1_700_000_000_000 + index } } });
  const devices = JSON.stringify(Object.fromEntries(Array.from({ length: DEVICES }, (_, index) => [`device-${index}`, device(index)])));
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/0/devices/')) frontend.calls++;
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'session=1; Path=/' }).end(devices);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  frontend.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return frontend;
}

/** Notes in the page how many milliseconds go by from each click and each released key until the page has shown what comes of it. */
const measure = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const times: number[] = [];
    Object.assign(globalThis, { taken: times });
    const listener = () => {
      const began = performance.now();
      requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - began)));
    };
    for (const type of ['click', 'keyup']) document.addEventListener(type, listener, true);
  });

/** Milliseconds that the page took for what somebody does in it. */
async function timeOf(page: Page, act: () => Promise<void>): Promise<number> {
  const before = await page.evaluate(() => taken.length);
  await act();
  await page.waitForFunction((count) => taken.length > count, before);
  return page.evaluate((count) => taken[count] ?? Number.NaN, before);
}

/** Opens a panel with the list in the editor, and types into its row. */
const dropdown: Side = async () => {
  // Here, so that the sides of other rows do not load it.
  const { openEditor }: typeof import('../test/kit/editor') = require('../test/kit/editor');
  const { startNodeRed }: typeof import('../test/kit/node-red') = require('../test/kit/node-red');
  const frontend = await startFrontend();
  const red = await startNodeRed();
  await red.deploy([
    { id: 'tab', type: 'tab', label: 'bench' },
    { id: 'frontend', type: 'thingsquare-frontend', baseUrl: frontend.url, authentication: 'anonymous' },
    {
      id: 'action',
      type: 'thingsquare-device',
      z: 'tab',
      x: 200,
      y: 100,
      connection: 'frontend',
      operation: 'get',
      parameters: { device: str('') },
    },
  ]);
  const editor = await openEditor(red);
  const { page } = editor;
  await measure(page);
  const entries = page.locator('.ensemble-item:visible');

  return async () => {
    frontend.calls = 0;
    const loaded = page.waitForResponse('**/ensemble/lookup/**');
    await editor.open('action');
    await (await loaded).finished();
    const open = await timeOf(page, () => page.locator(`.ensemble-row:has(#${ROW}) button[aria-label^="Select from the list"]`).click());
    await entries.first().waitFor();
    await page.keyboard.press('Escape');
    await page.locator(`#${ROW}-value`).fill('');
    await page.locator(`#${ROW}-value`).focus();
    let slowest = 0;
    for (const key of TYPED) slowest = Math.max(slowest, await timeOf(page, () => page.keyboard.press(key)));
    await page.keyboard.press('Escape');
    await editor.cancel();
    return { calls: frontend.calls, open, slowest };
  };
};

export const dropdowns: Row = {
  name: 'dropdown',
  title: `a dropdown over ${DEVICES.toLocaleString('en')} devices in Chromium`,
  sides: { dropdown },
  rounds: 4,
  judge({ dropdown: rounds = [] }) {
    const [calls, open, key] = [median(rounds, 'calls'), median(rounds, 'open'), median(rounds, 'slowest')];
    return [
      { what: 'calls of the vendor', found: String(calls), wanted: '1', ok: calls === 1 },
      { what: 'until it is open', found: `${open.toFixed(0)} ms`, wanted: `< ${AT_ONCE} ms`, ok: open < AT_ONCE },
      { what: `slowest key of "${TYPED}"`, found: `${key.toFixed(0)} ms`, wanted: `< ${AT_ONCE} ms`, ok: key < AT_ONCE },
    ];
  },
};
