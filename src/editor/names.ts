import { isRecord } from '../core/objects';
import { listed } from './language';

/**
 * The names under which a list had the values of a node's fields, saved with the node as `labels`: by field, by value. Only the
 * values count; names are what people read, and hold for a value as long as it is there.
 */
export type Names = Readonly<Record<string, string>>;

const MAX_LENGTH = 80;

/** The names of the values of a field. A flow may come from anywhere: what is no name is left out. */
export function namesOf({ labels }: EditorNode, field: string): Names {
  const given: unknown = isRecord(labels) && Object.hasOwn(labels, field) ? labels[field] : undefined;
  const names = Object.entries(isRecord(given) ? given : {}).map(([value, name]) => [value, nameIn(name)]);
  return Object.fromEntries(names.filter(([, name]) => name !== ''));
}

/** What a vendor calls something, as a line of bounded length that cannot turn round or break what stands beside it. */
export function nameIn(text: unknown): string {
  if (typeof text !== 'string') return '';
  const line = text
    .slice(0, 4 * MAX_LENGTH)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu, ' ')
    // Node-RED breaks a label there.
    .replace(/\\n /g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return shortened(line, MAX_LENGTH);
}

/** The beginning of a text, with an ellipsis where it goes on. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}

/** As many of several names as there is space for, and how many more there are; at least the first. */
export function enumerated(names: readonly string[], length: number): string {
  const rest = (shown: number) => (shown < names.length ? [`+${names.length - shown}`] : []);
  for (let shown = names.length; shown > 1; shown--) {
    const text = listed([...names.slice(0, shown), ...rest(shown)]);
    if ([...text].length <= length) return text;
  }
  return listed([shortened(names[0] ?? '', length - listed(['', ...rest(1)]).length), ...rest(1)]);
}

/** The saved names of the fields of an open dialog. Of another connection, the same value means something else. */
export const savedNames = (node: EditorNode) => (field: string) =>
  String($('#node-input-connection').val()) === String(node.connection) ? namesOf(node, field) : {};

/** A row, with the names of its values. */
interface NamedRow {
  readonly name: string;
  readonly lookup: { readonly names: Names; readonly hasChosen: boolean } | undefined;
}

/**
 * Names are saved with what the user changes, or chooses in a list. What a list tells while a panel is open changes nothing by
 * itself: a node that somebody has only looked at would be deployed again, and so restarted, because of a name that no node reads.
 * @param isChanged whether the dialog holds something else than when it was opened
 */
export const isNamingDue = (rows: readonly NamedRow[], isChanged: boolean): boolean =>
  isChanged || rows.some(({ lookup }) => lookup?.hasChosen);

/** Saves the names of what the rows hold. @param isKept whether a field that has no row keeps its names */
export function saveNames(node: EditorNode, rows: readonly NamedRow[], isKept: (field: string) => boolean = () => false): void {
  const shown = new Set(rows.map(({ name }) => name));
  const others = Object.keys(isRecord(node.labels) ? node.labels : {}).filter((field) => !shown.has(field) && isKept(field));
  const all = [
    ...others.map((field) => [field, namesOf(node, field)] as const),
    ...rows.map((row) => [row.name, row.lookup?.names ?? {}] as const),
  ];
  const labels = Object.fromEntries(all.filter(([, names]) => Object.keys(names).length > 0));
  // A node of an earlier release has none, and is not changed by being opened.
  if (node.labels !== undefined || Object.keys(labels).length > 0) node.labels = labels;
}
