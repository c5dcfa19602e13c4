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
  /** The text is the name or the address of a host, which must be read as it is written. */
  readonly host?: boolean;
  /** The text is an id, which `.` and `..` never are. */
  readonly id?: boolean;
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
  /** The panel offers a slider for the number. */
  readonly slider?: boolean;
  /**
   * Of a config node's setting: false where it has no part in where requests go. A stored secret is used only while all
   * others are as they were deployed. True where it says nothing else, as an address does.
   */
  readonly addressing?: boolean;
  /** Of a credential: the settings that decide where it goes; all that may, where it is left out. */
  readonly sentTo?: readonly string[];
  /** Stands in no error, whatever is wrong with it. Credentials never do; false: one that a dialog may show all the same. */
  readonly secret?: boolean;
  /** Only for the compiler: what `parse` makes of a value. */
  readonly value?: T;
}

export type Kind =
  | 'text'
  | 'address'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'list'
  | 'grid'
  | 'scalar'
  | 'object'
  | 'objects'
  | 'color';
export type Scalar = string | number | boolean;
/** Red, green and blue from 0 to 255, or a hue in degrees (0-360) with saturation and value in percent. */
export type Color =
  | { readonly r: number; readonly g: number; readonly b: number }
  | { readonly h: number; readonly s: number; readonly v: number };
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
/** Integers of a matrix row by row: flat, or as an array of rows; also as JSON text, Buffer or typed array. Without `corners` they may be left out. */
export const grid = describe<number[]>('grid');
/** A single value as it is: text, a number, true or false. */
export const scalar = describe<Scalar>('scalar');
export const scalarOrBytes = (parameter: Described<Scalar | Uint8Array>): Parameter<Scalar | Uint8Array> =>
  describe<Scalar | Uint8Array>('scalar')({ ...parameter, buffers: true });
/** An object, or its JSON text. */
export const object = describe<JsonObject>('object');
/** `#rrggbb`, `[r, g, b]`, `{r, g, b}` or `{h, s, v}`. */
export const color = describe<Color>('color');
/** Objects as an array; one alone serves too. Or their JSON text. */
export const objects = describe<JsonObject[]>('objects');
export const choice = <const O extends readonly string[]>(parameter: Described<O[number]> & { options: O }): Parameter<O[number]> =>
  describe<O[number]>('choice')(parameter);

export const optional = <T>(parameter: Parameter<T>): Parameter<T | undefined> => ({
  ...(parameter as Parameter<T | undefined>),
  required: false,
});
