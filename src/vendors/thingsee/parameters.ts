import { invalidInput } from '../../core/errors';
import { segment } from '../../core/http/path';
import type { RequestFields } from '../../core/http/request';
import { integer, list, optional, text } from '../../core/schema/parameters';
import { say } from './texts';

/** With "alerts" in its place the path is another request. */
export const tuid = text({
  label: 'Thing',
  help: 'TUID of the thing, as printed on it.',
  id: true,
  pattern: '^(?!alerts$)\\S+$',
  expected: 'a TUID, without spaces',
  lookup: 'things',
});

const group = {
  label: 'Group',
  help: 'ID of the deployment group.',
  id: true,
  expected: 'a group ID: at most 64 characters, without spaces, and not “unassigned”',
};
/** One that is new: no list has it. Rules: the vendor's document, "Create a group"; the length: Haltian's apps. */
export const newGroupId = text({ ...group, pattern: '^(?!unassigned$)\\S{1,64}$' });
export const groupId = text({ ...newGroupId, lookup: 'groups' });
/** [G] Things without a group are listed, and go back, under a name that no group may have. */
export const UNASSIGNED = 'unassigned';
/** Among the groups of `thing-messages`: all that there are, new ones too. No group has this name. */
export const ALL_GROUPS = '*';
export const anyGroupId = text({
  ...group,
  pattern: '^\\S{1,64}$',
  expected: 'a group ID: at most 64 characters, without spaces',
  lookup: 'groups',
});

export const limit = integer({ label: 'Limit', help: '', more: 'Maximum number of entries.', min: 1 });

/** What messages and commands are selected by. */
export const selection = {
  messageId: optional(
    list({ label: 'Message IDs', advanced: true, help: 'Only messages with these IDs (tsmId), for example 1110, 12100.' }),
  ),
  eventId: optional(list({ label: 'Event IDs', advanced: true, help: 'Only messages with these event IDs (tsmEv), for example 31.' })),
};

/** [G] Unix seconds, as all other times in the vendor's responses are. */
export const period = {
  from: optional(integer({ label: 'From', help: 'Earliest Unix time.', min: 0, unit: 'seconds' })),
  to: optional(integer({ label: 'To', help: 'Latest Unix time.', min: 0, unit: 'seconds' })),
};

interface Selected {
  readonly messageId?: readonly string[] | undefined;
  readonly eventId?: readonly string[] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit?: number | undefined;
}

/** @throws EnsembleError INVALID_INPUT where a time is in milliseconds */
export const queryOf = ({ messageId, eventId, from, to, limit }: Selected): RequestFields => ({
  messageid: messageId?.join(','),
  eventid: eventId?.join(','),
  from: inSeconds('from', from),
  to: inSeconds('to', to),
  limit,
});

/** In seconds, this is in the year 5138. */
const MILLISECONDS = 100_000_000_000;

function inSeconds(name: string, value: number | undefined): number | undefined {
  if (value !== undefined && value >= MILLISECONDS)
    throw invalidInput(
      `${name} must be in seconds, not milliseconds: ${Math.floor(value / 1000)}, not ${value}`,
      say('seconds', { seconds: String(Math.floor(value / 1000)) }, [name]),
    );
  return value;
}

export const thingPath = (tuid: string, rest = ''): string => `/things/${segment('tuid', tuid)}${rest}`;
export const groupPath = (id: string, rest = ''): string => `/groups/${segment('groupId', id)}${rest}`;
