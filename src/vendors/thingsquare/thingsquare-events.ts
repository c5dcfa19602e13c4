import { z } from 'zod';
import type { EventContext, EventMessages } from '../../core/follow/events';
import { choice, integer, optional, type Values } from '../../core/schema/parameters';
import type { ThingsquareClient } from './client';
import { KINDS } from './devices';
import { ListingChanges } from './listing-changes';
import { listingOf } from './listing-feed';
import { device, kinds, name } from './parameters';
import { pushOf } from './push-feed';

export const settings = {
  device: optional({
    ...device,
    help: 'Empty: all devices that are registered for remote access.',
    more: '',
  }),
  kind: optional(choice({ label: 'Kind', help: 'Empty: variables of all kinds.', options: KINDS, optionLabels: kinds })),
  variable: optional({ ...name, help: 'Empty: all variables.' }),
  transport: choice({
    label: 'Transport',
    help: 'Poll: the devices are listed at an interval. Push: a WebSocket brings changes at once.',
    more: 'The vendor does not document the WebSocket; the facts are from its own library.',
    options: ['poll', 'push'],
    optionLabels: { poll: 'Poll', push: 'Push' },
    default: 'poll',
  }),
  interval: integer({
    label: 'Poll interval',
    when: { transport: 'poll' },
    help: 'Time between two listings of the devices.',
    more: 'Nodes with the same frontend and the same interval share one listing.',
    min: 1,
    max: 86_400,
    unit: 'seconds',
    default: 30,
  }),
};

export const emits = {
  payload: z
    .unknown()
    .describe('The value of the variable, text or a Buffer. True for a device that was added, false for one that was removed.'),
  sources: ['poll', 'push'],
  types: ['variable', 'device-added', 'device-removed'],
  details: {
    kind: z.enum(KINDS).optional().describe('The kind of the variable.'),
    time: z.number().optional().describe('When it was set.'),
  },
} satisfies EventMessages;

type ThingsquareEventContext = EventContext<ThingsquareClient, Values<typeof settings>>;

/** The unit of the interval. Tests have a shorter one. */
export const SECOND = { milliseconds: 1000 };

export async function start(context: ThingsquareEventContext): Promise<void> {
  const { connection, settings, scope } = context;
  if (settings.transport === 'push') {
    const feed = pushOf(connection);
    const changes = new ListingChanges(context, 'push', () => feed.doubt());
    await changes.restore();
    feed.join(changes, scope);
  } else {
    const changes = new ListingChanges(context, 'poll');
    await changes.restore();
    listingOf(connection, settings.interval * SECOND.milliseconds).join(changes, scope);
  }
}
