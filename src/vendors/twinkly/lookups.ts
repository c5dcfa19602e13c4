import type { Lookup, LookupContext } from '../../core/connection';
import type { LookupItem } from '../../core/lookup-item';
import { isObject } from '../../core/objects';
import type { TwinklyClient } from './client';
import { runtimeOf, statusOf, type Target } from './group-status';
import type { TwinklyObject } from './object-list';
import { type Profile, valueAt } from './wire-profile';

type TwinklyLookup = Lookup<TwinklyClient>;

const objects: TwinklyLookup = async (client, { scope }) =>
  (await client.objects(scope)).map(({ id, name = id, ledCount, installation }) => ({
    value: id,
    label: name,
    ...(installation?.name && { detail: installation.name }),
    words: leds(ledCount),
  }));

const installations: TwinklyLookup = async (client, { scope }) => {
  const members = new Map<string, TwinklyObject[]>();
  for (const object of await client.objects(scope))
    if (object.installation) members.set(object.installation.id, [...(members.get(object.installation.id) ?? []), object]);
  return [...members].map(([value, objects]) => ({
    value,
    label: objects[0]?.installation?.name ?? value,
    words: leds(objects.reduce((sum, { ledCount = 0 }) => sum + ledCount, 0)),
  }));
};

const devices: TwinklyLookup = async (client, { scope }) =>
  (await client.objects(scope)).flatMap(({ name = '', devices = [] }) =>
    devices.flatMap((entry) => (entry?.device ? [{ value: entry.device.id, label: entry.device.name ?? name }] : [])),
  );

const addressees: TwinklyLookup = (client, context) => (targetOf(context) === 'installation' ? installations : objects)(client, context);

/** The ID in the panel, or the first of several, which are text with commas or JSON. */
function firstId({ id, ids }: Readonly<Record<string, unknown>>): string {
  const given = [id, ...String(ids ?? '').split(/[[\]",]/)].map((one) => String(one ?? '').trim());
  return given.find((one) => one !== '') ?? '';
}

/** What the runtime of the panel's object or installation lists, of several that of the first. */
const played =
  (list: keyof Profile['answers']): TwinklyLookup =>
  async (client, context) => {
    const id = firstId(context.parameters);
    if (id === '') return [];
    const found: LookupItem[] = [];
    await client.readStates(statusOf(targetOf(context), [id], true), context.scope, (group) => {
      for (const item of itemsOf(valueAt(runtimeOf(group[id]), client.profile.place(list)))) found.push(item);
    });
    return found;
  };

export const lookups: Readonly<Record<string, TwinklyLookup>> = {
  objects,
  installations,
  devices,
  addressees,
  effects: played('effects'),
  playlists: played('playlists'),
};

const targetOf = ({ parameters }: LookupContext<TwinklyClient>): Target =>
  parameters.target === 'installation' ? 'installation' : 'object';
const leds = (count: number | undefined): NonNullable<LookupItem['words']> => (count === undefined ? [] : [['leds', { count }]]);

/** Whether a runtime lists names, or objects with id and name, is not documented: both count. */
function itemsOf(list: unknown): LookupItem[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    const { id, name } = isObject(item) ? item : { id: item, name: undefined };
    const isId = typeof id === 'string' || typeof id === 'number';
    return isId ? [{ value: String(id), label: typeof name === 'string' ? name : String(id), numeric: typeof id === 'number' }] : [];
  });
}
