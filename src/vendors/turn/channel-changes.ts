import { told } from '../../core/error-texts';
import { asEnsembleError, type EnsembleError, invalidInput, show } from '../../core/errors';
import { segments } from '../../core/http/path';
import { isRecord } from '../../core/objects';
import type { OperationContext, Outcome } from '../../core/operation';
import { boolean, type JsonObject, number, optional, type Parameter, type Scalar, scalar, type Values } from '../../core/schema/parameters';
import { parseParameter } from '../../core/schema/parse';
import { fittingValue, takesEmptyText } from './channel-values';
import { readWords } from './channels';
import type { TurnClient } from './client';
import { A_CHANNEL_ID, CHANNEL_ID, normalId, UNIT_STATES, WITHOUT_TEXT } from './ids';
import { asShown, repairState, type State } from './states';

export const pathOf = (channel: string, below: string): string => `/control/channels/${segments('channel', normalId(channel))}/${below}`;

export const repairing = (channel: string, device: TurnClient) => (state: State) =>
  repairState(state, device.factsOf(normalId(channel)).dataType);

/** The states of table 5, one of which a message changes. */
export const stateParameters = {
  value: optional(
    scalar({
      label: 'Value',
      help: 'Percent 0 to 100, temperature 0 to 212, preset 0 to 8, true or false for a switch, otherwise text.',
      more: 'Percent goes out as a whole number: 33.4 as 33. Limits that the Turn reports for a channel take precedence. A number for air quality (info/1/1) or air pressure (info/2/1) gets its unit. Texts and images can be cleared: an empty text is a value for them.',
      allowEmpty: true,
      missingWhere: { channel: WITHOUT_TEXT },
    }),
  ),
  on: optional(boolean({ label: 'On', help: 'Switches on or off, instead of setting a value.' })),
  ppmString: optional(
    number({
      label: 'Air quality',
      advanced: true,
      help: 'Number for the air quality page (info/1/1), instead of a value.',
      more: 'The Turn rounds it and shows it in ppm.',
    }),
  ),
  paString: optional(
    number({
      label: 'Air pressure',
      advanced: true,
      help: 'Number for the air pressure page (info/2/1), instead of a value.',
      more: 'The Turn rounds it and shows it in Pa.',
    }),
  ),
};

const NAMES = Object.keys(stateParameters);
export const oneState = { least: NAMES, most: NAMES };

/** One state and what it shall be: the Turn keeps the others in step. */
export function changeOf(id: string, given: Values<typeof stateParameters>, device: TurnClient): State {
  const facts = device.factsOf(id);
  const value = given.value === '' && !takesEmptyText(facts) ? undefined : given.value;
  const { on, ppmString, paString } = given;
  const named = Object.entries({ value, on, ppmString, paString }).filter(([, one]) => one !== undefined);
  if (named.length === 0)
    throw invalidInput('value is missing, and so are on, ppmString and paString: one of them must be given', told('neither', {}, NAMES));
  if (named.length > 1)
    throw invalidInput(
      `${named.map(([name]) => name).join(' and ')} are given together: a channel takes one of them at a time`,
      told(
        'both',
        {},
        named.map(([name]) => name),
      ),
    );
  if (on !== undefined) return { on };
  if (ppmString !== undefined) return { ppm_string: ppmString };
  if (paString !== undefined) return { pa_string: paString };
  const unitState = UNIT_STATES[id];
  if (unitState && typeof value === 'number') return { [unitState]: value };
  return { value: fittingValue(id, value as Scalar, facts) };
}

/** Changes a channel, and remembers that the change is from here. @throws EnsembleError */
export async function sendChange(id: string, change: State, { connection, send }: OperationContext<TurnClient>): Promise<Outcome> {
  const sending = send({ method: 'PUT', path: pathOf(id, 'state'), json: change });
  const response = await connection.ownChanges.note(id, asShown(change), sending);
  return { result: readWords(response, repairing(id, connection)), statusCode: response.statusCode };
}

/** What a message asks of one of several channels, or why this channel does not take it. */
export interface ChannelChange {
  readonly id: string;
  readonly change: State | EnsembleError;
}

/** @throws EnsembleError INVALID_INPUT naming the entry that asks for nothing, whatever the channels take */
export function changesOf(states: JsonObject, device: TurnClient): readonly ChannelChange[] {
  const places = new Map<string, string>();
  const asked = Object.entries(states).map(([name, state]) => {
    const place = `states[${show(name)}]`;
    const id = normalId(name);
    if (!new RegExp(CHANNEL_ID).test(name)) throw invalidInput(`${place} must be named by ${A_CHANNEL_ID}`, oddEntry(name));
    if (places.has(id))
      throw invalidInput(
        `${places.get(id)} and ${place} are for the same channel`,
        told('sameEntry', { place: show(name), other: places.get(id) ?? '' }, ['states']),
      );
    places.set(id, place);
    return { id, given: givenStates(name, state) };
  });
  if (asked.length === 0)
    throw invalidInput(`states must have at least one entry, named by ${A_CHANNEL_ID}`, told('atLeastOne', {}, ['states']));
  return asked.map(({ id, given }) => ({ id, change: changeOrError(id, given, device) }));
}

const oddEntry = (name: string) => told('invalidPart', { place: `[${show(name)}]` }, ['states']);

type GivenStates = Values<typeof stateParameters>;
const ONE_OF_THEM = `an object with one of ${NAMES.join(', ')}`;

/** Of a value alone, or of an object with one of the states. */
function givenStates(id: string, given: unknown): GivenStates {
  const place = `states[${show(id)}]`;
  const odd = (message: string) => invalidInput(`${place} ${message}`, oddEntry(id));
  if (given === undefined || given === null) throw odd('is missing');
  const { value, on, ppmString, paString } = stateParameters;
  if (typeof given !== 'object')
    return { value: parseParameter(place, value, given), on: undefined, ppmString: undefined, paString: undefined };
  if (!isRecord(given) || ArrayBuffer.isView(given))
    throw odd(`must be text, a number, true, false, or ${ONE_OF_THEM}, not ${show(given)}`);
  const other = Object.keys(given).find((name) => !NAMES.includes(name));
  if (other !== undefined) throw odd(`must be ${ONE_OF_THEM}, and has ${show(other)}`);
  const named = Object.values(given).filter((state) => state !== undefined && state !== null);
  // An empty text is a value for some channels only.
  if (named.length === 0 || named.filter((state) => state !== '').length > 1) throw odd(`must be ${ONE_OF_THEM}, not ${show(given)}`);
  const read = <T>(name: string, parameter: Parameter<T>): T => parseParameter(`${place}.${name}`, parameter, given[name]);
  return { value: read('value', value), on: read('on', on), ppmString: read('ppmString', ppmString), paString: read('paString', paString) };
}

const SWITCHED: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  ['true', true],
  [false, false],
  ['false', false],
]);

/** True and false are no value of a channel that has a number, but say whether it is on. */
function changeOrError(id: string, given: GivenStates, device: TurnClient): State | EnsembleError {
  const { dataType, isSwitched } = device.factsOf(id);
  const on = isSwitched && dataType !== 'switch' ? SWITCHED.get(given.value) : undefined;
  try {
    return changeOf(id, on === undefined ? given : { ...given, value: undefined, on }, device);
  } catch (error) {
    return asEnsembleError(error);
  }
}
