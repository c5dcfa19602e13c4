import { deepEqual, equal, match } from 'node:assert/strict';
import { declaredNodes, panelOf } from '../kit/panel';
import { num, str } from '../kit/typed-input';
import { PanelStage, placed } from './panel-stage';
import { variants } from './variants';

// What the functions given to `evaluate` find in the page.
declare const RED: {
  actions: { invoke(name: string): void };
  nodes: { node(id: string): { id: string; users?: { id: string }[]; valid?: boolean } | null };
  view: { importNodes(nodes: object[], options: object): void };
};

const panels = declaredNodes.filter(([type]) => type !== 'ensemble-editor').map(([type, file]) => [type, panelOf(type, file)] as const);

const WORDS = {
  'en-US': {
    missing: 'Connection is missing',
    lost: 'Connection: what was selected does not exist any more',
    incomplete: 'Connection is not ready: Host is missing',
    lostTls: 'TLS: what was selected does not exist any more',
  },
  de: {
    missing: 'Verbindung fehlt',
    lost: 'Verbindung: Die ausgewählte Konfiguration gibt es nicht mehr',
    incomplete: 'Verbindung ist nicht bereit: Host fehlt',
    lostTls: 'TLS: Die ausgewählte Konfiguration gibt es nicht mehr',
  },
} as const;

for (const variant of variants)
  describe(`a new node: ${variant.theme}, ${variant.language}`, () => {
    const words = WORDS[variant.language];
    const turn = (id: string, more: object = {}) => ({ id, type: 'turn-device', host: '127.0.0.1', port: 1, ...more });
    const stage = new PanelStage(
      variant,
      () => [
        { id: 'elsewhere', type: 'tab', label: 'another' },
        turn('wall'),
        turn('resting', { d: true }),
        turn('away', { z: 'elsewhere' }),
        { id: 'garden', type: 'sonata-gateway', installationId: 1 },
        { id: 'house', type: 'sonata-gateway', installationId: 2 },
        turn('bare', { host: '' }),
        turn('torn', { host: 'turn.local', tls: 'gone' }),
        placed('pasted', 'turn-sse', { connection: '', y: 40 }),
        placed('lost', 'turn-sse', { connection: 'gone', y: 160 }),
        placed('incomplete', 'turn-sse', { connection: 'bare', y: 240 }),
      ],
      { mayRefuse: true },
    );
    /** Only the connections that a test wants are there. */
    const remove = (...ids: string[]) => stage.red.flows().then((flows) => stage.red.deploy(flows.filter(({ id }) => !ids.includes(id))));
    const connectionOf = async (id: string) => (await stage.editor.node(id)).connection;

    it('has a red triangle that says in words what is missing', async () => {
      deepEqual(await stage.complaints('pasted'), [words.missing]);
      deepEqual(await stage.complaints('lost'), [words.lost]);
      deepEqual(await stage.complaints('incomplete'), [words.incomplete]);
      deepEqual(await stage.complaints('torn'), [words.lostTls]);
      const { page } = stage.editor;
      await page.locator('[id="pasted"] .red-ui-flow-node-error').hover();
      await page.locator('.red-ui-flow-port-tooltip', { hasText: words.missing }).waitFor();
      await page.mouse.move(5, 5);
    });

    it('has no connection where there are several', async () => {
      const id = await stage.editor.drop('sonata-pattern', 400, 200);
      equal(await connectionOf(id), '');
      equal((await stage.complaints(id))?.[0], words.missing);
    });

    describe('where there is one connection', () => {
      before(async () => {
        await remove('bare', 'torn', 'lost', 'incomplete');
        await stage.reopen();
      });

      it('has it, without its panel being opened, and so is complete', async () => {
        const id = await stage.editor.drop('turn-sse', 400, 300);
        equal(await connectionOf(id), 'wall');
        equal(await stage.isValid(id), true);
        const users = () => stage.editor.page.evaluate(() => RED.nodes.node('wall')?.users?.map((user) => user.id));
        deepEqual(await users(), [id]);
        await stage.editor.page.evaluate(() => RED.actions.invoke('core:undo'));
        deepEqual(await users(), []);
        equal(await stage.editor.page.evaluate((wanted) => !RED.nodes.node(wanted), id), true);
        await stage.editor.page.evaluate(() => RED.actions.invoke('core:redo'));
        equal(await connectionOf(id), 'wall');
      });

      it('has none where it is imported or pasted without one', async () => {
        const before = await stage.editor.nodes('turn-sse');
        const known = new Set(before.map(({ id }) => id));
        await stage.editor.page.evaluate(() => {
          RED.view.importNodes([{ id: 'x1', type: 'turn-sse', z: 'tab', x: 100, y: 400, wires: [[]], connection: '' }], {
            generateIds: true,
          });
        });
        await stage.editor.page.mouse.click(700, 500);
        const added = (await stage.editor.nodes('turn-sse')).filter(({ id }) => !known.has(id));
        deepEqual(
          added.map(({ connection }) => connection),
          [''],
        );
        equal(await connectionOf('pasted'), '');
      });
    });

    it('offers to add a connection where there is none', async () => {
      const id = await stage.editor.drop('thing-query', 400, 400);
      equal(await connectionOf(id), '');
      const panel = await stage.editor.open(id);
      const options = panel.locator('#node-input-connection option');
      deepEqual(await options.evaluateAll((all) => all.map((option) => (option as unknown as { value: string }).value)), ['_ADD_']);
      await stage.editor.cancel();
    });
  });

for (const variant of variants)
  describe(`the reasons for a red triangle: ${variant.theme}, ${variant.language}`, () => {
    const words = {
      'en-US': { missing: 'HTTP port is missing', equalPorts: 'HTTP port and MQTT port must be different' },
      de: { missing: 'HTTP-Port fehlt', equalPorts: 'HTTP-Port und MQTT-Port müssen verschieden sein' },
    }[variant.language];
    const none = Object.fromEntries(
      panels.map(([type, { defaults, category }]) => {
        const values = Object.fromEntries(Object.entries(defaults).map(([name, { value }]) => [name, value]));
        return [type, category === 'config' ? { id: type, type, ...values } : placed(type, type, { ...values, ...odd(values) })];
      }),
    );
    const simulator = (id: string, ports: Readonly<Record<string, unknown>>) => placed(id, 'ensemble-simulator', ports);
    const stage = new PanelStage(variant, () => [
      ...Object.values(none),
      simulator('without-port', { port: '', mqttPort: 18_830 }),
      simulator('equal-ports', { port: 18_840, mqttPort: '18840' }),
    ]);

    it('say that a port of the simulated devices is missing, or the same as the other', async () => {
      const { missing } = words;
      deepEqual(await stage.complaints('without-port'), [missing]);
      const equalPorts = (await stage.complaints('equal-ports')) ?? [];
      deepEqual(equalPorts, [words.equalPorts]);
      const panel = await stage.editor.open('equal-ports');
      const note = async (name: string) =>
        (await panel.locator(`.ensemble-row:has(#node-input-${name}) .ensemble-note`).innerText()).trim();
      deepEqual([await note('port'), await note('mqttPort')], ['', words.equalPorts]);
      await panel.locator('#node-input-mqttPort').fill('18841');
      deepEqual([await note('port'), await note('mqttPort')], ['', '']);
      await panel.locator('#node-input-port').fill('');
      equal(await note('port'), missing);
      await stage.editor.cancel();
    });

    for (const [type, { defaults }] of panels)
      it(`are sentences that name a field: ${type}`, async () => {
        const complaints = (await stage.complaints(type)) ?? [];
        equal(await stage.isValid(type), complaints.length === 0);
        // Where Node-RED knows no reason, it shows the name of the property.
        for (const complaint of complaints) {
          equal(complaint in defaults, false, complaint);
          match(complaint, /^\p{Lu}.* \S+/u);
          equal(/__|\$\{|undefined|ensemble-editor|parameters\./.test(complaint), false, complaint);
        }
      });
  });

/** Numbers that are none, and parameters with values that no operation takes. */
function odd(values: Readonly<Record<string, unknown>>): object {
  const numbers = Object.entries(values).filter(([, value]) => typeof value === 'number');
  const wrong = { ids: str(''), id: str(''), color: str('reddish'), level: num(99), commands: { type: 'json', value: '[' } };
  return { ...Object.fromEntries(numbers.map(([name]) => [name, 'many'])), ...('parameters' in values && { parameters: wrong }) };
}
