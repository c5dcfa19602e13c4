import { told } from '../error-texts';
import { invalidInput, show } from '../errors';

/** A dot segment, which URLs resolve, so that no resource can have it as its id. */
export const isStep = (id: string): boolean => id === '.' || id === '..';

/**
 * An id as one segment of a path, whatever characters it has: `a/b`, `?`, `#` and `%2e` reach the vendor as they are.
 * @throws EnsembleError INVALID_INPUT naming the parameter, where it is no id
 */
export function segment(name: string, id: string): string {
  if (id === '' || isStep(id)) throw invalidInput(`${name} must be an ID, not ${show(id)}`, told('invalid', {}, [name]));
  try {
    return encodeURIComponent(id);
  } catch {
    // Half of a surrogate pair.
    throw invalidInput(`${name} must be text that is whole, not ${show(id)}`, told('invalid', {}, [name]));
  }
}

/** Whether it can be the id of a resource. `__proto__` has a special meaning in objects. */
export function isId(id: string): boolean {
  try {
    return segment('id', id) !== '__proto__';
  } catch {
    return false;
  }
}

/** A name with slashes, which are kept. @throws EnsembleError INVALID_INPUT naming the parameter, where a part of it is no id */
export const segments = (name: string, path: string): string =>
  path
    .split('/')
    .map((part) => segment(name, part))
    .join('/');
