import { deepEqual, equal } from 'node:assert/strict';
import { type Editor, openEditor } from '../kit/editor';
import { type FlowNode, type NodeRed, startNodeRed, VERSION } from '../kit/node-red';
import { until } from '../kit/within';
import { freePorts } from '../simulators/ports';
import { bothVariants } from './variants';

// What the functions given to `evaluate` find in the page.
declare const RED: {
  actions: { invoke(name: string): void };
  nodes: { filterNodes(filter: { type: string }): { id: string; port: number; mqttPort: number }[] };
};

const WORDS = {
  'en-US': {
    add: 'Add simulated devices',
    window: 'Open in a window of its own',
    none: 'No simulated devices run here.',
    matrix: 'Matrix 1',
  },
  de: {
    add: 'Simulierte Geräte hinzufügen',
    window: 'In eigenem Fenster öffnen',
    none: 'Hier laufen keine simulierten Geräte.',
    matrix: 'Matrix 1',
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

    it('offers a node again where the last one has gone', async () => {
      await editor.page.locator('#red-ui-workspace-chart').click({ position: { x: 600, y: 400 } });
      await editor.page.keyboard.press('Control+a');
      await editor.page.keyboard.press('Delete');
      await editor.page.getByRole('button', { name: words.add }).waitFor();
    });
  });
