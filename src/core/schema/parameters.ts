/**
 * A parameter as plain data: how a value is checked (its kind and limits), and what the panel and the help
 * say about it. The parameters of an operation, and the settings and credentials of a node are made of these;
 * runtime, panel, help and tests read the same description.
 */
export interface Parameter<T> {
  readonly kind: ParameterKind;
  /** English label and help; other languages translate them in the node's catalogue. */
  readonly label: string;
  readonly help: string;
  /** What else there is to say; the panel, which has room for a line or two, shows the help alone. */
  readonly more?: string;
  readonly required: boolean;
  /** Taken where no value is given; shown in the panel. */
  readonly default?: T;
  /** An empty string is a value here, not a missing one. */
  readonly allowEmpty?: boolean;
  /** Limits of a number, or of each number in a grid. */
  readonly min?: number;
  readonly max?: number;
  readonly unit?: string;
  /** Regular expression that a text or a secret must match, and how an error words it. */
  readonly pattern?: string;
  /** Words for what a text, a secret or a host must be; translated in the node's catalogue. */
  readonly expected?: string;
  /** Of a host: false where an IPv6 address does not serve. */
  readonly ipv6?: boolean;
  /** Of a secret: it is sent in an HTTP header, and must consist of what a header can carry. */
  readonly inHeader?: boolean;
  /** The text is an ID that becomes a segment of a path: `.` and `..` are refused. */
  readonly id?: boolean;
  /** The values of a choice; the protocols of an address. */
  readonly options?: readonly string[];
  /** English words for options that are no words themselves. */
  readonly optionLabels?: Readonly<Record<string, string>>;
  /** Columns and rows of a grid. `corners: false`: there is nothing at its four corners, which hold 0. */
  readonly columns?: number;
  readonly rows?: number;
  readonly corners?: boolean;
  /** A scalar may also be bytes. */
  readonly buffers?: boolean;
  /** The panel offers the node's ready-made objects for it; see `ObjectForm`. */
  readonly forms?: boolean;
  /** The panel shows a setting only while others have these values. */
  readonly when?: Readonly<Record<string, string | readonly string[]>>;
  /** Optional in itself, but must not be empty while the panel shows it. */
  readonly needed?: boolean;
  /** Of an optional one: the name of another that stands for it. Exactly one of both must be given. */
  readonly alternative?: string;
  /** Of one that may be empty: where another is a constant of this pattern, an empty text is no value. Only the panel looks at it. */
  readonly missingWhere?: Readonly<Record<string, string>>;
  /** Of an optional setting: the name of another that serves as well. At least one of both must be given. */
  readonly orElse?: string;
  /** Name of the connection's lookup that fills the dropdown. */
  readonly lookup?: string;
  /** The other rows on which the result of the lookup depends: the dropdown is filled again when they change. */
  readonly narrowedBy?: readonly string[];
  /** Rarely needed: the panel folds it while it holds its default. */
  readonly advanced?: true;
  /** The panel offers a slider for the number. */
  readonly slider?: boolean;
  /**
   * Of a config node's setting: false where it has no influence on where requests go. An open dialog uses a stored secret
   * only while all other settings are as they were deployed.
   */
  readonly addressing?: false;
  /** Of a number that tells whose it is: no report shows it. */
  readonly personal?: true;
  /** Of a credential: the settings that decide where it is sent; without it, all that have not `addressing: false`. */
  readonly sentTo?: readonly string[];
  /** Only for the compiler: what `parse` makes of a value. */
  readonly value?: T;
}

/** Names of parameters of which at least one must be given, and of which at most one may be. */
export interface OneOf {
  readonly least: readonly string[];
  readonly most: readonly string[];
}

export type ParameterKind =
  | 'text'
  | 'secret'
  | 'address'
  | 'host'
  | 'port'
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

type ParameterDescription<T> = Omit<Parameter<T>, 'kind' | 'required' | 'value'>;
const describe =
  <T>(kind: ParameterKind) =>
  (parameter: ParameterDescription<T>): Parameter<T> => ({ ...parameter, kind, required: !('default' in parameter) });

export const text = describe<string>('text');
/** A password, a token: in no error, whatever rule it breaks, and hidden in what a dialog shows. */
export const secret = describe<string>('secret');
export const integer = describe<number>('integer');
export const number = describe<number>('number');
export const boolean = describe<boolean>('boolean');
/** Absolute address of one of the protocols in `options`, without its last slashes. */
export const address = describe<string>('address');
/** Name or IP address of a host (IPv6 in brackets), without protocol, port and path. */
export const host = describe<string>('host');
/** Number of a TCP or UDP port, from 1 to 65535. */
export const port = (parameter: ParameterDescription<number>): Parameter<number> =>
  describe<number>('port')({ min: 1, max: 65_535, ...parameter });
/** IDs as an array, or as text with commas; an ID may be a number or text. */
export const list = describe<string[]>('list');
/** Integers of a matrix row by row: flat, or as an array of rows; also as JSON text, Buffer or typed array. With `corners: false` the corners may be left out. */
export const grid = describe<number[]>('grid');
/** A single value as it is: text, a number, true or false. */
export const scalar = describe<Scalar>('scalar');
export const scalarOrBytes = (parameter: ParameterDescription<Scalar | Uint8Array>): Parameter<Scalar | Uint8Array> =>
  describe<Scalar | Uint8Array>('scalar')({ ...parameter, buffers: true });
/** An object, or its JSON text. */
export const object = describe<JsonObject>('object');
/** `#rrggbb`, `[r, g, b]`, `{r, g, b}` or `{h, s, v}`. */
export const color = describe<Color>('color');
/** Objects as an array, or a single object; or their JSON text. */
export const objects = describe<JsonObject[]>('objects');
export const choice = <const O extends readonly string[]>(
  parameter: ParameterDescription<O[number]> & { options: O },
): Parameter<O[number]> => describe<O[number]>('choice')(parameter);

export const optional = <T>(parameter: Parameter<T>): Parameter<T | undefined> => ({
  ...(parameter as Parameter<T | undefined>),
  required: false,
});
