import { told } from './error-texts';
import { EnsembleError } from './errors';

/**
 * Levels of objects and arrays inside one another; no intended value has so many. Node-RED copies messages by recursion, and so
 * does this package: no stack is deep enough for what a peer can send.
 */
export const DEEPEST = 250;

/** Whether JSON text has more levels. */
export function isTooDeep(text: string): boolean {
  if (!mayBeTooDeep(text)) return false;
  let levels = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === BRACE || code === BRACKET) {
      if (++levels > DEEPEST) return true;
    } else if (code === BRACE_END || code === BRACKET_END) levels--;
  }
  return false;
}

const [QUOTE, BACKSLASH, BRACE, BRACE_END, BRACKET, BRACKET_END] = [...'"\\{}[]'].map((character) => character.charCodeAt(0));

/** The place of the quote that ends the string of the quote at `begin`: one after an even number of backslashes. */
function endOfString(text: string, begin: number): number {
  for (let at = text.indexOf('"', begin + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}

/** The value that JSON text stands for. @throws SyntaxError where it is no JSON, EnsembleError BAD_RESPONSE where it is nested too deeply */
export function readJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (isTooDeep(text))
    throw new EnsembleError('BAD_RESPONSE', `JSON nested more than ${DEEPEST} levels deep`, told('tooDeep', { levels: DEEPEST }));
  return value;
}

/** As `readJson`; undefined where that throws. */
export function parseJson(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

/** Each level opens a bracket and closes it, which needs more characters than most events have. */
function mayBeTooDeep(text: string): boolean {
  if (text.length <= 2 * DEEPEST) return false;
  let brackets = 0;
  for (const bracket of ['{', '['])
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) if (++brackets > DEEPEST) return true;
  return false;
}
