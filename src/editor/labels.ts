import { descriptionOf, parametersOf, typeText } from './fields';
import { cssColor } from './side-controls';
import { inputsOf, isConstant, type TypedValue } from './validation';

/** Characters of a target: with a list of ids, a node would become as wide as the workspace. */
const MAX_TARGET_LENGTH = 40;

/** The label in the workspace: the name, else the operation and its target. */
export function actionLabel(node: EditorNode, ...targets: string[]): string {
  const { type, operation = '' } = node;
  const known = descriptionOf(type).operations?.some(({ id }) => id === operation);
  const what = known ? typeText(type, `operations.${operation}.label`) : typeText(type, 'label');
  const inputs = inputsOf(node);
  const constant = ({ type, value }: TypedValue) => (isConstant(type) && value !== '' ? value : undefined);
  return name(node) || withTarget(what, node, targets, (target) => (inputs[target] ? constant(inputs[target]) : undefined));
}

/** The label in the workspace: the name, else the type and its target. */
export const settingLabel = (node: EditorNode, ...targets: string[]): string =>
  name(node) || withTarget(typeText(node.type, 'label'), node, targets, (target) => node[target]);

export const labelStyle = (node: EditorNode): string => {
  const color = colorOf(node);
  return [node.name && 'node_label_italic', color && colorClass(color)].filter(Boolean).join(' ');
};

/** The colour that a node is set to; it becomes the background of its label. */
function colorOf(node: EditorNode): string | undefined {
  const { type, operation } = node;
  const field = parametersOf(type, String(operation ?? '')).find(({ parameter }) => parameter.kind === 'color');
  const input = field && inputsOf(node)[field.name];
  return input && isConstant(input.type) ? cssColor(input.value) : undefined;
}

const styles = new Map<string, string>();

/** Node-RED accepts only class names as the style of a label: each colour gets a class. */
function colorClass(color: string): string {
  const known = styles.get(color);
  if (known) return known;
  const name = `ensemble-label-${color.slice(1)}`;
  const [red = 0, green = 0, blue = 0] = (color.slice(1).match(/../g) ?? []).map((part) => Number.parseInt(part, 16));
  // The perceived brightness of the colour.
  const text = 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#222' : '#fff';
  $('<style>').text(`.${name} text { fill: ${text} !important; stroke: ${color}; }`).appendTo('head');
  styles.set(color, `ensemble-label-color ${name}`);
  return styles.get(color) ?? '';
}

const name = (node: EditorNode): string => (typeof node.name === 'string' ? node.name : '');

/** Shortens a UUID to its first part. */
const short = (part: unknown): string => String(part).replace(/\b([\da-f]{8})-(?:[\da-f]{4}-){3}[\da-f]{12}\b/gi, '$1…');

/**
 * Appends the target. A part of it that the node does not set is taken from its connection.
 * @param targets names of its parts; `id|ids` is the first of both that is set
 * @param readOne what the node sets
 */
function withTarget(what: string, node: EditorNode, targets: readonly string[], readOne: (target: string) => unknown): string {
  const connection = typeof node.connection === 'string' ? RED.nodes.node(node.connection) : null;
  const isGiven = (value: unknown) => value !== undefined && value !== null && value !== '';
  const read = (target: string) => target.split('|').map(readOne).find(isGiven);
  if (!isGiven(read(targets.at(-1) ?? ''))) return what;
  const parts = targets.map((target) => (isGiven(read(target)) ? read(target) : connection?.[target]));
  const target = parts.filter(isGiven).map(short).join('/');
  return `${what} ${target.length > MAX_TARGET_LENGTH ? `${target.slice(0, MAX_TARGET_LENGTH - 1)}…` : target}`;
}
