import './twinkly.css';
import { button, controls, labelled, select, timeField } from '../../page/controls';
import { h, type PagePart, showList } from '../../page/dom';
import { named } from '../../page/language';
import { number, percent } from '../../page/units';
import type { Act, StageDevice, VendorPage } from '../../page/vendor-page';
import type { TwinklyObject, TwinklyState } from '../state';
import { bulbsOf, createString } from './string';
import { t } from './texts';

/** The string that the example for all vendors dims: *Wreath*. */
const ON_STAGE = 48213;
/** As many as look well there, and how often the cable hangs down. */
const [BULBS, SWAGS] = [50, 5];

const stage: StageDevice<TwinklyState> = {
  role: 'follows',
  isWide: true,
  create() {
    const string = createString(BULBS, SWAGS);
    return {
      element: string.element,
      show({ objects }) {
        const object = objects.find(({ id }) => id === ON_STAGE);
        if (!object) return undefined;
        const shown = { name: object.name, said: saidOf(object) };
        string.show(object);
        string.element.setAttribute('aria-label', shown.said);
        return shown;
      },
    };
  },
};

export const page: VendorPage<TwinklyState> = {
  stage,
  connection: ({ account }, { api }) => [
    { label: t('environment'), value: t('otherServer') },
    { label: t('url'), value: api },
    { label: t('email'), value: account.username },
    { label: t('password'), value: account.password },
    { label: t('clientId'), value: account.clientId },
    { label: t('clientSecret'), value: account.clientSecret },
  ],
  devices(act) {
    const grid = h('div', { class: 'devices strings' });
    const show = showList(
      grid,
      ({ id }: TwinklyObject) => id,
      (object) => createObject(object, act),
    );
    return { element: grid, show: ({ objects }) => show(objects) };
  },
  settings: createCloud,
};

const MODES: Readonly<Record<string, Parameters<typeof t>[0]>> = {
  effect: 'effect',
  color: 'color',
  playlist: 'playlist',
  movie: 'movie',
};

function saidOf({ mode, plays, brightness, online }: TwinklyObject): string {
  const what = mode === 'off' ? [t('off')] : [plays || t(MODES[mode] ?? 'effect'), percent(brightness)];
  return [...what, ...(online ? [] : [t('offline')])].join(' · ');
}

function createObject({ id, name, ledCount, installation }: TwinklyObject, act: Act): PagePart<TwinklyObject> {
  const string = createString(bulbsOf(ledCount));
  const count = h('span', { class: 'count' });
  const ids = [...(installation ? [installation] : []), t('ids', { id, leds: number(ledCount) })].join(' · ');
  let now: TwinklyObject | undefined;
  const power = button('', () => act('turn', { id, on: now?.mode === 'off' }));
  const network = button('', () => act('connect', { id, on: !now?.online }));
  return {
    element: h(
      'article',
      { class: 'card device', 'aria-label': `${name}, ${ids}`, 'data-object': String(id) },
      h('header', {}, h('h3', {}, name), count, h('small', {}, ids)),
      string.element,
      h('footer', {}, power, network),
    ),
    show(object) {
      now = object;
      count.textContent = saidOf(object);
      power.textContent = t(object.mode === 'off' ? 'turnOn' : 'turnOff');
      network.textContent = t(object.online ? 'disconnect' : 'connect');
      string.show(object);
      string.element.setAttribute('aria-label', named(name, saidOf(object)));
    },
  };
}

function createCloud(act: Act): PagePart<TwinklyState> {
  const tokenLife = timeField(t('tokenLife'), {
    unit: 's',
    max: 604_800,
    change: (value) => act('cloud', { tokenLife: Math.max(1, value) }),
  });
  const commandTime = timeField(t('commandTime'), { unit: 'ms', max: 60_000, change: (value) => act('cloud', { commandTime: value }) });
  const outcomes = { succeed: t('succeed'), fail: t('fail') };
  const commands = select(t('commands'), outcomes, (value) => act('cloud', { commands: value }));
  const [tokens, running] = [labelled(t('tokens')), labelled(t('running'))];
  const expire = button(t('expire'), () => act('expire', {}), t('expireHint'));
  const revoke = button(t('revoke'), () => act('revoke', {}), t('revokeHint'));
  const fields = [tokens, running, tokenLife, commandTime, commands];
  return {
    element: controls(t('cloud'), ...fields.map(({ element }) => element), h('div', { class: 'buttons' }, expire, revoke)),
    show(state) {
      tokens.show(number(state.tokens));
      running.show(number(state.running));
      tokenLife.show(state.tokenLife);
      commandTime.show(state.commandTime);
      commands.show(state.commands);
    },
  };
}
