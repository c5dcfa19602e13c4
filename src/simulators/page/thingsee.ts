import './thingsee.css';
import type { ThingKind, ThingseeState, ThingseeThing } from '../types';
import { button, h, select } from './dom';
import type { Act, Renderer } from './renderer';
import { language, wordsOf } from './words';

const word = wordsOf({
  en: {
    presence: 'Presence',
    environment: 'Environment',
    door: 'Door',
    air: 'Air',
    distance: 'Distance',
    leakage: 'Leakage',
    count: 'Visitors',
    gateway: 'Gateway',
    unknown: 'Pre-production',
    movements: 'movements',
    visitors: 'today',
    open: 'open',
    closed: 'closed',
    nothing: 'nothing yet',
    battery: 'Battery',
    mains: 'mains',
    report: 'Report now',
    alert: 'Alert',
    alertHint: 'begins an alert, or ends it',
    ungrouped: 'without a group',
    things: 'things',
    access: 'Access',
    client: 'Client ID',
    secret: 'Client secret',
    tokens: 'Valid tokens',
    expire: 'Let all expire',
    refusal: 'Refuse an invalid token with',
    passage: 'Messages',
    late: 'every third one comes 6 s late',
    twice: 'every second one comes twice',
  },
  de: {
    presence: 'Anwesenheit',
    environment: 'Umgebung',
    door: 'Tür',
    air: 'Luft',
    distance: 'Abstand',
    leakage: 'Leckage',
    count: 'Besucher',
    gateway: 'Gateway',
    unknown: 'Vorserie',
    movements: 'Bewegungen',
    visitors: 'heute',
    open: 'offen',
    closed: 'geschlossen',
    nothing: 'noch nichts',
    battery: 'Batterie',
    mains: 'Netzstrom',
    report: 'Jetzt melden',
    alert: 'Alarm',
    alertHint: 'beginnt einen Alarm oder beendet ihn',
    ungrouped: 'ohne Gruppe',
    things: 'Things',
    access: 'Zugang',
    client: 'Client-ID',
    secret: 'Client-Secret',
    tokens: 'Gültige Token',
    expire: 'Alle ablaufen lassen',
    refusal: 'Ungültiges Token ablehnen mit',
    passage: 'Nachrichten',
    late: 'jede dritte kommt 6 s zu spät',
    twice: 'jede zweite kommt doppelt',
  },
});

const UNASSIGNED = 'unassigned';
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });

export const renderThingsee: Renderer<ThingseeState> = (root, act) => {
  const groups = h('div', { class: 'devices' });
  const access = createAccess(act);
  const passage = createPassage(act);
  root.append(groups, access.element, passage.element);
  const cards = new Map<string, Card>();
  return (state) => {
    const shown = [...state.groups, { id: UNASSIGNED, description: '' }].map((group) => {
      const things = state.things.filter((thing) => thing.group === group.id);
      return { ...group, things, key: JSON.stringify([group, things.map(({ tuid }) => tuid)]) };
    });
    for (const thing of state.things) {
      const card = cards.get(thing.tuid) ?? createCard(thing, act);
      cards.set(thing.tuid, card);
      card.show(thing);
    }
    const keys = shown.map(({ key }) => key).join();
    // Moving a card takes the focus from its buttons: only where something has moved.
    if (groups.dataset.keys !== keys)
      groups.replaceChildren(
        ...shown.map((group) =>
          section(
            group,
            group.things.flatMap(({ tuid }) => cards.get(tuid)?.element ?? []),
          ),
        ),
      );
    groups.dataset.keys = keys;
    access.show(state);
    passage.show(state);
  };
};

function section({ id, description }: ThingseeState['groups'][number], cards: readonly HTMLElement[]): HTMLElement {
  const name = id === UNASSIGNED ? word('ungrouped') : id;
  const heading = h('h3', {}, name, h('small', {}, [description, `${cards.length} ${word('things')}`].filter(Boolean).join(' · ')));
  return h('section', { class: 'things', 'data-group': id }, heading, h('div', { class: 'devices' }, ...cards));
}

interface Card {
  readonly element: HTMLElement;
  show(thing: ThingseeThing): void;
}

function createCard({ tuid, kind }: ThingseeThing, act: Act): Card {
  const trouble = h('span', { class: 'trouble', role: 'status' });
  const reading = h('div', { class: 'reading' });
  const line = createLine();
  const battery = h('span');
  const seen = h('span');
  const alert = button(word('alert'), () => act('alert', { tuid }));
  alert.title = word('alertHint');
  const element = h(
    'article',
    { class: `card device thing of-${kind}`, 'aria-label': `${word(kind)} ${tuid}`, 'data-tuid': tuid },
    h('header', {}, h('h3', {}, word(kind)), h('small', {}, h('code', {}, tuid))),
    h('div', { class: 'now' }, reading, trouble),
    line.element,
    h('div', { class: 'facts' }, battery, seen),
    h(
      'footer',
      {},
      button(word('report'), () => act('report', { tuid })),
      alert,
    ),
  );
  return {
    element,
    show(thing) {
      reading.replaceChildren(...readingOf(thing));
      line.show(thing.values);
      battery.replaceChildren(...batteryOf(thing.battery));
      seen.textContent = thing.status === 'installed' ? ago(thing.seen) : `${thing.status} · ${ago(thing.seen)}`;
      trouble.textContent = thing.alert;
      element.classList.toggle('alerting', thing.alert !== '');
      element.classList.toggle('retired', thing.status === 'retired');
    },
  };
}

const UNITS: Readonly<Record<ThingKind, () => string>> = {
  presence: () => word('movements'),
  environment: () => '°C',
  door: () => '',
  air: () => 'ppm CO₂',
  distance: () => 'mm',
  leakage: () => 'ADC',
  count: () => word('visitors'),
  gateway: () => 'dBm',
  unknown: () => '°C',
};

function readingOf({ kind, values }: ThingseeThing): (string | Node)[] {
  const value = values.at(-1);
  if (value === undefined) return [word('nothing')];
  if (kind === 'door') return [word(value === 0 ? 'open' : 'closed')];
  const digits = kind === 'environment' || kind === 'unknown' ? 1 : 0;
  const text = value.toLocaleString(language, { minimumFractionDigits: digits });
  return [text, h('small', {}, UNITS[kind]())];
}

function batteryOf(percent: number | null): (string | Node)[] {
  if (percent === null) return [word('mains')];
  const meter = h('meter', { min: '0', max: '100', low: '20', optimum: '100', value: String(percent), 'aria-label': word('battery') });
  return [meter, `${percent} %`];
}

function ago(at: number): string {
  const seconds = Math.max(0, Math.round(Date.now() / 1000 - at));
  return seconds < 90 ? relative.format(-seconds, 'second') : relative.format(-Math.round(seconds / 60), 'minute');
}

const HEIGHT = 30;
const NAMESPACE = 'http://www.w3.org/2000/svg';

/** The last values as a line. */
function createLine() {
  const element = document.createElementNS(NAMESPACE, 'svg');
  const line = document.createElementNS(NAMESPACE, 'polyline');
  element.setAttribute('preserveAspectRatio', 'none');
  element.setAttribute('aria-hidden', 'true');
  element.append(line);
  return {
    element,
    show(values: readonly number[]) {
      const [least, most] = [Math.min(...values), Math.max(...values)];
      element.setAttribute('viewBox', `0 0 ${Math.max(1, values.length - 1)} ${HEIGHT}`);
      const height = (value: number) => (most === least ? HEIGHT / 2 : HEIGHT - (HEIGHT * (value - least)) / (most - least));
      line.setAttribute('points', values.map((value, place) => `${place},${height(value)}`).join(' '));
    },
  };
}

function createAccess(act: Act) {
  const fact = (label: string) => {
    const value = h('code');
    return { value, element: h('label', {}, h('span', {}, label), value) };
  };
  const [client, secret, tokens] = [fact(word('client')), fact(word('secret')), fact(word('tokens'))];
  const refusal = select(word('refusal'), { 401: '401', 403: '403' }, (value) => act('refusal', { refusal: value }));
  const expire = button(word('expire'), () => act('expire', {}));
  const heading = h('h3', {}, word('access'));
  return {
    element: h(
      'section',
      { class: 'card switches access' },
      heading,
      client.element,
      secret.element,
      tokens.element,
      refusal.element,
      expire,
    ),
    show(state: ThingseeState) {
      client.value.textContent = state.client.id;
      secret.value.textContent = state.client.secret;
      tokens.value.textContent = String(state.tokens);
      refusal.show(state.refusal);
    },
  };
}

function createPassage(act: Act) {
  const late = h('input', { type: 'checkbox', change: () => act('passage', { late: late.checked }) });
  const twice = h('input', { type: 'checkbox', change: () => act('passage', { twice: twice.checked }) });
  const choices = h(
    'div',
    { class: 'choices' },
    h('label', {}, late, h('span', {}, word('late'))),
    h('label', {}, twice, h('span', {}, word('twice'))),
  );
  return {
    element: h('section', { class: 'card switches' }, h('h3', {}, word('passage')), choices),
    show(state: ThingseeState) {
      late.checked = state.late;
      twice.checked = state.twice;
    },
  };
}
