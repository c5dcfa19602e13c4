import type { Parameter } from './parameters';

/** Looks up a word; its keys lie under `constraints` in the catalogue that all nodes share. */
export type Word = (key: string, values?: Record<string, unknown>) => string;

/** What a panel and a help page add to the help of a parameter: range, unit, default. */
export function constraintsOf({ kind, min, max, unit, columns = 1, rows = 1, ...parameter }: Parameter<unknown>, word: Word): string[] {
  const unitWord = unit ? word(`unit.${unit}`) : '';
  const range = rangeOf(min, max, unitWord, word);
  const said: string[] = [];
  if (kind === 'grid') said.push(word('grid', { count: columns * rows, rows, columns, range }));
  else if (range || unitWord) said.push(range || unitWord);
  const { default: preset } = parameter;
  if (isShown(preset)) said.push(word('default', { value: typeof preset === 'number' ? preset : String(preset) }));
  return said;
}

/** Each language says where the unit stands; without one, there may be a blank in its place. */
function rangeOf(min: number | undefined, max: number | undefined, unit: string, word: Word): string {
  if (min !== undefined && max !== undefined) return word('range', { min, max, unit }).trim();
  if (min !== undefined) return word('least', { min, unit }).trim();
  return max !== undefined ? word('most', { max, unit }).trim() : '';
}

const isShown = (value: unknown): boolean => value !== undefined && value !== '' && typeof value !== 'boolean';
