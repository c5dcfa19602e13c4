import { z } from 'zod';
import { told } from '../../core/error-texts';
import { invalidInput, show } from '../../core/errors';
import type { RequestFields } from '../../core/http/request';
import { json, orAbsent, reader } from '../../core/http/response';
import { isObject, withoutUndefined } from '../../core/objects';
import type { JsonObject } from '../../core/schema/parameters';

const readJson = json(
  z.looseObject({ login: z.string(), confirmed: orAbsent(z.boolean()), authcode: orAbsent(z.string()) }).transform(withoutUndefined),
);

/** The data of an anonymous user may be nothing, or the word `undefined`; where a user is logged in, that means that the session has expired. */
export const readUser = reader(
  readJson.schema,
  (response): ReturnType<typeof readJson> =>
    /^(undefined)?$/.test(response.body.toString('utf8').trim()) ? { login: '' } : readJson(response),
);

/** Nested data as the fields of a form, in brackets: `{a: {b: 1}}` is `a[b]=1`, as the vendor's library sends it. @throws EnsembleError INVALID_INPUT */
export function toForm(data: JsonObject): RequestFields {
  const form: Record<string, string> = {};
  for (const [name, value] of Object.entries(data)) addFields(form, name, value, `data.${name}`);
  if (Object.keys(form).length === 0) throw invalidInput('data must have at least one field', told('atLeastOne', {}, ['data']));
  return form;
}

function addFields(form: Record<string, string>, name: string, value: unknown, place: string): void {
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) {
    form[name] = String(value);
    return;
  }
  const items = isObject(value) && !Buffer.isBuffer(value) ? Object.entries(value) : [];
  // A form has no way to say null, or that an object is empty: it would be lost silently.
  if (items.length === 0)
    throw invalidInput(
      `${place} must be text, a number, true, false, or an object or array that is not empty, not ${show(value)}`,
      told('invalidPart', { place: place.slice('data'.length) }, ['data']),
    );
  for (const [key, item] of items) addFields(form, `${name}[${key}]`, item, `${place}.${key}`);
}
