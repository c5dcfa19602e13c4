/** A parameter as a panel saves it. */
export interface TypedInput {
  readonly type: string;
  readonly value: string;
}
/** By the names of the parameters. */
export type TypedInputs = Readonly<Record<string, TypedInput>>;

const of =
  <T>(type: string, write: (value: T) => string = String) =>
  (value: T): TypedInput => ({ type, value: write(value) });

export const str = of<string>('str');
export const num = of<number>('num');
export const bool = of<boolean>('bool');
export const json = of<unknown>('json', (value) => JSON.stringify(value));
/** A property of the message, by its path. */
export const msg = of<string>('msg');
export const payload = msg('payload');

/** Constant parameters, each by its kind. */
export const constants = (values: Readonly<Record<string, unknown>>): Record<string, TypedInput> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, constant(value)]));

function constant(value: unknown): TypedInput {
  if (typeof value === 'number') return num(value);
  if (typeof value === 'object') return json(value);
  return str(String(value));
}
