import { deepEqual, equal, match, notEqual } from 'node:assert/strict';
import { json, msg, num, str } from '../kit/typed-input';
import { chooseOption, chooseType, noteOf, shownText, type, unfold } from './panel-actions';
import { PanelStage, placed } from './panel-stage';
import { variants } from './variants';

const CELLS = Array.from({ length: 100 }, () => 0);
const pattern = (place: number, level: number) => json(CELLS.with(place, level));
const node = (id: string, more: Record<string, unknown>) =>
  placed(id, 'sonata-pattern', { connection: 'gateway', operation: 'set-pattern', ...more });
const events = (id: string, more: Record<string, unknown>) => placed(id, 'sonata-events', { connection: 'gateway', ...more });
/** A property of this form is replaced by the environment's value. */
const variable = (name: string): string => `\${${name}}`;
const NOWHERE = { baseUrl: 'http://127.0.0.1:1', mqttUrl: 'mqtt://127.0.0.1:1', installationId: 1 };

/** Made by other means than these panels: properties are missing, variables stand where values do, types are unusual. */
const FOREIGN = [
  node('variable', {
    operation: variable('OPERATION'),
    parameters: { deviceId: str('456'), pattern: { type: 'jsonata', value: 'rows' } },
  }),
  node('typed', {
    parameters: { deviceId: str('4'), pattern: { type: 'env', value: 'ROWS' } },
    queueLimit: variable('LIMIT'),
    delivery: variable('DELIVERY'),
  }),
  node('bare', { operation: 'toggle', parameters: { deviceId: { type: 'num', value: 3 } } }),
  events('foreign', { transport: 'mqtt', unsubscribe: variable('LEAVE'), interval: variable('PAUSE') }),
];
const FLOW = [
  { id: 'gateway', type: 'sonata-gateway', name: 'House', ...NOWHERE },
  { id: 'other', type: 'sonata-gateway', name: 'Garden', ...NOWHERE },
  node('action', { connection: '', operation: undefined }),
  events('events', { transport: 'mqtt' }),
  node('drafts', { parameters: { deviceId: num(7), pattern: pattern(44, 9) } }),
  node('open', { parameters: { deviceId: num(7), pattern: pattern(44, 9) } }),
  node('wrong', { parameters: { deviceId: num(70000), pattern: pattern(37, 16) }, queueLimit: -1 }),
  ...FOREIGN,
];

const WORDS = {
  'en-US': {
    latest: 'queue only the latest',
    labels: ['Off 1/7', 'Toggle 1/3', 'Sonata pattern 1/456', 'Sonata events', 'House'],
    complaints: [
      'Device ID must be a whole number (0 to 65535)',
      'Pattern: entry [37] is invalid. Expected: 100 whole numbers (0 to 15), or 10 rows of 10',
      'Queue limit must be a whole number (0 to 1,000,000 messages)',
    ],
  },
  de: {
    latest: 'nur die neueste einreihen',
    labels: ['Ausschalten 1/7', 'Umschalten 1/3', 'Sonata Muster 1/456', 'Sonata Ereignisse', 'House'],
    complaints: [
      'Geräte-ID: erwartet wird eine ganze Zahl (0 bis 65535)',
      'Muster: Eintrag [37] ist ungültig. Erwartet wird ein Array aus 100 ganzen Zahlen (0 bis 15) oder aus 10 Zeilen mit je 10',
      'Warteschlange: erwartet wird eine ganze Zahl (0 bis 1.000.000 Nachrichten)',
    ],
  },
} as const;

/** What the contract has, as each panel must save it. */
const CONTRACT = {
  action: {
    type: 'sonata-pattern',
    name: 'Heart',
    connection: 'gateway',
    operation: 'set-pattern',
    parameters: {
      deviceId: num(7),
      installationId: msg('house.id'),
      pattern: pattern(44, 9),
    },
    result: 'answer',
    delivery: 'latest',
    queueLimit: 1000,
    keepFor: 90,
  },
  events: {
    type: 'sonata-events',
    name: '',
    connection: 'gateway',
    transport: 'mqtt',
    deviceId: 7,
    publicUrl: 'https://flows.example.com',
    interval: 30,
    unsubscribe: true,
    sharedGroup: 'house',
  },
  other: {
    type: 'sonata-gateway',
    name: 'Barn',
    ...NOWHERE,
    installationId: 2,
    patternKey: 'values',
    restoreOnAlive: true,
    timeout: 2500,
    tls: '',
    proxy: '',
  },
};

for (const variant of variants)
  describe(`panels: ${variant.theme}, ${variant.language}`, () => {
    const words = WORDS[variant.language];
    const stage = new PanelStage(variant, () => FLOW, { height: 1350 });

    it('fill an action node', async () => {
      const panel = await stage.editor.open('action');
      await unfold(panel);
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
      await panel.locator('#node-input-keepFor').fill('90');
      await stage.picture('sonata-pattern');
      await stage.editor.save();
      equal(await stage.isValid('action'), true);
    });

    it('fill an event node, and ask only for what applies', async () => {
      const panel = await stage.editor.open('events');
      await unfold(panel);
      await panel.locator('#node-input-deviceId').fill('7');
      await panel.locator('#node-input-sharedGroup').fill('house');
      equal(await panel.locator('#node-input-publicUrl').isVisible(), false);
      await chooseOption(panel, 'node-input-transport', 'Webhook');
      equal(await panel.locator('#node-input-sharedGroup').isVisible(), false);
      await panel.locator('#node-input-publicUrl').fill('https://flows.example.com');
      await panel.locator('#node-input-interval').fill('30');
      await panel.locator('#node-input-unsubscribe').check();
      await stage.picture('sonata-events');
      await chooseOption(panel, 'node-input-transport', 'MQTT');
      await stage.editor.save();
      equal(await stage.isValid('events'), true);
    });

    it('fill a config node', async () => {
      const panel = await stage.editor.open('other');
      await unfold(panel);
      await panel.locator('#node-config-input-name').fill('Barn');
      await panel.locator('#node-config-input-installationId').fill('2');
      await panel.locator('#node-config-input-timeout').fill('2500');
      await panel.locator('#node-config-input-mqttUsername').fill('somebody');
      await panel.locator('#node-config-input-mqttPassword').fill('kept from everyone');
      await chooseOption(panel, 'node-config-input-patternKey', 'values');
      await panel.locator('#node-config-input-restoreOnAlive').check();
      await stage.picture('sonata-gateway');
      await stage.editor.save();
      equal(await stage.isValid('other'), true);
    });

    it('keep what another operation needs while the dialog is open, and save what the chosen one takes', async () => {
      const panel = await stage.editor.open('drafts');
      await panel.locator('#node-input-operation').selectOption('toggle');
      equal(await panel.locator('.ensemble-painter').count(), 0);
      await panel.locator('#node-input-operation').selectOption('set-pattern');
      equal(await panel.locator('[data-index="44"]').getAttribute('data-level'), '9');
      await panel.locator('#node-input-operation').selectOption('off');
      await stage.editor.save();
      deepEqual((await stage.editor.node('drafts')).parameters, { deviceId: num(7) });
    });

    it('label a node in the workspace by what it does, and to whom', async () => {
      deepEqual(await stage.labels('drafts', 'bare', 'variable', 'foreign', 'gateway'), words.labels);
    });

    it('leave the operation to the message, and keep what is fixed', async () => {
      const panel = await stage.editor.open('open');
      await panel.locator('#node-input-operation').selectOption('');
      match(await panel.locator('#node-input-operation-hint').innerText(), /msg\.operation.*msg\.parameters/);
      await type(panel, 'ensemble-parameter-deviceId', '');
      await stage.picture('sonata-pattern-from-message');
      await stage.editor.save();
      const { operation, parameters } = await stage.editor.node('open');
      deepEqual({ operation, parameters }, { operation: '', parameters: { pattern: pattern(44, 9) } });
      equal(await stage.isValid('open'), true);
    });

    it('say what is wrong, and where, in the language of the editor', async () => {
      deepEqual(await stage.complaints('wrong'), words.complaints);
      const panel = await stage.editor.open('wrong');
      const fields = ['ensemble-parameter-deviceId', 'ensemble-parameter-pattern', 'node-input-queueLimit'];
      for (const [index, field] of fields.entries()) equal((await noteOf(panel, field).innerText()).trim(), words.complaints[index]);
      await stage.picture('sonata-pattern-wrong');
      await type(panel, 'ensemble-parameter-deviceId', '7');
      await panel.locator('[data-tool="clear"]').click();
      await panel.locator('#node-input-queueLimit').fill('5');
      for (const field of fields) notEqual(await noteOf(panel, field).getAttribute('data-kind'), 'error', field);
      await stage.editor.save();
      equal(await stage.isValid('wrong'), true);
    });

    for (const { id } of FOREIGN)
      it(`accept a flow that was made elsewhere: ${id}`, async () => {
        equal(await stage.isValid(id), true);
        const before = (await stage.red.flows()).find((each) => each.id === id);
        await stage.editor.open(id);
        await stage.editor.save();
        const after = await stage.editor.node(id);
        for (const [name, value] of Object.entries(before ?? {})) deepEqual(after[name], value, name);
        equal(await stage.isValid(id), true);
      });

    describe('after a deploy, in a new browser', () => {
      before(async () => {
        await stage.editor.deploy();
        await stage.reopen();
      });

      for (const [id, expected] of Object.entries(CONTRACT))
        it(`have saved the contract's properties: ${id}`, async () => deepEqual(await stage.deployed(id), expected));

      it('have kept credentials apart', () => {
        deepEqual({ ...stage.red.node('other').credentials }, { mqttUsername: 'somebody', mqttPassword: 'kept from everyone' });
      });

      it('show an action node again', async () => {
        const panel = await stage.editor.open('action');
        equal(await panel.locator('#node-input-name').inputValue(), 'Heart');
        equal(await panel.locator('#ensemble-parameter-deviceId-value').inputValue(), '7');
        equal(await panel.locator('#ensemble-parameter-installationId-value').inputValue(), 'house.id');
        equal(await panel.locator('[data-index="44"]').getAttribute('data-level'), '9');
        equal(await shownText(panel, 'node-input-delivery'), words.latest);
        await stage.editor.save();
      });

      it('show an event node again', async () => {
        const panel = await stage.editor.open('events');
        equal(await panel.locator('#node-input-sharedGroup').inputValue(), 'house');
        equal(await panel.locator('#node-input-deviceId').inputValue(), '7');
        equal(await shownText(panel, 'node-input-transport'), 'MQTT');
        equal(await panel.locator('#node-input-unsubscribe').isChecked(), true);
        await stage.editor.save();
      });

      it('show a config node again, without its secrets', async () => {
        const panel = await stage.editor.open('other');
        equal(await panel.locator('#node-config-input-timeout').inputValue(), '2500');
        equal(await shownText(panel, 'node-config-input-patternKey'), 'values');
        equal(await panel.locator('#node-config-input-mqttPassword').inputValue(), '__PWRD__');
        await stage.editor.save();
      });

      it('have changed nothing by being opened and closed', async () => {
        equal(await stage.isDirty(), false);
      });
    });
  });
