import { isObject } from '../core/objects';

/** A result as a panel shows it: JSON over several lines. */
export interface ShownResult {
  readonly text: string;
  /** Not all of it is there. */
  readonly isShortened: boolean;
}

/** Parts of an object or an array that are shown. */
const MAX_PARTS = 100;
const MAX_LEVELS = 12;
/** Characters of one text, and of the whole. */
const LONGEST_TEXT = 500;
const LONGEST = 10_000;
const MAX_BYTES = 16;

/** @param hide takes secrets out of a text */
export function showResult(result: unknown, hide: (text: string) => string): ShownResult {
  const shortener = new Shortener(hide);
  const value = shortener.shorten(result, 0);
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '');
  if (text.length <= LONGEST) return { text, isShortened: shortener.hasLeftOut };
  // At the end of a line, so that no value looks whole that is not.
  const end = text.lastIndexOf('\n', LONGEST);
  return { text: `${text.slice(0, end > 0 ? end : LONGEST)}\n…`, isShortened: true };
}

/** Takes no more of a value than is shown: it may be huge. */
class Shortener {
  hasLeftOut = false;
  private parts = 0;

  constructor(private readonly hide: (text: string) => string) {}

  shorten(value: unknown, level: number): unknown {
    if (typeof value === 'string') return this.text(value);
    if (value instanceof Uint8Array) return this.bytes(value);
    if (!isObject(value)) return value;
    if (level >= MAX_LEVELS) return this.leftOut(Array.isArray(value) ? '[…]' : '{…}');
    return Array.isArray(value) ? this.list(value, level) : this.record(value, level);
  }

  private list(list: readonly unknown[], level: number): unknown[] {
    const shown = this.takeOf(list).map((part) => this.shorten(part, level + 1));
    return list.length > shown.length ? [...shown, this.leftOut(`… +${list.length - shown.length}`)] : shown;
  }

  private record(record: Readonly<Record<string, unknown>>, level: number): object {
    const entries = Object.entries(record);
    const shown = this.takeOf(entries).map(([name, part]) => [this.text(name), this.shorten(part, level + 1)]);
    const more = entries.length - shown.length;
    return Object.fromEntries(more > 0 ? [...shown, [this.leftOut('…'), `+${more}`]] : shown);
  }

  /** The first ones; of what holds very many in all depth, none. */
  private takeOf<T>(parts: readonly T[]): readonly T[] {
    const taken = parts.slice(0, this.parts > LONGEST ? 0 : MAX_PARTS);
    this.parts += taken.length;
    return taken;
  }

  private text(given: string): string {
    // A secret must not be cut before it is found; what is far behind the end is not shown at all.
    const text = this.hide(given.slice(0, 20 * LONGEST_TEXT));
    if (given.length <= LONGEST_TEXT) return text;
    return this.leftOut(`${text.slice(0, LONGEST_TEXT)}… +${given.length - LONGEST_TEXT}`);
  }

  private bytes(bytes: Uint8Array): string {
    const more = bytes.length - MAX_BYTES;
    const hex = Buffer.from(bytes.subarray(0, MAX_BYTES))
      .toString('hex')
      .replace(/..(?=.)/g, '$& ');
    return more > 0 ? this.leftOut(`Buffer <${hex} … +${more}>`) : `Buffer <${hex}>`;
  }

  private leftOut(mark: string): string {
    this.hasLeftOut = true;
    return mark;
  }
}
