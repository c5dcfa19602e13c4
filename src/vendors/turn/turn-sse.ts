import { z } from 'zod';
import { EnsembleError, NOT_IN_PANELS } from '../../core/errors';
import type { EventContext, EventMessages } from '../../core/follow/events';
import { followStream } from '../../core/follow/stream-follower';
import { boolean, choice, optional, text, type Values } from '../../core/schema/parameters';
import type { TurnClient } from './client';
import { normalId, SELECTOR } from './ids';
import { streamOf } from './streams';

const SELECTIVE = ['channel-type', 'page', 'channel', 'control-state'] as const;

export const settings = {
  stream: choice({
    label: 'Event stream',
    help: '',
    more: 'All nodes of a Turn share one connection for channels, one for states, and one for each of the others.',
    options: ['channels', 'channel-type', 'page', 'channel', 'control-states', 'control-state', 'config', 'transport-controls'],
    optionLabels: {
      channels: 'all channels',
      'channel-type': 'channels of a type',
      page: 'channels of a page',
      channel: 'one channel',
      'control-states': 'all states of the device',
      'control-state': 'one state of the device',
      config: 'configuration changes',
      'transport-controls': 'Sonos transport controls',
    },
    default: 'channels',
  }),
  selector: optional(
    text({
      label: 'Selection',
      help: 'A channel type (light), a page (light/1), a channel (light/1/1) or a state (ready), depending on the event stream.',
      when: { stream: SELECTIVE },
      needed: true,
      pattern: SELECTOR,
      expected: 'a channel type, a page id, a channel id or the name of a state',
      lookup: 'selectors',
      narrowedBy: ['stream'],
    }),
  ),
  ignoreOwn: boolean({
    label: 'Ignore own changes',
    help: 'Drops changes with the sender ID of this Turn configuration, so that a flow does not trigger itself.',
    default: true,
  }),
  initial: boolean({
    label: 'Send current state at start',
    help: 'The current state of everything selected is sent once at the start, marked as initial.',
    default: false,
  }),
};

export const emits = {
  payload: z.looseObject({
    value: z.unknown().optional().describe('The value of a channel or a state.'),
    on: z.unknown().optional().describe('Whether a channel is switched on.'),
  }),
  sources: ['sse'],
  types: ['state', 'action', 'config', 'transport-controls'],
  details: {
    modifiedBy: z.string().optional().describe('The sender ID of its cause.'),
    internal: z.literal(true).optional().describe('Caused by the sensor in the Turn.'),
  },
} satisfies EventMessages;

type TurnEventContext = EventContext<TurnClient, Values<typeof settings>>;

const STREAMS = {
  channels: 'channels',
  'channel-type': 'channels',
  page: 'channels',
  channel: 'channels',
  'control-states': 'control-states',
  'control-state': 'control-states',
  config: 'config',
  'transport-controls': 'transport-controls',
} as const;

export async function start(context: TurnEventContext): Promise<void> {
  const { connection, settings } = context;
  const { stream, selector, initial, ignoreOwn } = settings;
  await followStream(context, {
    stream: streamOf(STREAMS[stream], connection.timing),
    initial,
    ignoreOwn,
    concerns: topicsOf(connection, settings),
    selection: { stream, selector },
  });
}

/** Which topics are meant. @throws EnsembleError NOT_CONFIGURED */
function topicsOf(client: TurnClient, { stream, selector }: TurnEventContext['settings']): (topic: string) => boolean {
  if (!SELECTIVE.some((one) => one === stream)) return () => true;
  if (selector === undefined) throw new EnsembleError('NOT_CONFIGURED', 'selector is missing', NOT_IN_PANELS);
  const wanted = normalId(selector);
  if (stream === 'channel-type') return (topic) => topic.split('/', 1)[0] === wanted || client.factsOf(topic).channelType === wanted;
  // The sources page has the media channels too (table 1).
  const media = wanted.replace(/^source\//, 'media/');
  if (stream === 'page') return (topic) => topic.startsWith(`${wanted}/`) || topic.startsWith(`${media}/`);
  return (topic) => normalId(topic) === wanted;
}
