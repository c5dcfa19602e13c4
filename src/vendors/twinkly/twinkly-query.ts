import { z } from 'zod';
import { json, orEmpty } from '../../core/http/response';
import { type OperationContext, type Outcome, operation } from '../../core/operation';
import { boolean, choice, list, optional, text } from '../../core/schema/parameters';
import type { TwinklyClient } from './client';
import { type GroupRequest, type GroupStatus, groupRequests, legacyStatusOf, readGroup, statusOf, TARGETS } from './group-status';
import { listObjects } from './object-list';
import { readStatus, statusRequest } from './send-command';

/** What a configuration is, the document does not say. */
const anyJson = json(z.unknown());
const config = optional(
  boolean({
    label: 'Include configuration',
    help: 'The response also contains the configuration, such as the lists of effects. Not set: yes.',
  }),
);
const ids = list({ label: 'IDs', help: 'IDs, as an array or as comma-separated text.', lookup: 'objects' });

/** The status of all, as one dictionary, however many requests it takes. */
async function groupStatus({ connection, send }: OperationContext<TwinklyClient>, group: GroupRequest): Promise<Outcome> {
  const result: GroupStatus = {};
  const statusCode = await readGroup(groupRequests(connection.profile, group), send, (part) => Object.assign(result, part));
  return { result, statusCode };
}

/** Facts: the vendor's "Runtime API Reference". */
export const operations = [
  operation<TwinklyClient>()({
    id: 'list-objects',
    label: 'List objects',
    help: 'Lists all objects of the account as one array.',
    parameters: {},
    repeatable: true,
    reads: true,
    target: () => 'objects',
    async run(_values, { connection, send }) {
      const { objects: result, statusCode } = await listObjects(connection.profile, send);
      return { result, statusCode };
    },
  }),
  operation<TwinklyClient>()({
    id: 'get-device-configuration',
    label: 'Get device configuration',
    help: 'Reads the objects and installations that a device belongs to.',
    parameters: { deviceId: text({ label: 'Device ID', help: '', more: 'ID of a device.', id: true, lookup: 'devices' }) },
    repeatable: true,
    reads: true,
    target: ({ deviceId }) => `device/${deviceId}`,
    request: ({ deviceId }, { profile }) => profile.route(['get-device-configuration'], { deviceId }),
    result: orEmpty(anyJson),
  }),
  operation<TwinklyClient>()({
    id: 'get-object-status',
    label: 'Get object status',
    help: 'Reads the current status of objects, by their IDs.',
    parameters: { ids, config },
    repeatable: true,
    reads: true,
    target: ({ ids }) => `object/${ids.join(',')}`,
    run: ({ ids, config }, context) => groupStatus(context, statusOf('object', ids, config)),
  }),
  operation<TwinklyClient>()({
    id: 'get-installation-status',
    label: 'Get installation status',
    help: 'Reads the current status of installations, by their IDs.',
    parameters: {
      ids: optional({ ...ids, lookup: 'installations', alternative: 'legacyObjectIds' }),
      config,
      legacyObjectIds: optional(
        list({
          label: 'Object IDs (legacy)',
          advanced: true,
          help: 'Older form of the request: the IDs of the objects in one installation, instead of installation IDs.',
          lookup: 'objects',
        }),
      ),
    },
    repeatable: true,
    reads: true,
    target: ({ ids, legacyObjectIds }) => `installation/${(ids ?? legacyObjectIds ?? []).join(',')}`,
    check({ config, legacyObjectIds }, { profile }) {
      if (legacyObjectIds) groupRequests(profile, legacyStatusOf(legacyObjectIds, config));
    },
    run({ ids, config, legacyObjectIds }, context) {
      return groupStatus(context, ids ? statusOf('installation', ids, config) : legacyStatusOf(legacyObjectIds ?? [], config));
    },
  }),
  operation<TwinklyClient>()({
    id: 'get-command-status',
    label: 'Get command status',
    help: 'Reads the progress of a command that was sent asynchronously.',
    parameters: {
      target: choice({
        label: 'Target',
        help: 'Target that the command was sent to.',
        options: TARGETS,
        optionLabels: { object: 'object', installation: 'installation' },
        default: 'object',
      }),
      id: text({
        label: 'ID',
        help: 'For several, fill IDs under Advanced instead.',
        more: 'ID of the object or the installation.',
        id: true,
        lookup: 'addressees',
        narrowedBy: ['target'],
      }),
      commandId: text({ label: 'Command ID', help: 'ID that was returned when the command was sent.', id: true }),
    },
    repeatable: true,
    reads: true,
    target: ({ target, id }) => `${target}/${id}`,
    request: ({ target, id, commandId }, { profile }) => statusRequest(profile, target, id, commandId),
    result: readStatus,
  }),
];
