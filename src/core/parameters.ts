import { EnsembleError, invalidInput, show } from './errors';

/**
 * A parameter is plain data with all its faces: how a value is checked (its kind and limits), and what
 * the panel and the help say about it. An operation's parameters and a config node's settings are made
 * of these; runtime, panel, help and tests read the same description.
 */
export interface Parameter<T> {
  readonly kind: Kind;
  /** English label and help; other languages translate them in the node's catalogue. */
  readonly label: string;
  readonly help: string;
  readonly required: boolean;
  /** Taken where no value is given; shown in the panel. */
  readonly default?: T;
  /** An empty string is a value here, not a missing one. */
  readonly allowEmpty?: boolean;
  /** Limits of a number, or of each number in a grid. */
  readonly min?: number;
  readonly max?: number;
  readonly unit?: string;
  /** Regular expression that a text must match, and how an error words it. */
  readonly pattern?: string;
  readonly expected?: string;
  /** The values of a choice; the protocols of an address. */
  readonly options?: readonly string[];
  /** English words for options that are no words themselves. */
  readonly optionLabels?: Readonly<Record<string, string>>;
  /** Columns and rows of a grid; without `corners` its four corners are not there, and hold 0. */
  readonly columns?: number;
  readonly rows?: number;
  readonly corners?: boolean;
  /** A scalar may be bytes too. */
  readonly buffers?: boolean;
  /** The panel offers the node's ready-made objects for it; see `ObjectForm`. */
  readonly forms?: boolean;
  /** The panel asks for a setting only while others have these values. */
  readonly when?: Readonly<Record<string, string | readonly string[]>>;
  /** Must not be left empty where the panel asks for it, though other settings do without it. */
  readonly needed?: boolean;
  /** Name of the connection's lookup that fills the dropdown. */
  readonly lookup?: string;
  /** The other rows on which it depends what the lookup brings: it asks anew when they change. */
  readonly narrowedBy?: readonly string[];
  /** Only for the compiler: what `parse` makes of a value. */
  readonly value?: T;
}

export type Kind = 'text' | 'address' | 'integer' | 'number' | 'boolean' | 'choice' | 'list' | 'grid' | 'scalar' | 'object' | 'objects';
export type Scalar = string | number | boolean;
export type JsonObject = Readonly<Record<string, unknown>>;
export type Parameters = Readonly<Record<string, Parameter<unknown>>>;
export type Values<P extends Parameters> = { [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };

type Described<T> = Omit<Parameter<T>, 'kind' | 'required' | 'value'>;
const describe =
  <T>(kind: Kind) =>
  (parameter: Described<T>): Parameter<T> => ({ ...parameter, kind, required: !('default' in parameter) });

export const text = describe<string>('text');
export const integer = describe<number>('integer');
export const number = describe<number>('number');
export const boolean = describe<boolean>('boolean');
/** Absolute address of one of the protocols in `options`, without its last slashes. */
export const address = describe<string>('address');
/** Ids as an array, or as text with commas; numbers and strings both serve as ids. */
export const list = describe<string[]>('list');
/** Integers of a matrix row by row: flat, or as an array of rows. */
export const grid = describe<number[]>('grid');
/** A single value as it is: text, a number, true or false. */
export const scalar = describe<Scalar>('scalar');
export const scalarOrBytes = (parameter: Described<Scalar | Uint8Array>): Parameter<Scalar | Uint8Array> =>
  describe<Scalar | Uint8Array>('scalar')({ ...parameter, buffers: true });
/** An object, or its JSON text. */
export const object = describe<JsonObject>('object');
/** Objects as an array; one alone serves too. Or their JSON text. */
export const objects = describe<JsonObject[]>('objects');
export const choice = <const O extends readonly string[]>(parameter: Described<O[number]> & { options: O }): Parameter<O[number]> =>
  describe<O[number]>('choice')(parameter);

export const optional = <T>(parameter: Parameter<T>): Parameter<T | undefined> => ({
  ...(parameter as Parameter<T | undefined>),
  required: false,
});

/** Why a value does not fit; `place` leads from the parameter to the wrong part. */
class Mismatch extends Error {
  constructor(
    expected: string,
    readonly value: unknown,
    readonly place = '',
  ) {
    super(`must be ${expected}, not ${show(value)}`);
  }
}

const within = (value: number, { min = -Infinity, max = Infinity }: Parameter<unknown>): boolean => value >= min && value <= max;

const expectedNumber = (noun: string, { min, max, unit }: Parameter<unknown>): string => {
  const range =
    min !== undefined && max !== undefined
      ? ` from ${min} to ${max}`
      : min !== undefined
        ? ` of at least ${min}`
        : max !== undefined
          ? ` of at most ${max}`
          : '';
  return `${noun}${range}${unit ? ` ${unit}` : ''}`;
};

/** Numbers come as text from TypedInputs of type string and from `${ENV}`. */
const toNumber = (value: unknown): unknown => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value);

const parsers: Readonly<Record<Kind, (value: unknown, parameter: Parameter<unknown>) => unknown>> = {
  text(value, { pattern, expected = 'text' }) {
    const string = typeof value === 'number' ? String(value) : value;
    if (typeof string !== 'string' || (pattern && !new RegExp(pattern).test(string))) throw new Mismatch(expected, value);
    return string;
  },
  address(value, { options = [] }) {
    if (typeof value !== 'string' || !URL.canParse(value) || !options.includes(new URL(value).protocol))
      throw new Mismatch(`an address that begins with ${options.map((protocol) => `${protocol}//`).join(' or ')}`, value);
    return value.replace(/\/+$/, '');
  },
  integer(value, parameter) {
    const number = toNumber(value);
    if (!Number.isInteger(number) || !within(number as number, parameter))
      throw new Mismatch(expectedNumber('a whole number', parameter), value);
    return number;
  },
  number(value, parameter) {
    const number = toNumber(value);
    if (!Number.isFinite(number) || !within(number as number, parameter)) throw new Mismatch(expectedNumber('a number', parameter), value);
    return number;
  },
  boolean(value) {
    if (value === true || value === 'true' || value === 1) return true;
    if (value === false || value === 'false' || value === 0) return false;
    throw new Mismatch('true or false', value);
  },
  choice(value, { options = [] }) {
    if (!options.includes(value as string)) throw new Mismatch(`one of ${options.join(', ')}`, value);
    return value;
  },
  list(value) {
    const items: unknown = typeof value === 'string' ? value.split(',') : typeof value === 'number' ? [value] : value;
    if (!Array.isArray(items)) throw new Mismatch('an array, or text with commas', value);
    const ids = items.map((item: unknown, index) => {
      if (typeof item !== 'string' && typeof item !== 'number') throw new Mismatch('text or a number', item, `[${index}]`);
      return String(item).trim();
    });
    const given = ids.filter((id) => id !== '');
    if (given.length === 0) throw new Mismatch('at least one id', value);
    return given;
  },
  scalar(value, { buffers = false }) {
    const isScalar = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
    if (isScalar || (buffers && value instanceof Uint8Array)) return value;
    throw new Mismatch(buffers ? 'text, a number, true, false or a Buffer' : 'text, a number, true or false', value);
  },
  object(value) {
    const object = fromJson(value);
    if (!isObject(object)) throw new Mismatch('an object', value);
    return object;
  },
  objects(value) {
    const given = fromJson(value);
    const items: unknown[] = Array.isArray(given) ? given : [given];
    if (items.length === 0) throw new Mismatch('an object, or an array of objects', value);
    for (const [index, item] of items.entries())
      if (!isObject(item)) throw new Mismatch('an object', item, Array.isArray(given) ? `[${index}]` : '');
    return items;
  },
  grid(value, parameter) {
    const { columns = 1, rows = 1 } = parameter;
    const all = `an array of ${columns * rows} whole numbers, or ${rows} rows of ${columns}`;
    if (!Array.isArray(value)) throw new Mismatch(all, value);
    if (!value.some((row) => Array.isArray(row))) return checkCells(value, columns * rows, parameter, '');
    const cells = Array.from({ length: rows }, (_, index) => {
      if (!Array.isArray(value[index])) throw new Mismatch(`an array of ${columns} whole numbers`, value[index], `[${index}]`);
      return checkCells(value[index], columns, parameter, `[${index}]`);
    });
    if (value.length > rows) throw new Mismatch(`left out (${all})`, value[rows], `[${rows}]`);
    return cells.flat();
  },
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** Text may be JSON; where it is none, it stays the text that it is, which is refused then. */
function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function checkCells(cells: readonly unknown[], length: number, parameter: Parameter<unknown>, row: string): readonly unknown[] {
  for (let index = 0; index < length; index++) {
    const cell = cells[index];
    if (!Number.isInteger(cell) || !within(cell as number, parameter))
      throw new Mismatch(expectedNumber('a whole number', parameter), cell, `${row}[${index}]`);
  }
  if (cells.length > length) throw new Mismatch(`left out (there are ${length})`, cells[length], `${row}[${length}]`);
  return cells;
}

/** Whether a value counts as given: `null` and undefined never do, '' only where an empty text means something. */
export const isGiven = (parameter: Parameter<unknown>, value: unknown): boolean =>
  value !== undefined && value !== null && (value !== '' || parameter.allowEmpty === true);

/** One value in form, or the default. @throws EnsembleError INVALID_INPUT naming the parameter, and the part of it that is wrong */
export function parseParameter<T>(name: string, parameter: Parameter<T>, value: unknown): T {
  if (!isGiven(parameter, value)) {
    if (parameter.required) throw invalidInput(`${name} is missing`);
    return parameter.default as T;
  }
  try {
    return parsers[parameter.kind](value, parameter) as T;
  } catch (error) {
    if (error instanceof Mismatch) throw invalidInput(`${name}${error.place} ${error.message}`);
    throw error;
  }
}

/** Where a value that is given does not fit: the way to the wrong part, '' for the whole. Panels word it in their language. */
export function misfit(parameter: Parameter<unknown>, value: unknown): { readonly place: string; readonly value: unknown } | undefined {
  try {
    parsers[parameter.kind](value, parameter);
    return undefined;
  } catch (error) {
    if (error instanceof Mismatch) return error;
    throw error;
  }
}

/** All values in form. @throws EnsembleError INVALID_INPUT naming the first parameter that does not fit */
export function parseParameters<P extends Parameters>(parameters: P, values: Readonly<Record<string, unknown>>): Values<P> {
  const parsed: Record<string, unknown> = {};
  for (const name in parameters) parsed[name] = parseParameter(name, parameters[name] as Parameter<unknown>, values[name]);
  return parsed as Values<P>;
}

/** A node's own settings in form. @throws EnsembleError NOT_CONFIGURED naming the first field that does not fit */
export function parseSettings<P extends Parameters>(parameters: P, values: Readonly<Record<string, unknown>>): Values<P> {
  try {
    return parseParameters(parameters, values);
  } catch (error) {
    if (error instanceof EnsembleError) throw new EnsembleError('NOT_CONFIGURED', error.message);
    throw error;
  }
}
