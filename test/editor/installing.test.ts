import { deepEqual, match, ok } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { type Editor, openEditor } from '../kit/editor';
import { PACKAGE } from '../kit/embedded';
import { type FlowNode, ROOT, VERSION } from '../kit/node-red';
import { declaredNodes } from '../kit/panel';
import { PlainNodeRed } from '../kit/plain';
import { str } from '../kit/typed-input';

// What the functions given to `evaluate` find in the page.
declare const RED: {
  nodes: { node(id: string): { type: string } | null; getType(type: string): unknown; getNodeHelp(type: string): string | undefined };
};
declare const document: {
  querySelector(selector: string): { textContent: string } | null;
  querySelectorAll(selector: string): { length: number };
};
interface Element {
  readonly innerText: string;
  readonly dataset: { readonly paletteType: string };
  readonly style: { readonly backgroundColor: string };
  querySelector(selector: string): { readonly style: { readonly backgroundImage: string } } | null;
}

const TYPES = declaredNodes.map(([type]) => type);
const PLUGIN = `${PACKAGE}/ensemble-editor`;
/** What the editor asks for when the package is added, and how often. */
const REQUESTS: Readonly<Record<string, { readonly path: RegExp; readonly count: number }>> = {
  'the catalogue of the plugin': { path: new RegExp(`/nodes/${PLUGIN}/messages\\?`), count: 2 },
  'the HTML of the plugin': { path: new RegExp(`/plugins/${PLUGIN}\\?`), count: 1 },
  'the code of the plugin': { path: new RegExp(`/resources/${PACKAGE}/editor\\.js`), count: 1 },
  'the HTML of the nodes': { path: new RegExp(`/nodes/${PACKAGE}/[\\w-]+\\?`), count: TYPES.length },
};
const [NODES, CODE] = ['the HTML of the nodes', 'the code of the plugin'];

const at = (id: string, type: string, x: number, wires: string[][], settings: object): FlowNode => ({
  ...{ id, type, z: 'tab', x, y: 100, name: '', wires, ...settings },
});
/** Deployed where nobody knows these nodes yet. */
const FLOW: readonly FlowNode[] = [
  { id: 'dial', type: 'turn-device', name: 'Dial', host: '127.0.0.1', port: 9, senderId: '', timeout: 1000, tls: '', proxy: '' },
  at('inject', 'inject', 100, [['channel']], { props: [], repeat: '', once: false }),
  at('channel', 'turn-channel', 300, [['debug']], {
    ...{ connection: 'dial', labels: {}, operation: 'set-state', result: 'payload', delivery: 'all', queueLimit: 1000, keepFor: 0 },
    parameters: { channel: str('light/1/1'), value: str('50') },
  }),
  at('debug', 'debug', 500, [], { active: false, complete: 'false' }),
];

describe(`the package as it is installed while the editor is open, in Chromium on Node-RED ${VERSION}`, () => {
  let red: PlainNodeRed;
  let editor: Editor | undefined;

  before(async () => {
    const userDir = mkdtempSync(join(tmpdir(), 'ensemble-installing-'));
    writeFileSync(join(userDir, 'package.json'), JSON.stringify({ private: true, dependencies: { [PACKAGE]: 'file:.' } }));
    // What npm would do is done here: it would ask its registry.
    mkdirSync(join(userDir, 'nodes'));
    const hooks =
      "module.exports = (RED) => { for (const name of ['preInstall', 'preUninstall']) RED.hooks.add(name, (_event) => false); };\n";
    writeFileSync(join(userDir, 'nodes/without-npm.js'), hooks);
    writeFileSync(join(userDir, 'nodes/without-npm.html'), '');
    red = await PlainNodeRed.start({
      userDir,
      installed: false,
      settings: { 'editorTheme.palette.catalogues': [], 'editorTheme.tours': false },
    });
  });
  after(() => red.remove());
  afterEach(async () => {
    await editor?.close();
    await red.deploy([]);
    if (await isInstalled()) await uninstall();
  });

  const admin = async (path: string, { method = 'GET', body }: { method?: string; body?: unknown } = {}): Promise<Response> => {
    const headers = { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) };
    const response = await fetch(`${red.url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path} was answered with HTTP ${response.status}: ${await response.text()}`);
    return response;
  };
  const link = () => join(red.userDir, 'node_modules', PACKAGE);
  const isInstalled = async () => ((await (await admin('/nodes')).json()) as { module: string }[]).some(({ module }) => module === PACKAGE);

  /** As *Manage palette* does it. */
  async function install(): Promise<void> {
    mkdirSync(dirname(link()), { recursive: true });
    symlinkSync(ROOT, link());
    const { nodes } = (await (await admin('/nodes', { method: 'POST', body: { module: PACKAGE } })).json()) as {
      nodes: { err?: unknown }[];
    };
    deepEqual([nodes.length, nodes.filter(({ err }) => err)], [TYPES.length, []]);
  }

  async function uninstall(): Promise<void> {
    await admin(`/nodes/${PACKAGE}`, { method: 'DELETE' });
    unlinkSync(link());
  }

  async function open(language: 'en-US' | 'de'): Promise<Page> {
    editor = await openEditor({ url: red.url, admin }, { language });
    return editor.page;
  }

  const known = (page: Page, count: number) =>
    page.waitForFunction(([types, wanted]) => types.filter((type) => RED.nodes.getType(type)).length === wanted, [TYPES, count] as const);

  /** What a person sees of the nodes, and of the sidebar tab. */
  async function seen(page: Page): Promise<Record<string, unknown>> {
    const palette = await page
      .locator('#red-ui-palette-container-ensemble .red-ui-palette-node')
      .evaluateAll((nodes) =>
        (nodes as unknown as Element[]).map((node) => [
          node.dataset.paletteType,
          [node.innerText, node.style.backgroundColor, node.querySelector('.red-ui-palette-icon')?.style.backgroundImage],
        ]),
      );
    const [forms, help] = await page.evaluate((types) => {
      const each = (ask: (type: string) => string | undefined) => Object.fromEntries(types.map((type) => [type, ask(type)]));
      const form = (type: string) => document.querySelector(`script[data-template-name="${type}"]`)?.textContent;
      return [each(form), each((type) => RED.nodes.getNodeHelp(type)?.trim())] as const;
    }, TYPES);
    const header = await page.locator('#red-ui-palette-header-ensemble').innerText();
    return {
      palette: Object.fromEntries(palette) as unknown,
      forms,
      help,
      header,
      tabs: await page.locator('#ensemble-devices-none, .ensemble-devices').count(),
    };
  }

  /** Lets one kind of requests wait until all others have come. */
  async function holding(page: Page, held: string): Promise<void> {
    const { path, count } = REQUESTS[held] ?? { path: /$./, count: 0 };
    const isLast = held === NODES ? REQUESTS[CODE] : REQUESTS[NODES];
    let left = isLast?.count ?? 0;
    const others = new Promise<void>((resolve) => {
      page.on('requestfinished', (request) => {
        if (isLast?.path.test(request.url()) && --left === 0) resolve();
      });
    });
    ok(count > 0);
    await page.route(path, async (route) => {
      await others;
      await route.continue();
    });
  }

  for (const [index, held] of Object.keys(REQUESTS).entries()) {
    const language = index % 2 === 0 ? 'de' : 'en-US';
    it(`shows all nodes as they are after a reload, in ${language}, where ${held} comes last`, async () => {
      const page = await open(language);
      await holding(page, held);
      await install();
      await known(page, TYPES.length);
      const before = await seen(page);
      deepEqual(editor?.errors, []);
      await editor?.close();
      const after = await seen(await open(language));
      deepEqual(before, after);
      deepEqual([after.tabs, Object.keys(after.palette as object).length], [1, 20]);
      for (const type of TYPES) match((after.help as Record<string, string>)[type] ?? '', /^<p>/, type);
    });
  }

  it('makes the nodes that a flow already has those of the package, with all their settings', async () => {
    // It does not run yet, which `deploy` would wait for.
    await admin('/flows', { method: 'POST', body: [{ id: 'tab', type: 'tab', label: 'test' }, ...FLOW] });
    const page = await open('de');
    const isA = (type: string) => page.waitForFunction((wanted) => RED.nodes.node('channel')?.type === wanted, type);
    await isA('unknown');
    await install();
    await known(page, TYPES.length);
    await isA('turn-channel');
    // What is undefined is not deployed.
    for (const node of FLOW) deepEqual(JSON.parse(JSON.stringify(await editor?.node(node.id))), node);
    deepEqual(editor?.errors, []);
    const panel = (await editor?.open('channel')) as Locator;
    deepEqual(await panel.locator('#node-input-connection-label').innerText(), 'Verbindung');
    deepEqual(await panel.locator('#node-input-connection option:checked').innerText(), 'Dial');
    await editor?.cancel();
  });

  it('is gone after uninstalling, and there again when it is installed again', async () => {
    const page = await open('en-US');
    await install();
    await known(page, TYPES.length);
    const first = await seen(page);
    await uninstall();
    await page.locator('#red-ui-palette-container-ensemble .red-ui-palette-node').first().waitFor({ state: 'detached' });
    deepEqual((await seen(page)).tabs, 0);
    const entry = page.locator(`.red-ui-palette-node[data-palette-type="${TYPES.at(-1)}"]`);
    await install();
    await entry.waitFor();
    await page.waitForFunction(
      (count) => document.querySelectorAll('#red-ui-palette-container-ensemble .red-ui-palette-node').length === count,
      20,
    );
    deepEqual(await seen(page), first);
    deepEqual(editor?.errors, []);
  });

  it('has a node that is disabled, and enabled when another editor was opened meanwhile', async () => {
    await install();
    const enable = (enabled: boolean) => admin(`/nodes/${PACKAGE}/turn-channel`, { method: 'PUT', body: { enabled } });
    await enable(false);
    const page = await open('en-US');
    await known(page, TYPES.length - 1);
    await enable(true);
    await known(page, TYPES.length);
    deepEqual(editor?.errors, []);
  });
});
