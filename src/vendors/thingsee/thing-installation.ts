import { z } from 'zod';
import { lenientArray, orEmpty } from '../../core/http/response';
import { operation } from '../../core/operation';
import { choice, optional } from '../../core/schema/parameters';
import type { ThingseeClient } from './client';
import { limit, thingPath, tuid } from './parameters';
import { data } from './responses';

/** Facts: the vendor's "Open Services API", "Get installation history for a thing" and "Set installation status for a thing". */
const status = choice({
  label: 'Status',
  help: 'New status. “installed” starts the warranty of the thing. “retired” removes it from the system permanently.',
  options: ['new', 'installed', 'uninstalled', 'quarantine', 'retired'],
  optionLabels: {
    new: 'new: from the factory',
    installed: 'installed: warranty starts',
    uninstalled: 'uninstalled: not installed',
    quarantine: 'quarantine: to be repaired',
    retired: 'retired: removed permanently',
  },
});

export const operations = [
  operation<ThingseeClient>()({
    id: 'list',
    label: 'List statuses',
    help: 'Lists the installation history of a thing. timestamp is in Unix seconds.',
    parameters: { tuid, limit: optional(limit) },
    repeatable: true,
    reads: true,
    target: ({ tuid }) => tuid,
    request: ({ tuid, limit }) => ({ method: 'GET', path: thingPath(tuid, '/installations'), query: { limit } }),
    result: data(lenientArray(z.looseObject({ installation_status: z.string() }))),
  }),
  operation<ThingseeClient>()({
    id: 'set-status',
    label: 'Set status',
    help: 'Sets the installation status of a thing and adds it to the history.',
    parameters: { tuid, status },
    // A repetition would be a second entry in the history.
    repeatable: false,
    target: ({ tuid }) => tuid,
    request: ({ tuid, status }) => ({ method: 'POST', path: thingPath(tuid, '/installations'), json: { installation_status: status } }),
    result: orEmpty(data(z.looseObject({ installation_status: z.string() }))),
  }),
];
