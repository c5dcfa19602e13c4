import './thingsquare.css';
import { button, controls, select } from '../../page/controls';
import { h, type PagePart, showList } from '../../page/dom';
import { timeOfDay, translations } from '../../page/language';
import type { Act, Renderer } from '../../page/renderer';
import type { Reach, ThingsquareDevice, ThingsquareState } from '../state';

const t = translations({
  en: {
    connected: 'connected',
    stateHint: 'Only a firmware update needs “connected”: set the d variable mode to that',
    lastContact: 'last contact',
    unregistered: 'Not registered. Claim it with this code:',
    variable: 'variable',
    value: 'value',
    pending: 'the device has not acknowledged it yet',
    command: 'Command',
    waiting: 'waiting',
    done: 'done',
    expired: 'expired',
    updating: 'Firmware update',
    reach: 'Acknowledges',
    awake: 'at once',
    sleepy: 'after 4 s',
    away: 'never',
    temperature: 'Temperature',
    sessions: 'Sessions',
    anonymous: 'anonymous',
    noSession: 'No session.',
    end: 'End all sessions',
    endHint: 'The next request of each client has a session that has ended',
    users: 'Users',
    mails: 'E-mails',
    confirmation: 'confirm your address',
    recovery: 'a new password, with the token',
  },
  de: {
    connected: 'verbunden',
    stateHint: 'Nur ein Firmware-Update braucht „connected“: Dazu die d-Variable mode auf diesen Wert setzen',
    lastContact: 'letzter Kontakt',
    unregistered: 'Nicht registriert. Anmelden mit diesem Code:',
    variable: 'Variable',
    value: 'Wert',
    pending: 'vom Gerät noch nicht bestätigt',
    command: 'Befehl',
    waiting: 'wartet',
    done: 'ausgeführt',
    expired: 'verfallen',
    updating: 'Firmware-Update',
    reach: 'Bestätigt',
    awake: 'sofort',
    sleepy: 'nach 4 s',
    away: 'nie',
    temperature: 'Temperatur',
    sessions: 'Sitzungen',
    anonymous: 'anonym',
    noSession: 'Keine Sitzung.',
    end: 'Alle Sitzungen beenden',
    endHint: 'Die nächste Anfrage jedes Clients hat eine beendete Sitzung',
    users: 'Benutzer',
    mails: 'E-Mails',
    confirmation: 'Adresse bestätigen',
    recovery: 'neues Passwort, mit dem Token',
  },
});

/** Login, password and token of each user. */
const USERS = ['demo@example.com · demo · demo-token', 'other@example.com · other · other-token'];

export const render: Renderer<ThingsquareState> = (root, act) => {
  const grid = h('div', { class: 'devices nodes' });
  const sessions = createSessions(act);
  root.append(grid, sessions.element);
  const showDevices = showList(
    grid,
    ({ auth }: ThingsquareDevice) => auth,
    (device) => createDevice(device, act),
  );
  return (state) => {
    showDevices(state.devices);
    sessions.show(state);
  };
};

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
      h('footer', { class: 'switches' }, thermometer.element, reach.element),
    ),
    show(device) {
      link.textContent = device.connected ? t('connected') : '';
      contact.textContent = `${t('lastContact')} ${timeOfDay.format(device.lastContact)}`;
      ids.textContent = device.id || `${t('unregistered')} ${auth}`;
      display.show(device);
      table.replaceChildren(...rowsOf(device));
      const last = device.command;
      command.textContent = last ? `${t('command')} ${last.text}: ${t(last.state)}` : '';
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
  const text = h('b');
  const element = h('div', { class: 'display', role: 'img' }, light, text);
  /** The last level that the lamp has acknowledged. */
  let level: string | undefined;
  return {
    element,
    show(device) {
      const temperature = shownOf(device, 'temperature');
      const wanted = device.variables.find(({ name }) => name === 'level');
      if (wanted && !(wanted.pending && level)) level = wanted.value;
      const shown = temperature !== undefined ? `${temperature} °C` : level !== undefined ? `${level} %` : '';
      text.textContent = shown;
      element.setAttribute('aria-label', `${device.name}: ${shown}`);
      element.classList.toggle('blinking', device.blinking);
      element.classList.toggle('away', device.reach === 'away');
      const percent = Math.min(100, Math.max(0, Number(level) || 0));
      light.style.setProperty('--glow', String(percent / 100));
      light.classList.toggle('lamp', level !== undefined);
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
  const slide = (event: Event) => act('temperature', { temperature: (event.target as HTMLInputElement).valueAsNumber });
  const field = h('input', { type: 'range', min: '-10', max: '40', step: '0.5', input: slide });
  const element = h('label', {}, h('span', {}, t('temperature')), field);
  return {
    element,
    show(value) {
      element.hidden = value === undefined;
      if (value !== undefined && field !== document.activeElement) field.value = value;
    },
  };
}

function createSessions(act: Act): PagePart<ThingsquareState> {
  const logins = h('p');
  const letters = h('p');
  const end = button(t('end'), () => act('end-sessions', {}), t('endHint'));
  const users = USERS.map((user) => h('code', {}, user));
  return {
    element: controls(t('sessions'), logins, h('small', {}, t('users')), ...users, letters, end),
    show({ sessions, mails }) {
      const lines = mails.map(({ to, about, token }) => h('div', {}, `${to}: ${t(about)} `, h('code', {}, token)));
      letters.replaceChildren(...(lines.length > 0 ? [h('small', {}, t('mails')), ...lines] : []));
      const counts = new Map<string, number>();
      for (const login of sessions) counts.set(login || t('anonymous'), (counts.get(login || t('anonymous')) ?? 0) + 1);
      const shown = [...counts].map(([login, count]) => (count > 1 ? `${login} × ${count}` : login));
      logins.textContent = shown.join(', ') || t('noSession');
    },
  };
}
