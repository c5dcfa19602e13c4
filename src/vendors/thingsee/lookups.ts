import { z } from 'zod';
import type { Lookup, LookupContext } from '../../core/connection';
import { asEnsembleError } from '../../core/errors';
import { lenientArray } from '../../core/http/response';
import type { LookupItem } from '../../core/lookup-item';
import type { Scope } from '../../core/scope';
import type { ThingseeClient } from './client';
import { modelOf } from './models';
import { ALL_GROUPS, groupPath, thingPath, UNASSIGNED } from './parameters';
import { data, groupThings } from './responses';

/** Things whose battery and last contact are asked for when a group is opened: each costs a request. */
const MAX_DETAILS = 50;
const AT_ONCE = 8;

export const groups = data(lenientArray(z.looseObject({ group_id: z.string(), group_description: z.string().optional() })));
const contact = data(z.looseObject({ battery_level: z.number().optional(), timestamp: z.number().optional() }));

export const groupList = async (client: ThingseeClient, scope: Scope) => groups(await client.read('/groups', { scope }));

async function groupItems(client: ThingseeClient, scope: Scope): Promise<LookupItem[]> {
  const all = await groupList(client, scope);
  return all.map(({ group_id, group_description }) => ({
    value: group_id,
    label: group_id,
    ...(group_description && { detail: group_description }),
  }));
}

/** A thing with its model, battery and last contact. */
async function thingItem(client: ThingseeClient, tuid: string, scope: Scope): Promise<LookupItem> {
  const { battery_level, timestamp } = contact(await client.read(thingPath(tuid), { scope }));
  const { words = [], ...item } = plainItem(tuid);
  return {
    ...item,
    ...(timestamp !== undefined && { time: timestamp * 1000 }),
    words: [...(battery_level === undefined ? [] : [['battery', { percent: battery_level }] as const]), ...words],
  };
}

/** What is known without asking. */
const plainItem = (tuid: string): LookupItem => ({
  value: tuid,
  label: tuid,
  detail: modelOf(tuid) ?? '',
  words: tuid.startsWith('XXXX') ? ['preproduction'] : [],
});

async function thingItems(client: ThingseeClient, group: string, scope: Scope): Promise<LookupItem[]> {
  const { tuids } = groupThings(await client.read(groupPath(group, '/things'), { scope }));
  // One that cannot be asked is offered all the same.
  const itemOf = (tuid: string) => thingItem(client, tuid, scope).catch(() => plainItem(tuid));
  const asked = tuids.slice(0, MAX_DETAILS);
  const items: LookupItem[][] = [];
  while (asked.length > 0) items.push(await Promise.all(asked.splice(0, AT_ONCE).map(itemOf)));
  return [...items.flat(), ...tuids.slice(MAX_DETAILS).map(plainItem)];
}

/** What the rows of the panel name already, whatever its group. */
async function chosenItems(
  client: ThingseeClient,
  { tuid, things }: LookupContext<ThingseeClient>['parameters'],
  scope: Scope,
): Promise<LookupItem[]> {
  const tuids = [tuid, things].flatMap((value) => (typeof value === 'string' ? value.split(',') : [])).map((part) => part.trim());
  const named = tuids.filter((part) => part !== '' && !part.startsWith('$')).slice(0, MAX_DETAILS);
  const items = await Promise.all(named.map((one) => thingItem(client, one, scope).catch(unknownThing)));
  return items.flat();
}

/** A thing that does not exist is left out; any other error fails the whole list. */
function unknownThing(error: unknown): LookupItem[] {
  if (asEnsembleError(error).code === 'NOT_FOUND') return [];
  throw error;
}

export const lookups: Record<string, Lookup<ThingseeClient>> = {
  groups: (client, { scope }) => groupItems(client, scope),
  /** What `thing-messages` can follow. */
  async followedGroups(client, { scope }) {
    const rest = [{ value: UNASSIGNED, label: UNASSIGNED }];
    return [{ value: ALL_GROUPS, label: ALL_GROUPS, words: ['all-groups'] }, ...(await groupItems(client, scope)), ...rest];
  },
  /** The vendor lists no things but by group: first the groups, and then the things of the one that is opened. */
  async things(client, { parameters, scope, within }) {
    if (within !== undefined) return thingItems(client, within, scope);
    const [chosen, groups] = await Promise.all([chosenItems(client, parameters, scope), groupItems(client, scope)]);
    return [...chosen, ...[...groups, { value: UNASSIGNED, label: UNASSIGNED }].map((item) => ({ ...item, opens: true }))];
  },
};
