import { isRecord } from '../core/objects';
import { isAskedFor, isGiven, misfit } from '../core/schema/parse';
import {
  alternatively,
  catalogueText,
  descriptionOf,
  type Field,
  parametersOf,
  partText,
  settingsOf,
  sharedText,
  typeText,
} from './fields';
import { listed } from './language';

/** A parameter as Node-RED's TypedInput saves it. */
export interface TypedValue {
  readonly type: string;
  readonly value: unknown;
}

export type Verdict = true | string;

/** Node-RED replaces a whole property of this form by the value of the environment variable. */
const isVariable = (value: unknown): boolean => typeof value === 'string' && /^\$\{[^}]+\}$/.test(value);

const TYPES = ['str', 'num', 'bool', 'json', 'bin', 'msg', 'flow', 'global', 'env', 'jsonata'];
const isTyped = (input: unknown): input is TypedValue => isRecord(input) && TYPES.includes(String(input.type));

/**
 * The inputs of an action node by their names. `nodeDefaults` of Node-RED's settings.js may put anything there: a value without
 * a type is shown as the constant that it is, so that it is seen in the panel, and not lost.
 */
export function inputsOf({ parameters }: EditorNode): Readonly<Record<string, TypedValue>> {
  const given = Object.entries(isRecord(parameters) ? parameters : {}).filter(([, input]) => input !== null && input !== undefined);
  return Object.fromEntries(given.map(([name, input]) => [name, isTyped(input) ? input : asConstant(input)]));
}

function asConstant(value: unknown): TypedValue {
  if (typeof value === 'string') return { type: 'str', value };
  if (typeof value === 'number') return { type: 'num', value: String(value) };
  return typeof value === 'boolean' ? { type: 'bool', value: String(value) } : { type: 'json', value: JSON.stringify(value) };
}

/** Whether a constant is valid. The reason never repeats the value: Node-RED shows reasons as HTML. */
export function verdict(field: Field, value: unknown): Verdict {
  if (isVariable(value)) return true;
  const { parameter, label } = field;
  if (!isGiven(parameter, value)) return !field.required || sharedText('missing', { label });
  const wrong = misfit(parameter, value);
  if (!wrong) return true;
  if (wrong.reason) return catalogueText('ensemble-editor', `told.address.${wrong.reason}`, { fields: label });
  if (!wrong.place) return sharedText('invalid', { label, expected: field.expected });
  return partText(field, wrong.place);
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
    if (!field || !applies(field, read)) return true;
    const own = verdict(field, value);
    return own === true ? verdictOnEither(field, settingsOf(this.type), ({ name }) => (name === field.name ? value : read(name))) : own;
  };

/** One of two settings must be filled. */
export function verdictOnEither(field: Field, all: readonly Field[], read: (field: Field) => unknown): Verdict {
  const other = all.find(({ name }) => name === field.parameter.orElse);
  if (!other || !isEmpty(read(field)) || !isEmpty(read(other))) return true;
  return sharedText('neitherOrBoth', { label: field.label, other: other.label });
}

const isOwn = (type: string, operation: unknown): boolean => descriptionOf(type).operations?.some(({ id }) => id === operation) ?? false;

/** Whether an operation is one of the node's, or decided elsewhere. */
export function verdictOnOperation(type: string, operation: unknown): Verdict {
  const { operations = [] } = descriptionOf(type);
  const isKnown = operation === undefined || operation === '' || isVariable(operation) || isOwn(type, operation);
  if (isKnown) return true;
  const options = listed(operations.map(({ id }) => typeText(type, `operations.${id}.label`)));
  return sharedText('invalid', { label: sharedText('operation.label'), expected: sharedText('expected.choice', { options }) });
}

/** The validator of an action node's `parameters`, and of the operation that they are for. */
export function checkParameters(this: EditorNode, value: unknown, _options: unknown): true | string[] {
  const reasons = [verdictOnOperation(this.type, this.operation), ...verdictsOnParameters(this, value ?? {})].filter(
    (verdict) => verdict !== true,
  );
  return reasons.length === 0 || reasons;
}

function verdictsOnParameters(node: EditorNode, parameters: unknown): Verdict[] {
  const untyped = (label: string) => sharedText('untyped', { label });
  if (!isRecord(parameters)) return [untyped('parameters')];
  const inputs = inputsOf({ ...node, parameters });
  const operation = String(node.operation ?? '');
  const fields = parametersOf(node.type, operation);
  const verdicts = fields.map((field) => {
    const input = inputs[field.name];
    return input && !isTyped(parameters[field.name]) ? untyped(field.label) : verdictOnInput(field, input ?? { type: 'str', value: '' });
  });
  return [...verdicts, ...choicesIn(node.type, operation).map((choice) => verdictOnChoice(choice, (name) => inputs[name]))];
}

/** Parameters that stand for each other: at least one of them must be filled, or at most one. */
export interface Choice {
  readonly fields: readonly Field[];
  readonly least: boolean;
  readonly most: boolean;
}

/** Of an operation that no message can change. */
export function choicesIn(type: string, operation: string): Choice[] {
  const known = descriptionOf(type).operations?.find(({ id }) => id === operation);
  if (!known) return [];
  const fields = parametersOf(type, operation);
  const called = (names: readonly string[]) => fields.filter(({ name }) => names.includes(name));
  const pairs = fields.filter(({ parameter }) => parameter.alternative !== undefined);
  return [
    ...pairs.map(({ name, parameter }) => ({ fields: called([name, parameter.alternative ?? '']), least: true, most: true })),
    ...(known.oneOf ? [{ fields: called(known.oneOf.least), least: true, most: false }] : []),
    ...(known.oneOf ? [{ fields: called(known.oneOf.most), least: false, most: true }] : []),
  ];
}

type ReadInput = (name: string) => TypedValue | undefined;

export function verdictOnChoice({ fields, least, most }: Choice, read: ReadInput): Verdict {
  const filled = fields.filter(({ name }) => !isEmpty(read(name)?.value));
  // What a message brings may be missing in it: of many only constants are too much for certain.
  const given = least ? filled : filled.filter(({ name }) => isConstant(read(name)?.type ?? ''));
  if (least && filled.length === 0 && !fields.some((field) => isEmptyText(field, read))) return choiceText('neither', fields);
  return most && given.length > 1 ? choiceText('both', given) : true;
}

function choiceText(key: 'neither' | 'both', fields: readonly Field[]): string {
  const [label = '', other = '', ...more] = fields.map((field) => field.label);
  if (more.length === 0 && fields.some(({ parameter }) => parameter.alternative !== undefined)) return sharedText(key, { label, other });
  return catalogueText('ensemble-editor', `told.${key}`, { fields: alternatively([label, other, ...more]) });
}

/** An empty text that may be a value: nothing that is known here says that it is none. */
function isEmptyText({ name, parameter: { allowEmpty, missingWhere = {} } }: Field, read: ReadInput): boolean {
  const input = read(name);
  if (!allowEmpty || input?.type !== 'str' || input.value !== '') return false;
  return !Object.entries(missingWhere).some(([other, pattern]) => {
    const given = read(other);
    return given && isConstant(given.type) && new RegExp(pattern, 'i').test(String(given.value));
  });
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';
