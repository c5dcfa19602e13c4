import { z } from 'zod';
import { EnsembleError } from '../../core/errors';
import { isStep } from '../../core/http/path';
import type { HttpRequest, HttpResponse, Warn } from '../../core/http/request';
import { json, lenientArray, orAbsent, readLeniently } from '../../core/http/response';
import { say } from './texts';
import { valueAt, type WireProfile } from './wire-profile';

const id = z
  .union([z.string().min(1), z.number()])
  .transform(String)
  .refine((text) => !isStep(text), 'no ID');
const name = orAbsent(z.string());

/** What we read of an object; the rest of it goes to the flow as it is. */
const objectSchema = z.looseObject({
  id,
  name,
  ledCount: orAbsent(z.number()),
  devices: orAbsent(z.array(orAbsent(z.looseObject({ device: orAbsent(z.looseObject({ id, name })) })))),
  installation: orAbsent(z.looseObject({ id, name })),
});
export type TwinklyObject = z.infer<typeof objectSchema>;
const objectsSchema = lenientArray(objectSchema);

/** What we read of the objects of a list; one that cannot be read is left out, with a warning. */
export function readObjects(objects: readonly object[], profile: WireProfile, onWarning?: Warn): TwinklyObject[] {
  const places = { id: profile.place('id'), installationId: profile.place('installationId') };
  const named = objects.map((object) => {
    const installationId = valueAt(object, places.installationId);
    const installation = valueAt(object, 'installation');
    return {
      ...object,
      id: valueAt(object, places.id),
      installation: installationId === undefined ? installation : { ...(installation as object | null), id: installationId },
    };
  });
  return readLeniently(objectsSchema, named, onWarning).data ?? [];
}

const page = json(z.looseObject({ objects: lenientArray(z.looseObject({})), next_page: z.union([z.number(), z.string()]).nullish() }));

/** No account has so many pages: the list must be a circle. */
const MAX_PAGES = 1000;

/** All objects of the account, page by page, in the vendor's own form. @throws EnsembleError */
export async function listObjects(
  profile: WireProfile,
  send: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<{ objects: object[]; statusCode: number }> {
  const first = profile.route(['list-objects']);
  const objects: object[] = [];
  const asked = new Set<string>();
  for (let { path } = first; !asked.has(path) && asked.size < MAX_PAGES; ) {
    asked.add(path);
    const response = await send({ ...first, path });
    const { objects: more, next_page: next } = page(response);
    for (const object of more) objects.push(object);
    if (next === null || next === undefined || next === '') return { objects, statusCode: response.statusCode };
    path = pathOf(first.path, next, profile.page);
  }
  throw new EnsembleError('BAD_RESPONSE', 'the list of objects has no end: a page leads back to one before it', say('endless'));
}

/** The next page is named by its number or its address; of an address only path and query count, so that we stay where we are. */
function pathOf(path: string, next: string | number, query: string): string {
  if (typeof next === 'string' && /^https?:|^\//.test(next)) {
    const { pathname, search } = new URL(next, 'http://here');
    const [start = ''] = path.split('?', 1);
    // The connection's address may have a path of its own.
    return pathname.slice(Math.max(0, pathname.lastIndexOf(start))) + search;
  }
  const [start, rest] = path.split('?');
  const pairs = new URLSearchParams(rest);
  pairs.set(query, String(next));
  return `${start}?${pairs}`;
}
