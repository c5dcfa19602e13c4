import { deepEqual, equal, ok } from 'node:assert/strict';
import { answer } from '../kit/fault-server';
import { faultTable, type Row } from '../kit/fault-table';
import { startNodeRed } from '../kit/node-red';

const channel = { type: 'str', value: 'light/1/1' };
const one = { type: 'num', value: '1' };

/** Node, operation, parameters, target, what a Turn answers, and whether sending it twice does harm. */
const OPERATIONS: readonly [string, string, object, string, unknown, boolean][] = [
  ['turn-channel', 'list-channels', {}, 'channels', [], false],
  ['turn-channel', 'get-state', { channel }, 'light/1/1', { value: 0, on: 'false' }, false],
  ['turn-channel', 'set-state', { channel, value: one }, 'light/1/1', '', false],
  ['turn-channel', 'list-actions', { channel }, 'light/1/1', ['increment_decrement'], false],
  ['turn-channel', 'send-action', { channel, action: { type: 'str', value: 'increment_decrement' }, payload: one }, 'light/1/1', '', true],
  ['turn-control', 'get-internal-temperature', {}, 'control/state/internal_temperature', { value: '0.0' }, false],
  ['turn-control', 'get-states', {}, 'control/state', { internal_temperature: 0 }, false],
  ['turn-control', 'set-state', { state: { type: 'str', value: 'ready' }, value: { type: 'bool', value: 'false' } }, 'ready', '', false],
  ['turn-control', 'reset', {}, 'reset', '', true],
  ['turn-control', 'get-config', {}, 'config', { pages: [] }, false],
  ['turn-control', 'get-config-version', {}, 'config/version', '2.0.0', false],
  ['turn-control', 'get-integrations', {}, 'integrations', {}, false],
  [
    'turn-control',
    'get-transport-controls',
    {},
    'integrations/sonos/transportControls',
    { previousEnabled: true, nextEnabled: true },
    false,
  ],
];

/** What the document leaves open is taken as it comes: a fault is only what cannot be an answer at all. */
const READS_ANYTHING = ['set-state', 'send-action', 'reset'];
const LENIENT: Readonly<Record<string, readonly RegExp[]>> = {
  ...Object.fromEntries(READS_ANYTHING.map((operation) => [operation, [/wrong type/, /empty body/]])),
  'list-channels': [],
  'list-actions': [],
  'get-integrations': [/wrong type/],
  'get-config-version': [/wrong type: (17|"Success")/],
};

describe('turn-channel and turn-control under every fault', () => {
  const rows = OPERATIONS.map(
    ([type, operation, parameters, target, good, harmful]): Row => ({
      title: `${type} ${operation}`,
      node: { type, operation, parameters, confirmReset: true },
      connection: (vendor, timeout) => {
        vendor.good = answer(good);
        return { type: 'turn-device', host: '127.0.0.1', port: new URL(vendor.url).port, timeout };
      },
      check: ({ fault: { name, end, statusCode }, vendor, ends, outputs, cause }) => {
        const expected = end === 'BAD_RESPONSE' && LENIENT[operation]?.some((pattern) => pattern.test(name)) ? 'done' : end;
        deepEqual(ends, [expected]);
        equal(outputs.length, expected === 'done' ? 1 : 0);
        if (harmful) ok(vendor.requests.length <= 1, 'what may have arrived is not sent again');
        if (expected === 'done') return;
        deepEqual([cause?.vendor, cause?.operation, cause?.target], ['turn', operation, target]);
        if (statusCode !== undefined) equal(cause?.statusCode, statusCode);
        equal(cause?.retryable, ['RATE_LIMITED', 'VENDOR_ERROR', 'UNREACHABLE', 'TIMEOUT'].includes(expected));
      },
    }),
  );
  faultTable(startNodeRed, [], rows);
});
