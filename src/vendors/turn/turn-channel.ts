import { z } from 'zod';
import { EnsembleError, invalidInput } from '../../core/errors';
import { segments } from '../../core/http/path';
import { json, lenientArray } from '../../core/http/response';
import { operation } from '../../core/operation';
import { type JsonObject, object, optional, type Scalar, scalar, text } from '../../core/schema/parameters';
import { missing } from '../../core/schema/parse';
import { resultById } from '../../core/side-by-side';
import { type ChannelChange, changeOf, changesOf, oneState, pathOf, repairing, sendChange, stateParameters } from './channel-changes';
import { readChannels, readState, readWords } from './channels';
import type { TurnClient } from './client';
import { A_CHANNEL_ID, CHANNEL_ID, normalId, SELECTOR } from './ids';
import { say } from './texts';

const channel = text({
  label: 'Channel',
  help: 'Such as light/1/1. Not case-sensitive.',
  pattern: CHANNEL_ID,
  expected: A_CHANNEL_ID,
  lookup: 'channels',
});

const target = ({ channel }: { channel: string }): string => normalId(channel);
/** Requests of one message at the same time. */
const AT_ONCE = 16;

/** By the values of a message: its flow may change the object while it waits. */
const readChanges = new WeakMap<object, readonly ChannelChange[]>();

function changesIn(values: { readonly states: JsonObject }, device: TurnClient): readonly ChannelChange[] {
  const changes = readChanges.get(values) ?? changesOf(values.states, device);
  readChanges.set(values, changes);
  return changes;
}

/** What an action takes (table 5, and the samples): steps as the number 0 or 1, play and pause as the text "1". */
function payloadOf(action: string, payload: Scalar | undefined): Scalar {
  if (action === 'increment_decrement') {
    const step = typeof payload === 'string' && payload.trim() !== '' ? Number(payload) : payload;
    if (step !== 0 && step !== 1)
      throw invalidInput(
        `payload must be 0 (down) or 1 (up) for ${action}, not ${JSON.stringify(payload)}`,
        say('takes.step', {}, ['payload']),
      );
    return step;
  }
  if (action === 'play_action' || action === 'pause_action') return payload === undefined ? '1' : String(payload);
  if (payload === undefined) throw missing('payload');
  return payload;
}

export const operations = [
  operation<TurnClient>()({
    id: 'set-state',
    label: 'Set state',
    help: 'Changes a channel by its value, or by one of its other states. The Turn keeps them consistent.',
    parameters: { channel, ...stateParameters },
    oneOf: oneState,
    repeatable: true,
    target,
    check: (values, connection) => void changeOf(target(values), values, connection),
    run({ channel, ...given }, context) {
      const id = normalId(channel);
      return sendChange(id, changeOf(id, given, context.connection), context);
    },
  }),
  operation<TurnClient>()({
    id: 'set-states',
    label: 'Set states',
    help: 'Changes several channels with one message, up to 16 at a time.',
    more: 'The result is an object by channel ID, with the error of each channel that could not be changed. If all fail, the message fails with the first error.',
    parameters: {
      states: object({
        label: 'States',
        help: 'Object of channel IDs, each with its value: {"light/1/1": 40, "modes/1/1": {"on": false}}.',
        more: 'True or false switches a channel on or off that has both a number and a switch. An object has one of value, on, ppmString and paString.',
      }),
    },
    repeatable: true,
    // For a channel that does not take its value nothing is sent: it waits for nothing, and replaces nothing.
    target: (values, device) => changesIn(values, device).flatMap(({ id, change }) => (change instanceof EnsembleError ? [] : [id])),
    run: (values, context) =>
      resultById(
        'states',
        changesIn(values, context.connection).map(({ id, change }) => ({
          id,
          target: id,
          run: async () => {
            if (change instanceof EnsembleError) throw change;
            return sendChange(id, change, context);
          },
        })),
        AT_ONCE,
        context,
      ),
  }),
  operation<TurnClient>()({
    id: 'get-state',
    label: 'Get state',
    help: 'Reads the state of a channel.',
    parameters: { channel },
    repeatable: true,
    reads: true,
    target,
    request: ({ channel }) => ({ method: 'GET', path: pathOf(channel, 'state') }),
    result: (response, { channel }, device) => repairing(channel, device)(readState(response)),
  }),
  operation<TurnClient>()({
    id: 'send-action',
    label: 'Send action',
    help: 'Steps a channel up or down, plays or pauses. Never retried.',
    parameters: {
      channel,
      action: text({
        label: 'Action',
        help: 'increment_decrement, play_action or pause_action.',
        more: 'Which of them are supported depends on the channel.',
        pattern: '^\\w+$',
        expected: 'the name of an action',
        lookup: 'actions',
        narrowedBy: ['channel'],
      }),
      payload: optional(
        scalar({ label: 'Payload', help: '0: a step down. 1: a step up, play or pause.', more: 'Play and pause: 1, also if empty.' }),
      ),
    },
    repeatable: false,
    target,
    request: ({ channel, action, payload }) => ({
      method: 'POST',
      path: pathOf(channel, 'action'),
      json: { [action]: payloadOf(action, payload) },
      headers: { accept: '*/*' },
    }),
    result: (response, { channel }, device) => readWords(response, repairing(channel, device)),
  }),
  operation<TurnClient>()({
    id: 'list-actions',
    label: 'List actions',
    help: 'Lists the actions that a channel supports.',
    parameters: { channel },
    repeatable: true,
    reads: true,
    target,
    request: ({ channel }) => ({ method: 'GET', path: pathOf(channel, 'action/') }),
    result: json(lenientArray(z.string())),
  }),
  operation<TurnClient>()({
    id: 'list-channels',
    label: 'List channels',
    help: 'Lists the channels with their data types, permissions and states.',
    parameters: {
      selector: optional(
        text({
          label: 'Selection',
          help: 'A channel type (light), a page (light/1) or a channel (light/1/1). Empty: all channels.',
          pattern: SELECTOR,
          expected: 'a channel type, a page id or a channel id',
        }),
      ),
    },
    repeatable: true,
    reads: true,
    target: ({ selector }) => (selector === undefined ? 'channels' : normalId(selector)),
    request: ({ selector }) => ({
      method: 'GET',
      path: `/control/channels${selector === undefined ? '' : `/${segments('selector', normalId(selector))}`}`,
    }),
    result: (response, _values, device) => device.learn(readChannels(response)),
  }),
];
