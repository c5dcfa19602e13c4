import { z } from 'zod';
import { json } from '../../core/answers';
import { invalidInput } from '../../core/errors';
import { operation } from '../../core/operation';
import { boolean, optional, type Scalar, scalar, text } from '../../core/parameters';
import { segments } from '../../core/path';
import { readChannels, readState, readWords } from './channels';
import { CHANNEL_ID, fittingValue, normalId, SELECTOR } from './ids';
import { isRecord, repairState } from './states';
import type { TurnDevice } from './turn-device';

const channel = text({
  label: 'Channel',
  help: 'The id of the channel, for example light/1/1. Upper or lower case makes no difference.',
  pattern: CHANNEL_ID,
  expected: 'a channel id such as light/1/1',
  lookup: 'channels',
});

const target = ({ channel }: { channel: string }): string => normalId(channel);
const pathOf = (channel: string, below: string): string => `/control/channels/${segments('channel', normalId(channel))}/${below}`;

/** The document asks for either, and keeps both in step. */
function changeOf(id: string, { value, on }: { value: Scalar | undefined; on: boolean | undefined }, device: TurnDevice) {
  if (value !== undefined && on !== undefined) throw invalidInput('value and on are both given: a channel takes one of them at a time');
  if (on !== undefined) return { on };
  if (value === undefined) throw invalidInput('value is missing, and so is on: one of them must be given');
  return { value: fittingValue(id, value, device.factsOf(id)) };
}

/** What an action takes (table 5, and the samples): steps as the number 0 or 1, play and pause as the text "1". */
function payloadOf(action: string, payload: Scalar | undefined): Scalar {
  if (action === 'increment_decrement') {
    const step = typeof payload === 'string' && payload.trim() !== '' ? Number(payload) : payload;
    if (step !== 0 && step !== 1) throw invalidInput(`payload must be 0 (down) or 1 (up) for ${action}, not ${JSON.stringify(payload)}`);
    return step;
  }
  if (action === 'play_action' || action === 'pause_action') return payload === undefined ? '1' : String(payload);
  if (payload === undefined) throw invalidInput('payload is missing');
  return payload;
}

export const operations = [
  operation<TurnDevice>()({
    id: 'set-state',
    label: 'Set state',
    help: 'Changes a channel by its value, or switches it on or off. The Turn keeps both in step.',
    parameters: {
      channel,
      value: optional(
        scalar({
          label: 'Value',
          help: 'What the channel shall hold: percent 0 to 100, temperature 0 to 212, preset 0 to the highest one of the channel, true or false for a switch, text otherwise.',
        }),
      ),
      on: optional(boolean({ label: 'On', help: 'Switches on or off, in place of a value.' })),
    },
    repeatable: true,
    target,
    check: (values, connection) => void changeOf(target(values), values, connection),
    async run({ channel, value, on }, { connection, send }) {
      const id = normalId(channel);
      const change = changeOf(id, { value, on }, connection);
      const answer = await connection.ownChanges.note(id, change, send({ method: 'PUT', path: pathOf(id, 'state'), json: change }));
      const result = readWords(answer);
      return {
        result: isRecord(result) ? repairState(result, connection.factsOf(id).dataType) : result,
        statusCode: answer.statusCode,
      };
    },
  }),
  operation<TurnDevice>()({
    id: 'get-state',
    label: 'Get state',
    help: 'Reads what a channel holds.',
    parameters: { channel },
    repeatable: true,
    target,
    request: ({ channel }) => ({ method: 'GET', path: pathOf(channel, 'state') }),
    result: (answer, { channel }, device) => repairState(readState(answer), device.factsOf(normalId(channel)).dataType),
  }),
  operation<TurnDevice>()({
    id: 'send-action',
    label: 'Send action',
    help: 'Steps a channel up or down, plays or pauses. Never sent twice.',
    parameters: {
      channel,
      action: text({
        label: 'Action',
        help: 'increment_decrement, play_action or pause_action; each channel has its own.',
        pattern: '^\\w+$',
        expected: 'the name of an action',
        lookup: 'actions',
        narrowedBy: ['channel'],
      }),
      payload: optional(
        scalar({ label: 'Payload', help: 'increment_decrement: 0 for a step down, 1 for a step up. Play and pause: 1, also when empty.' }),
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
    result: readWords,
  }),
  operation<TurnDevice>()({
    id: 'list-actions',
    label: 'List actions',
    help: 'Lists the actions that a channel takes.',
    parameters: { channel },
    repeatable: true,
    target,
    request: ({ channel }) => ({ method: 'GET', path: pathOf(channel, 'action/') }),
    result: json(z.array(z.string())),
  }),
  operation<TurnDevice>()({
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
    target: ({ selector }) => (selector === undefined ? 'channels' : normalId(selector)),
    request: ({ selector }) => ({
      method: 'GET',
      path: `/control/channels${selector === undefined ? '' : `/${segments('selector', normalId(selector))}`}`,
    }),
    result: (answer, _values, device) => device.learn(readChannels(answer)),
  }),
];
