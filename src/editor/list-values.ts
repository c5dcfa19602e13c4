import { asText } from '../core/schema/parsers';
import type { Held } from './control';

/** The values that a field holds, and what it holds with another one, or without one. */
interface Listed {
  readonly values: readonly string[];
  with(value: string, isNumber?: boolean): string;
  without(value: string): string;
}

/** Reads several values from a field: an array where it is JSON, else text with commas. Undefined where a list cannot fill it. */
export function listedIn({ type, value }: Held): Listed | undefined {
  if (type === 'str') return inText(value);
  return type === 'json' ? inJson(value) : undefined;
}

function inText(text: string): Listed {
  const values = split(text);
  return {
    values,
    with: (value) => [...values, value].join(','),
    without: (value) => values.filter((one) => one !== value).join(','),
  };
}

function inJson(json: string): Listed | undefined {
  const elements = elementsOf(json);
  if (!elements) return undefined;
  const written = (all: readonly unknown[]) => (all.length > 0 ? JSON.stringify(all) : '');
  return {
    values: elements.map(idOf).filter((one) => one !== ''),
    with: (value, isNumber) => written([...elements, isNumber ? Number(value) : value]),
    // Whatever else is in it stays as it is.
    without: (value) => written(elements.filter((element) => idOf(element) !== value)),
  };
}

const idOf = (element: unknown): string => asText(element)?.trim() ?? '';

/** As a node reads them: text may have commas, and a number is one value. Undefined where it is no JSON for a list. */
export function elementsOf(json: string): unknown[] | undefined {
  if (json.trim() === '') return [];
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'string') return split(value);
    if (typeof value === 'number') return [value];
    return Array.isArray(value) ? value : undefined;
  } catch {
    // It may be incomplete while it is typed.
    return undefined;
  }
}

export const split = (value: string, separator: string | RegExp = ','): string[] =>
  value
    .split(separator)
    .map((one) => one.trim())
    .filter((one) => one !== '');
