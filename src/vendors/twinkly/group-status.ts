import { z } from 'zod';
import { json } from '../../core/answers';
import { show } from '../../core/errors';
import type { HttpAnswer, HttpRequest } from '../../core/http';
import type { JsonObject } from '../../core/parameters';
import { segment } from '../../core/path';
import { at, type WireProfile } from './wire-profile';

/** An object or an installation: the two things that have a runtime. */
export const TARGETS = ['object', 'installation'] as const;
export type Target = (typeof TARGETS)[number];

/** Characters of a path with its query: 100 ids in their longest form (a UUID) fit, and every server takes it. */
const LONGEST = 4000;

/** A dictionary by id. What is not ours or does not exist has an `error`, under HTTP 200. An odd entry spoils no other. */
const dictionary = json(z.record(z.string(), z.unknown()));
export type Group = ReturnType<typeof dictionary>;

export interface GroupRequest {
  /** Rows of the wire profile. */
  readonly rows: readonly string[];
  /** The key that takes the ids. */
  readonly key: 'objectIds' | 'installationIds';
  readonly ids: readonly string[];
  readonly config: boolean | undefined;
}

/** The requests for the status of many: one for as many ids as an address can hold. */
export function groupRequests(profile: WireProfile, { rows, key, ids, config }: GroupRequest): HttpRequest[] {
  const route = profile.route(rows);
  // A comma stays a comma: encoded, it would take the place of two more characters for each id.
  const withIds = (encoded: string) =>
    `${route.path}${route.path.includes('?') ? '&' : '?'}${key}=${encoded}${config === undefined ? '' : `&config=${config ? 1 : 0}`}`;
  const room = LONGEST - withIds('').length;
  const chunks: string[] = [];
  for (const id of new Set(ids.map((one) => segment('ids', one)))) {
    const last = chunks.at(-1);
    if (last !== undefined && last.length + 1 + id.length <= room) chunks[chunks.length - 1] = `${last},${id}`;
    else chunks.push(id);
  }
  return chunks.map((chunk) => ({ ...route, path: withIds(chunk) }));
}

/** Asks for all, and hands on each part as it comes. @throws EnsembleError */
export async function readGroup(
  requests: readonly HttpRequest[],
  send: (request: HttpRequest) => Promise<HttpAnswer>,
  take: (group: Group) => void,
): Promise<number> {
  let statusCode = 0;
  for (const request of requests) {
    const answer = await send(request);
    take(dictionary(answer));
    ({ statusCode } = answer);
  }
  return statusCode;
}

/** The request for the state of objects or installations. */
export const statusOf = (target: Target, ids: readonly string[], config: boolean | undefined): GroupRequest => ({
  rows: target === 'object' ? ['get-object-status', 'status.object'] : ['get-installation-status', 'status.installation'],
  key: target === 'object' ? 'objectIds' : 'installationIds',
  ids,
  config,
});

/** The state in an entry; undefined where it has none. */
export function runtimeOf(entry: unknown): JsonObject | undefined {
  const runtime = at(entry, 'runtime');
  return typeof runtime === 'object' && runtime !== null ? (runtime as JsonObject) : undefined;
}

/** What the vendor says of an entry that it has no runtime for. */
export function errorOf(entry: unknown): string {
  const error = at(entry, 'error') ?? entry;
  return typeof error === 'string' ? error : `no runtime: ${show(error)}`;
}
