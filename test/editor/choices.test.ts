import { deepEqual, equal } from 'node:assert/strict';
import { bool, msg, num, str } from '../kit/typed-input';
import { portOf } from '../simulators/ports';
import { chooseOption, isMarked, noteOf, type, unfold } from './panel-actions';
import { PanelStage, placed } from './panel-stage';
import { variants } from './variants';

const CHANNEL = 'ensemble-parameter-channel';
const VALUE = 'ensemble-parameter-value';

const WORDS = {
  'en-US': {
    nothing: 'Fill in one of these: Value, On, Air quality, or Air pressure.',
    tooMuch: 'Only one of these may be filled in: Value or Air quality.',
    noAppearance: 'Fill in one of these: On, Colour, Effect, Playlist, or Brightness.',
    twoAppearances: 'Only one of these may be filled in: Colour or Effect.',
  },
  de: {
    nothing: 'Bitte eines davon ausfüllen: Wert, Ein, Luftqualität oder Luftdruck.',
    tooMuch: 'Nur eines davon darf ausgefüllt sein: Wert oder Luftqualität.',
    noAppearance: 'Bitte eines davon ausfüllen: Ein, Farbe, Effekt, Playlist oder Helligkeit.',
    twoAppearances: 'Nur eines davon darf ausgefüllt sein: Farbe oder Effekt.',
  },
} as const;

/** Channels that an empty text cannot be for, and those that it may be for. */
const CHANNELS = [str('light/1/1'), str('Light/12/1'), str('source/1/3'), str('door/1/1'), msg('topic')];

const setState = (id: string, parameters: object) =>
  placed(id, 'turn-channel', { connection: 'device', operation: 'set-state', parameters });
const apply = (id: string, parameters: object) =>
  placed(id, 'twinkly-command', { connection: 'account', operation: 'apply', parameters: { id: str('48211'), ...parameters } });

for (const variant of variants)
  describe(`operations that need one of several values: ${variant.theme}, ${variant.language}`, () => {
    const words = WORDS[variant.language];
    const stage = new PanelStage(
      variant,
      (address) => [
        { id: 'device', type: 'turn-device', host: '127.0.0.1', port: portOf(address) },
        { id: 'account', type: 'twinkly-account', environment: 'custom', baseUrl: `${address}/twinkly` },
        ...CHANNELS.flatMap((channel, index) => [
          setState(`nothing-${index}`, { channel }),
          setState(`empty-${index}`, { channel, value: str('') }),
        ]),
        setState('perhaps', { channel: str('light/1/1'), value: msg('value'), on: bool(true) }),
        apply('appearance', {}),
        apply('bright', { brightness: num(0) }),
        apply('message', { effect: msg('effect') }),
        apply('two', { color: str('#ff0000'), effect: str('snow') }),
      ],
      { mayRefuse: true },
    );
    const complaints = async (...ids: string[]) => Promise.all(ids.map(async (id) => (await stage.complaints(id)) ?? []));

    it('have the red triangle without any, but for channels that an empty text may be for', async () => {
      deepEqual(await complaints(...CHANNELS.map((_, index) => `nothing-${index}`)), Array(5).fill([words.nothing]));
      deepEqual(await complaints(...CHANNELS.map((_, index) => `empty-${index}`)), [[words.nothing], [words.nothing], [], [], []]);
      deepEqual(await complaints('appearance', 'bright', 'message', 'two'), [[words.noAppearance], [], [], [words.twoAppearances]]);
    });

    it('have none where a message may leave out what would be too much', async () => {
      deepEqual(await complaints('perhaps'), [[]]);
    });

    it('say so at the first row, until one is filled, and which are too many', async () => {
      const panel = await stage.editor.open('empty-0');
      equal(await stage.note(panel, VALUE, new RegExp(words.nothing)), 'error');
      equal(await isMarked(panel, VALUE), true);
      await stage.picture('turn-nothing');
      await type(panel, CHANNEL, 'source/1/3');
      await stage.note(panel, VALUE, /^$/);
      await type(panel, CHANNEL, 'light/1/1');
      await stage.note(panel, VALUE, new RegExp(words.nothing));
      await chooseOption(panel, 'ensemble-parameter-on', 1);
      await stage.note(panel, VALUE, /^$/);
      await chooseOption(panel, 'ensemble-parameter-on', 0);
      await type(panel, VALUE, '45');
      await stage.note(panel, VALUE, /^$/);
      await unfold(panel);
      await type(panel, 'ensemble-parameter-ppmString', '400');
      for (const row of [VALUE, 'ensemble-parameter-ppmString']) equal((await noteOf(panel, row).innerText()).trim(), words.tooMuch);
      await stage.editor.save();
      deepEqual(await complaints('empty-0'), [[words.tooMuch]]);
    });
  });
