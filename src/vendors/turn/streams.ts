import { STREAM_TIMING, type StreamDefinition, type StreamEvent, type StreamTiming, streamEvent } from '../../core/follow/stream';
import { parseJson, readJson } from '../../core/json';
import { isRecord } from '../../core/objects';
import type { JsonObject } from '../../core/schema/parameters';
import { readConfig, readState } from './channels';
import type { TurnClient } from './client';
import { normalId } from './ids';
import { isSame, repairNamed, repairState, repairValues } from './states';

type TurnEvent = StreamEvent<{
  /** Sender-Id of whoever changed it; undefined where the Turn does not say. */
  readonly modifiedBy: string | undefined;
  /** It was the sensor inside the Turn. */
  readonly internal?: true;
}>;

/** A stream of the device, and where the same can be read. */
interface TurnStream extends Pick<StreamDefinition<TurnClient>, 'path' | 'onlyNotifies' | 'snapshot'> {
  /** What an event says, with its data as JSON; nothing where it is no event of this stream. */
  read(name: string, data: unknown, client: TurnClient): readonly TurnEvent[];
}

export const TIMING: StreamTiming = {
  ...STREAM_TIMING,
  /** The Turn says something every 30 seconds (“SSE Heartbeat”): two of these missed, and some. */
  silence: 75_000,
  standstill: 30_000,
};

/** One of the streams below, as the follower wants it. */
export function streamOf(name: keyof typeof streams, timing = TIMING): StreamDefinition<TurnClient, TurnEvent> {
  const stream: TurnStream = streams[name];
  return {
    path: stream.path,
    timing,
    onlyNotifies: stream.onlyNotifies ?? false,
    // What is read for a notification is the whole.
    isPartial: !stream.onlyNotifies,
    read(name, text, client) {
      const events = stream.read(name, dataOf(stream, text), client);
      return events.length > 0 ? events : undefined;
    },
    snapshot: stream.snapshot,
    ...(!stream.onlyNotifies && { isSame }),
    isOwn: ({ details }, client) => details.modifiedBy === client.senderId,
    ownChanges: (client) => client.ownChanges,
  };
}

/** The data of an event as JSON; but a notification may hold anything, or nothing. @throws SyntaxError, EnsembleError BAD_RESPONSE */
function dataOf({ onlyNotifies }: TurnStream, text: string): unknown {
  if (!onlyNotifies) return readJson(text);
  const data = parseJson(text);
  if (isRecord(data)) return data;
  return text === '' ? {} : { data: text };
}

/** In the sender's name of what the sensor inside the Turn changes. */
const SENSOR = 'InternalTemperatureServiceImpl';
/** Where an event has its sender: seen in use as `modifiedBy`; the document says that the key-value pair of the header is in it. */
const isSender = (key: string): boolean => key === 'modifiedBy' || key.toLowerCase() === 'sender-id';

function senderOf(data: JsonObject): TurnEvent['details'] {
  const named = typeof data.modifiedBy === 'string' ? data.modifiedBy : data[Object.keys(data).find(isSender) ?? ''];
  if (typeof named !== 'string') return { modifiedBy: undefined };
  return named.includes(SENSOR) ? { modifiedBy: named, internal: true } : { modifiedBy: named };
}

const withoutSender = (data: JsonObject): JsonObject => Object.fromEntries(Object.entries(data).filter(([key]) => !isSender(key)));

const CONFIG = 'config';
const TRANSPORT_CONTROLS = 'transportControls';
/** What server-sent events are called that have no name. */
const UNNAMED = 'message';

const stateEvent = (topic: string, payload: unknown, raw: unknown, details: TurnEvent['details'], type = 'state'): TurnEvent =>
  streamEvent(topic, payload, { raw, type, details });

/** [G] The frame of an action is not documented: what has no state is passed on whole. */
const actionEvent = (topic: string, raw: JsonObject): TurnEvent =>
  streamEvent(topic, withoutSender(raw), { raw, type: 'action', details: senderOf(raw), isState: false });

/** The state that a value of the device itself makes: lists have the values alone, and events an object, by analogy with channels [G]. */
function stateOf(name: string, value: unknown): JsonObject {
  if (!isRecord(value)) return { value: repairNamed(name, value) };
  return 'value' in value ? { ...repairValues(value), value: repairNamed(name, value.value) } : repairValues(value);
}

/** The stream's own name (`control/events/state`), and what an event without a name is called: neither is the name of a state. */
const isNameless = (name: string): boolean => name === UNNAMED || name === 'state';

/**
 * [G] What an event of the device's own states holds is not documented. Known here: the channels' frame, the value in place of
 * the state, the state beside the sender, and the bodies of the document's GET and PUT (`{"ready": "true"}`, or `true`).
 */
function controlStates(name: string, data: unknown): readonly TurnEvent[] {
  if (['boolean', 'number', 'string'].includes(typeof data) && !isNameless(name))
    return [stateEvent(name, stateOf(name, data), data, senderOf({}))];
  if (!isRecord(data)) return [];
  const said = withoutSender(data);
  const within = 'state' in said ? said.state : said;
  const event = (topic: string, value: unknown) => stateEvent(topic, stateOf(topic, value), data, senderOf(data));
  if (!isRecord(within)) return [event(name, within)];
  const own = Object.keys(within).find((key) => normalId(key) === normalId(name));
  if (own !== undefined) return [event(name, within[own])];
  if ('value' in within) return [event(name, within)];
  if (isNameless(name)) return Object.entries(within).map(([state, value]) => event(state, value));
  return ['state' in said ? event(name, within) : actionEvent(name, data)];
}

export const streams = {
  channels: {
    path: '/control/events/channels',
    read(name, data, client) {
      if (!isRecord(data)) return [];
      const id = normalId(name);
      const { state } = data;
      return [
        isRecord(state) ? stateEvent(id, repairState(state, client.factsOf(id).dataType), data, senderOf(data)) : actionEvent(id, data),
      ];
    },
    async snapshot(client, options) {
      const channels = await client.readChannels(options);
      return new Map(channels.flatMap(({ id, state }) => (state === undefined ? [] : [[id, state]])));
    },
  },
  'control-states': {
    path: '/control/events/state',
    read: controlStates,
    async snapshot(client, options) {
      const states = readState(await client.read('/control/state', options));
      return new Map(Object.entries(states).map(([name, value]) => [name, stateOf(name, value)]));
    },
  },
  /** [G] An event, whatever its name, says that something has changed; what, must be read. It is the state of one topic. */
  config: {
    path: '/config/events',
    onlyNotifies: true,
    read: (_name, data) => {
      const details = senderOf(isRecord(data) ? data : {});
      return [streamEvent(CONFIG, data, { raw: data, type: 'config', details, isState: false })];
    },
    snapshot: async (client, options) => new Map([[CONFIG, readConfig(await client.read('/config', options))]]),
  },
  'transport-controls': {
    path: '/integrations/sonos/transportControls/stream',
    read: (name, data) => (isRecord(data) ? [stateEvent(name, repairValues(data), data, senderOf(data), 'transport-controls')] : []),
    async snapshot(client, options) {
      const controls = readState(await client.read('/integrations/sonos/transportControls', options));
      return new Map([[TRANSPORT_CONTROLS, repairValues(controls)]]);
    },
  },
} satisfies Record<string, TurnStream>;
