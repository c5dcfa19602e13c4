import './turn.css';
import { button, checkbox, controls, labelled, numberField, timeField } from '../../page/controls';
import { h, type PagePart, showList } from '../../page/dom';
import { number } from '../../page/units';
import type { Act, VendorPage } from '../../page/vendor-page';
import type { TurnPage, TurnState } from '../state';
import { createDial } from './dial';
import { createKeys } from './keys';
import { stage } from './stage';
import { t } from './texts';
import { displayOf } from './values';

export const page: VendorPage<TurnState> = {
  stage,
  connection(_state, { api }) {
    const { hostname, port } = new URL(api);
    return [
      { label: t('host'), value: hostname },
      { label: t('port'), value: port },
    ];
  },
  devices(act) {
    let state: TurnState | undefined;
    let selected = 'light/1';
    const select = (id: string) => {
      selected = id;
      if (state) show(state);
    };
    const parts = [createDevice(act, () => selected), createPages(select, () => selected)];
    const show = (now: TurnState) => {
      state = now;
      if (!now.pages.some(({ id }) => id === selected)) selected = now.pages[0]?.id ?? '';
      for (const part of parts) part.show(now);
    };
    return { element: h('div', { class: 'devices turns' }, ...parts.map(({ element }) => element)), show };
  },
  settings(act) {
    const parts = [createAround(act), createConfiguration(act)];
    return {
      element: h('div', { class: 'groups' }, ...parts.map(({ element }) => element)),
      show(state) {
        for (const part of parts) part.show(state);
      },
    };
  },
};

/** The Turn itself: dial, display and touch screen of the selected page. */
function createDevice(act: Act, selected: () => string): PagePart<TurnState> {
  let last: TurnState | undefined;
  const dial = createDial(
    (page, steps, done) => act('dial', { page, steps }, done),
    () => last && show(last),
  );
  const touch = h('div');
  const restart = button(t('restart'), () => act('restart', {}), t('restartHint'));
  const element = h('section', { class: 'card turn' }, dial.element, touch, restart);
  let keys: ReturnType<typeof createKeys> | undefined;
  let shown = '';
  const show = (state: TurnState) => {
    last = state;
    const page = state.pages.find(({ id }) => id === selected());
    element.hidden = !page;
    if (!page) return;
    if (shown !== page.id || !keys) {
      keys = createKeys(page, act);
      touch.replaceChildren(keys.element);
      shown = page.id;
    }
    dial.show(page);
    keys.show(dial.shown(page), state);
  };
  return { element, show };
}

/** All pages with their values; a click selects one. */
function createPages(select: (page: string) => void, selected: () => string): PagePart<TurnState> {
  const rows = h('ul', { class: 'turn-pages' });
  const createRow = ({ id }: TurnPage): PagePart<TurnPage> => {
    const name = h('span');
    const value = h('b');
    const press = h('button', { type: 'button', click: () => select(id) }, name, h('code', {}, id), value);
    return {
      element: h('li', { 'data-page': id }, press),
      show(page) {
        const { large, small } = displayOf(page);
        name.textContent = page.name;
        value.textContent = small ? `${large} · ${small}` : large;
        press.setAttribute('aria-current', String(id === selected()));
      },
    };
  };
  const showRows = showList(rows, ({ id }: TurnPage) => id, createRow);
  return {
    element: h('section', { class: 'card' }, h('h3', {}, t('pages')), rows),
    show: ({ pages }) => showRows(pages),
  };
}

/** What a person cannot change at the dial: temperature, heartbeat, Sonos, power. */
function createAround(act: Act): PagePart<TurnState> {
  const room = numberField(t('room'), { unit: '°C', max: 50, change: (temperature) => act('room', { temperature }) });
  const heartbeat = timeField(t('heartbeat'), {
    unit: 's',
    max: 3600,
    none: t('never'),
    change: (seconds) => act('heartbeat', { seconds }),
  });
  heartbeat.element.title = t('heartbeatHint');
  for (const { element } of [room, heartbeat]) element.querySelector('input')?.setAttribute('step', 'any');
  const previous = checkbox(t('sonosPrevious'), (value) => act('transport', { previousEnabled: value }));
  const next = checkbox(t('sonosNext'), (value) => act('transport', { nextEnabled: value }));
  const [ready, streams] = [labelled(t('ready')), labelled(t('streams'))];
  const fields = [room, heartbeat, previous, next, ready, streams];
  return {
    element: controls(t('around'), ...fields.map(({ element }) => element)),
    show(state) {
      room.show(state.internalTemperature);
      heartbeat.show(state.heartbeat);
      previous.show(state.transportControls.previousEnabled);
      next.show(state.transportControls.nextEnabled);
      ready.show(t(state.ready ? 'yes' : 'no'));
      streams.show(number(state.streams));
    },
  };
}

/** Which pages the Turn has. */
function createConfiguration(act: Act): PagePart<TurnState> {
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
    element: controls(t('configuration'), h('p', { class: 'hint' }, t('configurationHint')), list),
    show({ pages, possiblePages }) {
      for (const { id, name } of possiblePages) {
        const key = keys.get(id) ?? createKey(id);
        key.title = name;
        key.setAttribute('aria-pressed', String(pages.some((page) => page.id === id)));
      }
    },
  };
}
