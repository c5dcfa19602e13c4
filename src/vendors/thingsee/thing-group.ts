import { z } from 'zod';
import { EnsembleError } from '../../core/errors';
import { orEmpty, reader } from '../../core/http/response';
import { operation } from '../../core/operation';
import { optional, text } from '../../core/schema/parameters';
import { allThings } from './all-things';
import type { ThingseeClient } from './client';
import { groups } from './lookups';
import { anyGroupId, groupId, groupPath, limit, newGroupId, thingPath, tuid } from './parameters';
import { data, groupThings } from './responses';
import { say } from './texts';

/** Facts: the vendor's "Open Services API", sections Things and Deployment Groups; the two lists: Haltian's apps. */
const group = z.looseObject({ group_id: z.string() });

const flag = z.preprocess((value) => (value === 1 || value === 0 ? value === 1 : value), z.boolean());

/** Of an operation whose response says whether it was done. @throws EnsembleError REJECTED where it was not */
const confirmed = (done: 'renamed' | 'deleted') => {
  const read = orEmpty(data(group.extend({ [done]: flag })));
  return reader(read.schema, (response) => {
    const result = read(response);
    if (result[done] === false)
      throw new EnsembleError('REJECTED', `the API answered that the group was not ${done}`, say(`group.${done}`), {
        statusCode: response.statusCode,
      });
    return result;
  });
};

export const operations = [
  operation<ThingseeClient>()({
    id: 'create',
    label: 'Create group',
    help: 'Creates a deployment group.',
    parameters: { groupId: newGroupId, description: optional(text({ label: 'Description', help: '', more: 'Purpose of the group.' })) },
    repeatable: false,
    target: ({ groupId }) => groupId,
    request: ({ groupId, description }) => ({
      method: 'POST',
      path: '/groups',
      json: { group_id: groupId, group_description: description },
    }),
    result: orEmpty(data(group)),
  }),
  operation<ThingseeClient>()({
    id: 'rename',
    label: 'Rename group',
    help: 'Changes the ID of a group. Its things remain in it.',
    parameters: { groupId, newGroupId: text({ ...newGroupId, label: 'New ID', help: '', more: 'New ID of the group.' }) },
    repeatable: false,
    target: ({ groupId }) => groupId,
    request: ({ groupId, newGroupId }) => ({ method: 'POST', path: groupPath(groupId, '/rename'), json: { group_id: newGroupId } }),
    result: confirmed('renamed'),
  }),
  operation<ThingseeClient>()({
    id: 'list',
    label: 'List groups',
    help: 'Lists all groups, or those that contain a search text.',
    parameters: {
      search: optional(text({ label: 'Search', help: 'Only groups that contain this text.' })),
      limit: optional(limit),
    },
    repeatable: true,
    reads: true,
    target: () => 'groups',
    request: ({ search, limit }) => ({ method: 'GET', path: '/groups', query: { q: search, limit } }),
    result: groups,
  }),
  operation<ThingseeClient>()({
    id: 'list-things',
    label: 'List things of a group',
    help: 'Lists the TUIDs of the things in a group. Things without a group are presumably in “unassigned”.',
    parameters: { groupId: anyGroupId },
    repeatable: true,
    reads: true,
    target: ({ groupId }) => groupId,
    request: ({ groupId }) => ({ method: 'GET', path: groupPath(groupId, '/things') }),
    result: groupThings,
  }),
  operation<ThingseeClient>()({
    id: 'list-all-things',
    label: 'List things of all groups',
    help: 'Lists the things of all groups, each with its group.',
    more: 'Those without a group are presumably in “unassigned”. A group that cannot be read has one entry, with error. If none can be read, the message fails with the first error.',
    parameters: {},
    repeatable: true,
    reads: true,
    target: () => 'groups',
    run: (_values, context) => allThings(context),
  }),
  operation<ThingseeClient>()({
    id: 'delete',
    label: 'Delete group',
    help: 'Deletes a group.',
    parameters: { groupId },
    repeatable: false,
    target: ({ groupId }) => groupId,
    request: ({ groupId }) => ({ method: 'DELETE', path: groupPath(groupId) }),
    result: confirmed('deleted'),
  }),
  operation<ThingseeClient>()({
    id: 'get-group-of-thing',
    label: 'Get group of a thing',
    help: 'Reads the group that a thing belongs to.',
    parameters: { tuid },
    repeatable: true,
    reads: true,
    target: ({ tuid }) => tuid,
    request: ({ tuid }) => ({ method: 'GET', path: thingPath(tuid, '/group') }),
    result: data(group),
  }),
  operation<ThingseeClient>()({
    id: 'set-group-of-thing',
    label: 'Set group of a thing',
    help: 'Moves a thing to a group; “unassigned” presumably removes it from its group.',
    parameters: { tuid, groupId: anyGroupId },
    repeatable: true,
    target: ({ tuid }) => tuid,
    request: ({ tuid, groupId }) => ({ method: 'POST', path: thingPath(tuid, '/group'), json: { group_id: groupId } }),
    result: orEmpty(data(group)),
  }),
];
