import { DEEPEST } from '../../core/json';

/**
 * Reads the text of a Python literal, as `repr()` writes it: dicts, lists, tuples, strings, numbers, True,
 * False and None. The vendor's example of a webhook event is written so. Nothing is ever evaluated.
 * @throws SyntaxError naming the position
 */
export function parsePythonLiteral(text: string): unknown {
  const reader = new LiteralReader(text);
  const value = reader.value(0);
  reader.expectEnd();
  return value;
}

const LITERALS = new Map<string, unknown>([
  ['True', true],
  ['False', false],
  ['None', null],
]);
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v', '\n': '' };
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

const NUMBER = /[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_]\w*/y;
const SPACE = /\s*/y;

class LiteralReader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): unknown {
    if (depth > DEEPEST) throw this.error(`nested more than ${DEEPEST} levels deep`);
    this.match(SPACE);
    const next = this.text[this.at];
    if (next === '{') return this.dict(depth);
    if (next === '[') return this.sequence(']', depth);
    if (next === '(') return this.sequence(')', depth);
    if (next === "'" || next === '"') return this.string(next);
    const number = this.match(NUMBER);
    if (number !== undefined) return Number(number.replaceAll('_', ''));
    const name = this.match(NAME);
    if (name !== undefined && LITERALS.has(name)) return LITERALS.get(name);
    throw this.error(name === undefined ? 'expected a value' : `${name} is not a literal`);
  }

  expectEnd(): void {
    this.match(SPACE);
    if (this.at < this.text.length) throw this.error('expected the end');
  }

  private dict(depth: number): Record<string, unknown> {
    // Without a prototype, so that `__proto__` is an ordinary key.
    const dict: Record<string, unknown> = Object.create(null);
    this.items('}', () => {
      const key = this.value(depth + 1);
      if (typeof key !== 'string' && typeof key !== 'number') throw this.error('expected a string or a number as key');
      if (!this.take(':')) throw this.error('expected :');
      dict[key] = this.value(depth + 1);
    });
    return dict;
  }

  private sequence(end: string, depth: number): unknown[] {
    const values: unknown[] = [];
    this.items(end, () => values.push(this.value(depth + 1)));
    return values;
  }

  /** Items with commas between them, and perhaps one after the last. */
  private items(end: string, read: () => void): void {
    this.at++;
    while (!this.take(end)) {
      read();
      if (this.take(end)) return;
      if (!this.take(',')) throw this.error(`expected , or ${end}`);
    }
  }

  private string(quote: string): string {
    let value = '';
    for (this.at++; this.text[this.at] !== quote; this.at++) {
      const char = this.text[this.at];
      if (char === undefined) throw this.error('the string does not end');
      value += char === '\\' ? this.escape() : char;
    }
    this.at++;
    return value;
  }

  private escape(): string {
    const char = this.text[++this.at] ?? '';
    const digits = HEX_DIGITS[char];
    if (digits === undefined) return ESCAPES[char] ?? ('\\\'"'.includes(char) ? char : `\\${char}`);
    const hex = this.text.slice(this.at + 1, this.at + 1 + digits);
    const code = Number.parseInt(hex, 16);
    if (!/^[\da-fA-F]+$/.test(hex) || hex.length < digits || code > 0x10ffff) throw this.error(`expected ${digits} hexadecimal digits`);
    this.at += digits;
    return String.fromCodePoint(code);
  }

  private take(char: string): boolean {
    this.match(SPACE);
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private error(what: string): SyntaxError {
    return new SyntaxError(`${what} at position ${this.at}`);
  }
}
