import './sonata.css';
import type { SonataState } from '../types';
import { button, h, select } from './dom';
import type { Act, Renderer } from './renderer';
import { wordsOf } from './words';

const SIDE = 10;
const MAX_LEVEL = 15;
const LAST = SIDE * SIDE - 1;
const CORNERS = [0, SIDE - 1, LAST - SIDE + 1, LAST];

const word = wordsOf({
  en: {
    matrix: 'Matrix',
    installation: 'installation',
    device: 'device',
    lit: 'lit',
    off: 'Off',
    toggle: 'Toggle',
    restart: 'Restart',
    restartHint: 'takes the power away for a moment: the pattern is lost, and the matrix says that it is alive',
    events: 'Webhook',
    subscriber: 'Subscriber',
    nobody: 'nobody',
    webhookBody: 'Body',
    bodyString: 'JSON text with Python inside',
    bodyObject: 'JSON object',
    bodyText: 'Python text',
    typeKey: 'Key of the type',
  },
  de: {
    matrix: 'Matrix',
    installation: 'Installation',
    device: 'Gerät',
    lit: 'an',
    off: 'Aus',
    toggle: 'An/Aus',
    restart: 'Neustart',
    restartHint: 'nimmt kurz den Strom weg, das Muster geht verloren, und die Matrix meldet sich zurück',
    events: 'Webhook',
    subscriber: 'Abonnent',
    nobody: 'niemand',
    webhookBody: 'Inhalt',
    bodyString: 'JSON-Text mit Python darin',
    bodyObject: 'JSON-Objekt',
    bodyText: 'Python-Text',
    typeKey: 'Schlüssel der Art',
  },
});

type MatrixState = SonataState['matrices'][number];

export const renderSonata: Renderer<SonataState> = (root, act) => {
  const grid = h('div', { class: 'devices' });
  const webhook = createWebhook(act);
  root.append(grid, webhook.element);
  const cards = new Map<string, Card>();
  return (state) => {
    state.matrices.forEach((matrix, place) => {
      const key = `${matrix.installation}/${matrix.device}`;
      const card = cards.get(key) ?? createCard(matrix, act);
      cards.set(key, card);
      if (grid.children[place] !== card.element) grid.insertBefore(card.element, grid.children[place] ?? null);
      card.show(matrix.levels);
    });
    webhook.show(state);
  };
};

interface Card {
  readonly element: HTMLElement;
  show(levels: readonly number[]): void;
}

function createCard({ installation, device }: MatrixState, act: Act): Card {
  const leds = Array.from({ length: SIDE * SIDE }, (_, index) => (CORNERS.includes(index) ? undefined : h('i', { class: 'led' })));
  const face = h('div', { class: 'matrix', role: 'img', 'data-device': `${installation}/${device}` }, ...leds.map((led) => led ?? h('b')));
  const count = h('span', { class: 'count' });
  const name = `${word('matrix')} ${device}`;
  const ids = `${word('installation')} ${installation} · ${word('device')} ${device}`;
  const act1 = (action: string) => () => act(action, { installation, device });
  const restart = button('↻', act1('restart'));
  restart.title = `${word('restart')}: ${word('restartHint')}`;
  restart.setAttribute('aria-label', word('restart'));
  return {
    element: h(
      'article',
      { class: 'card device', 'aria-label': `${name}, ${ids}` },
      h('header', {}, h('h3', {}, name), count, h('small', {}, ids)),
      face,
      h('footer', {}, button(word('toggle'), act1('toggle')), button(word('off'), act1('off')), restart),
    ),
    show(levels) {
      for (const [index, led] of leds.entries()) if (led) showLevel(led, index, levels[index] ?? 0);
      const lit = levels.filter((level) => level > 0).length;
      count.textContent = lit > 0 ? `${lit} ${word('lit')}` : word('off').toLowerCase();
      face.setAttribute('aria-label', `${name}: ${count.textContent}`);
    },
  };
}

function showLevel(led: HTMLElement, index: number, level: number): void {
  if (led.dataset.level === String(level)) return;
  led.dataset.level = String(level);
  led.title = `${index}: ${level}`;
  // The eye sees the first level clearly.
  led.style.setProperty('--glow', String(level && 0.1 + (0.9 * level) / MAX_LEVEL));
}

function createWebhook(act: Act) {
  const bodies = { string: word('bodyString'), object: word('bodyObject'), text: word('bodyText') };
  const body = select(word('webhookBody'), bodies, (value) => act('events', { webhookBody: value }));
  const keys = { type: 'type', message_type: 'message_type' };
  const typeKey = select(word('typeKey'), keys, (value) => act('events', { typeKey: value }));
  const subscriber = h('code');
  const element = h(
    'section',
    { class: 'card switches' },
    h('h3', {}, word('events')),
    h('label', {}, h('span', {}, word('subscriber')), subscriber),
    body.element,
    typeKey.element,
  );
  return {
    element,
    show(state: SonataState) {
      subscriber.textContent = state.subscriber || word('nobody');
      body.show(state.webhookBody);
      typeKey.show(state.typeKey);
    },
  };
}
