import type { EventContext, Memory } from '../../core/follow/events';
import { choice, integer, optional, type Values } from '../../core/schema/parameters';
import type { ThingsquareClient } from './client';
import { type KeptDevices, KnownDevices } from './known-devices';
import { type Listing, listingOf } from './listing-feed';
import { device, kinds, name } from './parameters';
import { Signs, signOf } from './signs';
import { copyOf, copyOfDevice, copyOfVariable, type Device, KINDS, type Kind, present, type Variable } from './values';

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
interface Kept extends Filter, Pick<KeptDevices, 'devices'> {
  /** Of the frontend. */
  readonly baseUrl: string;
  /** What is known of each variable, by topic. */
  readonly signs: Readonly<Record<string, string>>;
}

/** The name under which it does. */
const MEMORY = 'seen';
const TOO_MANY = 'there are more devices and variables than this node can remember: it does not tell of the rest';
/** What the interval is counted in. Tests have less patience. */
export const SECOND = { milliseconds: 1000 };

interface Watched {
  readonly id: string;
  readonly kind: Kind;
  readonly name: string;
  readonly variable: Variable;
}

export async function start({ connection, settings, scope, memory, ...node }: EventContext<ThingsquareClient, Settings>): Promise<void> {
  const { device, kind, variable, interval } = settings;
  const { baseUrl } = connection.settings;
  const kept = await readKept(memory, baseUrl);
  // What a listing leaves out is not forgotten: the next one may have it again.
  const signs = new Signs(kept?.signs);
  const devices = kind === undefined && variable === undefined ? new KnownDevices(device, kept) : undefined;
  let isFirst = true;
  const write = (): void =>
    memory.write(MEMORY, (): Kept => ({ device, kind, variable, baseUrl, signs: signs.all(), ...(devices && { devices: devices.all() }) }));
  const receive = (listing: Listing, resumed: boolean): void => {
    // What had changed while the node, or the way to the backend, was down.
    const interrupted = isFirst || resumed;
    const { added = [], isFull = false } = devices?.update(listing, interrupted) ?? {};
    for (const id of added) node.emit({ ...deviceEvent(id, listing[id]), resumed: interrupted });
    const news = newsOf(listing, settings, signs);
    for (const { one, topic, isKnown } of news.all) {
      const initial = isFirst && !isKnown && !(kept && isWanted(kept, one));
      node.emit({ ...variableEvent(topic, one), initial, resumed: !initial && interrupted });
    }
    if (isFull || news.isFull) node.warn(TOO_MANY);
    if (isFirst || news.all.length + added.length > 0) write();
    isFirst = false;
  };
  const removed = (id: string): void => {
    const resumed = devices?.remove(id);
    if (resumed === undefined) return;
    signs.forget((topic) => topic.startsWith(`${id}/`));
    node.emit({ ...deviceEvent(id), resumed });
    write();
  };
  const absent = () => devices?.absent() ?? [];
  const { state, report, warn } = node;
  listingOf(connection, interval * SECOND.milliseconds).join({ receive, absent, removed, state, report, warn }, scope);
}

async function readKept(memory: Memory, baseUrl: string): Promise<Kept | undefined> {
  const kept = (await memory.read(MEMORY)) as Kept | undefined;
  return kept?.baseUrl === baseUrl ? kept : undefined;
}

interface News {
  readonly all: readonly { readonly one: Watched; readonly topic: string; readonly isKnown: boolean }[];
  /** There is more than can be remembered: of that nothing is told, or it would be told with every listing. */
  readonly isFull: boolean;
}

/** What is new in a listing, and known from now on. */
function newsOf(listing: Listing, filter: Filter, signs: Signs): News {
  const all: News['all'][number][] = [];
  let isTidy = false;
  let isFull = false;
  for (const one of watched(listing, filter)) {
    const topic = topicOf(one);
    const [known, sign] = [signs.get(topic), signOf(one.variable)];
    if (sign === known) continue;
    if (!signs.hasRoom(topic, sign) && !isTidy) {
      const there = new Set([...watched(listing, filter)].map(topicOf));
      signs.forget((other) => !there.has(other));
      isTidy = true;
    }
    if (signs.keep(topic, sign)) all.push({ one, topic, isKnown: known !== undefined });
    else isFull = true;
  }
  return { all, isFull };
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

const topicOf = ({ id, kind, name }: Watched): string => `${id}/${kind}/${name}`;

/** Copied, for the listing is there for other nodes too. */
const variableEvent = (topic: string, { kind, variable }: Watched) => ({
  ...{ topic, payload: copyOf(variable.value), source: 'poll', type: 'variable', raw: copyOfVariable(variable) },
  details: present({ kind, time: variable.time }),
});

/** @param device undefined: it was removed */
const deviceEvent = (id: string, device?: Device) => ({
  ...{ topic: id, payload: device !== undefined, source: 'poll', type: device ? 'device-added' : 'device-removed' },
  raw: device ? copyOfDevice(device) : null,
});
