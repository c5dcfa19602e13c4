import { EnsembleError } from './errors';
import { isObject } from './objects';

/**
 * Levels of objects and arrays inside one another; no intended value has so many. Node-RED copies messages by recursion, and so
 * does this package: no stack is deep enough for what a peer can send.
 */
export const DEEPEST = 250;

/** Whether JSON text has more levels. @param value that it stands for */
export const isTooDeep = (text: string, value?: unknown): boolean =>
  mayBeTooDeep(text) && isNestedDeeper(value ?? JSON.parse(text), DEEPEST);

/** The value has no cycles. */
function isNestedDeeper(value: unknown, levels: number): boolean {
  if (!isObject(value)) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((item) => isNestedDeeper(item, levels - 1));
  for (const name in value) if (isNestedDeeper(value[name], levels - 1)) return true;
  return false;
}

/** The value that JSON text stands for. @throws SyntaxError where it is no JSON, EnsembleError BAD_RESPONSE where it is nested too deeply */
export function readJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (isTooDeep(text, value)) throw new EnsembleError('BAD_RESPONSE', `JSON nested more than ${DEEPEST} levels deep`);
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
