import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { type OpenPage, openPage, type PageOptions, screenshot } from '../kit/browser';
import { FaultServer } from '../kit/fault-server';
import { forwardTo } from '../kit/forward';
import { assertNoLeaks } from '../kit/leaks';
import { type FlowNode, type NodeRed, PASSWORD, startNodeRed, type User } from '../kit/node-red';
import { within } from '../kit/within';
import { openDrawer } from './device-page';
import { freePorts } from './ports';
import { read } from './simulated';

const ROOT = '/flows/own';
const tab: FlowNode = { id: 'tab', type: 'tab', label: 'simulators' };
const WORDS = {
  'en-US': { login: 'Log in to Node-RED', gone: 'No simulated devices run here.', denied: 'You can look, but not change anything' },
  de: { login: 'Bitte in Node-RED anmelden', gone: 'Hier laufen keine simulierten Geräte.', denied: 'Hier lässt sich alles ansehen' },
} as const;

type Ports = { readonly port: number; readonly mqttPort: number };
const simulator = (id: string, ports: Ports): FlowNode => ({ id, type: 'ensemble-simulator', z: 'tab', name: '', ...ports, wires: [] });

describe('the device page below an admin address of its own, behind a login', () => {
  let red: NodeRed;
  let ports: Ports;
  const opened: OpenPage[] = [];
  const path = (rest = '') => `/ensemble/devices/${ports.port}/${rest}`;
  const ask = (rest: string, user: User, more: object = {}) => red.admin(path(rest), { user, ...more });
  const act = (user: User, more: object = {}) => ask('page/sonata/faults', user, { method: 'POST', body: { latency: 5 }, ...more });
  const latency = async () => (await read(`http://127.0.0.1:${ports.port}`)).faults.sonata?.latency;

  before(async () => {
    red = await startNodeRed({ adminAuth: true, httpAdminRoot: ROOT });
  });
  beforeEach(async () => {
    ports = await freePorts();
    await red.deploy([tab, simulator('a', ports)]);
    await red.status('a', { fill: 'green' });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(({ close }) => close()));
    await red.stop();
  });

  const open = async (url: string, options: PageOptions = {}): Promise<Page> => {
    const page = await openPage(url, options);
    opened.push(page);
    return page.page;
  };
  const live = (page: Page) => page.locator('[data-device="1/4"]').first().waitFor();
  /** As a person does it, in another tab of the same browser. */
  const logIn = async (page: Page, editor: string, user: User): Promise<void> => {
    const other = await page.context().newPage();
    await other.goto(editor);
    await other.locator('#node-dialog-login-username').fill(user);
    await other.locator('#node-dialog-login-password').fill(PASSWORD);
    await other.locator('#node-dialog-login-submit').click();
    await other.locator('.red-ui-palette-node').first().waitFor();
    await other.close();
  };

  it('is made of files that hold nothing secret, and may stand in a frame of the same origin alone', async () => {
    for (const [file, type] of [
      ['', 'text/html'],
      ['page/simulator.js', 'text/javascript'],
      ['page/simulator.css', 'text/css'],
    ] as const) {
      const response = await ask(file, 'nobody');
      deepEqual([response.status, response.headers.get('content-type')], [200, `${type}; charset=utf-8`]);
      match(response.headers.get('content-security-policy') ?? '', /; frame-ancestors 'self'$/);
      equal((await response.text()).includes(PASSWORD), false);
    }
    const own = await fetch(`http://127.0.0.1:${ports.port}/`);
    match(own.headers.get('content-security-policy') ?? '', /; frame-ancestors 'none'$/);
    for (const wrong of ['page/update.ts', 'page/..%2Fpackage.json', 'nothing']) equal((await ask(wrong, 'nobody')).status, 404, wrong);
  });

  it('loads its files once, and packed', async () => {
    for (const at of [red.url + path('page/simulator.js'), `http://127.0.0.1:${ports.port}/page/simulator.css`]) {
      const [plain, short] = await Promise.all(
        ['identity', 'gzip'].map((encoding) => fetch(at, { headers: { 'accept-encoding': encoding } })),
      );
      deepEqual([plain?.headers.get('content-encoding'), short?.headers.get('content-encoding')], [null, 'gzip']);
      const text = await short?.text();
      equal(text, await plain?.text());
      ok(Number(text?.length) > 10_000);
      const etag = short?.headers.get('etag') ?? '';
      const [same, other] = await Promise.all([etag, '"other"'].map((tag) => fetch(at, { headers: { 'if-none-match': tag } })));
      deepEqual([same?.status, await same?.text(), other?.status], [304, '', 200]);
      equal(same?.headers.get('cache-control'), 'no-cache');
    }
  });

  it('leads to an address with a slash at the end, whatever a proxy puts before it', async () => {
    for (const [from, to] of [
      [`/ensemble/devices/${ports.port}?theme=dark`, `${ports.port}/?theme=dark`],
      ['/ensemble/devices', 'devices/'],
    ] as const) {
      const response = await fetch(red.url + from, { redirect: 'manual' });
      deepEqual([response.status, response.headers.get('location')], [302, to]);
    }
  });

  it('shows and does nothing without a permission', async () => {
    for (const user of ['nobody', 'reader', 'gatekeeper'] as const) equal((await act(user)).status, 401, user);
    equal(await latency(), 0);
    equal((await act('deployer')).status, 204);
    equal(await latency(), 5);
    for (const rest of ['page/feed', '../running', 'page/permission']) equal((await ask(rest, 'nobody')).status, 401, rest);
    const feed = await ask('page/feed', 'reader');
    deepEqual([feed.status, feed.headers.get('content-type')], [200, 'text/event-stream']);
    await feed.body?.cancel();
    equal((await ask('page/permission', 'reader')).status, 401);
    equal((await ask('page/permission', 'deployer')).status, 204);
  });

  it('refuses other sites, what no page sends, and devices that there are not', async () => {
    const foreign = { origin: 'https://example.com', 'sec-fetch-site': 'cross-site' };
    equal((await act('admin', { headers: foreign })).status, 403);
    equal((await ask('page/feed', 'admin', { headers: foreign })).status, 403);
    equal((await act('admin', { headers: { 'content-type': 'text/plain' } })).status, 415);
    equal((await act('admin', { body: [1] })).status, 400);
    equal((await act('admin', { body: { latency: 'long' } })).status, 400);
    const { port } = await freePorts();
    for (const [method, rest] of [
      ['GET', 'page/feed'],
      ['POST', 'page/sonata/faults'],
    ] as const) {
      const response = await red.admin(`/ensemble/devices/${port}/${rest}`, { method, ...(method === 'POST' && { body: {} }) });
      deepEqual([response.status, ((await response.json()) as { code: string }).code], [404, 'NOT_FOUND']);
    }
    equal(await latency(), 0);
  });

  for (const language of ['en-US', 'de'] as const)
    it(`asks for a login, and goes on by itself after it (${language})`, async () => {
      const page = await open(`${red.url}/ensemble/devices/`, { language });
      await page.getByRole('alert').getByText(WORDS[language].login).waitFor();
      await screenshot(page, `page-login-${language}`);
      const link = page.getByRole('alert').getByRole('link').first();
      equal(await link.getAttribute('href'), `${red.url}/`);
      await logIn(page, `${red.url}/`, 'admin');
      await live(page);
      equal(page.url(), red.url + path());
      equal(await page.getByRole('alert').isVisible(), false);
      await openDrawer(page);
      await page
        .locator('#sonata')
        .getByLabel(language === 'de' ? 'Antwortverzögerung' : 'Response delay')
        .fill('7');
      await page.keyboard.press('Enter');
      await within(
        20_000,
        'the delay',
        (async () => {
          while ((await latency()) !== 7);
        })(),
      );
      equal(await page.locator('#sonata code').first().textContent(), `http://127.0.0.1:${ports.port}/sonata`);
    });

  it('says in the language of the page what a proxy does wrong that makes it look like another site', async () => {
    const foreign = { code: 'FORBIDDEN', message: 'the request comes from another address', reason: 'foreign' };
    const page = await open(`${red.url}/ensemble/devices/`, { language: 'de' });
    await page.route('**/page/feed', (route) => route.fulfill({ status: 403, json: foreign }));
    await logIn(page, `${red.url}/`, 'admin');
    const alert = page.getByRole('alert');
    await alert.getByText('Die Anfrage scheint von einer anderen Website zu kommen.').waitFor();
    equal((await alert.innerText()).includes(foreign.message), false);
    await page.unroute('**/page/feed');
    await live(page);
  });

  it('says that it may only show, where that is so', async () => {
    const page = await open(red.url + path());
    await logIn(page, `${red.url}/`, 'reader');
    await live(page);
    await page.getByRole('alert').getByText(WORDS['en-US'].denied).waitFor();
    await openDrawer(page);
    const changing = page.locator('.stage, #sonata').locator('input, select, button:not([aria-label^="Copy"]), [role="slider"]');
    ok((await changing.count()) > 10);
    for (const control of await changing.all())
      equal(await control.isDisabled(), true, await control.evaluate((element) => (element as unknown as { outerHTML: string }).outerHTML));
    const dial = page.locator('.stage [role="slider"]').first();
    const posts: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
    const angle = () => dial.evaluate((element) => (element as unknown as { style: { cssText: string } }).style.cssText);
    const before = await angle();
    await dial.press('ArrowUp');
    equal(await angle(), before);
    // What shows something else can be used.
    await page.getByRole('tab', { name: 'Turn' }).click();
    await page.locator('#turn').waitFor();
    await page.getByRole('tab', { name: 'Sonata' }).click();
    deepEqual(posts, []);
    await screenshot(page, 'page-read-only');
  });

  it('works behind a proxy with a path of its own', async () => {
    const proxy = await FaultServer.start();
    proxy.good = (response, request) =>
      forwardTo(new URL(red.url).origin)(response, { ...request, path: request.path.replace('/in/a1', ROOT) });
    try {
      const page = await open(`${proxy.url}/in/a1/ensemble/devices`);
      await page.getByText(WORDS['en-US'].login).waitFor();
      await logIn(page, `${proxy.url}/in/a1/`, 'admin');
      await live(page);
      equal(page.url(), `${proxy.url}/in/a1${path()}`);
    } finally {
      await open('about:blank');
      await proxy.close();
    }
  });

  it('survives a deploy, says that the devices are gone, and follows them to another port', async () => {
    const page = await open(red.url + path(), { language: 'de' });
    await logIn(page, `${red.url}/`, 'admin');
    await live(page);
    await red.deploy([tab, { ...simulator('a', ports), name: 'changed' }]);
    await page.locator('.live', { hasText: 'live' }).waitFor();
    await red.deploy([tab]);
    await page.getByText(WORDS.de.gone).waitFor();
    await screenshot(page, 'page-gone');
    const next = await freePorts();
    await red.deploy([tab, simulator('a', next)]);
    await page.waitForURL(`**/ensemble/devices/${next.port}/`);
    await live(page);
    ports = await freePorts();
    await red.deploy([tab, simulator('a', ports)]);
    await page.waitForURL(`**${path()}`);
  });

  it('shows all simulators that run, each with its page', async () => {
    const second = await freePorts();
    await red.deploy([
      tab,
      { ...simulator('a', ports), name: 'Kitchen' },
      { ...simulator('c', ports), name: 'Hall' },
      simulator('b', second),
    ]);
    await red.status('b', { fill: 'green' });
    const page = await open(`${red.url}/ensemble/devices/`);
    await logIn(page, `${red.url}/`, 'reader');
    const links = page.locator('.running').getByRole('link');
    await links.nth(1).waitFor();
    const told = ({ port, mqttPort }: Ports) => `HTTP port ${port}, MQTT port ${mqttPort}`;
    deepEqual(
      (await links.allTextContents()).toSorted(),
      [`Kitchen and Hall${told(ports)}`, `Simulated devices${told(second)}`].toSorted(),
    );
    deepEqual([await page.title(), await page.getAttribute('html', 'lang')], ['Ensemble – simulated devices', 'en']);
    await screenshot(page, 'page-list');
    await page.getByRole('link', { name: String(second.port) }).click();
    await live(page);
    equal(await page.locator('#sonata code').first().textContent(), `http://127.0.0.1:${second.port}/sonata`);
    await page.getByRole('link', { name: 'All simulated devices' }).click();
    await page.getByRole('link', { name: 'Kitchen and Hall' }).click();
    await page.locator('.top').getByText('Kitchen and Hall').waitFor();
  });

  it('ends its feeds with the simulator, and leaves nothing behind', async () => {
    const feed = await ask('page/feed', 'admin');
    const ended = (async () => {
      for await (const chunk of feed.body ?? []) ok(chunk.length > 0);
    })().catch(() => {});
    await red.deploy([tab]);
    await within(20_000, 'the feed is open', ended);
    await assertNoLeaks(red, [tab, simulator('a', ports)], { redeploys: 5 });
  });
});
