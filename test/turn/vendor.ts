import { equal } from 'node:assert/strict';
import { Simulator } from '../../src/simulators/simulator';
import { type Behaviour, respond } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import { bool, json, num, payload, str } from '../kit/typed-input';
import type { Busy, Ends, Example, Vendor } from '../kit/vendor';
import { freePorts, portOf } from '../simulators/ports';
import { read } from '../simulators/simulated';

const CHANNEL = 'light/1/1';
const channel = str(CHANNEL);
const harmful = { harmful: true } as const;
/** What the document leaves open is taken as it comes: a fault is only what cannot be a response at all. */
const taken = (faults: RegExp): { ends: Ends } => ({ ends: [[faults, 'done']] });
const anything = taken(/wrong type|empty body/);

const of =
  (type: string) =>
  (operation: string, target: string, parameters: object, good: unknown, more: Partial<Example> = {}): Example => ({
    type,
    operation,
    parameters: { ...parameters },
    good,
    target,
    ...more,
  });
const [ofChannel, ofControl] = [of('turn-channel'), of('turn-control')];

const STREAMS: Readonly<Record<string, string>> = {
  channels: '',
  'channel-type': 'light',
  page: 'light/1',
  channel: CHANNEL,
  'control-states': '',
  'control-state': 'ready',
  config: '',
  'transport-controls': '',
};

/** Of feeds: channels, states, configuration, Sonos. */
export const STREAM_KINDS = 4;

/** A node for each stream, in turn. */
export const listeners = (count: number): FlowNode[] =>
  Array.from({ length: count }, (_, index) => {
    const [stream, selector] = Object.entries(STREAMS)[index % Object.keys(STREAMS).length] ?? [];
    return { id: `sse-${index}`, type: 'turn-sse', stream, selector, initial: index % 2 === 0 };
  });
const SET: FlowNode = { id: 'set', type: 'turn-channel', operation: 'set-state', parameters: { channel, value: payload } };

const busy = (title: string, server: Behaviour): Busy => ({
  title,
  server,
  begin: (red) => {
    red.inject('set', { payload: 20 });
    return red.status('sse-0', { fill: 'yellow' });
  },
});

export const turn: Vendor = {
  name: 'turn',
  connection: (url, more) => ({ id: 'device', type: 'turn-device', host: '127.0.0.1', port: Number(new URL(url).port), ...more }),
  secrets: [],
  examples: [
    ofChannel('list-channels', 'channels', {}, []),
    ofChannel('get-state', CHANNEL, { channel }, { value: 0, on: 'false' }),
    ofChannel('set-state', CHANNEL, { channel, value: num(1) }, '', anything),
    ofChannel('set-states', CHANNEL, { states: json({ [CHANNEL]: 1 }) }, '', anything),
    ofChannel('list-actions', CHANNEL, { channel }, ['increment_decrement']),
    ofChannel('send-action', CHANNEL, { channel, action: str('increment_decrement'), payload: num(1) }, '', { ...anything, ...harmful }),
    ofControl('get-internal-temperature', 'control/state/internal_temperature', {}, { value: '0.0' }),
    ofControl('get-states', 'control/state', {}, { internal_temperature: 0 }),
    ofControl('set-state', 'ready', { state: str('ready'), value: bool(false) }, '', anything),
    ofControl('reset', 'reset', {}, '', { ...anything, ...harmful, settings: { confirmReset: true } }),
    ofControl('get-config', 'config', {}, { pages: [] }),
    ofControl('get-config-version', 'config/version', {}, '2.0.0', taken(/wrong type: (17|"Success")/)),
    ofControl('get-integrations', 'integrations', {}, {}, taken(/wrong type/)),
    ofControl('get-transport-controls', 'integrations/sonos/transportControls', {}, { previousEnabled: true, nextEnabled: true }),
  ],
  oddElements: [
    ['turn-channel', 'list-channels', {}, [{ id: CHANNEL }, { id: 5 }, null], [{ id: CHANNEL }]],
    ['turn-channel', 'list-actions', { channel: CHANNEL }, ['a', 5, null], ['a']],
    ['lookup', 'channels', {}, [{ id: CHANNEL }, { id: 5 }], [CHANNEL]],
    ['lookup', 'selectors', { stream: 'page' }, { pages: [{ id: 'light/1' }, { id: 5 }, null] }, ['light/1']],
    ['lookup', 'actions', { channel: CHANNEL }, ['a', 5], ['a']],
  ],
  deployed: {
    nodes: [SET, ...listeners(8)],
    start: async () => {
      const simulator = await Simulator.start(await freePorts());
      return {
        settings: { port: portOf(simulator.address) },
        check: async (red) => {
          red.inject('set', { payload: 20 });
          await red.status('set', { fill: 'green' });
          for (const { id } of listeners(8)) await red.status(id, { fill: 'green' });
          equal((await read(simulator.address)).vendors.turn.streams, STREAM_KINDS);
        },
        stop: () => simulator.close(),
      };
    },
    busy: [busy('the device does not answer', () => {}), busy('the device refuses', respond({}, 503))],
  },
};
