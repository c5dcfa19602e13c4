import { z } from 'zod';
import type { HttpResponse } from '../../core/http/request';
import { json } from '../../core/http/response';
import { operation } from '../../core/operation';
import { boolean, choice, optional, type Scalar, scalar, text } from '../../core/schema/parameters';
import { readConfig, readState, readVersion, readWords } from './channels';
import type { TurnClient } from './client';
import { repairDescription, repairValue, repairValues } from './states';

export const settings = {
  confirmReset: boolean({
    label: 'Allow this node to reset the whole Turn',
    help: 'A reset affects all channels and states of the device.',
    more: 'It is performed only if this option is selected.',
    when: { operation: ['reset', ''] },
    default: false,
  }),
};

/** Reads one document of the device. */
const reading = (id: string, label: string, help: string, path: string, result: (response: HttpResponse) => unknown) =>
  operation<TurnClient>()({
    id,
    label,
    help,
    parameters: {},
    repeatable: true,
    reads: true,
    target: () => path,
    request: () => ({ method: 'GET', path: `/${path}` }),
    result,
  });

const values = (response: HttpResponse) => repairValues(readState(response));
const INTERNAL_TEMPERATURE = 'control/state/internal_temperature';

/** The document's sample sends a boolean as text. */
const asSent = (value: Scalar): string | number => (typeof value === 'boolean' ? String(value) : value);

export const operations = [
  operation<TurnClient>()({
    id: 'get-internal-temperature',
    label: 'Get internal temperature',
    help: 'Reads the temperature sensor inside the Turn.',
    parameters: {
      part: optional(
        choice({
          label: 'Unit',
          help: 'Degrees Celsius (value), degrees Fahrenheit (fahrenheit) or, if empty, both.',
          options: ['value', 'fahrenheit'],
          optionLabels: { value: 'Celsius', fahrenheit: 'Fahrenheit' },
        }),
      ),
    },
    repeatable: true,
    reads: true,
    target: () => INTERNAL_TEMPERATURE,
    request: ({ part }) => ({ method: 'GET', path: `/${INTERNAL_TEMPERATURE}${part === undefined ? '' : `/${part}`}` }),
    result: values,
  }),
  reading('get-states', 'Get states', 'Reads all states of the device.', 'control/state', values),
  operation<TurnClient>()({
    id: 'set-state',
    label: 'Set state',
    help: 'Changes a state of the device, for example ready, with which the Turn requests all values after its start.',
    parameters: {
      state: text({
        label: 'State',
        help: 'Name of the state, for example ready.',
        pattern: '^\\w+$',
        expected: 'the name of a state',
        lookup: 'states',
      }),
      value: scalar({ label: 'Value', help: 'New value of the state. True and false are sent as text, as the Turn expects.' }),
    },
    repeatable: true,
    target: ({ state }) => state,
    async run({ state, value }, { connection, send }) {
      const sending = send({ method: 'PUT', path: '/control/state', json: { [state]: asSent(value) } });
      const response = await connection.ownChanges.note(state, { value: repairValue(value) }, sending);
      return { result: readWords(response, repairValues), statusCode: response.statusCode };
    },
  }),
  operation<TurnClient>()({
    id: 'reset',
    label: 'Reset the Turn',
    help: 'Resets all channels and states of the whole device. Everything shown and set is lost.',
    parameters: {},
    repeatable: false,
    confirmedBy: 'confirmReset',
    target: () => 'reset',
    request: () => ({ method: 'POST', path: '/control/action/reset', form: {}, headers: { accept: '*/*' } }),
    result: (response) => readWords(response, repairValues),
  }),
  reading('get-config', 'Get configuration', 'Reads the pages, their layout and the start page.', 'config', readConfig),
  reading(
    'get-config-version',
    'Get configuration version',
    'Reads the version of the configuration, as text.',
    'config/version',
    readVersion,
  ),
  reading('get-integrations', 'Get integrations', 'Reads what the Turn reports about its integrations.', 'integrations', (response) =>
    repairDescription(json(z.unknown())(response)),
  ),
  reading(
    'get-transport-controls',
    'Get transport controls',
    'Reads whether Sonos accepts “previous” and “next” for the current track.',
    'integrations/sonos/transportControls',
    values,
  ),
];
