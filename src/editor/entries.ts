import type { LookupItem } from '../core/lookup-item';

/** An item as a list shows it: a line for its name, and one for its id and details. */
export interface Entry extends LookupItem {
  readonly second: string;
  /** It is not in the list of the vendor, but selected. */
  readonly isKept?: boolean;
  /** What a filter looks into. */
  readonly folded: string;
}

export function entryOf(item: LookupItem): Entry {
  const { value, label, detail, opens } = item;
  const second = [label === value ? '' : value, detail].filter(Boolean).join(' · ');
  return { ...item, second: opens ? (detail ?? '') : second, folded: folded(`${label}\n${value}\n${detail ?? ''}`) };
}

/** The entries in which each word of the text occurs, in any order. */
export function narrowed(entries: readonly Entry[], text: string): readonly Entry[] {
  const words = folded(text).split(/\s+/).filter(Boolean);
  return words.length === 0 ? entries : entries.filter((entry) => words.every((word) => entry.folded.includes(word)));
}

/** Without case and accents, which people leave out. */
const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
