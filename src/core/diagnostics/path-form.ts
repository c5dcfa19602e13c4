import type { HttpRequest } from '../http/request';
import { ANY_KEY, shapeOf } from './shape';

/** Stands for a part of a path that is not one of the vendor's own words: an id, a name, a token. */
export const ANY_PART = '{…}';

/**
 * The path of a request without anybody's values: `/things/{…}/messages?limit=integer`.
 * @param pathWords the parts of the vendor's paths that are the same for everybody
 * @param requestWords the names of its queries
 */
export function pathForm(
  { path, query = {} }: Pick<HttpRequest, 'path' | 'query'>,
  { pathWords, requestWords }: { readonly pathWords: ReadonlySet<string>; readonly requestWords: ReadonlySet<string> },
): string {
  const [way = '', typed = ''] = path.split('?', 2);
  const parts = way.split('/').map((part) => (part === '' || pathWords.has(part) ? part : ANY_PART));
  const fields = [...new URLSearchParams(typed), ...Object.entries(query)].filter(([, value]) => value !== undefined);
  const form = fields.map(([name, value]) => `${requestWords.has(name) ? name : ANY_KEY}=${wordOf(value)}`);
  return parts.join('/') + (form.length > 0 ? `?${form.join('&')}` : '');
}

/** A list is sent as several fields of one name, or with commas. */
function wordOf(value: unknown): string {
  const shape = shapeOf(Array.isArray(value) ? value[0] : value);
  return typeof shape === 'string' ? shape.replaceAll(' ', '-') : 'object';
}
