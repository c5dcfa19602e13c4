import { deepEqual, equal } from 'node:assert/strict';
import { type Editor, openEditor } from '../kit/editor';
import { type FlowNode, type NodeRed, startNodeRed, VERSION } from '../kit/node-red';
import { until } from '../kit/within';
import { freePorts } from '../simulators/ports';
import { bothVariants } from './variants';

// What the functions given to `evaluate` find in the page.
declare const RED: {
  actions: { invoke(name: string): void };
  nodes: {
    filterNodes(filter: { type: string }): { id: string; port: number; mqttPort: number }[];
    add(node: object): object;
    dirty(isDirty: boolean): void;
  };
  editor: { validateNode(node: object): void };
  view: { createNode(type: string, x: number, y: number): { node: object }; redraw(updateActive: boolean): void };
};

const WORDS = {
  'en-US': {
    add: 'Add simulated devices',
    window: 'Open in a window of its own',
    none: 'No simulated devices run here.',
    short: 'Devices',
    shown: 'Devices shown',
    all: 'All simulated devices',
    port: 'port',
  },
  de: {
    add: 'Simulierte Geräte hinzufügen',
    window: 'In eigenem Fenster öffnen',
    none: 'Hier laufen keine simulierten Geräte.',
    short: 'Geräte',
    shown: 'Gezeigte Geräte',
    all: 'Alle simulierten Geräte',
    port: 'Port',
  },
} as const;
const tab: FlowNode = { id: 'tab', type: 'tab', label: 'devices' };

for (const { theme, language, options } of bothVariants)
  describe(`the sidebar tab with the simulated devices: ${theme}, ${language}`, () => {
    const words = WORDS[language];
    let red: NodeRed;
    let editor: Editor;
    const requests: string[] = [];

    before(async () => {
      red = await startNodeRed(options);
      await red.deploy([tab]);
      editor = await openEditor(red, { theme, language, width: 1366, height: 768 });
      editor.page.on('request', (request) => void requests.push(new URL(request.url()).pathname));
    });
    after(async () => {
      await editor?.close();
      await red?.stop();
    });
    const show = () => editor.page.evaluate(() => RED.actions.invoke('ensemble:show-devices'));
    const devices = () => editor.page.frameLocator('.ensemble-devices iframe');

    it('loads nothing until it is shown, and offers a node where there is none', async () => {
      await until('the editor is quiet', () => requests.length >= 0);
      deepEqual(
        requests.filter((path) => path.includes('/ensemble/devices')),
        [],
      );
      await show();
      await editor.page.getByRole('button', { name: words.add }).waitFor();
      await editor.screenshot(`sidebar-none-${theme}`);
      equal(await editor.page.locator('.ensemble-devices iframe').isVisible(), false);
      deepEqual(
        requests.filter((path) => path.includes('/ensemble/devices')),
        [],
      );
    });

    it('adds a node, and shows the devices by itself after the deploy', async () => {
      await editor.page.getByRole('button', { name: words.add }).click();
      await devices().getByText(words.none).waitFor();
      const ports = await freePorts();
      // The ports of a new node may serve whoever runs this.
      await editor.page.evaluate((own) => {
        for (const node of RED.nodes.filterNodes({ type: 'ensemble-simulator' })) Object.assign(node, own);
      }, ports);
      await editor.deploy();
      await devices().locator('[data-device="1/4"]').first().waitFor();
      await editor.screenshot(`sidebar-devices-${theme}`);
      const page = editor.page.frames().find((frame) => frame.url().includes('/ensemble/devices/'));
      equal(page?.url(), `${red.url}/ensemble/devices/${ports.port}/?theme=${VERSION === 5 ? theme : 'light'}&language=${language}`);
      const [link] = [editor.page.getByRole('link', { name: words.window })];
      equal(await link.evaluate((element) => (element as unknown as { href: string }).href), `${red.url}/ensemble/devices/`);
      deepEqual(editor.errors, []);
    });

    it('shows those of each node, where there are several, and the list of all', async () => {
      const [own] = await editor.page.evaluate(() => RED.nodes.filterNodes({ type: 'ensemble-simulator' }));
      const choice = editor.page.getByRole('combobox', { name: words.shown });
      equal(await choice.isVisible(), false);
      const second = await freePorts();
      await editor.page.evaluate((ports) => {
        const { node } = RED.view.createNode('ensemble-simulator', 400, 300);
        RED.editor.validateNode(RED.nodes.add(Object.assign(node, ports, { name: 'Hall' })));
        RED.nodes.dirty(true);
        RED.view.redraw(true);
      }, second);
      await choice.waitFor();
      deepEqual(await choice.locator('option').allTextContents(), [words.all, `Port ${own?.port}`, `Hall, ${words.port} ${second.port}`]);
      await editor.deploy();
      await choice.selectOption(String(second.port));
      await devices().locator('[data-device="1/4"]').first().waitFor();
      await devices().locator('.top').getByText('Hall').waitFor({ state: 'attached' });
      await editor.screenshot(`sidebar-two-${theme}`);
      await choice.selectOption(words.all);
      await devices()
        .getByRole('link', { name: `${own?.port}` })
        .click();
      await until('the choice follows', async () => (await choice.inputValue()) === String(own?.port));
    });

    it('offers a node again where the last one has gone', async () => {
      await editor.page.locator('#red-ui-workspace-chart').click({ position: { x: 600, y: 400 } });
      await editor.page.keyboard.press('Control+a');
      await editor.page.keyboard.press('Delete');
      await editor.page.getByRole('button', { name: words.add }).waitFor();
    });
  });
