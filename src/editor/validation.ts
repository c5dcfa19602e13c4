import { isAskedFor, isGiven, misfit } from '../core/schema/parse';
import { type Field, parametersOf, settingsOf, sharedText } from './fields';

/** A parameter as Node-RED's TypedInput saves it. */
export interface TypedValue {
  readonly type: string;
  readonly value: unknown;
}

export type Verdict = true | string;

/** Node-RED replaces a whole property of this form by the value of the environment variable. */
const isVariable = (value: unknown): boolean => typeof value === 'string' && /^\$\{[^}]+\}$/.test(value);

/** Whether a constant is valid. The reason never repeats the value: Node-RED shows reasons as HTML. */
export function verdict(field: Field, value: unknown): Verdict {
  if (isVariable(value)) return true;
  const { parameter, label } = field;
  if (!isGiven(parameter, value)) return !field.required || sharedText('missing', { label });
  const wrong = misfit(parameter, value);
  if (!wrong) return true;
  if (!wrong.place) return sharedText('invalid', { label, expected: field.expected });
  return sharedText('invalidPart', { label, place: wrong.place, expected: field.expected });
}

export const isConstant = (type: string): boolean => ['str', 'num', 'bool', 'json', 'bin'].includes(type);

/** The verdict on the input of a row; values from the message are only known at run time. */
export function verdictOnInput(field: Field, { type, value }: TypedValue): Verdict {
  if (value === '' || value === undefined) return verdict(field, undefined);
  if (!isConstant(type) || type === 'bin') return true;
  if (type !== 'json' || typeof value !== 'string' || isVariable(value)) return verdict(field, value);
  try {
    return verdict(field, JSON.parse(value));
  } catch {
    return sharedText('invalidJson', { label: field.label });
  }
}

/** Whether the panel asks for a setting, with the values of the others. */
export const applies = ({ parameter }: Field, read: (name: string) => unknown): boolean => isAskedFor(parameter, read);

/** A validator for `defaults`. Two arguments tell Node-RED that it returns reasons. */
export const check = (name: string) =>
  function (this: EditorNode, value: unknown, _options: unknown): Verdict {
    const field = settingsOf(this.type).find((candidate) => candidate.name === name);
    const read = (other: string) => this[other] ?? settingsOf(this.type).find((candidate) => candidate.name === other)?.parameter.default;
    return !field || !applies(field, read) || verdict(field, value);
  };

/** The validator of an action node's `parameters`. */
export function checkParameters(this: EditorNode, value: unknown, _options: unknown): true | string[] {
  const inputs = (value ?? {}) as Readonly<Record<string, TypedValue>>;
  const verdicts = parametersOf(this.type, String(this.operation ?? '')).map((field) =>
    verdictOnInput(field, inputs[field.name] ?? { type: 'str', value: '' }),
  );
  const reasons = verdicts.filter((reason) => reason !== true);
  return reasons.length === 0 || reasons;
}
