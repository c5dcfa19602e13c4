import { told } from '../error-texts';
import { EnsembleError, invalidInput } from '../errors';
import type { Parameter, Parameters, Values } from './parameters';
import { Mismatch, parsers } from './parsers';

/** Whether a value counts as given: `null` and undefined never do, '' only where an empty text means something. */
export const isGiven = (parameter: Parameter<unknown>, value: unknown): boolean =>
  value !== undefined && value !== null && (value !== '' || parameter.allowEmpty === true);

/**
 * The parsed value, or the default.
 * @param isHidden the error must not show the value
 * @throws EnsembleError INVALID_INPUT naming the parameter, and the part of it that is wrong
 */
export function parseParameter<T>(name: string, parameter: Parameter<T>, value: unknown, isHidden = parameter.kind === 'secret'): T {
  if (!isGiven(parameter, value)) {
    if (parameter.required) throw missing(name);
    return parameter.default as T;
  }
  try {
    return fitting(parameter, value);
  } catch (error) {
    if (error instanceof Mismatch) throw invalid(name, error, isHidden);
    throw error;
  }
}

export const missing = (name: string): EnsembleError => invalidInput(`${name} is missing`, told('missing', {}, [name]));

function invalid(name: string, { place, expected, message, reason }: Mismatch, isHidden: boolean): EnsembleError {
  const said = reason
    ? told(`address.${reason}`, {}, [name])
    : place === ''
      ? told('invalid', {}, [name])
      : told('invalidPart', { place }, [name]);
  return invalidInput(`${name}${place} ${isHidden ? `must be ${expected}` : message}`, said);
}

/** A given value as it is used. The editor, which has texts of its own, needs no more of an error. @throws Mismatch */
export const fitting = <T>(parameter: Parameter<T>, value: unknown): T => parsers[parameter.kind](value, parameter) as T;

/** Where a given value is wrong: the path to the wrong part, '' for the whole. Panels word it in their language. */
export function misfit(parameter: Parameter<unknown>, value: unknown): Pick<Mismatch, 'place' | 'value' | 'reason'> | undefined {
  try {
    parsers[parameter.kind](value, parameter);
    return undefined;
  } catch (error) {
    if (error instanceof Mismatch) return error;
    throw error;
  }
}

/** All values, parsed. @throws EnsembleError INVALID_INPUT naming the first parameter that is missing or wrong */
export function parseParameters<P extends Parameters>(
  parameters: P,
  values: Readonly<Record<string, unknown>>,
  isHidden?: boolean,
): Values<P> {
  const parsed: Record<string, unknown> = {};
  let hasAlternatives = false;
  for (const name in parameters) {
    const parameter = parameters[name] as Parameter<unknown>;
    parsed[name] = parseParameter(name, parameter, values[name], isHidden);
    if (parameter.alternative !== undefined) hasAlternatives = true;
  }
  if (hasAlternatives) checkAlternatives(parameters, parsed);
  return parsed as Values<P>;
}

/** @throws EnsembleError INVALID_INPUT where of two that stand for each other none or both are given */
function checkAlternatives(parameters: Parameters, parsed: Readonly<Record<string, unknown>>): void {
  for (const [name, { alternative }] of Object.entries(parameters)) {
    if (alternative === undefined) continue;
    const given = [name, alternative].filter((one) => parsed[one] !== undefined);
    const both = [name, alternative];
    if (given.length === 0)
      throw invalidInput(`${name} is missing, and so is ${alternative}: one of them must be given`, told('neither', {}, both));
    if (given.length > 1)
      throw invalidInput(`${name} and ${alternative} are given together: it must be one of them`, told('both', {}, both));
  }
}

/** Whether the panel shows a setting, with the present values of the others. */
export const isAskedFor = ({ when = {} }: Pick<Parameter<unknown>, 'when'>, read: (name: string) => unknown): boolean =>
  Object.entries(when).every(([name, values]) => [values].flat().includes(String(read(name) ?? '')));

/** As `parseSettings`; no error shows a value. @throws EnsembleError NOT_CONFIGURED naming the first field that is missing or wrong */
export const parseCredentials = <P extends Parameters>(
  parameters: P,
  values: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, unknown>>,
): Values<P> => parseSettings(parameters, values, settings, true);

/** A node's own settings, parsed; `others` are settings on which `when` may depend. @throws EnsembleError NOT_CONFIGURED naming the first field that is missing or wrong */
export function parseSettings<P extends Parameters>(
  parameters: P,
  values: Readonly<Record<string, unknown>>,
  others: Readonly<Record<string, unknown>> = {},
  isHidden?: boolean,
): Values<P> {
  try {
    const parsed = parseParameters(parameters, values, isHidden);
    const all: Readonly<Record<string, unknown>> = { ...others, ...parsed };
    for (const [name, parameter] of Object.entries(parameters))
      if (parameter.needed && all[name] === undefined && isAskedFor(parameter, (other) => all[other])) throw missing(name);
    return parsed;
  } catch (error) {
    if (error instanceof EnsembleError) throw error.withCode('NOT_CONFIGURED');
    throw error;
  }
}
