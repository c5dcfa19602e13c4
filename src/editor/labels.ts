import { catalogueText, descriptionOf, settingsOf, typeText } from './fields';
import { elementsOf, split } from './list-values';
import { enumerated, namesOf, shortened } from './names';
import { applies, inputsOf, isConstant, type TypedValue } from './validation';

/** Characters of a target: with a list of ids, a node would become as wide as the workspace. */
const MAX_TARGET_LENGTH = 40;
/** Characters of an id: Node-RED's have 16, of which the first suffice to tell two apart. */
const MAX_ID_LENGTH = 9;

/** The label in the workspace: the name, else the operation and its target. */
export function actionLabel(node: EditorNode, ...targets: string[]): string {
  const { type, operation = '' } = node;
  const known = descriptionOf(type).operations?.some(({ id }) => id === operation);
  const what = known ? typeText(type, `operations.${operation}.label`) : typeText(type, 'label');
  const inputs = inputsOf(node);
  const constant = ({ type, value }: TypedValue) => (isConstant(type) && value !== '' ? value : undefined);
  const target = targetOf(node, targets, (one) => (inputs[one] ? constant(inputs[one]) : undefined));
  return name(node) || (target ? joined(what, target) : what);
}

/** The label in the workspace: the name, else the type and its target. Connections that would be called alike have their id, too. */
export function settingLabel(node: EditorNode, ...targets: string[]): string {
  const label = ownLabel(node, targets);
  return hasNamesake(node, label, targets) ? `${label} · ${shortened(node.id, MAX_ID_LENGTH)}` : label;
}

function hasNamesake({ id, type }: EditorNode, label: string, targets: readonly string[]): boolean {
  let isFound = false;
  if (descriptionOf(type).credentials)
    RED.nodes.eachConfig((other) => {
      isFound ||= other.type === type && other.id !== id && ownLabel(other, targets) === label;
    });
  return isFound;
}

function ownLabel(node: EditorNode, targets: readonly string[]): string {
  const { type } = node;
  const what = typeText(type, 'label');
  const target = targetOf(node, targets, (one) => settingIn(node, one));
  const text = target && catalogueText(type, 'labelOf', { target: target.text, defaultValue: joined(what, target) });
  return name(node) || (text ?? what);
}

/** A setting as a label shows it: of an address the host, of a choice its word. One that is not asked for says nothing. */
function settingIn(node: EditorNode, name: string): unknown {
  const value = node[name];
  const field = settingsOf(node.type).find((one) => one.name === name);
  if (!field || !isGiven(value)) return value;
  if (!applies(field, (other) => node[other])) return undefined;
  const text = String(value);
  if (field.parameter.kind === 'address') return /^[\w+.-]+:\/\/(?:[^/?#]*@)?([^/?#]+)/.exec(text)?.[1] ?? text;
  return field.options.find((option) => option.value === text)?.label ?? value;
}

export const labelStyle = (node: EditorNode): string => (node.name ? 'node_label_italic' : '');

const name = (node: EditorNode): string => (typeof node.name === 'string' ? node.name : '');

/** Shortens a UUID to its first part. */
const short = (part: unknown): string => String(part).replace(/\b([\da-f]{8})-(?:[\da-f]{4}-){3}[\da-f]{12}\b/gi, '$1…');

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** A part of a target: the field and its value. */
interface Part {
  readonly field: string;
  readonly value: unknown;
}

interface Target {
  readonly text: string;
  /** A part of it is told by its name. */
  readonly isNamed: boolean;
}

const joined = (what: string, { text, isNamed }: Target): string => `${what}${isNamed ? ' · ' : ' '}${text}`;

/**
 * The target, by its names where a list gave any. A part of it that the node does not set is taken from its connection.
 * @param targets names of its parts; `id|ids` is the first of both that is set
 * @param readOne what the node sets
 */
function targetOf(node: EditorNode, targets: readonly string[], readOne: (target: string) => unknown): Target | undefined {
  const connection = typeof node.connection === 'string' ? RED.nodes.node(node.connection) : null;
  const partsOf = (target: string): Part[] => target.split('|').map((field) => ({ field, value: readOne(field) }));
  const read = (target: string) => partsOf(target).find(({ value }) => isGiven(value));
  if (!read(targets.at(-1) ?? '')) return undefined;
  const parts = targets
    .map((target) => read(target) ?? { field: target, value: connection?.[target] })
    .filter(({ value }) => isGiven(value));
  const named = parts.map((part) => inNames(node, part));
  const target = parts.map(({ value }, index) => named[index] ?? short(value)).join('/');
  return { text: shortened(target, MAX_TARGET_LENGTH), isNamed: named.some((name) => name !== undefined) };
}

/** A value, or several, by their names; undefined where none has one. */
function inNames(node: EditorNode, { field, value }: Part): string | undefined {
  const names = namesOf(node, field);
  const text = String(value);
  const values = Object.hasOwn(names, text) ? [text] : text.startsWith('[') ? (elementsOf(text) ?? []).map(String) : split(text);
  if (!values.some((one) => Object.hasOwn(names, one))) return undefined;
  return enumerated(
    values.map((one) => (Object.hasOwn(names, one) ? (names[one] ?? one) : short(one))),
    MAX_TARGET_LENGTH,
  );
}
