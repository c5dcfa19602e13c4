import { z } from 'zod';
import { asEnsembleError, type ErrorCode, invalidInput, show } from '../../core/errors';
import { segment } from '../../core/http/path';
import type { HttpRequest, HttpResponse } from '../../core/http/request';
import { json } from '../../core/http/response';
import { isObject } from '../../core/objects';
import type { JsonObject } from '../../core/schema/parameters';
import { say } from './texts';
import { valueAt, type WireProfile } from './wire-profile';

/** An object or an installation: the two things that have a runtime. */
export const TARGETS = ['object', 'installation'] as const;
export type Target = (typeof TARGETS)[number];

/** Characters of a path with its query: 100 ids in their longest form (a UUID) fit, and every server takes it. */
const MAX_PATH_LENGTH = 4000;

/** A dictionary by id. What is not ours or does not exist has an `error`, under HTTP 200. An odd entry does not make the others invalid. */
const dictionary = json(z.record(z.string(), z.unknown()));
export type GroupStatus = ReturnType<typeof dictionary>;
const anyJson = json(z.unknown());

export interface GroupRequest {
  /** Rows of the wire profile. */
  readonly rows: readonly string[];
  /** The key that takes the ids. */
  readonly key: 'objectIds' | 'installationIds';
  readonly ids: readonly string[];
  readonly config: boolean | undefined;
  /** The ids name one thing together, which takes a single request. */
  readonly isWhole?: boolean;
}

/** A request for the status of several, or of the one that its path names. */
export interface StatusRequest extends HttpRequest {
  readonly id?: string;
}

/** Requests that are under way at the same time where each thing has one of its own. */
const AT_ONCE = 8;

/**
 * The requests for the status of many: one for as many ids as an address can hold, or, where the path names an id, one for each.
 * @throws EnsembleError INVALID_INPUT
 */
export function groupRequests(profile: WireProfile, { rows, key, ids, config, isWhole = false }: GroupRequest): StatusRequest[] {
  const options = config === undefined ? '' : `config=${config ? 1 : 0}`;
  const withQuery = (path: string, ...query: string[]) =>
    query.reduce((whole, part) => (part === '' ? whole : `${whole}${whole.includes('?') ? '&' : '?'}${part}`), path);
  if (profile.namesId(rows))
    return [...new Set(ids)].map((id) => {
      const { method, path } = profile.route(rows, { id });
      return { method, path: withQuery(path, options), id };
    });
  const route = profile.route(rows);
  // A comma stays a comma: encoded, it would take the place of two more characters for each id.
  const withIds = (encoded: string) => withQuery(route.path, `${key}=${encoded}`, options);
  const room = MAX_PATH_LENGTH - withIds('').length;
  const chunks: string[] = [];
  for (const id of new Set(ids.map((one) => segment('ids', one)))) {
    const last = chunks.at(-1);
    if (last !== undefined && last.length + 1 + id.length <= room) chunks[chunks.length - 1] = `${last},${id}`;
    else chunks.push(id);
  }
  if (isWhole && chunks.length > 1)
    throw invalidInput(
      `too many ids for one request (${ids.length}), and the status of an installation cannot be put together of parts`,
      say('tooMany', { count: ids.length }, ['legacyObjectIds']),
    );
  return chunks.map((chunk) => ({ ...route, path: withIds(chunk) }));
}

/** Errors of one object or installation alone. */
const OWN_ERRORS: readonly ErrorCode[] = ['NOT_FOUND', 'FORBIDDEN', 'REJECTED'];

/** Reads all, and calls `take` with each part as it comes. @returns the status code of the last response @throws EnsembleError */
export async function readGroup(
  requests: readonly StatusRequest[],
  send: (request: HttpRequest) => Promise<HttpResponse>,
  take: (group: GroupStatus) => void,
): Promise<number> {
  let statusCode = 0;
  const rest = [...requests];
  const ask = async ({ id, ...request }: StatusRequest) => {
    try {
      const response = await send(request);
      ({ statusCode } = response);
      take(id === undefined ? dictionary(response) : { [id]: entryOf(id, anyJson(response)) });
    } catch (thrown) {
      const { code, cause, message } = asEnsembleError(thrown);
      if (id === undefined || !OWN_ERRORS.includes(code)) {
        rest.length = 0;
        throw thrown;
      }
      statusCode = cause.statusCode ?? statusCode;
      take({ [id]: { error: cause.vendorMessage ?? message } });
    }
  };
  const work = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await ask(next);
  };
  // Requests for many are few: one after the other.
  await Promise.all(Array.from({ length: requests.some(({ id }) => id !== undefined) ? AT_ONCE : 1 }, work));
  return statusCode;
}

/** [G] The status of one alone: an entry such as a dictionary has, a dictionary with that entry, or the bare runtime. */
function entryOf(id: string, response: unknown): unknown {
  if (!isObject(response) || 'runtime' in response || 'error' in response) return response;
  return response[id] ?? { runtime: response };
}

/** The request for the state of objects or installations. */
export const statusOf = (target: Target, ids: readonly string[], config: boolean | undefined): GroupRequest => ({
  rows: target === 'object' ? ['get-object-status', 'status.object'] : ['get-installation-status', 'status.installation'],
  key: target === 'object' ? 'objectIds' : 'installationIds',
  ids,
  config,
});

/** The request for the state of one installation, named by its objects: it cannot be put together of parts. */
export const legacyStatusOf = (ids: readonly string[], config: boolean | undefined): GroupRequest => ({
  rows: ['get-installation-status', 'status.legacy'],
  key: 'objectIds',
  ids,
  config,
  isWhole: true,
});

/** The state in an entry; undefined where it has none. */
export function runtimeOf(entry: unknown): JsonObject | undefined {
  const runtime = valueAt(entry, 'runtime');
  return isObject(runtime) ? runtime : undefined;
}

/** What the vendor says of an entry that it has no runtime for. */
export function errorOf(entry: unknown): string {
  const error = valueAt(entry, 'error') ?? entry;
  return typeof error === 'string' ? error : `no runtime: ${show(error)}`;
}
