import './thingsee.css';
import { button, checkbox, controls, labelled, select } from '../../page/controls';
import { h, type PagePart, showList, svg } from '../../page/dom';
import { language, translations } from '../../page/language';
import type { Act, Renderer } from '../../page/renderer';
import type { ThingKind, ThingseeState, ThingseeThing } from '../state';

const t = translations({
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
    alertHint: 'starts or ends an alert',
    ungrouped: 'without a group',
    things: 'things',
    access: 'Access',
    client: 'Client ID',
    secret: 'Client secret',
    tokens: 'Valid tokens',
    expire: 'Expire tokens',
    refusal: 'Refuse an invalid token with',
    passage: 'Messages',
    late: 'Delay every third one by 6 s',
    twice: 'Send every second one twice',
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
    tokens: 'Gültige Tokens',
    expire: 'Tokens ablaufen lassen',
    refusal: 'Ungültiges Token ablehnen mit',
    passage: 'Nachrichten',
    late: 'Jede dritte 6 s verzögern',
    twice: 'Jede zweite doppelt senden',
  },
});

const UNASSIGNED = 'unassigned';
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });

interface ThingGroup {
  readonly id: string;
  readonly description: string;
  readonly things: readonly ThingseeThing[];
}

export const render: Renderer<ThingseeState> = (root, act) => {
  const groups = h('div', { class: 'devices' });
  const access = createAccess(act);
  const passage = createPassage(act);
  root.append(groups, access.element, passage.element);
  const showGroups = showList(
    groups,
    ({ id }: ThingGroup) => id,
    (group) => createGroup(group, act),
  );
  return (state) => {
    const all = [...state.groups, { id: UNASSIGNED, description: '' }];
    showGroups(all.map((group) => ({ ...group, things: state.things.filter((thing) => thing.group === group.id) })));
    access.show(state);
    passage.show(state);
  };
};

function createGroup({ id }: ThingGroup, act: Act): PagePart<ThingGroup> {
  const about = h('small');
  const heading = h('h3', {}, id === UNASSIGNED ? t('ungrouped') : id, about);
  const things = h('div', { class: 'devices' });
  const showThings = showList(
    things,
    ({ tuid }: ThingseeThing) => tuid,
    (thing) => createThing(thing, act),
  );
  return {
    element: h('section', { class: 'things', 'data-group': id }, heading, things),
    show(group) {
      about.textContent = [group.description, `${group.things.length} ${t('things')}`].filter(Boolean).join(' · ');
      showThings(group.things);
    },
  };
}

function createThing({ tuid, kind }: ThingseeThing, act: Act): PagePart<ThingseeThing> {
  const trouble = h('span', { class: 'trouble', role: 'status' });
  const reading = h('div', { class: 'reading' });
  const line = createLine();
  const battery = h('span');
  const seen = h('span');
  const alert = button(t('alert'), () => act('alert', { tuid }), t('alertHint'));
  const element = h(
    'article',
    { class: `card device thing of-${kind}`, 'aria-label': `${t(kind)} ${tuid}`, 'data-tuid': tuid },
    h('header', {}, h('h3', {}, t(kind)), h('small', {}, h('code', {}, tuid))),
    h('div', { class: 'now' }, reading, trouble),
    line.element,
    h('div', { class: 'facts' }, battery, seen),
    h(
      'footer',
      {},
      button(t('report'), () => act('report', { tuid })),
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
  presence: () => t('movements'),
  environment: () => '°C',
  door: () => '',
  air: () => 'ppm CO₂',
  distance: () => 'mm',
  leakage: () => 'ADC',
  count: () => t('visitors'),
  gateway: () => 'dBm',
  unknown: () => '°C',
};

function readingOf({ kind, values }: ThingseeThing): (string | Node)[] {
  const value = values.at(-1);
  if (value === undefined) return [t('nothing')];
  if (kind === 'door') return [t(value === 0 ? 'open' : 'closed')];
  const digits = kind === 'environment' || kind === 'unknown' ? 1 : 0;
  const text = value.toLocaleString(language, { minimumFractionDigits: digits });
  return [text, h('small', {}, UNITS[kind]())];
}

function batteryOf(percent: number | null): (string | Node)[] {
  if (percent === null) return [t('mains')];
  const meter = h('meter', { min: '0', max: '100', low: '20', optimum: '100', value: String(percent), 'aria-label': t('battery') });
  return [meter, `${percent} %`];
}

function ago(at: number): string {
  const seconds = Math.max(0, Math.round(Date.now() / 1000 - at));
  return seconds < 90 ? relative.format(-seconds, 'second') : relative.format(-Math.round(seconds / 60), 'minute');
}

const HEIGHT = 30;

/** The last values as a line. */
function createLine() {
  const line = svg('polyline');
  const element = svg('svg', { preserveAspectRatio: 'none', 'aria-hidden': 'true' }, line);
  return {
    element,
    show(values: readonly number[]) {
      const [min, max] = [Math.min(...values), Math.max(...values)];
      element.setAttribute('viewBox', `0 0 ${Math.max(1, values.length - 1)} ${HEIGHT}`);
      const height = (value: number) => (max === min ? HEIGHT / 2 : HEIGHT - (HEIGHT * (value - min)) / (max - min));
      line.setAttribute('points', values.map((value, index) => `${index},${height(value)}`).join(' '));
    },
  };
}

function createAccess(act: Act): PagePart<ThingseeState> {
  const [client, secret, tokens] = [labelled(t('client')), labelled(t('secret')), labelled(t('tokens'))];
  const refusal = select(t('refusal'), { 401: '401', 403: '403' }, (value) => act('refusal', { refusal: value }));
  const expire = button(t('expire'), () => act('expire', {}));
  return {
    element: controls(t('access'), client.element, secret.element, tokens.element, refusal.element, expire),
    show(state) {
      client.show(state.client.id);
      secret.show(state.client.secret);
      tokens.show(state.tokens);
      refusal.show(state.refusal);
    },
  };
}

function createPassage(act: Act): PagePart<ThingseeState> {
  const late = checkbox(t('late'), (value) => act('passage', { late: value }));
  const twice = checkbox(t('twice'), (value) => act('passage', { twice: value }));
  return {
    element: controls(t('passage'), late.element, twice.element),
    show(state) {
      late.show(state.late);
      twice.show(state.twice);
    },
  };
}
