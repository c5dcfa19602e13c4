import type { VendorEvent } from '../../core/follow/events';
import type { SendOptions } from '../../core/http/request';
import { readConfig, readState } from './channels';
import type { TurnClient } from './client';
import { normalId } from './ids';
import { isRecord, repairNamed, repairState, repairValues } from './states';

/** What an event says. */
export interface FeedEvent extends VendorEvent {
  readonly details: {
    /** Sender-Id of whoever changed it; undefined where the Turn does not say. */
    readonly modifiedBy: string | undefined;
    /** It was the sensor inside the Turn. */
    readonly internal?: true;
  };
  /** The payload describes the whole topic, as a snapshot would. */
  readonly isState: boolean;
}

/** Until when something is read, and who is told what is left out of it. */
export type Reading = Pick<SendOptions, 'scope' | 'onWarning'>;

/** A feed of the device: its stream, and where the same can be read. */
export interface FeedKind {
  readonly path: string;
  /** What an event of the stream says, with its data as JSON; nothing where it is no event of this feed. */
  read(name: string, data: unknown, device: TurnClient): readonly FeedEvent[];
  /** The event only says that something changed: what it is must be read. Its data may be anything. */
  readonly onlyNotifies?: boolean;
  /** The present payload of each topic. @throws EnsembleError */
  snapshot(device: TurnClient, reading: Reading): Promise<ReadonlyMap<string, unknown>>;
}

type Data = Readonly<Record<string, unknown>>;

/** The data of an event as JSON: undefined where it is none, but a notification may hold anything, or nothing. */
export function dataOf({ onlyNotifies }: FeedKind, text: string): unknown {
  try {
    const data: unknown = JSON.parse(text);
    return isRecord(data) || !onlyNotifies ? data : { data: text };
  } catch {
    if (!onlyNotifies) return undefined;
    return text === '' ? {} : { data: text };
  }
}

const get = (device: TurnClient, path: string, reading: Reading) => device.send({ method: 'GET', path }, { repeatable: true, ...reading });

/** In the sender's name of what the sensor inside the Turn changes. */
const SENSOR = 'InternalTemperatureServiceImpl';
/** Where an event has its sender: seen in use as `modifiedBy`; the document says that the key-value pair of the header is in it. */
const isSender = (key: string): boolean => key === 'modifiedBy' || key.toLowerCase() === 'sender-id';

function senderOf(data: Data): FeedEvent['details'] {
  const named = typeof data.modifiedBy === 'string' ? data.modifiedBy : data[Object.keys(data).find(isSender) ?? ''];
  if (typeof named !== 'string') return { modifiedBy: undefined };
  return named.includes(SENSOR) ? { modifiedBy: named, internal: true } : { modifiedBy: named };
}

const withoutSender = (data: Data): Data => Object.fromEntries(Object.entries(data).filter(([key]) => !isSender(key)));

export const SOURCE = 'sse';
const CONFIG = 'config';
const TRANSPORT_CONTROLS = 'transportControls';
/** What server-sent events are called that have no name. */
const UNNAMED = 'message';

const stateEvent = (topic: string, payload: unknown, raw: unknown, details: FeedEvent['details'], type = 'state'): FeedEvent => ({
  topic,
  payload,
  source: SOURCE,
  type,
  raw,
  details,
  isState: true,
});

/** [G] The frame of an action is not documented: what has no state is passed on whole. */
const actionEvent = (topic: string, raw: Data): FeedEvent => ({
  topic,
  payload: withoutSender(raw),
  source: SOURCE,
  type: 'action',
  raw,
  details: senderOf(raw),
  isState: false,
});

/** The state that a value of the device itself makes: lists have the values alone, and events an object, by analogy with channels [G]. */
function stateOf(name: string, value: unknown): Data {
  if (!isRecord(value)) return { value: repairNamed(name, value) };
  return 'value' in value ? { ...repairValues(value), value: repairNamed(name, value.value) } : repairValues(value);
}

/** The stream's own name (`control/events/state`), and what an event without a name is called: neither is the name of a state. */
const isNameless = (name: string): boolean => name === UNNAMED || name === 'state';

/**
 * [G] What an event of the device's own states holds is not documented. Known here: the channels' frame, the value in place of
 * the state, the state beside the sender, and the bodies of the document's GET and PUT (`{"ready": "true"}`, or `true`).
 */
function controlStates(name: string, data: unknown): readonly FeedEvent[] {
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

export const feedKinds = {
  channels: {
    path: '/control/events/channels',
    read(name, data, device) {
      if (!isRecord(data)) return [];
      const id = normalId(name);
      const { state } = data;
      return [
        isRecord(state) ? stateEvent(id, repairState(state, device.factsOf(id).dataType), data, senderOf(data)) : actionEvent(id, data),
      ];
    },
    async snapshot(device, reading) {
      const channels = await device.readChannels(reading);
      return new Map(channels.flatMap(({ id, state }) => (state === undefined ? [] : [[id, state]])));
    },
  },
  'control-states': {
    path: '/control/events/state',
    read: controlStates,
    async snapshot(device, reading) {
      const states = readState(await get(device, '/control/state', reading));
      return new Map(Object.entries(states).map(([name, value]) => [name, stateOf(name, value)]));
    },
  },
  /** [G] An event is a notification; what changed must be read. */
  config: {
    path: '/config/events',
    onlyNotifies: true,
    read: (name, data) => [
      {
        topic: name === UNNAMED ? CONFIG : name,
        payload: data,
        source: SOURCE,
        type: 'config',
        raw: data,
        details: senderOf(isRecord(data) ? data : {}),
        isState: false,
      },
    ],
    snapshot: async (device, reading) => new Map([[CONFIG, readConfig(await get(device, '/config', reading))]]),
  },
  'transport-controls': {
    path: '/integrations/sonos/transportControls/stream',
    read: (name, data) => (isRecord(data) ? [stateEvent(name, repairValues(data), data, senderOf(data), 'transport-controls')] : []),
    async snapshot(device, reading) {
      const controls = readState(await get(device, '/integrations/sonos/transportControls', reading));
      return new Map([[TRANSPORT_CONTROLS, repairValues(controls)]]);
    },
  },
} satisfies Record<string, FeedKind>;
