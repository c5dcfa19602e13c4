import type { CheckContext } from '../../core/diagnostics/assumption';
import { told } from '../../core/error-texts';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import { isPage } from '../../core/http/error-response';
import type { HttpRequest } from '../../core/http/request';
import { parseJson } from '../../core/json';
import { isRecord } from '../../core/objects';
import { FAMILIES, type Family, LISTS, PLACES } from './candidates';
import type { TwinklyClient } from './client';
import { groupRequests, runtimeOf, statusOf, type Target } from './group-status';
import { valueAt, WireProfile } from './wire-profile';

/** What a server says of a path that it has not, or not in this way. */
const ELSEWHERE = new Set(['NOT_FOUND', 'REJECTED', 'FORBIDDEN']);

/** The value of the response; undefined where there is no such path. @throws EnsembleError where it cannot be told */
export async function read(client: TwinklyClient, request: HttpRequest, { scope }: CheckContext): Promise<unknown> {
  try {
    const response = await client.send(request, { repeatable: true, scope });
    if (isPage(response))
      throw new EnsembleError('BAD_RESPONSE', 'a page', told('page', { status: response.statusCode }), { statusCode: response.statusCode });
    return parseJson(response.body.toString('utf8'));
  } catch (thrown) {
    const error = asEnsembleError(thrown);
    if (!ELSEWHERE.has(error.code)) throw error;
    return undefined;
  }
}

export function objectsIn(response: unknown): readonly object[] | undefined {
  const list = isRecord(response) ? response.objects : response;
  return Array.isArray(list) ? list.filter(isRecord) : undefined;
}

/** The first page of the objects. */
export interface FoundList {
  readonly objects: readonly object[];
  /** The path that answers; undefined where it is the present one. */
  readonly row: string | undefined;
}

/** By the present path, else by another one; undefined where none answers with a list. */
export const findList = (client: TwinklyClient, context: CheckContext): Promise<FoundList | undefined> =>
  context.once('list', async () => {
    for (const row of [undefined, ...LISTS]) {
      const profile = row === undefined ? client.profile : new WireProfile({ paths: { 'list-objects': row } });
      const objects = objectsIn(await read(client, profile.route(['list-objects']), context));
      if (objects) return { objects, row };
    }
    return undefined;
  });

export const isId = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';

/** The ids of objects at a place, as the status takes them. */
export const idsAt = (objects: readonly object[], place: string): string[] => [
  ...new Set(
    objects
      .map((object) => valueAt(object, place))
      .filter(isId)
      .map(String),
  ),
];

/** Of so many the status is asked: some may not be ours. */
const MAX_IDS = 3;

/** Where the status of one target is. */
export interface FoundStatus {
  /** Undefined where the answer was an error for each of them. */
  readonly runtime: object | undefined;
  /** Undefined where the present path has answered. */
  readonly family: Family | undefined;
  /** Of the ids. */
  readonly place: string;
  readonly id: string;
}

/** By the present path and place of the ids, else by others; undefined where none of them answers. */
export const findStatus = (client: TwinklyClient, target: Target, context: CheckContext): Promise<FoundStatus | undefined> =>
  context.once(`status of ${target}`, async () => {
    const objects = (await findList(client, context))?.objects ?? [];
    const name = target === 'object' ? 'id' : 'installationId';
    const places = [...new Set([client.profile.place(name), ...PLACES[name]])];
    let answered: FoundStatus | undefined;
    for (const place of places) {
      const ids = idsAt(objects, place).slice(0, MAX_IDS);
      if (ids.length === 0) continue;
      for (const family of [undefined, ...FAMILIES]) {
        const found = await statusBy(client, { target, ids, family }, context);
        if (found?.runtime) return { ...found, family, place };
        if (found) answered ??= { ...found, family, place };
      }
    }
    return answered;
  });

interface Way {
  readonly target: Target;
  readonly ids: readonly string[];
  readonly family: Family | undefined;
}

/** The first of some whose runtime is found in one way; undefined where that is not the way. */
async function statusBy(client: TwinklyClient, { target, ids, family }: Way, context: CheckContext) {
  const profile = family ? new WireProfile({ paths: { [`status.${target}`]: family.status(target) } }) : client.profile;
  let answered: { readonly runtime: undefined; readonly id: string } | undefined;
  for (const { id: single, ...request } of groupRequests(profile, statusOf(target, ids, true))) {
    const response = await read(client, request, context);
    for (const id of single === undefined ? ids : [single]) {
      const entry = isRecord(response) && Object.hasOwn(response, id) ? response[id] : single === undefined ? undefined : response;
      const runtime = runtimeOf(entry) ?? (single !== undefined && isRecord(entry) && 'online' in entry ? entry : undefined);
      if (runtime) return { runtime, id };
      // "not yours": the path is right all the same.
      if (isRecord(entry) && typeof entry.error === 'string') answered ??= { runtime: undefined, id };
    }
  }
  return answered;
}
