import { EnsembleError } from '../../core/errors';
import type { EventContext } from '../../core/follow/events';
import { followStream } from '../../core/follow/stream-follower';
import { boolean, choice, optional, text, type Values } from '../../core/schema/parameters';
import type { TurnClient } from './client';
import { normalId, SELECTOR } from './ids';
import { streamOf } from './streams';

const SELECTIVE = ['channel-type', 'page', 'channel', 'control-state'] as const;

export const settings = {
  stream: choice({
    label: 'Listen to',
    help: 'What the node listens to. All nodes of a Turn share one connection for channels, one for states, one for each of the rest.',
    options: ['channels', 'channel-type', 'page', 'channel', 'control-states', 'control-state', 'config', 'transport-controls'],
    optionLabels: {
      channels: 'all channels',
      'channel-type': 'channels of a type',
      page: 'channels of a page',
      channel: 'one channel',
      'control-states': 'all states of the device',
      'control-state': 'one state of the device',
      config: 'changes of the configuration',
      'transport-controls': 'Sonos transport controls',
    },
    default: 'channels',
  }),
  selector: optional(
    text({
      label: 'Which',
      help: 'A channel type (light), a page (light/1), a channel (light/1/1) or a state (ready), as chosen above.',
      when: { stream: SELECTIVE },
      needed: true,
      pattern: SELECTOR,
      expected: 'a channel type, a page id, a channel id or the name of a state',
      lookup: 'selectors',
      narrowedBy: ['stream'],
    }),
  ),
  ignoreOwn: boolean({
    label: 'Leave out what was sent from here',
    help: 'Changes that carry the Sender ID of this Turn’s configuration are not passed on. So a flow that answers an event with a change does not answer itself.',
    default: true,
  }),
  initial: boolean({
    label: 'Send the state at the start',
    help: 'Everything that the node listens to comes once at the start, marked initial.',
    default: false,
  }),
};

type Context = EventContext<TurnClient, Values<typeof settings>>;

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

export async function start(context: Context): Promise<void> {
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
function topicsOf(client: TurnClient, { stream, selector }: Context['settings']): (topic: string) => boolean {
  if (!SELECTIVE.some((one) => one === stream)) return () => true;
  if (selector === undefined) throw new EnsembleError('NOT_CONFIGURED', 'selector is missing');
  const wanted = normalId(selector);
  if (stream === 'channel-type') return (topic) => topic.split('/', 1)[0] === wanted || client.factsOf(topic).channelType === wanted;
  // The sources page has the media channels too (table 1).
  const media = wanted.replace(/^source\//, 'media/');
  if (stream === 'page') return (topic) => topic.startsWith(`${wanted}/`) || topic.startsWith(`${media}/`);
  return (topic) => normalId(topic) === wanted;
}
