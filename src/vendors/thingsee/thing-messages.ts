import { z } from 'zod';
import { EnsembleError, NOT_IN_PANELS } from '../../core/errors';
import type { EventContext, EventMessages } from '../../core/follow/events';
import { poll } from '../../core/follow/poll';
import { inShard, shard } from '../../core/follow/shard';
import { choice, integer, list, optional, type Values } from '../../core/schema/parameters';
import type { ThingseeClient } from './client';
import { MessagePoll } from './message-poll';
import { selection } from './parameters';
import { message } from './responses';

export const settings = {
  groups: optional(
    list({
      label: 'Groups',
      help: 'Group IDs, comma-separated: messages of all things in these groups.',
      more: '* stands for all groups, new ones too, but not for things without a group (unassigned).',
      lookup: 'followedGroups',
      orElse: 'things',
    }),
  ),
  things: optional(list({ label: 'Things', help: 'TUIDs, comma-separated: messages of these things.', lookup: 'things' })),
  messageId: selection.messageId,
  transport: choice({
    label: 'Transport',
    help: 'Poll: the API is asked. MQTT: the data stream brings each message at once.',
    more: 'What the stream has missed comes from the API.',
    options: ['poll', 'mqtt'],
    optionLabels: { poll: 'Poll', mqtt: 'MQTT' },
    default: 'poll',
  }),
  interval: integer({
    label: 'Poll interval',
    help: 'Time in which each thing is polled once.',
    more: 'Many things may take longer. With MQTT, it is ten times as long, at most ten minutes, once the stream has brought something.',
    min: 1,
    max: 86_400,
    unit: 'seconds',
    default: 60,
  }),
  grace: integer({
    label: 'Grace period',
    advanced: true,
    help: 'Time by which each message is delayed, so that messages that reach the vendor late are still sent in order.',
    min: 0,
    max: 86_400,
    unit: 'seconds',
    default: 2,
  }),
  shard,
};

export const emits = {
  payload: message,
  sources: ['poll', 'mqtt'],
  types: ['message'],
  details: { late: z.boolean().optional().describe('A later message of the thing has been output before it.') },
} satisfies EventMessages;

export async function start(context: EventContext<ThingseeClient, Values<typeof settings>>): Promise<void> {
  const { settings, scope, state, report } = context;
  if (!settings.things && !settings.groups) throw new EnsembleError('NOT_CONFIGURED', 'things and groups are both empty', NOT_IN_PANELS);
  const isOurs = inShard(settings.shard);
  if (settings.transport === 'mqtt') {
    const { MessageStream }: typeof import('./message-stream') = require('./message-stream');
    await new MessageStream(context, isOurs).run();
    return;
  }
  const messages = new MessagePoll(context, isOurs);
  await messages.restore();
  await poll({ interval: settings.interval * 1000, scope, state, report, work: (interrupted) => messages.round(interrupted) });
}
