import './thingsquare.css';
import { button, controls, select } from '../../page/controls';
import { h, type PagePart, showList } from '../../page/dom';
import { named } from '../../page/language';
import { slider } from '../../page/slider';
import { ago, celsius, percent } from '../../page/units';
import type { Act, StageDevice, VendorPage } from '../../page/vendor-page';
import type { Reach, ThingsquareDevice, ThingsquareState } from '../state';
import { createLamp } from './lamp';
import { t } from './texts';

const USERS = [
  { login: 'demo@example.com', password: 'demo', token: 'demo-token' },
  { login: 'other@example.com', password: 'other', token: 'other-token' },
] as const;

/** The lamp that the example for all vendors dims. */
const ON_STAGE = 'Lamp at the door';

const stage: StageDevice<ThingsquareState> = {
  role: 'follows',
  create() {
    const display = createDisplay();
    return {
      element: display.element,
      show({ devices }) {
        const device = devices.find(({ name }) => name === ON_STAGE);
        if (!device) return undefined;
        display.show(device);
        const level = levelOf(device);
        const text = percent(Number(level?.value) || 0);
        return { name: device.name, said: level?.pending ? t('unconfirmed', { level: text }) : text };
      },
    };
  },
};

export const page: VendorPage<ThingsquareState> = {
  stage,
  connection: (_state, { api }) => [
    { label: t('url'), value: api },
    { label: t('login'), value: USERS[0].login },
    { label: t('password'), value: USERS[0].password },
    { label: t('token'), value: USERS[0].token },
  ],
  devices(act) {
    const grid = h('div', { class: 'devices nodes' });
    const show = showList(
      grid,
      ({ auth }: ThingsquareDevice) => auth,
      (device) => createDevice(device, act),
    );
    return { element: grid, show: ({ devices }) => show(devices) };
  },
  settings: createSessions,
};

const levelOf = ({ variables }: ThingsquareDevice) => variables.find(({ name }) => name === 'level');

function createDevice({ auth, name, platform }: ThingsquareDevice, act: Act): PagePart<ThingsquareDevice> {
  const display = createDisplay();
  const link = h('span', { class: 'count' });
  const ids = h('small');
  const contact = h('small');
  const table = h('table', { 'aria-label': name });
  const command = h('p', { class: 'command' });
  const progress = h('progress', { max: '100', 'aria-label': t('updating') });
  const options: Record<Reach, string> = { awake: t('awake'), sleepy: t('sleepy'), away: t('away') };
  const reach = select(t('reach'), options, (value) => act('reach', { auth, reach: value }));
  const thermometer = createThermometer(act);
  return {
    element: h(
      'article',
      { class: 'card device node', 'aria-label': `${name}, ${platform}`, 'data-auth': auth },
      h('header', {}, h('h3', {}, name), link, ids, contact),
      display.element,
      progress,
      table,
      command,
      h('footer', {}, thermometer.element, reach.element),
    ),
    show(device) {
      link.textContent = device.connected ? t('connected') : '';
      contact.textContent = t('lastContact', { time: ago(device.lastContact) });
      ids.textContent = device.id || t('unregistered', { auth });
      display.show(device);
      table.replaceChildren(...rowsOf(device));
      const last = device.command;
      command.hidden = !last;
      command.textContent = last ? t(last.state, { text: last.text }) : '';
      progress.hidden = device.update === undefined;
      progress.value = device.update ?? 0;
      reach.show(device.reach);
      thermometer.show(shownOf(device, 'temperature'));
    },
  };
}

const shownOf = ({ variables }: ThingsquareDevice, name: string): string | undefined =>
  variables.find((variable) => variable.name === name)?.value;

/** What the device shows: a thermometer's temperature, a lamp's light, else a small LED. */
function createDisplay(): PagePart<ThingsquareDevice> {
  const light = h('i', { class: 'light' });
  const lamp = createLamp();
  const text = h('b');
  const element = h('div', { class: 'display', role: 'img' }, light, lamp.element, text);
  /** The last level that the lamp has acknowledged. */
  let level: string | undefined;
  return {
    element,
    show(device) {
      const temperature = shownOf(device, 'temperature');
      const wanted = levelOf(device);
      if (wanted && !(wanted.pending && level)) level = wanted.value;
      const shown = temperature !== undefined ? celsius(Number(temperature)) : level !== undefined ? percent(Number(level) || 0) : '';
      text.textContent = shown;
      element.setAttribute('aria-label', shown ? named(device.name, shown) : device.name);
      element.classList.toggle('blinking', device.blinking);
      element.classList.toggle('away', device.reach === 'away');
      lamp.show(Number(level) || 0);
      lamp.element.hidden = level === undefined;
      light.hidden = level !== undefined;
    },
  };
}

const rowsOf = ({ variables }: ThingsquareDevice): HTMLElement[] =>
  variables.map(({ kind, name, value, pending }) => {
    const hint = pending ? t('pending') : kind === 'meta' && name === 'state' ? t('stateHint') : '';
    return h(
      'tr',
      { class: pending && 'pending', ...(hint && { title: hint }) },
      h('th', { scope: 'row' }, h('code', {}, kind), ` ${name}`),
      h('td', {}, pending ? `${value} …` : value),
    );
  });

function createThermometer(act: Act): PagePart<string | undefined> {
  const range = { min: -10, max: 40, step: 0.5, text: celsius };
  const field = slider(t('temperature'), { ...range, change: (temperature) => act('temperature', { temperature }) });
  return {
    element: field.element,
    show(value) {
      field.element.hidden = value === undefined;
      if (value !== undefined) field.show(Number(value));
    },
  };
}

function createSessions(act: Act): PagePart<ThingsquareState> {
  const logins = h('p');
  const letters = h('p');
  const end = button(t('end'), () => act('end-sessions', {}), t('endHint'));
  const users = USERS.map(({ login, password, token }) => h('code', {}, [login, password, token].join(' · ')));
  return {
    element: controls(t('sessions'), logins, h('small', {}, t('users')), ...users, letters, end),
    show({ sessions, mails }) {
      const lines = mails.map(({ to, about, token }) => h('div', {}, `${t(about, { to })} `, h('code', {}, token)));
      letters.replaceChildren(...(lines.length > 0 ? [h('small', {}, t('mails')), ...lines] : []));
      const counts = new Map<string, number>();
      for (const login of sessions) counts.set(login || t('anonymous'), (counts.get(login || t('anonymous')) ?? 0) + 1);
      const shown = [...counts].map(([login, count]) => (count > 1 ? `${login} × ${count}` : login));
      logins.textContent = shown.join(', ') || t('noSession');
    },
  };
}
