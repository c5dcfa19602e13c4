import { deepEqual, equal, match } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { Simulator } from '../../src/simulators/simulator';
import { type Editor, openEditor } from '../kit/editor';
import { type FlowNode, type NodeRed, startNodeRed, VERSION } from '../kit/node-red';
import { json, num, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { portOf } from '../simulators/ports';
import { act, put } from '../simulators/turn-client';
import { chooseOption, chooseType, noteOf, shown, type } from './panel-actions';
import { variants } from './variants';

declare const RED: {
  utils: { getNodeLabel(node: unknown): string };
  nodes: { dirty(): boolean; node(id: string): { valid: boolean; validationErrors?: string[] } };
};

const CHANNEL = 'ensemble-parameter-channel';
const VALUE = 'ensemble-parameter-value';

const WORDS = {
  'en-US': {
    latest: 'queue only the latest',
    choose: 'Select from the list',
    light: ['Kitchen', 'light/1/1 · percent · 20 · set at the Turn and by the flow'],
    artwork: ['Music', 'source/1/2 · image · displayed by the Turn, set by the flow'],
    streams: {
      'channel-type': 'channels of a type',
      page: 'channels of a page',
      'control-state': 'one state of the device',
      config: 'configuration changes',
    },
    missing: 'Not in the list',
    labels: ['Set state light/1/1', 'Reset the Turn', 'Turn events light/1', 'Wall'],
    complaints: ['Channel must be a channel id such as light/1/1'],
    tested: /configuration version 2\.0\.0, 23 channels/,
  },
  de: {
    latest: 'nur die neueste einreihen',
    choose: 'Aus der Liste auswählen',
    light: ['Kitchen', 'light/1/1 · percent · 20 · am Turn und vom Flow gesetzt'],
    artwork: ['Music', 'source/1/2 · image · vom Turn angezeigt, vom Flow gesetzt'],
    streams: {
      'channel-type': 'Kanäle eines Typs',
      page: 'Kanäle einer Seite',
      'control-state': 'ein Zustand des Geräts',
      config: 'Änderungen der Konfiguration',
    },
    missing: 'Nicht in der Liste',
    labels: ['Zustand setzen light/1/1', 'Turn zurücksetzen', 'Turn-Ereignisse light/1', 'Wall'],
    complaints: ['Kanal: erwartet wird eine Kanal-ID wie light/1/1'],
    tested: /configuration version 2\.0\.0, 23 channels/,
  },
} as const;

for (const { theme, language, options } of variants)
  describe(`Turn panels: ${theme}, ${language}`, () => {
    const words = WORDS[language];
    let simulator: Simulator;
    let red: NodeRed;
    let editor: Editor;

    const node = (id: string, nodeType: string, more: Record<string, unknown> = {}): FlowNode => ({
      id,
      type: nodeType,
      z: 'tab',
      x: 200,
      y: 100,
      connection: 'device',
      wires: [[]],
      ...more,
    });
    const open = () => openEditor(red, { theme, language, width: 1400, height: 1200 });
    before(async () => {
      simulator = await Simulator.start({ port: 0, mqttPort: 0 });
      await put(simulator, 'light/1/1', { value: 20 });
      red = await startNodeRed(options);
      await red.deploy([
        { id: 'tab', type: 'tab', label: 'panels' },
        { id: 'device', type: 'turn-device', name: 'Wall', host: '127.0.0.1', port: portOf(simulator.address) },
        { id: 'other', type: 'turn-device', host: '127.0.0.1' },
        node('channel', 'turn-channel', { connection: '' }),
        node('control', 'turn-control', { operation: 'get-states' }),
        node('sse', 'turn-sse'),
        node('wrong', 'turn-channel', { operation: 'get-state', parameters: { channel: str('light/1') } }),
        node('foreign', 'turn-channel', {
          operation: 'send-action',
          parameters: {
            channel: { type: 'env', value: 'DIAL' },
            action: str('increment_decrement'),
            payload: json(1),
          },
        }),
      ]);
      editor = await open();
    });
    afterEach(() =>
      deepEqual(
        editor.errors.splice(0).filter((error) => !/400.*\/ensemble\//.test(error)),
        [],
      ),
    );
    after(async () => {
      await editor.close();
      await red.stop();
      await simulator.close();
    });

    const picture = (name: string) => editor.screenshot(`${name}-${theme}-${VERSION}`);
    const validity = (id: string) => editor.page.evaluate((wanted) => RED.nodes.node(wanted).valid, id);
    const entries = () => editor.page.locator('.ensemble-item:visible');
    const list = async (panel: Locator, row: string) => {
      await panel.locator(`.ensemble-row:has(#${row}) button[aria-label="${words.choose}"]`).click();
      await entries().first().waitFor();
      return entries().allInnerTexts();
    };
    const note = (panel: Locator, id: string, wanted: RegExp) =>
      until(
        `a note like ${wanted}`,
        () => noteOf(panel, id).innerText(),
        (text) => wanted.test(text),
      );

    it('lists the channels by page, with data type, value, and what may be written', async () => {
      const panel = await editor.open('channel');
      await panel.locator('#node-input-connection').selectOption('device');
      await panel.locator('#node-input-operation').selectOption('set-state');
      const texts = await list(panel, CHANNEL);
      equal(texts.length, 23);
      deepEqual(
        texts.map((text) => text.split('\n')[0]).filter((page, index, pages) => page !== pages[index - 1]),
        [
          'Scenes',
          'Kitchen',
          'Living room',
          'Shade scenes',
          'Window',
          'Heating',
          'Humidity',
          'Mode',
          'Fan',
          'Air quality',
          'Air pressure',
          'Music',
        ],
      );
      for (const expected of [words.light, words.artwork])
        equal(texts.filter((text) => expected.every((part) => text.includes(part))).length, 1, `${expected}: ${texts}`);
      await picture('turn-channels');
      await entries().filter({ hasText: 'light/1/1' }).click();
      await note(panel, CHANNEL, /Kitchen · percent · 20/);
      await type(panel, VALUE, '45');
      await chooseType(panel, VALUE, 'number');
      await type(panel, VALUE, '45');
      await chooseOption(panel, 'node-input-delivery', words.latest);
      await picture('turn-channel');
      await editor.save();
      equal(await validity('channel'), true);
    });

    it('lists the actions of the channel that is chosen', async () => {
      const panel = await editor.open('channel');
      await panel.locator('#node-input-operation').selectOption('send-action');
      deepEqual(await list(panel, 'ensemble-parameter-action'), ['increment_decrement']);
      await editor.page.keyboard.press('Escape');
      await type(panel, CHANNEL, 'media/1/2');
      await until(
        'the other actions',
        () => list(panel, 'ensemble-parameter-action'),
        (texts) => String(texts) === 'play_action,pause_action',
      );
      await editor.page.keyboard.press('Escape');
      await editor.cancel();
    });

    it('asks for a tick before a whole Turn can be reset', async () => {
      const panel = await editor.open('control');
      const tick = panel.locator('#node-input-confirmReset');
      equal(await tick.isVisible(), false);
      await panel.locator('#node-input-operation').selectOption('set-state');
      const states = await list(panel, 'ensemble-parameter-state');
      equal(states.length, 2);
      match(states.join(), /internal_temperature.*21\.5.*ready.*true/s);
      await entries().filter({ hasText: 'ready' }).click();
      await picture('turn-control');
      await panel.locator('#node-input-operation').selectOption('reset');
      equal(await tick.isChecked(), false);
      await tick.check();
      await picture('turn-control-reset');
      await editor.save();
      equal(await validity('control'), true);
    });

    it('asks for a selection where there is one, and offers what fits', async () => {
      const panel = await editor.open('sse');
      const selector = panel.locator('#node-input-selector');
      equal(await selector.isVisible(), false);
      for (const [stream, expected] of [
        ['channel-type', /light.*media_volume/s],
        ['control-state', /internal_temperature.*ready/s],
        ['page', /Kitchen.*light\/1.*Music.*source\/1/s],
      ] as const) {
        await chooseOption(panel, 'node-input-stream', words.streams[stream]);
        equal(await selector.isVisible(), true);
        await until(
          `what fits ${stream}`,
          () => list(panel, 'node-input-selector'),
          (texts) => expected.test(texts.join()) && (stream === 'channel-type' || !texts.join().includes('media_volume')),
        );
        if (stream !== 'page') await editor.page.keyboard.press('Escape');
      }
      await picture('turn-pages');
      await entries().filter({ hasText: 'Kitchen' }).click();
      await note(panel, 'node-input-selector', /Kitchen/);
      await panel.locator('#node-input-initial').check();
      await picture('turn-sse');
      await editor.save();
      equal(await validity('sse'), true);
    });

    it('tests a Turn, and fills in a config node', async () => {
      const panel = await editor.open('device');
      await panel.locator('#ensemble-test').click();
      await note(panel, 'ensemble-test', words.tested);
      await picture('turn-device');
      await editor.cancel();
      const other = await editor.open('other');
      await other.locator('#node-config-input-name').fill('Hall');
      await other.locator('#node-config-input-host').fill('turn.local');
      await other.locator('#node-config-input-senderId').fill('house');
      await editor.save();
      equal(await validity('other'), true);
    });

    it('say what is wrong, where a page went, and what each node does', async () => {
      deepEqual(await editor.page.evaluate(() => RED.nodes.node('wrong').validationErrors), words.complaints);
      equal(await validity('foreign'), true);
      const wrong = await editor.open('wrong');
      await type(wrong, CHANNEL, 'light/2/1');
      await editor.save();
      equal(await validity('wrong'), true);
      await act(simulator, 'configure', { page: 'light/1', shown: false });
      const panel = await editor.open('channel');
      await note(panel, CHANNEL, new RegExp(words.missing));
      await editor.cancel();
      await act(simulator, 'configure', { page: 'light/1', shown: true });
      const label = (id: string) => editor.page.evaluate((wanted) => RED.utils.getNodeLabel(RED.nodes.node(wanted)), id);
      deepEqual(await Promise.all(['channel', 'control', 'sse', 'device'].map(label)), words.labels);
    });

    describe('after a deploy, in a new browser', () => {
      const CONTRACT: Readonly<Record<string, object>> = {
        channel: {
          type: 'turn-channel',
          name: '',
          connection: 'device',
          operation: 'set-state',
          parameters: { channel: str('light/1/1'), value: num(45) },
          result: 'payload',
          delivery: 'latest',
          queueLimit: 1000,
        },
        control: {
          type: 'turn-control',
          name: '',
          connection: 'device',
          operation: 'reset',
          parameters: {},
          confirmReset: true,
          result: 'payload',
          delivery: 'all',
          queueLimit: 1000,
        },
        sse: { type: 'turn-sse', name: '', connection: 'device', stream: 'page', selector: 'light/1', ignoreOwn: true, initial: true },
        other: {
          type: 'turn-device',
          name: 'Hall',
          host: 'turn.local',
          port: 55555,
          senderId: 'house',
          timeout: 10000,
          tls: '',
          proxy: '',
        },
      };
      before(async () => {
        await editor.deploy();
        await editor.close();
        editor = await open();
      });

      for (const [id, expected] of Object.entries(CONTRACT))
        it(`have saved the contract's properties: ${id}`, async () => {
          const { id: _id, z, x, y, wires, ...saved }: Record<string, unknown> = (await red.flows()).find((each) => each.id === id) ?? {};
          deepEqual(saved, expected);
        });

      it('show everything again, and change nothing by being opened and closed', async () => {
        const channel = await editor.open('channel');
        await note(channel, CHANNEL, /Kitchen · percent/);
        equal(await channel.locator(`#${VALUE}-value`).inputValue(), '45');
        equal(await shown(channel, 'node-input-delivery'), words.latest);
        await editor.save();
        const control = await editor.open('control');
        equal(await control.locator('#node-input-confirmReset').isChecked(), true);
        await editor.save();
        const sse = await editor.open('sse');
        equal(await shown(sse, 'node-input-stream'), words.streams.page);
        equal(await sse.locator('#node-input-selector').inputValue(), 'light/1');
        await editor.save();
        await editor.open('other');
        await editor.save();
        equal(await editor.page.evaluate(() => RED.nodes.dirty()), false);
      });
    });
  });
