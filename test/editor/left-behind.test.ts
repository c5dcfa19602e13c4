import { deepEqual, equal } from 'node:assert/strict';
import { type Editor, openEditor } from '../kit/editor';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { freePorts } from '../simulators/ports';
import { variants } from './variants';

declare const RED: { history: { pop(): void } };

const WORDS = {
  'en-US': 'Change these connections, too',
  de: 'Auch diese Verbindungen ändern',
} as const;

const simulator = (id: string, more: object): FlowNode => ({ id, type: 'ensemble-simulator', z: 'tab', name: '', wires: [], ...more });

for (const { theme, language, options } of variants)
  describe(`other ports of simulated devices: ${theme}, ${language}`, () => {
    let red: NodeRed;
    let editor: Editor;
    let ports: { port: number; mqttPort: number };
    let connections: FlowNode[];
    const row = () => editor.page.locator('.ensemble-row:has(#ensemble-simulator-follow)');
    const settings = async () => {
      const nodes = await Promise.all(connections.map(({ id }) => editor.node(id as string)));
      return nodes.map(({ baseUrl, mqttUrl, host, port }) => [baseUrl, mqttUrl, host, port && Number(port)].filter(Boolean));
    };
    const asBefore = () => [
      [`http://127.0.0.1:${ports.port}/sonata/`, `mqtt://127.0.0.1:${ports.mqttPort}`],
      ['127.0.0.1', 18_800],
      ['192.0.2.1', ports.port],
      ['https://vendor.example'],
    ];

    beforeEach(async () => {
      red ??= await startNodeRed(options);
      ports = await freePorts();
      connections = [
        {
          id: 'the-sonata',
          type: 'sonata-gateway',
          name: 'Office',
          baseUrl: `http://127.0.0.1:${ports.port}/sonata/`,
          mqttUrl: `mqtt://127.0.0.1:${ports.mqttPort}`,
        },
        // As the examples have it.
        { id: 'the-turn', type: 'turn-device', name: 'Dial', host: '127.0.0.1', port: 18_800 },
        { id: 'real-turn', type: 'turn-device', name: 'Real', host: '192.0.2.1', port: ports.port },
        { id: 'real-thingsee', type: 'thingsee-cloud', name: 'Cloud', baseUrl: 'https://vendor.example' },
      ];
      await red.deploy([{ id: 'tab', type: 'tab', label: 'devices' }, simulator('devices', ports), ...connections]);
      editor = await openEditor(red, { theme, language, width: 1366, height: 768 });
    });
    afterEach(async () => {
      deepEqual(editor.errors, []);
      await editor.close();
    });
    after(() => red?.stop());

    it('are taken by the connections to them, and by nothing else; one undo takes it all back', async () => {
      const panel = await editor.open('devices');
      await panel.locator('#node-input-port').fill('18901');
      await panel.locator('#node-input-mqttPort').fill('18931');
      await row().getByText(WORDS[language]).waitFor();
      equal((await row().locator('.ensemble-hint').innerText()).trim(), 'Office, Dial');
      await editor.screenshot(`left-behind-${theme}`);
      await editor.save();
      const moved = [['http://127.0.0.1:18901/sonata', 'mqtt://127.0.0.1:18931'], ['127.0.0.1', 18_901], ...asBefore().slice(2)];
      deepEqual(await settings(), moved);
      await editor.page.evaluate(() => RED.history.pop());
      deepEqual(await settings(), asBefore());
      equal((await editor.node('devices')).port, ports.port);
    });

    it('leave the connections alone where somebody wants that, or changes only the name', async () => {
      let panel = await editor.open('devices');
      await panel.locator('#node-input-name').fill('Stage');
      await editor.save();
      deepEqual(await settings(), asBefore());
      panel = await editor.open('devices');
      await panel.locator('#node-input-port').fill('18901');
      await row().locator('input').uncheck();
      await panel.locator('#node-input-mqttPort').fill('18931');
      await editor.save();
      deepEqual(await settings(), asBefore());
      equal((await editor.node('devices')).port, '18901');
    });

    it('go to no port that is none, or that only the server knows', async () => {
      const panel = await editor.open('devices');
      await panel.locator('#node-input-port').fill('18901');
      await row().getByText(WORDS[language]).waitFor();
      for (const port of ['70000', '', `\${PORT}`]) {
        await panel.locator('#node-input-port').fill(port);
        await row().waitFor({ state: 'hidden' });
      }
      await editor.save();
      deepEqual(await settings(), asBefore());
    });

    it('leave the connections to others alone', async () => {
      await editor.close();
      const other = await freePorts();
      const twice = [simulator('devices', ports), simulator('others', ports)];
      await red.deploy([{ id: 'tab', type: 'tab', label: 'devices' }, ...twice, ...connections]);
      editor = await openEditor(red, { theme, language, width: 1366, height: 768 });
      const panel = await editor.open('devices');
      await panel.locator('#node-input-port').fill(String(other.port));
      await panel.locator('#node-input-mqttPort').fill(String(other.mqttPort));
      equal((await row().locator('.ensemble-hint').innerText()).trim(), 'Dial');
      await editor.cancel();
    });
  });
