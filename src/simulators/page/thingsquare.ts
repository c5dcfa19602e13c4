import './thingsquare.css';
import type { Reach, ThingsquareDevice, ThingsquareMail, ThingsquareState } from '../types';
import { button, h, select } from './dom';
import type { Act, Renderer } from './renderer';
import { language, wordsOf } from './words';

const word = wordsOf({
  en: {
    connected: 'connected',
    disconnected: 'not connected',
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
    nobody: 'Nobody is logged in.',
    end: 'End all sessions',
    endHint: 'What the next request finds is a session that has ended',
    users: 'Users',
    mails: 'E-mails',
    confirmation: 'confirm your address',
    recovery: 'a new password, with the token',
  },
  de: {
    connected: 'verbunden',
    disconnected: 'nicht verbunden',
    lastContact: 'zuletzt gehört',
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
    nobody: 'Niemand ist angemeldet.',
    end: 'Alle Sitzungen beenden',
    endHint: 'Die nächste Anfrage trifft auf eine beendete Sitzung',
    users: 'Benutzer',
    mails: 'E-Mails',
    confirmation: 'Adresse bestätigen',
    recovery: 'neues Passwort, mit dem Token',
  },
});

/** Who can log in: name, password, token. */
const USERS = ['demo@example.com · demo · demo-token', 'other@example.com · other · other-token'];
const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });

export const renderThingsquare: Renderer<ThingsquareState> = (root, act) => {
  const grid = h('div', { class: 'devices nodes' });
  const sessions = createSessions(act);
  root.append(grid, sessions.element);
  const cards = new Map<string, Card>();
  return ({ devices, sessions: logins, mails }) => {
    for (const device of devices) {
      const card = cards.get(device.auth) ?? createCard(device, act);
      if (!cards.has(device.auth)) grid.append(card.element);
      cards.set(device.auth, card);
      card.show(device);
    }
    sessions.show(logins, mails);
  };
};

interface Card {
  readonly element: HTMLElement;
  show(device: ThingsquareDevice): void;
}

function createCard({ auth, name, platform }: ThingsquareDevice, act: Act): Card {
  const face = createFace();
  const link = h('span', { class: 'count' });
  const ids = h('small');
  const table = h('table', { 'aria-label': name });
  const command = h('p', { class: 'command' });
  const progress = h('progress', { max: '100', 'aria-label': word('updating') });
  const options: Record<Reach, string> = { awake: word('awake'), sleepy: word('sleepy'), away: word('away') };
  const reach = select(word('reach'), options, (value) => act('reach', { auth, reach: value }));
  const thermometer = createThermometer(act);
  return {
    element: h(
      'article',
      { class: 'card device node', 'aria-label': `${name}, ${platform}`, 'data-auth': auth },
      h('header', {}, h('h3', {}, name), link, ids),
      face.element,
      progress,
      table,
      command,
      h('footer', { class: 'switches' }, thermometer.element, reach.element),
    ),
    show(device) {
      link.textContent = word(device.connected ? 'connected' : 'disconnected');
      link.title = `${word('lastContact')} ${clock.format(device.lastContact)}`;
      ids.textContent = device.id || `${word('unregistered')} ${auth}`;
      face.show(device);
      table.replaceChildren(...rowsOf(device));
      const last = device.command;
      command.textContent = last ? `${word('command')} ${last.text}: ${word(last.state)}` : '';
      progress.hidden = device.update === undefined;
      progress.value = device.update ?? 0;
      reach.show(device.reach);
      thermometer.show(shownOf(device, 'temperature'));
    },
  };
}

const shownOf = ({ variables }: ThingsquareDevice, name: string): string | undefined =>
  variables.find((variable) => variable.name === name)?.value;

/** What a person would see of the device: a thermometer's number, a lamp's light, else its small LED. */
function createFace() {
  const light = h('i', { class: 'light' });
  const text = h('b');
  const element = h('div', { class: 'face', role: 'img' }, light, text);
  /** What the lamp does, which is what it has heard of. */
  let level: string | undefined;
  return {
    element,
    show(device: ThingsquareDevice) {
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
  variables.map(({ kind, name, value, pending }) =>
    h(
      'tr',
      { class: pending && 'pending', ...(pending && { title: word('pending') }) },
      h('th', { scope: 'row' }, h('code', {}, kind), ` ${name}`),
      h('td', {}, pending ? `${value} …` : value),
    ),
  );

function createThermometer(act: Act) {
  const slide = (event: Event) => act('temperature', { temperature: (event.target as HTMLInputElement).valueAsNumber });
  const field = h('input', { type: 'range', min: '-10', max: '40', step: '0.5', input: slide });
  const element = h('label', {}, h('span', {}, word('temperature')), field);
  return {
    element,
    show(value: string | undefined) {
      element.hidden = value === undefined;
      if (value !== undefined && field !== document.activeElement) field.value = value;
    },
  };
}

function createSessions(act: Act) {
  const list = h('p');
  const letters = h('p');
  const end = button(word('end'), () => act('end-sessions', {}));
  end.title = word('endHint');
  return {
    element: h(
      'section',
      { class: 'card switches sessions' },
      h('h3', {}, word('sessions')),
      list,
      h('small', {}, word('users')),
      ...USERS.map((user) => h('code', {}, user)),
      letters,
      end,
    ),
    show(logins: readonly string[], mails: readonly ThingsquareMail[]) {
      const lines = mails.map(({ to, about, token }) => h('div', {}, `${to}: ${word(about)} `, h('code', {}, token)));
      letters.replaceChildren(...(lines.length > 0 ? [h('small', {}, word('mails')), ...lines] : []));
      const counts = new Map<string, number>();
      for (const login of logins) counts.set(login || word('anonymous'), (counts.get(login || word('anonymous')) ?? 0) + 1);
      const shown = [...counts].map(([login, count]) => (count > 1 ? `${login} × ${count}` : login));
      list.textContent = shown.join(', ') || word('nobody');
    },
  };
}
