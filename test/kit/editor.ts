import type { Locator, Page } from 'playwright-core';
import { openPage, type PageOptions, screenshot } from './browser';
import { type NodeRed, PASSWORD, type User } from './node-red';

// What the functions given to `evaluate` find in the page.
declare const document: {
  querySelectorAll(selector: string): Iterable<{ style: { right: string }; getAnimations(): object[]; matches(selector: string): boolean }>;
};
declare const jQuery: { fx: { off: boolean } };
declare const RED: {
  nodes: {
    version(): string | undefined;
    node(id: string): { type: string; _def: { category: string } } | null;
    createCompleteNodeSet(): { id: string; type: string }[];
    filterNodes(filter: { type: string }): { id: string }[];
  };
  editor: { edit(node: unknown): void; editConfig(name: string, type: string, id: string): void };
};

/** What moves costs the machine a picture for each step, and shows a test nothing. */
const STILL = '*, *::before, *::after { animation: none !important; transition: none !important }';

/** The editor of a running Node-RED. Deploy the flows before. */
export async function openEditor(
  red: Pick<NodeRed, 'url' | 'admin'>,
  options: PageOptions & { readonly user?: User } = {},
): Promise<Editor> {
  const { language = 'en-US', user = 'admin', ...others } = options;
  // Beside panels they are in the way; on a slow machine, those of Node-RED 5 come before their place is there, and throw.
  await red.admin('/settings/user', { method: 'POST', body: { editor: { view: { 'view-show-tips': false } } } });
  const opened = await openPage(`${red.url}/`, others, { 'editor-language': language, 'view-dark-theme': options.theme ?? 'light' });
  const { page, errors } = opened;
  const login = page.locator('#node-dialog-login-username');
  await login.or(page.locator('.red-ui-palette-node').first()).waitFor();
  if (await login.isVisible()) {
    await login.fill(user);
    await page.locator('#node-dialog-login-password').fill(PASSWORD);
    await page.locator('#node-dialog-login-submit').click();
  }
  // The last thing that loading does is to hide its progress.
  await page.locator('.red-ui-palette-node').first().waitFor();
  await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
  await page.waitForFunction(() => RED.nodes.version() !== undefined);
  await page.addStyleTag({ content: STILL });
  await page.evaluate(() => {
    jQuery.fx.off = true;
  });
  errors.splice(0, errors.length, ...errors.filter((error) => !/401 \(Unauthorized\)/.test(error)));
  return new Editor(page, errors, opened.close);
}

export class Editor {
  constructor(
    readonly page: Page,
    /** What the page threw or logged as an error. */
    readonly errors: string[],
    readonly close: () => Promise<void>,
  ) {}

  /** Opens the panel of a node or a config node, and waits until it stands still. */
  async open(id: string): Promise<Locator> {
    await this.page.evaluate((wanted) => {
      const node = RED.nodes.node(wanted);
      if (!node) throw new Error(`the editor has no node "${wanted}"`);
      if (node._def.category === 'config') RED.editor.editConfig('', node.type, wanted);
      else RED.editor.edit(node);
    }, id);
    return this.panel();
  }

  /**
   * The panel on top, once it stands still. Node-RED builds it outside of the picture, slides it in, and meanwhile puts
   * the focus into it: a person who typed already would go on typing elsewhere.
   */
  async panel(): Promise<Locator> {
    await this.page.waitForFunction(() => {
      const tray = [...document.querySelectorAll('.red-ui-tray')].at(-1);
      return tray?.style.right === '0px' && tray.getAnimations().length === 0 && tray.matches(':focus-within');
    });
    return this.page.locator('.red-ui-tray').last();
  }

  /** Drags a node of a type from the palette to a place in the workspace. Returns its id. */
  async drop(type: string, x: number, y: number): Promise<string> {
    const { mouse } = this.page;
    const entry = this.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
    await entry.scrollIntoViewIfNeeded();
    // The palette scrolls smoothly: the entry must have come to rest.
    await entry.hover();
    const workspace = await this.page.locator('#red-ui-workspace-chart').boundingBox();
    await mouse.down();
    await mouse.move((workspace?.x ?? 0) + x, (workspace?.y ?? 0) + y, { steps: 8 });
    await mouse.up();
    return this.page.evaluate((wanted) => RED.nodes.filterNodes({ type: wanted }).at(-1)?.id ?? '', type);
  }

  /** Done (or Add, or Update) in the panel on top. */
  async save(): Promise<void> {
    await this.leave('button.primary');
  }

  async cancel(): Promise<void> {
    await this.leave('#node-dialog-cancel, #node-config-dialog-cancel');
  }

  /** What the editor would deploy of a node: its properties. */
  async node(id: string): Promise<Record<string, unknown>> {
    return this.page.evaluate((wanted) => ({ ...RED.nodes.createCompleteNodeSet().find((node) => node.id === wanted) }), id);
  }

  /** What the editor would deploy of the nodes of a type, but for one. */
  async nodes(type: string, without = ''): Promise<Record<string, unknown>[]> {
    return this.page.evaluate(
      ([wanted, known]) => RED.nodes.createCompleteNodeSet().filter((node) => node.type === wanted && node.id !== known) as never,
      [type, without] as const,
    );
  }

  /** Presses Deploy, and waits until Node-RED has taken it. */
  async deploy(): Promise<void> {
    const saved = this.page.waitForResponse((response) => response.url().endsWith('/flows') && response.request().method() === 'POST');
    await this.page.locator('#red-ui-header-button-deploy').click();
    if (!(await saved).ok()) throw new Error(`deploy was answered with HTTP ${(await saved).status()}`);
  }

  async screenshot(name: string): Promise<string | undefined> {
    return screenshot(this.page, name);
  }

  private async leave(button: string): Promise<void> {
    // A panel below this one comes back as this one goes: their number says nothing.
    const tray = this.page.locator('.red-ui-tray').last();
    const leaving = await tray.elementHandle();
    await tray.locator('.red-ui-tray-toolbar').locator(button).first().click();
    await leaving?.waitForElementState('hidden');
  }
}
