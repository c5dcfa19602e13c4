import './turn.css';
import type { TurnPage, TurnState } from '../types';
import { button, h, number } from './dom';
import type { Act, Renderer } from './renderer';
import { createDial } from './turn-dial';
import { createKeys } from './turn-keys';
import { faceOf } from './turn-values';
import { word } from './turn-words';

export const renderTurn: Renderer<TurnState> = (root, act) => {
  let state: TurnState | undefined;
  let selected = 'light/1';
  const select = (page: string) => {
    selected = page;
    if (state) show(state);
  };
  const parts = [createDevice(act, () => selected), createPages(select, () => selected), createAround(act), createConfiguration(act)];
  root.append(...parts.map(({ element }) => element));
  const show = (now: TurnState) => {
    state = now;
    if (!now.pages.some(({ id }) => id === selected)) selected = now.pages[0]?.id ?? '';
    for (const part of parts) part.show(now);
  };
  return show;
};

interface Part {
  readonly element: HTMLElement;
  show(state: TurnState): void;
}

/** The Turn itself: dial and display with the page that is chosen, and its touch screen. */
function createDevice(act: Act, selected: () => string): Part {
  const dial = createDial((steps) => act('dial', { page: selected(), steps }));
  const touch = h('div');
  const element = h('section', { class: 'card turn' }, dial.element, touch);
  let keys: ReturnType<typeof createKeys> | undefined;
  let shown = '';
  return {
    element,
    show(state) {
      const page = state.pages.find(({ id }) => id === selected());
      element.hidden = !page;
      if (!page) return;
      if (shown !== page.id || !keys) {
        keys = createKeys(page, act);
        touch.replaceChildren(keys.element);
        shown = page.id;
      }
      dial.show(page);
      keys.show(page, state);
    },
  };
}

/** All pages with what they show; one press brings a page to the display. */
function createPages(select: (page: string) => void, selected: () => string): Part {
  const list = h('ul', { class: 'turn-pages' });
  const rows = new Map<string, { readonly element: HTMLElement; show(page: TurnPage): void }>();
  const createRow = (id: string) => {
    const name = h('span');
    const value = h('output');
    const press = h('button', { type: 'button', click: () => select(id) }, name, h('code', {}, id), value);
    return {
      element: h('li', { 'data-page': id }, press),
      show(page: TurnPage) {
        const { large, small } = faceOf(page);
        name.textContent = page.name;
        value.textContent = small ? `${large} · ${small}` : large;
        press.setAttribute('aria-current', String(id === selected()));
      },
    };
  };
  return {
    element: h('section', { class: 'card' }, h('h3', {}, word('pages')), list),
    show({ pages }) {
      const elements = pages.map((page) => {
        const row = rows.get(page.id) ?? createRow(page.id);
        rows.set(page.id, row);
        row.show(page);
        return row.element;
      });
      if (elements.length !== list.children.length || elements.some((row, index) => row !== list.children[index]))
        list.replaceChildren(...elements);
    },
  };
}

/** What a person cannot do at the dial: the room, the line, Sonos, the power. */
function createAround(act: Act): Part {
  const room = number(word('room'), '°C', 50, (value) => act('room', { temperature: value }));
  const heartbeat = number(word('heartbeat'), 's', 3600, (value) => act('heartbeat', { seconds: value }));
  heartbeat.element.title = word('heartbeatHint');
  for (const { element } of [room, heartbeat]) element.querySelector('input')?.setAttribute('step', 'any');
  const previous = tick(word('sonosPrevious'), (value) => act('transport', { previousEnabled: value }));
  const next = tick(word('sonosNext'), (value) => act('transport', { nextEnabled: value }));
  const [ready, streams] = [h('output'), h('output')];
  const restart = button(word('restart'), () => act('restart', {}));
  restart.title = word('restartHint');
  const line = (label: string, output: HTMLElement) => h('label', {}, h('span', {}, label), output);
  return {
    element: h(
      'section',
      { class: 'card switches' },
      h('h3', {}, word('around')),
      room.element,
      heartbeat.element,
      previous.element,
      next.element,
      line(word('ready'), ready),
      line(word('streams'), streams),
      restart,
    ),
    show(state) {
      room.show(state.internalTemperature);
      heartbeat.show(state.heartbeat);
      previous.show(state.transportControls.previousEnabled);
      next.show(state.transportControls.nextEnabled);
      ready.textContent = word(state.ready ? 'yes' : 'no');
      streams.textContent = String(state.streams);
    },
  };
}

function tick(label: string, change: (value: boolean) => void) {
  const field = h('input', { type: 'checkbox', change: () => change(field.checked) });
  return {
    element: h('label', {}, h('span', {}, label), field),
    show(value: boolean) {
      field.checked = value;
    },
  };
}

/** Which pages the Turn has. */
function createConfiguration(act: Act): Part {
  const list = h('div', { class: 'turn-configuration' });
  const keys = new Map<string, HTMLButtonElement>();
  const isPressed = (key: HTMLElement) => key.getAttribute('aria-pressed') === 'true';
  const createKey = (id: string): HTMLButtonElement => {
    const key = button(id, () => act('configure', { page: id, shown: !isPressed(key) }));
    list.append(key);
    keys.set(id, key);
    return key;
  };
  return {
    element: h(
      'section',
      { class: 'card' },
      h('h3', {}, word('configuration')),
      h('p', { class: 'none' }, word('configurationHint')),
      list,
    ),
    show({ pages, possiblePages }) {
      for (const { id, name } of possiblePages) {
        const key = keys.get(id) ?? createKey(id);
        key.title = name;
        key.setAttribute('aria-pressed', String(pages.some((page) => page.id === id)));
      }
    },
  };
}
