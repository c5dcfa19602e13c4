import { z } from 'zod';
import type { EventContext, EventMessages } from '../../core/follow/events';
import { type StreamDefinition, streamEvent } from '../../core/follow/stream';
import { followStream } from '../../core/follow/stream-follower';
import { parseJson } from '../../core/json';
import { boolean, optional, text, type Values } from '../../core/schema/parameters';
import type { LampClient } from './client';
import { readDevices } from './devices';

export const settings = {
  device: optional(text({ label: 'Device', help: 'ID of the device. Empty: all.', id: true, lookup: 'devices' })),
  initial: boolean({
    label: 'Send current state at start',
    help: 'The current state of every device is sent once at the start, marked as initial.',
    default: false,
  }),
};

const change = z.looseObject({ device: z.string(), state: z.looseObject({ level: z.number() }) });

/** What the messages hold. */
export const emits = { payload: change.shape.state, sources: ['sse'], types: ['state'] } satisfies EventMessages;

/** How the vendor tells of changes, and where the same can be read. */
const stream: StreamDefinition<LampClient> = {
  path: '/events',
  // It sends a heartbeat every 30 seconds.
  timing: { silence: 75_000, standstill: 30_000 },
  read(_name, text) {
    const raw = parseJson(text);
    const { data } = change.safeParse(raw);
    return data && [streamEvent(data.device, data.state, { raw })];
  },
  snapshot: async (client, options) => new Map((await readDevices(client, options)).map(({ id, state }) => [id, state])),
};

export async function start(context: EventContext<LampClient, Values<typeof settings>>): Promise<void> {
  const { device, initial } = context.settings;
  const concerns = (topic: string) => device === undefined || topic === device;
  await followStream(context, { stream, initial, concerns, selection: { device } });
}
