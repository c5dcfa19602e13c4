import { Refused } from './http/refused';

/** What the device page sends with an action. */
export type Input = Readonly<Record<string, unknown>>;

/** What a person can do on the device page, by name. A setting that is not given stays as it is. @throws Refused */
export type Actions = Readonly<Record<string, (input: Input) => void>>;

/** @throws Refused 400 */
export function numberWithin(input: Input, key: string, min: number, max: number): number {
  const value = input[key];
  if (typeof value !== 'number' || !(value >= min && value <= max)) throw new Refused(400, `${key} must be a number from ${min} to ${max}`);
  return value;
}

/** @throws Refused 400 */
export function oneOf<const O extends readonly string[]>(input: Input, key: string, options: O): O[number] {
  const value = options.find((option) => option === input[key]);
  if (value === undefined) throw new Refused(400, `${key} must be one of ${options.join(', ')}`);
  return value;
}

/** @throws Refused 400 */
export function booleanOf(input: Input, key: string): boolean {
  const value = input[key];
  if (typeof value !== 'boolean') throw new Refused(400, `${key} must be true or false`);
  return value;
}

/** What was looked for by an id. @throws Refused 404 where it was not found */
export function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Refused(404, `There is no ${name}`);
  return value;
}
