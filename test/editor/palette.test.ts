import { deepEqual, equal, match } from 'node:assert/strict';
import { VERSION } from '../kit/node-red';
import { num, str } from '../kit/typed-input';
import { PanelStage, placed } from './panel-stage';
import { variants } from './variants';

// What the functions given to `evaluate` find in the page.
declare const RED: {
  nodes: { node(id: string): unknown };
  plugins: { getPluginsByType(type: string): { getCompletions(typed: string, context: { node: unknown }): readonly string[] }[] };
};

const WORDS = {
  'en-US': /^Drive and watch Twinkly lights, Sonata LED matrices/,
  de: /^Twinkly-Lichter, Sonata-LED-Matrizen/,
} as const;

const gateway = (id: string, host: string, installationId: unknown) => ({
  ...{ id, type: 'sonata-gateway', installationId, mqttUrl: `mqtt://${host}:1883` },
});
const pattern = (id: string, connection: string, parameters: object) =>
  placed(id, 'sonata-pattern', { connection, operation: 'off', parameters });

const FLOW = [
  gateway('house', 'House.example', 1),
  gateway('garden', 'garden.example', `\${GARDEN}`),
  pattern('typed', 'house', { deviceId: num(7) }),
  pattern('text', 'house', { deviceId: str('12') }),
  pattern('dynamic', 'house', { deviceId: { type: 'msg', value: 'topic' } }),
  pattern('foreign', 'house', { deviceId: num(9), installationId: num(2) }),
  placed('events', 'sonata-events', { connection: 'garden', transport: 'mqtt', deviceId: 3 }),
  { id: 'broker', type: 'mqtt-broker', name: 'House', broker: 'house.example', port: '1883' },
  { id: 'elsewhere', type: 'mqtt-broker', name: 'Elsewhere', broker: 'broker.example', port: '1883' },
  placed('in', 'mqtt in', { broker: 'broker', topic: '' }),
  placed('other', 'mqtt in', { broker: 'elsewhere', topic: '' }),
  { ...placed('out', 'mqtt out', { broker: 'broker', topic: '' }), wires: [] },
];
const of = (prefix: string, ...devices: string[]) =>
  devices.flatMap((device) => [`${prefix}/rx/${device}/context/+`, `${prefix}/rx/${device}/alive`]);

for (const variant of variants)
  describe(`what Ensemble adds to Node-RED’s own parts of the editor, in Chromium on Node-RED ${VERSION}`, () => {
    const stage = new PanelStage(variant, () => FLOW);

    it('shows the simulated devices first, then one vendor after the other: what sends before what receives', async () => {
      const entries = stage.editor.page.locator('#red-ui-palette-container-ensemble .red-ui-palette-node');
      const types = await entries.evaluateAll((nodes) =>
        (nodes as unknown as { dataset: { paletteType: string } }[]).map(({ dataset }) => dataset.paletteType),
      );
      equal(types[0], 'ensemble-simulator');
      const vendors = types.slice(1).map((type) => (/^thing-/.test(type) ? 'thingsee' : type.replace(/-.*/, '')));
      deepEqual(
        vendors.filter((vendor, index) => vendor !== vendors[index - 1]),
        ['twinkly', 'sonata', 'turn', 'thingsquare', 'thingsee'],
      );
      const receives = (type: string) => /-(events|sse|status-poll|messages|alerts)$/.test(type);
      for (const vendor of new Set(vendors)) {
        const own = types.slice(1).filter((_, index) => vendors[index] === vendor);
        deepEqual(own.map(receives), own.map(receives).sort(), vendor);
      }
      await stage.picture('palette');
    });

    /** What the topic field of an MQTT node offers when a text is typed. */
    async function offered(id: string, typed: string): Promise<string[]> {
      const panel = await stage.editor.open(id);
      await panel.locator('#node-input-topic').pressSequentially(typed);
      const entries = stage.editor.page.locator('.red-ui-autoComplete-completion');
      await entries.first().waitFor();
      const texts = await entries.allInnerTexts();
      await stage.editor.page.keyboard.press('Escape');
      await stage.editor.cancel();
      return texts;
    }

    /** What Node-RED is told for a node, before it looks for the text in it. */
    const told = (id: string, typed: string): Promise<readonly string[]> =>
      stage.editor.page.evaluate(
        ([node, text]) => {
          const [source] = RED.plugins.getPluginsByType('node-red-mqtt-topic-autocomplete-source');
          return source?.getCompletions(text, { node: RED.nodes.node(node) }) ?? ['no plugin'];
        },
        [id, typed] as const,
      );

    it('is a description of the category in the palette', async () => {
      const { page } = stage.editor;
      await page.locator('#red-ui-palette-header-ensemble').hover();
      const shown = page.locator('.red-ui-popover', { hasText: WORDS[variant.language] });
      match(await shown.first().innerText(), WORDS[variant.language]);
      await stage.picture('palette-category');
    });

    it('is the topics of the gateway whose broker an mqtt in node has', async () => {
      deepEqual(
        (await offered('in', 'alive')).sort(),
        of('v2/1', '+', '7', '12')
          .filter((topic) => /alive/.test(topic))
          .sort(),
      );
    });

    it('is the topics of all gateways, once their beginning is typed', async () => {
      deepEqual(await told('other', 'a'), []);
      deepEqual((await offered('other', 'v2/')).sort(), [...of('v2/1', '+', '7', '12'), ...of('v2/+', '+', '3')].sort());
    });

    it('is nothing where an mqtt out node would publish them', async () => {
      deepEqual(await told('out', 'v2/'), []);
    });
  });
