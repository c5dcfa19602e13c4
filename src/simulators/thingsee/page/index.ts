import './thingsee.css';
import { button, checkbox, controls, labelled, select } from '../../page/controls';
import { h, type PagePart, showList, svg } from '../../page/dom';
import { ago, number, oneDigit, percent } from '../../page/units';
import type { Act, VendorPage } from '../../page/vendor-page';
import type { ThingKind, ThingseeState, ThingseeThing } from '../state';
import { stage } from './stage';
import { t } from './texts';

const UNASSIGNED = 'unassigned';

interface ThingGroup {
  readonly id: string;
  readonly description: string;
  readonly things: readonly ThingseeThing[];
}

export const page: VendorPage<ThingseeState> = {
  stage,
  connection: ({ client }, { api, mqtt }) => [
    { label: t('url'), value: api },
    { label: t('broker'), value: mqtt },
    { label: t('client'), value: client.id },
    { label: t('secret'), value: client.secret },
  ],
  devices(act) {
    const groups = h('div', { class: 'thing-groups' });
    const showGroups = showList(
      groups,
      ({ id }: ThingGroup) => id,
      (group) => createGroup(group, act),
    );
    return {
      element: groups,
      show(state) {
        const all = [...state.groups, { id: UNASSIGNED, description: '' }];
        showGroups(all.map((group) => ({ ...group, things: state.things.filter((thing) => thing.group === group.id) })));
      },
    };
  },
  settings(act) {
    const parts = [createAccess(act), createPassage(act)];
    return {
      element: h('div', { class: 'groups' }, ...parts.map(({ element }) => element)),
      show(state) {
        for (const part of parts) part.show(state);
      },
    };
  },
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
      about.textContent = [group.description, t('things', { count: number(group.things.length) })].filter(Boolean).join(' · ');
      showThings(group.things);
    },
  };
}

function createThing({ tuid, kind }: ThingseeThing, act: Act): PagePart<ThingseeThing> {
  const trouble = h('span', { class: 'trouble' });
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
      const time = ago(1000 * thing.seen);
      seen.textContent = thing.status === 'installed' ? time : t('retired', { status: thing.status, time });
      trouble.textContent = thing.alert;
      element.classList.toggle('alerting', thing.alert !== '');
      element.classList.toggle('retired', thing.status === 'retired');
    },
  };
}

const UNITS: Readonly<Record<ThingKind, Parameters<typeof t>[0] | undefined>> = {
  presence: 'movements',
  environment: 'temperature',
  door: undefined,
  air: 'carbonDioxide',
  distance: 'millimetres',
  leakage: 'resistance',
  count: 'visitors',
  gateway: 'signal',
  unknown: 'temperature',
};

function readingOf({ kind, values }: ThingseeThing): (string | Node)[] {
  const value = values.at(-1);
  if (value === undefined) return [t('nothing')];
  const unit = UNITS[kind];
  if (unit === undefined) return [t(value === 0 ? 'open' : 'closed')];
  return [unit === 'temperature' ? oneDigit(value) : number(value), h('small', {}, t(unit))];
}

function batteryOf(left: number | null): (string | Node)[] {
  if (left === null) return [t('mains')];
  const meter = h('meter', { min: '0', max: '100', low: '20', optimum: '100', value: String(left), 'aria-label': t('battery') });
  return [meter, percent(left)];
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
  const tokens = labelled(t('tokens'));
  const refusal = select(t('refusal'), { 401: '401', 403: '403' }, (value) => act('refusal', { refusal: value }));
  const expire = button(t('expire'), () => act('expire', {}));
  return {
    element: controls(t('access'), tokens.element, refusal.element, h('div', { class: 'buttons' }, expire)),
    show(state) {
      tokens.show(number(state.tokens));
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
