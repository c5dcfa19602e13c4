import { equal } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import '../kit/once';
import { type OpenPage, openPage, screenshot } from '../kit/browser';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { SilentProxy } from '../kit/silent-proxy';
import { openDrawer } from './device-page';
import { freePorts } from './ports';
import { simulated, snapshot } from './simulated';

const MISSED = 'No response: what you did last may not have arrived.';
const live = (page: Page) => page.locator('.live').getByText('live', { exact: true });
const lost = (page: Page) => page.locator('.lost .live').getByText('reconnecting …');

describe('the device page, where the network goes without a word', () => {
  let proxy: SilentProxy;
  let opened: OpenPage;

  const open = async (address: string, path = ''): Promise<Page> => {
    proxy = await SilentProxy.start(address);
    opened = await openPage(proxy.url + path);
    await live(opened.page).waitFor();
    return opened.page;
  };
  afterEach(async () => {
    await opened.page.context().setOffline(false);
    proxy.close();
    await opened.close();
  });

  const noticesSilence = async (page: Page): Promise<void> => {
    proxy.silence();
    const silent = Date.now();
    await lost(page).waitFor({ timeout: 30_000 });
    // The page gives up a feed after 10 s; the rest is for a busy computer.
    equal(Date.now() - silent < 20_000, true);
    proxy.speak();
    await live(page).waitFor();
  };

  it('sees that nothing comes any more, and comes back by itself', async () => {
    await noticesSilence(await open((await simulated()).address));
  });

  it('says what may not have arrived, and does not send it later', async () => {
    const simulator = await simulated();
    const page = await open(simulator.address);
    await openDrawer(page);
    const delay = page.locator('#sonata').getByLabel('Response delay');
    const set = async (value: string) => {
      await delay.fill(value);
      await delay.press('Enter');
    };
    proxy.silence();
    await set('5');
    await set('6');
    // Sooner than the silence of the feed would show.
    await page.getByRole('alert').getByText(MISSED).waitFor({ timeout: 9000 });
    await lost(page).waitFor({ timeout: 1000 });
    await screenshot(page, 'page-missed');
    proxy.speak();
    await live(page).waitFor();
    await delay.blur();
    equal((await snapshot(simulator)).faults.sonata?.latency, 0);
    await set('7');
    await page.getByRole('alert').getByText(MISSED).waitFor({ state: 'hidden' });
    equal((await snapshot(simulator)).faults.sonata?.latency, 7);
  });

  it('shows at once that the computer is offline, and that it is back', async () => {
    const page = await open((await simulated()).address);
    const offline = (isOffline: boolean) => page.context().setOffline(isOffline);
    await offline(true);
    await lost(page).waitFor({ timeout: 5000 });
    await offline(false);
    await live(page).waitFor({ timeout: 5000 });
  });

  describe('below the admin address of Node-RED', () => {
    let red: NodeRed;
    before(async () => {
      red = await startNodeRed();
    });
    after(() => red.stop());

    it('sees that nothing comes any more, and comes back by itself', async () => {
      const ports = await freePorts();
      const devices: FlowNode = { id: 'devices', type: 'ensemble-simulator', z: 'tab', name: '', ...ports, wires: [] };
      await red.deploy([{ id: 'tab', type: 'tab', label: 'devices' }, devices]);
      await red.status('devices', { fill: 'green' });
      await noticesSilence(await open(red.url, `/ensemble/devices/${ports.port}/`));
    });
  });
});
