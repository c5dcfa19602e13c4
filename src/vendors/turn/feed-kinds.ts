import { z } from 'zod';
import { json } from '../../core/answers';
import type { VendorEvent } from '../../core/events';
import type { Scope } from '../../core/scope';
import { readState } from './channels';
import { normalId } from './ids';
import { isRecord, repairState, repairValue, repairValues, type State } from './states';
import type { TurnDevice } from './turn-device';

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

/** A feed of the device: its stream, and where the same can be read. */
export interface FeedKind {
  readonly path: string;
  /** What an event of the stream says, with its data as JSON. */
  read(name: string, data: Readonly<Record<string, unknown>>, device: TurnDevice): FeedEvent;
  /** The event only says that something changed: what it is must be read. */
  readonly onlyNotifies?: boolean;
  /** The present payload of each topic; `warn` is told what is left out of it. @throws EnsembleError */
  snapshot(device: TurnDevice, scope: Scope, warn: (text: string) => void): Promise<ReadonlyMap<string, unknown>>;
}

const get = (device: TurnDevice, path: string, scope: Scope) => device.send({ method: 'GET', path }, { repeatable: true, scope });

/** In the `modifiedBy` of what the sensor inside the Turn changes. */
const SENSOR = 'InternalTemperatureServiceImpl';

function senderOf({ modifiedBy }: Readonly<Record<string, unknown>>): FeedEvent['details'] {
  if (typeof modifiedBy !== 'string') return { modifiedBy: undefined };
  return modifiedBy.includes(SENSOR) ? { modifiedBy, internal: true } : { modifiedBy };
}

/** [G] The frame of an action is not documented; what has no state is passed on whole. */
function stateOrAction(topic: string, data: Readonly<Record<string, unknown>>, repair: (state: State) => unknown): FeedEvent {
  const { state } = data;
  const details = senderOf(data);
  if (isRecord(state)) return { topic, payload: repair(state), source: SOURCE, type: 'state', raw: data, details, isState: true };
  const { modifiedBy: _sender, ...payload } = data;
  return { topic, payload, source: SOURCE, type: 'action', raw: data, details, isState: false };
}

export const SOURCE = 'sse';
const CONFIG = 'config';
const TRANSPORT_CONTROLS = 'transportControls';

export const feedKinds = {
  channels: {
    path: '/control/events/channels',
    read(name, data, device) {
      const id = normalId(name);
      return stateOrAction(id, data, (state) => repairState(state, device.factsOf(id).dataType));
    },
    async snapshot(device, scope, warn) {
      const channels = await device.readChannels(scope, warn);
      return new Map(channels.flatMap(({ id, state }) => (state === undefined ? [] : [[normalId(id), state]])));
    },
  },
  'control-states': {
    path: '/control/events/state',
    /** [G] The frame may have the value in place of the state, or all of the state beside the sender. */
    read(name, data) {
      const { modifiedBy: _sender, ...rest } = data;
      const state = !('state' in rest) ? rest : isRecord(rest.state) ? rest.state : { value: rest.state };
      return { ...stateOrAction(name, 'value' in state || 'state' in rest ? { ...data, state } : data, repairValues), raw: data };
    },
    async snapshot(device, scope) {
      const states = readState(await get(device, '/control/state', scope));
      // [G] By analogy with channels: the event carries an object, the list only values.
      return new Map(
        Object.entries(states).map(([name, value]) => [name, isRecord(value) ? repairValues(value) : { value: repairValue(value) }]),
      );
    },
  },
  /** [G] An event is a notification; what changed must be read. */
  config: {
    path: '/config/events',
    onlyNotifies: true,
    read: (name, data) => ({
      topic: name === 'message' ? CONFIG : name,
      payload: data,
      source: SOURCE,
      type: 'config',
      raw: data,
      details: senderOf(data),
      isState: false,
    }),
    snapshot: async (device, scope) => new Map([[CONFIG, json(z.looseObject({}))(await get(device, '/config', scope))]]),
  },
  'transport-controls': {
    path: '/integrations/sonos/transportControls/stream',
    read: (name, data) => ({
      topic: name,
      payload: repairValues(data),
      source: SOURCE,
      type: 'transport-controls',
      raw: data,
      details: senderOf(data),
      isState: true,
    }),
    async snapshot(device, scope) {
      const controls = readState(await get(device, '/integrations/sonos/transportControls', scope));
      return new Map([[TRANSPORT_CONTROLS, repairValues(controls)]]);
    },
  },
} satisfies Record<string, FeedKind>;
