import { deepEqual, equal, match } from 'node:assert/strict';
import type { FlowNode } from '../kit/node-red';
import { json, num, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { portOf } from '../simulators/ports';
import { act, put } from '../simulators/turn-client';
import { chooseOption, chooseType, isMarked, noteOf, shownText, type, unfold } from './panel-actions';
import { PanelStage, placed } from './panel-stage';
import { variants } from './variants';

const CHANNEL = 'ensemble-parameter-channel';
const VALUE = 'ensemble-parameter-value';

const WORDS = {
  'en-US': {
    latest: 'queue only the latest',
    light: ['Kitchen', 'light/1/1 · percent · 20 · set at the Turn and by the flow'],
    artwork: ['Music', 'source/1/2 · image · displayed by the Turn, set by the flow'],
    streams: {
      'channel-type': 'channels of a type',
      page: 'channels of a page',
      'control-state': 'one state of the device',
      config: 'configuration changes',
    },
    missing: 'Not in the list',
    labels: ['Set state · Kitchen', 'Reset the Turn', 'Turn events · Kitchen', 'Wall'],
    complaints: ['Channel must be a channel id such as light/1/1'],
    tested: /Version of its configuration: 2\.0\.0, channels: 23/,
  },
  de: {
    latest: 'nur die neueste einreihen',
    light: ['Kitchen', 'light/1/1 · percent · 20 · am Turn und vom Flow gesetzt'],
    artwork: ['Music', 'source/1/2 · image · vom Turn angezeigt, vom Flow gesetzt'],
    streams: {
      'channel-type': 'Kanäle eines Typs',
      page: 'Kanäle einer Seite',
      'control-state': 'ein Zustand des Geräts',
      config: 'Änderungen der Konfiguration',
    },
    missing: 'Nicht in der Liste',
    labels: ['Zustand setzen · Kitchen', 'Turn zurücksetzen', 'Turn Ereignisse · Kitchen', 'Wall'],
    complaints: ['Kanal: erwartet wird eine Kanal-ID wie light/1/1'],
    tested: /Version seiner Konfiguration: 2\.0\.0, Kanäle: 23/,
  },
} as const;

const node = (id: string, type: string, more: Record<string, unknown> = {}) => placed(id, type, { connection: 'device', ...more });

for (const variant of variants)
  describe(`Turn panels: ${variant.theme}, ${variant.language}`, () => {
    const words = WORDS[variant.language];
    const flow = (address: string): FlowNode[] => [
      { id: 'device', type: 'turn-device', name: 'Wall', host: '127.0.0.1', port: portOf(address) },
      { id: 'other', type: 'turn-device', host: '127.0.0.1' },
      node('channel', 'turn-channel', { connection: '' }),
      node('control', 'turn-control', { operation: 'get-states' }),
      node('sse', 'turn-sse'),
      node('several', 'turn-channel', { operation: 'set-states' }),
      node('wrong', 'turn-channel', { operation: 'get-state', parameters: { channel: str('light/1') } }),
      node('foreign', 'turn-channel', {
        operation: 'send-action',
        parameters: { channel: { type: 'env', value: 'DIAL' }, action: str('increment_decrement'), payload: json(1) },
      }),
    ];
    const stage = new PanelStage(variant, flow, { height: 1200, mayRefuse: true });
    before(() => put(stage.simulator, 'light/1/1', { value: 20 }));

    it('lists the channels by page, with data type, value, and what may be written', async () => {
      const panel = await stage.editor.open('channel');
      await panel.locator('#node-input-connection').selectOption('device');
      await panel.locator('#node-input-operation').selectOption('set-state');
      const texts = await stage.list(panel, CHANNEL);
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
      await stage.picture('turn-channels');
      await stage.entries().filter({ hasText: 'light/1/1' }).click();
      await stage.note(panel, CHANNEL, /Kitchen · percent · 20/);
      await type(panel, VALUE, '45');
      await chooseType(panel, VALUE, 'number');
      await type(panel, VALUE, '45');
      await chooseOption(panel, 'node-input-delivery', words.latest);
      await stage.picture('turn-channel');
      await stage.editor.save();
      equal(await stage.isValid('channel'), true);
    });

    it('lists the actions of the channel that is chosen', async () => {
      const panel = await stage.editor.open('channel');
      await panel.locator('#node-input-operation').selectOption('send-action');
      deepEqual(await stage.list(panel, 'ensemble-parameter-action'), ['increment_decrement']);
      await stage.editor.page.keyboard.press('Escape');
      await type(panel, CHANNEL, 'media/1/2');
      await until(
        'the other actions',
        () => stage.list(panel, 'ensemble-parameter-action'),
        (texts) => String(texts) === 'play_action,pause_action',
      );
      await stage.editor.page.keyboard.press('Escape');
      await stage.editor.cancel();
    });

    it('takes the states of several channels as JSON', async () => {
      const panel = await stage.editor.open('several');
      // As of every field that is required and empty.
      equal(await isMarked(panel, 'ensemble-parameter-states'), true);
      await type(panel, 'ensemble-parameter-states', '["light/1/1"]');
      equal(await noteOf(panel, 'ensemble-parameter-states').getAttribute('data-kind'), 'error');
      await type(panel, 'ensemble-parameter-states', '{"light/1/1":40,"shade/1/1":true}');
      equal(await isMarked(panel, 'ensemble-parameter-states'), false);
      await stage.picture('turn-states');
      await stage.editor.save();
      deepEqual((await stage.editor.node('several')).parameters, { states: json({ 'light/1/1': 40, 'shade/1/1': true }) });
      equal(await stage.isValid('several'), true);
    });

    it('asks for a tick before a whole Turn can be reset', async () => {
      const panel = await stage.editor.open('control');
      const tick = panel.locator('#node-input-confirmReset');
      equal(await tick.isVisible(), false);
      await panel.locator('#node-input-operation').selectOption('set-state');
      const states = await stage.list(panel, 'ensemble-parameter-state');
      equal(states.length, 2);
      match(states.join(), /internal_temperature.*21\.5.*ready.*true/s);
      await stage.entries().filter({ hasText: 'ready' }).click();
      await stage.picture('turn-control');
      await panel.locator('#node-input-operation').selectOption('reset');
      equal(await tick.isChecked(), false);
      await tick.check();
      await stage.picture('turn-control-reset');
      await stage.editor.save();
      equal(await stage.isValid('control'), true);
    });

    it('asks for a selection where there is one, and offers what fits', async () => {
      const panel = await stage.editor.open('sse');
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
          () => stage.list(panel, 'node-input-selector'),
          (texts) => expected.test(texts.join()) && (stream === 'channel-type' || !texts.join().includes('media_volume')),
        );
        if (stream !== 'page') await stage.editor.page.keyboard.press('Escape');
      }
      await stage.picture('turn-pages');
      await stage.entries().filter({ hasText: 'Kitchen' }).click();
      await stage.note(panel, 'node-input-selector', /Kitchen/);
      await panel.locator('#node-input-initial').check();
      await stage.picture('turn-sse');
      await stage.editor.save();
      equal(await stage.isValid('sse'), true);
    });

    it('tests a Turn, and fills in a config node', async () => {
      const panel = await stage.editor.open('device');
      await panel.locator('#ensemble-test').click();
      await stage.note(panel, 'ensemble-test', words.tested);
      await stage.picture('turn-device');
      await stage.editor.cancel();
      const other = await stage.editor.open('other');
      await unfold(other);
      await other.locator('#node-config-input-name').fill('Hall');
      await other.locator('#node-config-input-host').fill('turn.local');
      await other.locator('#node-config-input-senderId').fill('house');
      await stage.editor.save();
      equal(await stage.isValid('other'), true);
    });

    it('say what is wrong, where a page went, and what each node does', async () => {
      deepEqual(await stage.complaints('wrong'), words.complaints);
      equal(await stage.isValid('foreign'), true);
      const wrong = await stage.editor.open('wrong');
      await type(wrong, CHANNEL, 'light/2/1');
      await stage.editor.save();
      equal(await stage.isValid('wrong'), true);
      await act(stage.simulator, 'configure', { page: 'light/1', shown: false });
      const panel = await stage.editor.open('channel');
      await stage.note(panel, CHANNEL, new RegExp(words.missing));
      await stage.editor.cancel();
      await act(stage.simulator, 'configure', { page: 'light/1', shown: true });
      deepEqual(await stage.labels('channel', 'control', 'sse', 'device'), words.labels);
    });

    describe('after a deploy, in a new browser', () => {
      const CONTRACT: Readonly<Record<string, object>> = {
        channel: {
          type: 'turn-channel',
          name: '',
          connection: 'device',
          operation: 'set-state',
          parameters: { channel: str('light/1/1'), value: num(45) },
          labels: { channel: { 'light/1/1': 'Kitchen' } },
          result: 'payload',
          delivery: 'latest',
          queueLimit: 1000,
          keepFor: 0,
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
          keepFor: 0,
        },
        sse: {
          type: 'turn-sse',
          name: '',
          connection: 'device',
          labels: { selector: { 'light/1': 'Kitchen' } },
          stream: 'page',
          selector: 'light/1',
          ignoreOwn: true,
          initial: true,
        },
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
        await stage.editor.deploy();
        await stage.reopen();
      });

      for (const [id, expected] of Object.entries(CONTRACT))
        it(`have saved the contract's properties: ${id}`, async () => deepEqual(await stage.deployed(id), expected));

      it('show everything again, and change nothing by being opened and closed', async () => {
        const channel = await stage.editor.open('channel');
        await stage.note(channel, CHANNEL, /Kitchen · percent/);
        equal(await channel.locator(`#${VALUE}-value`).inputValue(), '45');
        equal(await shownText(channel, 'node-input-delivery'), words.latest);
        await stage.editor.save();
        const control = await stage.editor.open('control');
        equal(await control.locator('#node-input-confirmReset').isChecked(), true);
        await stage.editor.save();
        const sse = await stage.editor.open('sse');
        equal(await shownText(sse, 'node-input-stream'), words.streams.page);
        equal(await sse.locator('#node-input-selector').inputValue(), 'light/1');
        await stage.editor.save();
        await stage.editor.open('other');
        await stage.editor.save();
        equal(await stage.isDirty(), false);
      });
    });
  });
