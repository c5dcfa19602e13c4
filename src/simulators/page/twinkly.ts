import './twinkly.css';
import type { TwinklyObject, TwinklyState } from '../types';
import { button, h, number, select } from './dom';
import type { Act, Renderer } from './renderer';
import { wordsOf } from './words';

const word = wordsOf({
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
    signedIn: 'Tokens that are good',
    tokenLife: 'A token is good for',
    running: 'Commands under way',
    commandTime: 'A command takes',
    commands: 'Commands',
    succeed: 'succeed',
    fail: 'fail',
    expire: 'Expire tokens',
    expireHint: 'Every token ends now, as after a day; it can be renewed',
    revoke: 'Sign out',
    revokeHint: 'Every token ends now, and none can be renewed',
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
    signedIn: 'Gültige Tokens',
    tokenLife: 'Ein Token gilt',
    running: 'Laufende Befehle',
    commandTime: 'Ein Befehl dauert',
    commands: 'Befehle',
    succeed: 'gelingen',
    fail: 'misslingen',
    expire: 'Tokens ablaufen lassen',
    expireHint: 'Jedes Token endet jetzt, wie nach einem Tag; es lässt sich erneuern',
    revoke: 'Abmelden',
    revokeHint: 'Jedes Token endet jetzt, und keines lässt sich erneuern',
  },
});

export const renderTwinkly: Renderer<TwinklyState> = (root, act) => {
  const grid = h('div', { class: 'devices strings' });
  const cloud = createCloud(act);
  root.append(grid, cloud.element);
  const cards = new Map<number, Card>();
  return (state) => {
    for (const object of state.objects) {
      const card = cards.get(object.id) ?? createCard(object, act);
      if (!cards.has(object.id)) grid.append(card.element);
      cards.set(object.id, card);
      card.show(object);
    }
    cloud.show(state);
  };
};

interface Card {
  readonly element: HTMLElement;
  show(object: TwinklyObject): void;
}

const MODES: Readonly<Record<string, Parameters<typeof word>[0]>> = {
  effect: 'effect',
  color: 'color',
  playlist: 'playlist',
  movie: 'movie',
};

function createCard({ id, name, ledCount, installation }: TwinklyObject, act: Act): Card {
  const string = createString(ledCount);
  const count = h('span', { class: 'count' });
  const ids = `${installation ? `${installation} · ` : ''}${word('object')} ${id} · ${ledCount} ${word('leds')}`;
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
      const what = mode === 'off' ? word('off') : `${plays || word(MODES[mode] ?? 'effect')} · ${brightness} %`;
      count.textContent = online ? what : `${what} · ${word('offline')}`;
      power.textContent = word(mode === 'off' ? 'turnOn' : 'turnOff');
      network.textContent = word(online ? 'disconnect' : 'connect');
      string.show(object);
      string.element.setAttribute('aria-label', `${name}: ${count.textContent}`);
    },
  };
}

const WIDTH = 300;
const HEIGHT = 104;
const SWAGS = 3;
/** More bulbs than these would be a line. */
const MOST_BULBS = 48;
const SVG = 'http://www.w3.org/2000/svg';

/** A garland: so many bulbs as suit its LEDs, on a cable that hangs from four hooks. */
function createString(ledCount: number) {
  const picture = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'string', role: 'img' });
  const steps = Array.from({ length: 121 }, (_, step) => hangsAt(step / 120));
  picture.append(svg('polyline', { points: steps.map(([x, y]) => `${x},${y}`).join(' ') }));
  const number = Math.min(MOST_BULBS, Math.max(21, Math.round(ledCount / 7)));
  const bulbs = Array.from({ length: number }, (_, index) => {
    const [x, y] = hangsAt((index + 0.5) / number);
    return svg('circle', { cx: String(x), cy: String(y + 5), r: '4.2' });
  });
  picture.append(...bulbs);
  return {
    element: picture,
    show({ colours, brightness, online, mode }: TwinklyObject) {
      picture.classList.toggle('absent', !online);
      picture.classList.toggle('moving', mode !== 'color' && mode !== 'off');
      // The eye sees the first light clearly.
      const glow = colours.length > 0 && brightness > 0 ? 0.12 + 0.88 * (brightness / 100) : 0;
      picture.style.setProperty('--glow', String(glow));
      for (const [index, bulb] of bulbs.entries()) {
        bulb.style.setProperty('--light', colours[index % Math.max(1, colours.length)] ?? '#000');
        bulb.style.setProperty('--turn', `${-((index * 7) % 11) / 4}s`);
      }
    },
  };
}

/** A place on the cable, from 0 to 1. */
function hangsAt(along: number): readonly [x: number, y: number] {
  const within = 2 * ((along * SWAGS) % 1) - 1;
  const y = along === 1 ? 16 : 16 + 52 * (1 - within * within);
  return [12 + along * (WIDTH - 24), Math.round(y * 10) / 10];
}

function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Readonly<Record<string, string>>): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function createCloud(act: Act) {
  const tokenLife = number(word('tokenLife'), 's', 604_800, (value) => act('cloud', { tokenLife: Math.max(1, value) }));
  const commandTime = number(word('commandTime'), 'ms', 60_000, (value) => act('cloud', { commandTime: value }));
  const outcomes = { succeed: word('succeed'), fail: word('fail') };
  const commands = select(word('commands'), outcomes, (value) => act('cloud', { commands: value }));
  const [account, client, tokens, running] = [h('code'), h('code'), h('code'), h('code')];
  const hinted = (key: 'expire' | 'revoke') => {
    const made = button(word(key), () => act(key, {}));
    made.title = word(`${key}Hint`);
    return made;
  };
  const told = (key: Parameters<typeof word>[0], value: HTMLElement) => h('label', {}, h('span', {}, word(key)), value);
  return {
    element: h(
      'section',
      { class: 'card switches' },
      h('h3', {}, word('cloud')),
      told('account', account),
      told('client', client),
      told('signedIn', tokens),
      told('running', running),
      tokenLife.element,
      commandTime.element,
      commands.element,
      h('div', { class: 'buttons' }, hinted('expire'), hinted('revoke')),
    ),
    show(state: TwinklyState) {
      account.textContent = `${state.account.username} / ${state.account.password}`;
      client.textContent = `${state.account.clientId} / ${state.account.clientSecret}`;
      tokens.textContent = String(state.tokens);
      running.textContent = String(state.running);
      tokenLife.show(state.tokenLife);
      commandTime.show(state.commandTime);
      commands.show(state.commands);
    },
  };
}
