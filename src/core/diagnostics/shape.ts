import { isRecord } from '../objects';

/**
 * What a value is made of, without the value: a scalar is a word, an array holds the shape of its elements, an object the shapes
 * by key. A key that only some elements of an array have ends in `?`. Of elements of different kinds, scalars are `a or b`, and
 * whole kinds a list under the key `one of`.
 */
export type Shape = string | readonly Shape[] | { readonly [key: string]: Shape };

/** Stands for keys that are not the vendor's own words, such as ids. */
export const ANY_KEY = '*';

/** Levels, keys of an object, elements of an array, and parts in all that are looked at: a report is made in a moment, and people read it. */
const MAX = { levels: 12, keys: 100, elements: 200, parts: 20_000 };

/** Stands for what is not looked at any more. */
const REST = '…';

/** A word as programmers name a field. Anything else, such as an id, an address or a sentence, is somebody's. */
const FIELD = /^[A-Za-z_$][A-Za-z_$-]*[0-9]{0,2}[A-Za-z_$-]*$/;
const LONGEST_FIELD = 32;
/** Hexadecimal words this long are ids. */
const HEX_ID = /^[0-9a-f]{8,}$/i;

/**
 * Whether a key is one of the vendor's own words, and not somebody's. `path` are the keys above it; that of an element of an array
 * is `[]`.
 */
export type IsWord = (key: string, path: readonly string[]) => boolean;

/** Whether a key looks like the name of a field. */
export const isField: IsWord = (key) => key.length <= LONGEST_FIELD && FIELD.test(key) && !HEX_ID.test(key);

/** @returns the shape of a value as JSON has it; what JSON leaves out is left out */
export const shapeOf = (value: unknown, isWord: IsWord = isField): Shape => new Reader(isWord).read(value, []);

class Reader {
  private parts = 0;

  constructor(private readonly isWord: IsWord) {}

  read(value: unknown, path: readonly string[]): Shape {
    if (Buffer.isBuffer(value) || ArrayBuffer.isView(value)) return 'bytes';
    const isArray = Array.isArray(value);
    if (!isArray && !isRecord(value)) return scalar(value);
    if (path.length >= MAX.levels || ++this.parts > MAX.parts) return REST;
    return isArray ? this.array(value, path) : this.object(value, path);
  }

  private array(elements: readonly unknown[], path: readonly string[]): Shape {
    let all: Shape | undefined;
    for (const element of elements.slice(0, MAX.elements)) {
      const shape = this.read(element, [...path, '[]']);
      all = all === undefined ? shape : merged(all, shape);
    }
    return all === undefined ? [] : [all];
  }

  private object(value: Readonly<Record<string, unknown>>, path: readonly string[]): Shape {
    const fields: Record<string, Shape> = {};
    for (const [key, field] of Object.entries(value).slice(0, MAX.keys)) {
      if (field === undefined || typeof field === 'function') continue;
      const name = key !== '__proto__' && this.isWord(key, path) ? key : ANY_KEY;
      const shape = this.read(field, [...path, name]);
      fields[name] = Object.hasOwn(fields, name) ? merged(fields[name] as Shape, shape) : shape;
    }
    return fields;
  }
}

/** Vendors send numbers, truth and times as text: that is to be seen, the text is not. */
function scalar(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return numberKind(value);
  if (typeof value !== 'string') return typeof value;
  if (value === '') return 'empty string';
  if (/^[+-]?\d+(\.\d+)?$/.test(value)) return 'number as string';
  if (/^(true|false)$/i.test(value)) return 'boolean as string';
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)) return 'time as string';
  return 'string';
}

/** A time is to be seen as one, for vendors do not say its unit: since 1970, from 2001 to 2065. */
function numberKind(value: number): string {
  if (!Number.isInteger(value)) return 'number';
  if (value > 1e9 && value < 3e9) return 'time in s';
  return value > 1e12 && value < 3e12 ? 'time in ms' : 'integer';
}

/** Of two elements of an array. */
function merged(one: Shape, other: Shape): Shape {
  const kinds = [...kindsOf(one)];
  for (const shape of kindsOf(other)) {
    const same = kinds.findIndex((known) => kindOf(known) === kindOf(shape));
    if (same < 0) kinds.push(shape);
    else kinds[same] = mergedKind(kinds[same] as Shape, shape);
  }
  return kinds.length === 1 ? (kinds[0] as Shape) : { [MIXED]: kinds };
}

/** The key for elements of different kinds. */
export const MIXED = 'one of';
export const OR = ' or ';

const kindsOf = (shape: Shape): readonly Shape[] => {
  const mixed = isObjectShape(shape) ? shape[MIXED] : undefined;
  return isArrayShape(mixed) ? mixed : [shape];
};
const kindOf = (shape: Shape): string => (typeof shape === 'string' ? 'scalar' : isArrayShape(shape) ? 'array' : 'object');
const isArrayShape = (shape: Shape | undefined): shape is readonly Shape[] => Array.isArray(shape);
const isObjectShape = (shape: Shape): shape is { readonly [key: string]: Shape } => isRecord(shape);

function mergedKind(one: Shape, other: Shape): Shape {
  if (typeof one === 'string' && typeof other === 'string') return [...new Set([...one.split(OR), ...other.split(OR)])].sort().join(OR);
  if (isArrayShape(one) && isArrayShape(other)) return mergedArrays(one, other);
  return mergedObjects(one as { readonly [key: string]: Shape }, other as { readonly [key: string]: Shape });
}

function mergedArrays(one: readonly Shape[], other: readonly Shape[]): readonly Shape[] {
  const [first, ...rest] = [...one, ...other];
  return first === undefined ? [] : [rest.reduce(merged, first)];
}

/** The keys of the first, and those of the second for which there is room. */
function mergedObjects(one: { readonly [key: string]: Shape }, other: { readonly [key: string]: Shape }): Shape {
  const fields: Record<string, Shape> = {};
  const names = new Set([...Object.keys(one), ...Object.keys(other)].map((key) => key.replace(/\?$/, '')));
  for (const name of [...names].slice(0, MAX.keys)) {
    const [a, b] = [one, other].map((object) => object[name] ?? object[`${name}?`]);
    const isSure = Object.hasOwn(one, name) && Object.hasOwn(other, name);
    // Keys that are nobody's words are as many as there are.
    fields[isSure || name === ANY_KEY ? name : `${name}?`] = a !== undefined && b !== undefined ? merged(a, b) : ((a ?? b) as Shape);
  }
  return fields;
}
