import type { Lookup, LookupContext, LookupItem } from '../../core/connection';
import type { TwinklyClient } from './client';
import { groupRequests, readGroup, runtimeOf, statusOf, type Target } from './group-status';
import type { TwinklyObject } from './object-list';
import { at, type Profile } from './wire-profile';

type Context = LookupContext<TwinklyClient>;
type TwinklyLookup = Lookup<TwinklyClient>;

const objects: TwinklyLookup = async (account, { scope }) =>
  (await account.objects(scope)).map(({ id, name = id, ledCount, installation }) => ({
    value: id,
    label: name,
    detail: [leds(ledCount), installation?.name].filter(Boolean).join(' · '),
  }));

const installations: TwinklyLookup = async (account, { scope }) => {
  const members = new Map<string, TwinklyObject[]>();
  for (const object of await account.objects(scope))
    if (object.installation) members.set(object.installation.id, [...(members.get(object.installation.id) ?? []), object]);
  return [...members].map(([value, objects]) => ({
    value,
    label: objects[0]?.installation?.name ?? value,
    detail: leds(objects.reduce((sum, { ledCount = 0 }) => sum + ledCount, 0)),
  }));
};

const devices: TwinklyLookup = async (account, { scope }) =>
  (await account.objects(scope)).flatMap(({ name = '', devices = [] }) =>
    devices.flatMap((entry) => (entry?.device ? [{ value: entry.device.id, label: entry.device.name ?? name }] : [])),
  );

const addressees: TwinklyLookup = (account, context) => (targetOf(context) === 'installation' ? installations : objects)(account, context);

/** What the runtime of the panel's object or installation lists. */
const played =
  (list: keyof Profile['answers']): TwinklyLookup =>
  async (account, context) => {
    const id = String(context.parameters.id ?? '').trim();
    if (id === '') return [];
    const found: LookupItem[] = [];
    const requests = groupRequests(account.profile, statusOf(targetOf(context), [id], true));
    await readGroup(
      requests,
      (request) => account.send(request, { repeatable: true, scope: context.scope }),
      (group) => {
        for (const item of itemsOf(at(runtimeOf(group[id]), account.profile.place(list)))) found.push(item);
      },
    );
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

const targetOf = ({ parameters }: Context): Target => (parameters.target === 'installation' ? 'installation' : 'object');
const leds = (count: number | undefined): string => (count === undefined ? '' : `${count} LEDs`);

/** Whether a runtime lists names, or objects with id and name, nobody knows: both will do. */
function itemsOf(list: unknown): LookupItem[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    const { id, name } = typeof item === 'object' && item !== null ? (item as { id?: unknown; name?: unknown }) : { id: item };
    const isId = typeof id === 'string' || typeof id === 'number';
    return isId ? [{ value: String(id), label: typeof name === 'string' ? name : String(id), numeric: typeof id === 'number' }] : [];
  });
}
