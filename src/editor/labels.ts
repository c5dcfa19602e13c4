import { descriptionOf, typeWord } from './fields';
import { isConstant, type TypedValue } from './validation';

/** What the workspace shows: the name, else the operation and what it is for. */
export function actionLabel(node: EditorNode, ...targets: string[]): string {
  const { type, operation = '', parameters } = node;
  const known = descriptionOf(type).operations?.some(({ id }) => id === operation);
  const what = known ? typeWord(type, `operations.${operation}.label`) : typeWord(type, 'label');
  const inputs = (parameters ?? {}) as Readonly<Record<string, TypedValue>>;
  const constant = ({ type, value }: TypedValue) => (isConstant(type) && value !== '' ? value : undefined);
  return name(node) || withTarget(what, node, targets, (target) => (inputs[target] ? constant(inputs[target]) : undefined));
}

/** The name, else what kind of node it is and what it is for. */
export const settingLabel = (node: EditorNode, ...targets: string[]): string =>
  name(node) || withTarget(typeWord(node.type, 'label'), node, targets, (target) => node[target]);

export const labelStyle = (node: EditorNode): string => (node.name ? 'node_label_italic' : '');

const name = (node: EditorNode): string => (typeof node.name === 'string' ? node.name : '');

/** The beginning of a UUID tells it from the others well enough. */
const short = (part: unknown): string => String(part).replace(/\b([\da-f]{8})-(?:[\da-f]{4}-){3}[\da-f]{12}\b/gi, '$1…');

/** A part of the target that a node leaves open is the one of its connection. */
function withTarget(what: string, node: EditorNode, targets: readonly string[], read: (target: string) => unknown): string {
  const connection = typeof node.connection === 'string' ? RED.nodes.node(node.connection) : null;
  const isGiven = (value: unknown) => value !== undefined && value !== null && value !== '';
  if (!isGiven(read(targets.at(-1) ?? ''))) return what;
  const parts = targets.map((target) => (isGiven(read(target)) ? read(target) : connection?.[target]));
  return `${what} ${parts.filter(isGiven).map(short).join('/')}`;
}
