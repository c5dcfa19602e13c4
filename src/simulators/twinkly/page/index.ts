import './twinkly.css';
import { button, controls, labelled, numberField, select } from '../../page/controls';
import { h, type PagePart, showList, svg } from '../../page/dom';
import { translations } from '../../page/language';
import type { Act, Renderer } from '../../page/renderer';
import type { TwinklyObject, TwinklyState } from '../state';

const t = translations({
  en: {
    object: 'object',
    leds: 'LEDs',
    offline: 'offline',
    off: 'off',
    effect: 'effect',
    color: 'colour',
    playlist: 'playlist',
    movie: 'movie',
    turnOn: 'On',
    turnOff: 'Off',
    connect: 'Connect',
    disconnect: 'Disconnect',
    cloud: 'Cloud',
    account: 'Account',
    client: 'OAuth client',
    tokens: 'Valid tokens',
    tokenLife: 'Token lifetime',
    running: 'Running commands',
    commandTime: 'Duration of a command',
    commands: 'Commands',
    succeed: 'succeed',
    fail: 'fail',
    expire: 'Expire tokens',
    expireHint: 'All access tokens expire now, as after a day; they can be refreshed',
    revoke: 'Sign out',
    revokeHint: 'All tokens become invalid now, refresh tokens too',
  },
  de: {
    object: 'Objekt',
    leds: 'LEDs',
    offline: 'offline',
    off: 'aus',
    effect: 'Effekt',
    color: 'Farbe',
    playlist: 'Wiedergabeliste',
    movie: 'Film',
    turnOn: 'An',
    turnOff: 'Aus',
    connect: 'Verbinden',
    disconnect: 'Trennen',
    cloud: 'Cloud',
    account: 'Konto',
    client: 'OAuth-Client',
    tokens: 'Gültige Tokens',
    tokenLife: 'Gültigkeit eines Tokens',
    running: 'Laufende Befehle',
    commandTime: 'Dauer eines Befehls',
    commands: 'Befehle',
    succeed: 'gelingen',
    fail: 'misslingen',
    expire: 'Tokens ablaufen lassen',
    expireHint: 'Alle Zugriffstokens laufen jetzt ab, wie nach einem Tag; sie lassen sich erneuern',
    revoke: 'Abmelden',
    revokeHint: 'Alle Tokens werden jetzt ungültig, auch die zum Erneuern',
  },
});

export const render: Renderer<TwinklyState> = (root, act) => {
  const grid = h('div', { class: 'devices strings' });
  const cloud = createCloud(act);
  root.append(grid, cloud.element);
  const showObjects = showList(
    grid,
    ({ id }: TwinklyObject) => id,
    (object) => createObject(object, act),
  );
  return (state) => {
    showObjects(state.objects);
    cloud.show(state);
  };
};

const MODES: Readonly<Record<string, Parameters<typeof t>[0]>> = {
  effect: 'effect',
  color: 'color',
  playlist: 'playlist',
  movie: 'movie',
};

function createObject({ id, name, ledCount, installation }: TwinklyObject, act: Act): PagePart<TwinklyObject> {
  const string = createString(ledCount);
  const count = h('span', { class: 'count' });
  const ids = `${installation ? `${installation} · ` : ''}${t('object')} ${id} · ${ledCount} ${t('leds')}`;
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
      const { mode, online, brightness, plays } = object;
      const what = mode === 'off' ? t('off') : `${plays || t(MODES[mode] ?? 'effect')} · ${brightness} %`;
      count.textContent = online ? what : `${what} · ${t('offline')}`;
      power.textContent = t(mode === 'off' ? 'turnOn' : 'turnOff');
      network.textContent = t(online ? 'disconnect' : 'connect');
      string.show(object);
      string.element.setAttribute('aria-label', `${name}: ${count.textContent}`);
    },
  };
}

const WIDTH = 300;
const HEIGHT = 104;
const SWAGS = 3;
/** More bulbs could not be told apart. */
const MAX_BULBS = 48;

/** A garland: bulbs according to the number of LEDs, on a cable that hangs from four hooks. */
function createString(ledCount: number) {
  const picture = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'string', role: 'img' });
  const steps = Array.from({ length: 121 }, (_, step) => pointAt(step / 120));
  picture.append(svg('polyline', { points: steps.map(([x, y]) => `${x},${y}`).join(' ') }));
  const number = Math.min(MAX_BULBS, Math.max(21, Math.round(ledCount / 7)));
  const bulbs = Array.from({ length: number }, (_, index) => {
    const [x, y] = pointAt((index + 0.5) / number);
    return svg('circle', { cx: String(x), cy: String(y + 5), r: '4.2' });
  });
  picture.append(...bulbs);
  return {
    element: picture,
    show({ colours, brightness, online, mode }: TwinklyObject) {
      picture.classList.toggle('absent', !online);
      picture.classList.toggle('moving', mode !== 'color' && mode !== 'off');
      // Even the lowest brightness is clearly visible.
      const glow = colours.length > 0 && brightness > 0 ? 0.12 + 0.88 * (brightness / 100) : 0;
      picture.style.setProperty('--glow', String(glow));
      for (const [index, bulb] of bulbs.entries()) {
        bulb.style.setProperty('--light', colours[index % Math.max(1, colours.length)] ?? '#000');
        bulb.style.setProperty('--turn', `${-((index * 7) % 11) / 4}s`);
      }
    },
  };
}

/** A point on the cable. @param along 0 to 1 */
function pointAt(along: number): readonly [x: number, y: number] {
  const within = 2 * ((along * SWAGS) % 1) - 1;
  const y = along === 1 ? 16 : 16 + 52 * (1 - within * within);
  return [12 + along * (WIDTH - 24), Math.round(y * 10) / 10];
}

function createCloud(act: Act): PagePart<TwinklyState> {
  const tokenLife = numberField(t('tokenLife'), 's', 604_800, (value) => act('cloud', { tokenLife: Math.max(1, value) }));
  const commandTime = numberField(t('commandTime'), 'ms', 60_000, (value) => act('cloud', { commandTime: value }));
  const outcomes = { succeed: t('succeed'), fail: t('fail') };
  const commands = select(t('commands'), outcomes, (value) => act('cloud', { commands: value }));
  const [account, client, tokens, running] = [labelled(t('account')), labelled(t('client')), labelled(t('tokens')), labelled(t('running'))];
  const expire = button(t('expire'), () => act('expire', {}), t('expireHint'));
  const revoke = button(t('revoke'), () => act('revoke', {}), t('revokeHint'));
  const fields = [account, client, tokens, running, tokenLife, commandTime, commands];
  return {
    element: controls(t('cloud'), ...fields.map(({ element }) => element), h('div', { class: 'buttons' }, expire, revoke)),
    show(state) {
      account.show(`${state.account.username} / ${state.account.password}`);
      client.show(`${state.account.clientId} / ${state.account.clientSecret}`);
      tokens.show(state.tokens);
      running.show(state.running);
      tokenLife.show(state.tokenLife);
      commandTime.show(state.commandTime);
      commands.show(state.commands);
    },
  };
}
