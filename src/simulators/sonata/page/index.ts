import './sonata.css';
import { button, controls, labelled, select } from '../../page/controls';
import { h, type PagePart, showList } from '../../page/dom';
import { translations } from '../../page/language';
import type { Act, Renderer } from '../../page/renderer';
import type { SonataState } from '../state';

const SIDE = 10;
const MAX_LEVEL = 15;
const LAST = SIDE * SIDE - 1;
const CORNERS = [0, SIDE - 1, LAST - SIDE + 1, LAST];

const t = translations({
  en: {
    matrix: 'Matrix',
    installation: 'installation',
    device: 'device',
    lit: 'lit',
    off: 'Off',
    toggle: 'Toggle',
    restart: 'Restart',
    restartHint: 'interrupts the power: the pattern is lost, and the matrix sends an alive event',
    events: 'Webhook',
    subscriber: 'Subscriber',
    noSubscriber: 'none',
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
    restartHint: 'unterbricht den Strom: das Muster geht verloren, und die Matrix sendet ein alive-Ereignis',
    events: 'Webhook',
    subscriber: 'Abonnent',
    noSubscriber: 'keiner',
    webhookBody: 'Inhalt',
    bodyString: 'JSON-Text mit Python darin',
    bodyObject: 'JSON-Objekt',
    bodyText: 'Python-Text',
    typeKey: 'Schlüssel der Art',
  },
});

type MatrixState = SonataState['matrices'][number];

export const render: Renderer<SonataState> = (root, act) => {
  const grid = h('div', { class: 'devices' });
  const webhook = createWebhook(act);
  root.append(grid, webhook.element);
  const showMatrices = showList(
    grid,
    ({ installation, device }: MatrixState) => `${installation}/${device}`,
    (matrix) => createMatrix(matrix, act),
  );
  return (state) => {
    showMatrices(state.matrices);
    webhook.show(state);
  };
};

function createMatrix({ installation, device }: MatrixState, act: Act): PagePart<MatrixState> {
  const leds = Array.from({ length: SIDE * SIDE }, (_, index) => (CORNERS.includes(index) ? undefined : h('i', { class: 'led' })));
  const grid = h('div', { class: 'matrix', role: 'img', 'data-device': `${installation}/${device}` }, ...leds.map((led) => led ?? h('b')));
  const count = h('span', { class: 'count' });
  const name = `${t('matrix')} ${device}`;
  const ids = `${t('installation')} ${installation} · ${t('device')} ${device}`;
  const press = (action: string) => () => act(action, { installation, device });
  const restart = button('↻', press('restart'), `${t('restart')}: ${t('restartHint')}`);
  restart.setAttribute('aria-label', t('restart'));
  return {
    element: h(
      'article',
      { class: 'card device', 'aria-label': `${name}, ${ids}` },
      h('header', {}, h('h3', {}, name), count, h('small', {}, ids)),
      grid,
      h('footer', {}, button(t('toggle'), press('toggle')), button(t('off'), press('off')), restart),
    ),
    show({ levels }) {
      for (const [index, led] of leds.entries()) if (led) showLevel(led, index, levels[index] ?? 0);
      const lit = levels.filter((level) => level > 0).length;
      count.textContent = lit > 0 ? `${lit} ${t('lit')}` : t('off').toLowerCase();
      grid.setAttribute('aria-label', `${name}: ${count.textContent}`);
    },
  };
}

function showLevel(led: HTMLElement, index: number, level: number): void {
  if (led.dataset.level === String(level)) return;
  led.dataset.level = String(level);
  led.title = `${index}: ${level}`;
  // Even the lowest level is clearly visible.
  led.style.setProperty('--glow', String(level && 0.1 + (0.9 * level) / MAX_LEVEL));
}

function createWebhook(act: Act): PagePart<SonataState> {
  const bodies = { string: t('bodyString'), object: t('bodyObject'), text: t('bodyText') };
  const body = select(t('webhookBody'), bodies, (value) => act('events', { webhookBody: value }));
  const keys = { type: 'type', message_type: 'message_type' };
  const typeKey = select(t('typeKey'), keys, (value) => act('events', { typeKey: value }));
  const subscriber = labelled(t('subscriber'));
  return {
    element: controls(t('events'), subscriber.element, body.element, typeKey.element),
    show(state) {
      subscriber.show(state.subscriber || t('noSubscriber'));
      body.show(state.webhookBody);
      typeKey.show(state.typeKey);
    },
  };
}
