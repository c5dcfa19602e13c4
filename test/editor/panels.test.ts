import { deepEqual, equal, match } from 'node:assert/strict';
import { type Editor, openEditor } from '../kit/chromium';
import { type FlowNode, type NodeRed, startNodeRed, VERSION } from '../kit/node-red';
import { chooseOption, chooseType, noteOf, shown, type } from './person';

declare const RED: { nodes: { dirty(): boolean; node(id: string): { valid: boolean; validationErrors?: string[] } } };

const TAB = { id: 'tab', type: 'tab', label: 'panels' };
const GATEWAY = { id: 'gateway', type: 'sonata-gateway', name: 'House', installationId: 1 };
const CELLS = Array.from({ length: 100 }, () => 0);
const PATTERN = JSON.stringify(CELLS.map((_, index) => (index === 44 ? 9 : 0)));
const node = (id: string, more: Record<string, unknown>): FlowNode => ({
  id,
  type: 'sonata-pattern',
  z: 'tab',
  x: 200,
  y: 100,
  wires: [[]],
  ...more,
});

/** What belongs to the contract: without place and wiring. */
const contractOf = ({ id, z, x, y, wires, ...contract }: Record<string, unknown>) => contract;

const SURROUNDINGS = [
  { theme: 'light', language: 'en-US', options: {} },
  { theme: 'dark', language: 'de', options: { adminAuth: true, httpAdminRoot: '/red' } },
] as const;

const WORDS = {
  'en-US': {
    latest: 'only the newest waits',
    complaints: [
      'Device ID must be a whole number (0 to 65535)',
      'Pattern: entry [37] does not fit. Expected: 100 whole numbers (0 to 15), or 10 rows of 10',
      'Queue limit must be a whole number (0 to 1000000 messages)',
    ],
  },
  de: {
    latest: 'nur die neueste wartet',
    complaints: [
      'Geräte-ID: erwartet wird eine ganze Zahl (0 bis 65535)',
      'Muster: Eintrag [37] passt nicht. Erwartet wird ein Array aus 100 ganzen Zahlen (0 bis 15) oder aus 10 Zeilen mit je 10',
      'Warteschlange: erwartet wird eine ganze Zahl (0 bis 1000000 Nachrichten)',
    ],
  },
} as const;

for (const { theme, language, options } of SURROUNDINGS)
  describe(`panels: ${theme}, ${language}`, () => {
    const words = WORDS[language];
    let red: NodeRed;
    let editor: Editor;

    before(async () => {
      red = await startNodeRed(options);
    });
    afterEach(async () => {
      deepEqual(editor.errors, []);
      await editor.close();
    });
    after(() => red.stop());

    const start = async (...flow: FlowNode[]): Promise<void> => {
      await red.deploy([TAB, GATEWAY, ...flow]);
      editor = await openEditor(red, { theme, language, width: 1400, height: 1350 });
    };
    const picture = (name: string) => editor.screenshot(`${name}-${theme}-${VERSION}`);
    /** Deploys, and opens the same panel in a new browser. */
    const deployAndReopen = async (id: string) => {
      await editor.deploy();
      deepEqual(editor.errors, []);
      await editor.close();
      editor = await openEditor(red, { theme, language, width: 1400, height: 1350 });
      return editor.open(id);
    };
    const deployed = async (id: string) => contractOf((await red.flows()).find((each) => each.id === id) ?? {});

    it('saves an action node as the contract has it, and shows it again', async () => {
      await start(node('action', {}));
      let panel = await editor.open('action');
      await panel.locator('#node-input-name').fill('Heart');
      await panel.locator('#node-input-connection').selectOption('gateway');
      await panel.locator('#node-input-operation').selectOption('set-pattern');
      await type(panel, 'ensemble-parameter-deviceId', '7');
      await chooseType(panel, 'ensemble-parameter-installationId', 'msg.');
      await type(panel, 'ensemble-parameter-installationId', 'house.id');
      await panel.locator('[data-index="44"]').click();
      await panel.locator('[data-index="44"]').press('9');
      await type(panel, 'node-input-result', 'answer');
      await chooseOption(panel, 'node-input-delivery', words.latest);
      await picture('sonata-pattern');
      await editor.save();

      panel = await deployAndReopen('action');
      const expected = {
        type: 'sonata-pattern',
        name: 'Heart',
        connection: 'gateway',
        operation: 'set-pattern',
        parameters: {
          deviceId: { type: 'num', value: '7' },
          installationId: { type: 'msg', value: 'house.id' },
          pattern: { type: 'json', value: PATTERN },
        },
        result: 'answer',
        delivery: 'latest',
        queueLimit: 1000,
      };
      deepEqual(await deployed('action'), expected);
      equal(await panel.locator('#ensemble-parameter-deviceId-value').inputValue(), '7');
      equal(await panel.locator('#ensemble-parameter-installationId-value').inputValue(), 'house.id');
      equal(await panel.locator('[data-index="44"]').getAttribute('data-level'), '9');
      equal(await shown(panel, 'node-input-delivery'), words.latest);
      await editor.save();
      deepEqual(await editor.page.evaluate(() => RED.nodes.dirty()), false);
    });

    it('saves an event node as the contract has it, and shows it again', async () => {
      await start(node('events', { type: 'sonata-events', connection: 'gateway' }));
      let panel = await editor.open('events');
      await picture('sonata-events');
      await panel.locator('#node-input-deviceId').fill('7');
      await panel.locator('#node-input-publicUrl').fill('https://flows.example.com');
      await panel.locator('#node-input-interval').fill('30');
      await panel.locator('#node-input-unsubscribe').check();
      await chooseOption(panel, 'node-input-transport', 'MQTT');
      equal(await panel.locator('#node-input-publicUrl').isVisible(), false);
      await panel.locator('#node-input-sharedGroup').fill('house');
      await editor.save();

      panel = await deployAndReopen('events');
      deepEqual(await deployed('events'), {
        type: 'sonata-events',
        name: '',
        connection: 'gateway',
        transport: 'mqtt',
        deviceId: 7,
        publicUrl: 'https://flows.example.com',
        interval: 30,
        unsubscribe: true,
        sharedGroup: 'house',
      });
      equal(await panel.locator('#node-input-sharedGroup').inputValue(), 'house');
      equal(await panel.locator('#node-input-deviceId').inputValue(), '7');
      equal(await shown(panel, 'node-input-transport'), 'MQTT');
      await chooseOption(panel, 'node-input-transport', 'Webhook');
      equal(await panel.locator('#node-input-sharedGroup').isVisible(), false);
      equal(await panel.locator('#node-input-unsubscribe').isChecked(), true);
      await editor.cancel();
    });

    it('saves a config node as the contract has it, its credentials apart, and shows it again', async () => {
      await start(node('events', { type: 'sonata-events', connection: 'gateway', transport: 'mqtt' }));
      let panel = await editor.open('gateway');
      await panel.locator('#node-config-input-baseUrl').fill('http://127.0.0.1:1');
      await panel.locator('#node-config-input-mqttUrl').fill('mqtt://127.0.0.1:1');
      await panel.locator('#node-config-input-timeout').fill('2500');
      await panel.locator('#node-config-input-mqttUsername').fill('somebody');
      await panel.locator('#node-config-input-mqttPassword').fill('kept from everyone');
      await chooseOption(panel, 'node-config-input-patternKey', 'values');
      await picture('sonata-gateway');
      await editor.save();

      panel = await deployAndReopen('gateway');
      deepEqual(await deployed('gateway'), {
        type: 'sonata-gateway',
        name: 'House',
        baseUrl: 'http://127.0.0.1:1',
        installationId: 1,
        patternKey: 'values',
        mqttUrl: 'mqtt://127.0.0.1:1',
        timeout: 2500,
        tls: '',
        proxy: '',
      });
      equal(red.node('gateway').credentials?.mqttPassword, 'kept from everyone');
      equal(await shown(panel, 'node-config-input-patternKey'), 'values');
      equal(await panel.locator('#node-config-input-mqttPassword').inputValue(), '__PWRD__');
      await editor.save();
      equal(red.node('gateway').credentials?.mqttUsername, 'somebody');
    });

    it('keeps what another operation needs while the dialog is open, and saves what the chosen one takes', async () => {
      const parameters = { deviceId: { type: 'num', value: '7' }, pattern: { type: 'json', value: PATTERN } };
      await start(node('action', { connection: 'gateway', operation: 'set-pattern', parameters }));
      const panel = await editor.open('action');
      await panel.locator('#node-input-operation').selectOption('toggle');
      equal(await panel.locator('.ensemble-painter').count(), 0);
      await panel.locator('#node-input-operation').selectOption('set-pattern');
      equal(await panel.locator('[data-index="44"]').getAttribute('data-level'), '9');
      await panel.locator('#node-input-operation').selectOption('off');
      await editor.save();
      deepEqual((await editor.node('action')).parameters, { deviceId: { type: 'num', value: '7' } });
    });

    it('leaves the operation to the message', async () => {
      await start(node('action', { connection: 'gateway', operation: 'set-pattern' }));
      const panel = await editor.open('action');
      await panel.locator('#node-input-operation').selectOption('');
      match(await panel.locator('#node-input-operation-hint').innerText(), /msg\.operation.*msg\.parameters/);
      await picture('sonata-pattern-from-message');
      await editor.save();
      const { operation, parameters } = await editor.node('action');
      deepEqual({ operation, parameters }, { operation: '', parameters: {} });
      equal(await validity(editor, 'action'), true);
    });

    it('opens flows that were not made here without a change or a complaint', async () => {
      const parameters = { deviceId: { type: 'str', value: '456' }, pattern: { type: 'jsonata', value: 'rows' } };
      const contract = { connection: 'gateway', operation: '${OPERATION}', parameters };
      await start(
        node('variable', contract),
        node('typed', { ...contract, operation: 'set-pattern', queueLimit: '${LIMIT}', delivery: '${DELIVERY}' }),
        node('bare', { connection: 'gateway', operation: 'toggle', parameters: { deviceId: { type: 'num', value: 3 } } }),
        node('events', { type: 'sonata-events', connection: 'gateway', transport: 'mqtt', unsubscribe: '${LEAVE}', interval: '${PAUSE}' }),
      );
      const before = await red.flows();
      for (const { id } of before.filter((each) => each.z)) {
        equal(await validity(editor, id), true, id);
        await editor.open(id);
        await editor.save();
      }
      await editor.deploy();
      for (const { id, ...old } of before.filter((each) => each.z)) {
        const saved = (await red.flows()).find((each) => each.id === id) ?? {};
        for (const [name, value] of Object.entries(old)) deepEqual((saved as FlowNode)[name], value, `${id}.${name}`);
      }
    });

    it('says what is wrong, where it is wrong, in the language of the editor', async () => {
      const bad = JSON.stringify(CELLS.map((_, index) => (index === 37 ? 16 : 0)));
      const parameters = { deviceId: { type: 'num', value: '70000' }, pattern: { type: 'json', value: bad } };
      await start(node('action', { connection: 'gateway', operation: 'set-pattern', parameters, queueLimit: -1 }));
      deepEqual(await complaints(editor, 'action'), words.complaints);
      const panel = await editor.open('action');
      equal((await noteOf(panel, 'ensemble-parameter-pattern').innerText()).trim(), words.complaints[1]);
      equal((await noteOf(panel, 'node-input-queueLimit').innerText()).trim(), words.complaints[2]);
      await picture('sonata-pattern-invalid');
      await type(panel, 'ensemble-parameter-deviceId', '7');
      await panel.locator('[data-tool="clear"]').click();
      await panel.locator('#node-input-queueLimit').fill('5');
      await editor.save();
      equal(await validity(editor, 'action'), true);
    });
  });

const validity = (editor: Editor, id: string) => editor.page.evaluate((wanted) => RED.nodes.node(wanted).valid, id);
const complaints = (editor: Editor, id: string) => editor.page.evaluate((wanted) => RED.nodes.node(wanted).validationErrors, id);
