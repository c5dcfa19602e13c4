import { asEnsembleError } from '../../core/errors';
import type { EventContext } from '../../core/events';
import { choice, integer, optional, type Values } from '../../core/parameters';
import type { Listing } from './listing-feed';
import { device, kinds, name } from './parameters';
import type { ThingsquareFrontend } from './thingsquare-frontend';
import { copyOf, KINDS, type Kind, present, type Variable } from './values';

export const settings = {
  device: optional({ ...device, help: 'Changes of this device only. Empty: of all devices that are registered for remote access.' }),
  kind: optional(choice({ label: 'Kind', help: 'Variables of this kind only. Empty: of all.', options: KINDS, optionLabels: kinds })),
  variable: optional({ ...name, help: 'Changes of this variable only. Empty: of all.' }),
  interval: integer({
    label: 'Interval',
    help: 'The time between two listings of the devices. Nodes with the same frontend and the same interval share one.',
    min: 1,
    max: 86_400,
    unit: 'seconds',
    default: 30,
  }),
};

type Settings = Values<typeof settings>;
type Filter = Pick<Settings, 'device' | 'kind' | 'variable'>;

/** What the node remembers. */
interface Kept extends Filter {
  /** Of the frontend. */
  readonly baseUrl: string;
  /** What is known of each variable, by topic. */
  readonly signs: Readonly<Record<string, string>>;
}

/** The name under which it does. */
const MEMORY = 'seen';
/** What the interval is counted in. Tests have less patience. */
export const SECOND = { milliseconds: 1000 };

interface Watched {
  readonly id: string;
  readonly kind: Kind;
  readonly name: string;
  readonly variable: Variable;
}

export async function start({ connection, settings, scope, memory, ...node }: EventContext<ThingsquareFrontend, Settings>): Promise<void> {
  const { device, kind, variable, interval } = settings;
  const { baseUrl } = connection.settings;
  const read = (await memory.read(MEMORY)) as Kept | undefined;
  const kept = read?.baseUrl === baseUrl ? read : undefined;
  // What a listing leaves out is not forgotten: the next one may have it again.
  let signs = kept?.signs ?? {};
  let isFirst = true;
  let written: Promise<void> = Promise.resolve();
  // A successor must not read what was there before.
  scope.defer(() => written);
  const receive = (listing: Listing, resumed: boolean): void => {
    const news: Record<string, string> = {};
    for (const one of watched(listing, settings)) {
      const topic = `${one.id}/${one.kind}/${one.name}`;
      const sign = signOf(one.variable);
      if (sign === signs[topic]) continue;
      const initial = isFirst && signs[topic] === undefined && !(kept && isWanted(kept, one));
      news[topic] = sign;
      // What had changed while the node, or the way to the backend, was down.
      node.emit({ topic, source: 'poll', initial, resumed: !initial && (isFirst || resumed), ...contentOf(one) });
    }
    if (isFirst || Object.keys(news).length > 0) {
      signs = { ...signs, ...news };
      const known: Kept = { device, kind, variable, baseUrl, signs };
      written = written.then(() => memory.write(MEMORY, known)).catch((error: unknown) => node.report(asEnsembleError(error)));
    }
    isFirst = false;
  };
  connection.feed(interval * SECOND.milliseconds).join({ receive, state: node.state, report: node.report, warn: node.warn }, scope);
}

function* watched(listing: Listing, filter: Filter): Generator<Watched> {
  for (const [id, variables] of Object.entries(listing))
    for (const kind of KINDS)
      for (const [name, variable] of Object.entries(variables[kind] ?? {})) {
        const one = { id, kind, name, variable };
        if (isWanted(filter, one)) yield one;
      }
}

const isWanted = ({ device, kind, variable }: Filter, one: Watched): boolean =>
  (device ?? one.id) === one.id && (kind ?? one.kind) === one.kind && (variable ?? one.name) === one.name;

/** Copied, for the listing is there for other nodes too. */
const contentOf = ({ kind, variable }: Watched) => ({
  type: kind,
  payload: copyOf(variable.value),
  raw: Object.fromEntries(Object.entries(variable).map(([field, content]) => [field, copyOf(content)])),
  details: present({ time: variable.time }),
});

/** Tells a value from the one before. The same value, reported or set anew, is a change: a button is pressed twice. */
const signOf = ({ time, value }: Variable): string => `${time} ${JSON.stringify(value)}`;
