import { z } from 'zod';
import { invalidInput } from '../../core/errors';
import { segments } from '../../core/http/path';
import { json, lenientArray } from '../../core/http/response';
import { operation } from '../../core/operation';
import { boolean, number, optional, type Scalar, scalar, text, type Values } from '../../core/schema/parameters';
import { fittingValue, takesEmptyText } from './channel-values';
import { readChannels, readState, readWords } from './channels';
import type { TurnClient } from './client';
import { CHANNEL_ID, normalId, SELECTOR, UNIT_STATES } from './ids';
import { asShown, repairState, type State } from './states';

const channel = text({
  label: 'Channel',
  help: 'ID of the channel, for example light/1/1. Not case-sensitive.',
  pattern: CHANNEL_ID,
  expected: 'a channel id such as light/1/1',
  lookup: 'channels',
});

const target = ({ channel }: { channel: string }): string => normalId(channel);
const pathOf = (channel: string, below: string): string => `/control/channels/${segments('channel', normalId(channel))}/${below}`;

const repairing = (channel: string, device: TurnClient) => (state: State) => repairState(state, device.factsOf(normalId(channel)).dataType);

/** The states of table 5, one of which a message changes. */
const states = {
  value: optional(
    scalar({
      label: 'Value',
      help: 'New value of the channel: percent 0 to 100 (sent as a whole number: 33.4 as 33), temperature 0 to 212, preset 0 to 8, true or false for a switch, text otherwise. Limits that the Turn reports for a channel take precedence. A number for air quality (info/1/1) or air pressure (info/2/1) gets its unit. Texts and images can be cleared: an empty text is a value for them.',
      allowEmpty: true,
    }),
  ),
  on: optional(boolean({ label: 'On', help: 'Switches on or off, instead of setting a value.' })),
  ppmString: optional(
    number({
      label: 'Air quality',
      help: 'Number for the air quality page (info/1/1), instead of a value. The Turn rounds it and shows it in ppm.',
    }),
  ),
  paString: optional(
    number({
      label: 'Air pressure',
      help: 'Number for the air pressure page (info/2/1), instead of a value. The Turn rounds it and shows it in Pa.',
    }),
  ),
};

/** One state and what it shall be: the Turn keeps the others in step. */
function changeOf(id: string, given: Values<typeof states>, device: TurnClient): State {
  const facts = device.factsOf(id);
  const value = given.value === '' && !takesEmptyText(facts) ? undefined : given.value;
  const { on, ppmString, paString } = given;
  const named = Object.entries({ value, on, ppmString, paString }).filter(([, one]) => one !== undefined);
  if (named.length === 0) throw invalidInput('value is missing, and so are on, ppmString and paString: one of them must be given');
  if (named.length > 1)
    throw invalidInput(`${named.map(([name]) => name).join(' and ')} are given together: a channel takes one of them at a time`);
  if (on !== undefined) return { on };
  if (ppmString !== undefined) return { ppm_string: ppmString };
  if (paString !== undefined) return { pa_string: paString };
  const unitState = UNIT_STATES[id];
  if (unitState && typeof value === 'number') return { [unitState]: value };
  return { value: fittingValue(id, value as Scalar, facts) };
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
  operation<TurnClient>()({
    id: 'set-state',
    label: 'Set state',
    help: 'Changes a channel by its value, or by one of its other states. The Turn keeps them consistent.',
    parameters: { channel, ...states },
    repeatable: true,
    target,
    check: (values, connection) => void changeOf(target(values), values, connection),
    async run({ channel, ...given }, { connection, send }) {
      const id = normalId(channel);
      const change = changeOf(id, given, connection);
      const sending = send({ method: 'PUT', path: pathOf(id, 'state'), json: change });
      const response = await connection.ownChanges.note(id, asShown(change), sending);
      return { result: readWords(response, repairing(id, connection)), statusCode: response.statusCode };
    },
  }),
  operation<TurnClient>()({
    id: 'get-state',
    label: 'Get state',
    help: 'Reads the state of a channel.',
    parameters: { channel },
    repeatable: true,
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
        help: 'increment_decrement, play_action or pause_action; which of them are supported depends on the channel.',
        pattern: '^\\w+$',
        expected: 'the name of an action',
        lookup: 'actions',
        narrowedBy: ['channel'],
      }),
      payload: optional(
        scalar({ label: 'Payload', help: 'increment_decrement: 0 for a step down, 1 for a step up. Play and pause: 1, also if empty.' }),
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
    target: ({ selector }) => (selector === undefined ? 'channels' : normalId(selector)),
    request: ({ selector }) => ({
      method: 'GET',
      path: `/control/channels${selector === undefined ? '' : `/${segments('selector', normalId(selector))}`}`,
    }),
    result: (response, _values, device) => device.learn(readChannels(response)),
  }),
];
