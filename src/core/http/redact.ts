/** Shorter secrets would also match plain words. */
const SHORTEST = 4;
/** Fewer characters of base64 would match plain words, too. */
const SHORTEST_BASE64 = 5;
/** Characters of one piece of a secret: V8 compiles no longer pattern. */
const LONGEST_PIECE = 1000;

/**
 * Replaces every occurrence of the secrets in texts that leave the package, in each form in which they are sent and may be
 * repeated: as they are, in a URL or a form, in JSON, and in base64, also as a part of something longer (`user:password`).
 */
export function redactor(secrets: readonly (string | undefined)[]): (text: string) => string {
  const known = [...new Set(secrets.filter((secret): secret is string => secret !== undefined && secret.length >= SHORTEST))];
  // Longest first, or the end of a secret that begins with another one would stay.
  const pieces = known.sort((a, b) => b.length - a.length).flatMap(piecesOf);
  if (pieces.length === 0) return (text) => text;
  let patterns: readonly RegExp[] | undefined;
  return (text) => {
    patterns ??= pieces.map((piece) => new RegExp([plainForm(piece.text), ...base64Forms(piece)].join('|'), 'gu'));
    return patterns.reduce((rest, pattern) => rest.replace(pattern, '***'), text).replaceAll(/\*\*\*(?:\*\*\*)+/g, '***');
  };
}

interface Piece {
  readonly text: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** All of about the same length: a short rest would match plain words. */
function piecesOf(secret: string): Piece[] {
  const characters = [...secret];
  const size = Math.ceil(characters.length / Math.ceil(characters.length / LONGEST_PIECE));
  const count = Math.ceil(characters.length / size);
  return Array.from({ length: count }, (_, index) => ({
    text: characters.slice(index * size, (index + 1) * size).join(''),
    isFirst: index === 0,
    isLast: index === count - 1,
  }));
}

/** Tokens that are kept; older ones have expired. */
const MAX_TOKENS = 20;

/** What a connection must not repeat: its credentials, and the tokens that it gets. */
export class Secrets {
  private tokens: readonly string[] = [];
  private redactor: ((text: string) => string) | undefined;

  constructor(private readonly credentials: readonly (string | undefined)[]) {}

  add(...tokens: readonly (string | undefined)[]): void {
    const given = tokens.filter((token): token is string => token !== undefined && token !== '');
    if (given.length === 0) return;
    if (given.some((token) => !this.tokens.includes(token))) this.redactor = undefined;
    // One that is added again is in use.
    this.tokens = [...this.tokens.filter((token) => !given.includes(token)), ...given].slice(-MAX_TOKENS);
  }

  readonly redact = (text: string): string => {
    this.redactor ??= redactor([...this.credentials, ...this.tokens]);
    return this.redactor(text);
  };
}

/** Each character in any of its spellings, so that any mixture of them is found. */
const plainForm = (secret: string): string => [...secret].map(spellings).join('');

const WHITE: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' };

function spellings(character: string): string {
  // These are never encoded.
  if (/[\w.-]/.test(character)) return literal(character);
  const percent = [...Buffer.from(character)].map((byte) => `%${hex(byte, 2)}`).join('');
  const unicode = Array.from({ length: character.length }, (_, unit) => `\\\\{1,4}u${hex(character.charCodeAt(unit), 4)}`).join('');
  // JSON puts a backslash before some; JSON in JSON more of them.
  const plain = character === '\\' ? '\\\\{1,4}' : `${/["/]/.test(character) ? '\\\\{0,4}' : ''}${literal(character)}`;
  const white = WHITE[character];
  return `(?:${[plain, percent, unicode, ...(character === ' ' ? ['\\+'] : []), ...(white ? [`\\\\{1,4}${white}`] : [])].join('|')})`;
}

const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');

/** Both cases of each digit. */
const hex = (number: number, digits: number): string =>
  number
    .toString(16)
    .padStart(digits, '0')
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

/** In base64 a secret looks different at each of three offsets: the characters that depend on nothing but the secret. */
function base64Forms({ text, isFirst, isLast }: Piece): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const own = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    if (own.length < SHORTEST_BASE64) return [];
    const form = own.replace(/[+/]/g, (character) => (character === '+' ? '(?:[+\\-]|%2[bB])' : '(?:[\\/_]|%2[fF])'));
    // With the neighbours, which hold the rest of its bits. Those of another piece are not taken from it.
    const ahead = before > 0 && isFirst ? '[\\w+\\/\\-]{0,3}' : '';
    return [`${ahead}${form}${isLast ? '[\\w+\\/\\-]{0,2}(?:=|%3[dD]){0,2}' : ''}`];
  });
}
