import { type CheckContext, cannotTell, confirmed, differs, type Finding } from '../../core/diagnostics/assumption';
import { asEnsembleError } from '../../core/errors';
import type { HttpRequest } from '../../core/http/request';
import { parseJson } from '../../core/json';
import { isObject, isRecord } from '../../core/objects';
import { CONFIGURATIONS, FAMILIES, type Family, LISTS, PLACES } from './candidates';
import type { TwinklyClient } from './client';
import { groupRequests, runtimeOf, statusOf, type Target } from './group-status';
import { MODES, type Profile, valueAt, WireProfile } from './wire-profile';

type Place = keyof typeof PLACES;

const correctPaths = (paths: Readonly<Record<string, string>>) => ({ setting: 'overrides', value: { paths } });
const correctAnswers = (answers: Readonly<Partial<Record<keyof Profile['answers'], string>>>) => ({
  setting: 'overrides',
  value: { answers },
});

/** What a server says of a path that it has not, or not in this way. */
const ELSEWHERE = new Set(['NOT_FOUND', 'REJECTED', 'FORBIDDEN', 'BAD_RESPONSE']);

/** The body of the response; undefined where there is no such path. @throws EnsembleError where it cannot be told */
async function read(client: TwinklyClient, request: HttpRequest, { scope }: CheckContext): Promise<unknown> {
  try {
    return parseJson((await client.send(request, { repeatable: true, scope })).body.toString('utf8'));
  } catch (thrown) {
    const error = asEnsembleError(thrown);
    if (!ELSEWHERE.has(error.code)) throw error;
    return undefined;
  }
}

/** The objects of the first page; undefined where the path of the list is not right. */
const objectsOf = (client: TwinklyClient, context: CheckContext): Promise<readonly object[] | undefined> =>
  context.once('objects', async () => objectsIn(await read(client, client.profile.route(['list-objects']), context)));

function objectsIn(response: unknown): readonly object[] | undefined {
  const list = isRecord(response) ? response.objects : response;
  return Array.isArray(list) ? list.filter(isRecord) : undefined;
}

const NO_OBJECT = cannotTell('The account has no object, or its list cannot be read.');

/** The ids of the list at a place, as the status takes them. */
const idsAt = (objects: readonly object[] | undefined, place: string): string[] => [
  ...new Set(
    (objects ?? [])
      .map((object) => valueAt(object, place))
      .filter((id) => ['string', 'number'].includes(typeof id))
      .map(String),
  ),
];

/** The runtime of one by a way of asking for it; undefined where that is not the way. */
async function runtimeBy(client: TwinklyClient, profile: WireProfile, target: Target, id: string, context: CheckContext) {
  const [{ id: _, ...request } = {} as HttpRequest & { id?: string }] = groupRequests(profile, statusOf(target, [id], true));
  const response = await read(client, request, context);
  const runtime = runtimeOf(valueAt(response, id)) ?? runtimeOf(response);
  return (
    runtime ?? (profile.namesId(statusOf(target, [id], true).rows) && isRecord(response) && 'online' in response ? response : undefined)
  );
}

interface FoundStatus {
  readonly runtime: object;
  /** Undefined where the present path has answered. */
  readonly family: Family | undefined;
}

/** The status of one: by the present path, else by that of a family; undefined where none of them answers. */
function findStatus(client: TwinklyClient, target: Target, context: CheckContext): Promise<FoundStatus | undefined> {
  return context.once(`status of ${target}`, async () => {
    const [id] = idsAt(await objectsOf(client, context), client.profile.place(target === 'object' ? 'id' : 'installationId'));
    if (id === undefined) return undefined;
    const runtime = await runtimeBy(client, client.profile, target, id, context);
    if (runtime) return { runtime, family: undefined };
    for (const family of FAMILIES) {
      const profile = new WireProfile({ paths: { [`status.${target}`]: family.status(target) } });
      const found = await runtimeBy(client, profile, target, id, context);
      if (found) return { runtime: found, family };
    }
    return undefined;
  });
}

/** Of the first object. */
const runtimeOfFirst = async (client: TwinklyClient, context: CheckContext): Promise<object | undefined> =>
  (await findStatus(client, 'object', context))?.runtime;

/** Where the status of one target answers. */
export async function askStatus(client: TwinklyClient, target: Target, context: CheckContext): Promise<Finding> {
  const place = client.profile.place(target === 'object' ? 'id' : 'installationId');
  if (idsAt(await objectsOf(client, context), place).length === 0)
    return target === 'object' ? NO_OBJECT : cannotTell('No object belongs to an installation.');
  const found = await findStatus(client, target, context);
  if (!found) return differs(`Neither the path nor ${FAMILIES.length} others answer with a runtime.`);
  const { family } = found;
  if (!family) return confirmed('The path answers with a runtime.');
  return differs(`It is ${family.status(target)}. The commands are then looked for beside it.`, correctPaths(rowsOf(family, target)));
}

/** All rows of a family that belong to a target. */
const rowsOf = (family: Family, target: Target): Readonly<Record<string, string>> => ({
  [`status.${target}`]: family.status(target),
  [`command.${target}`]: family.command(target),
  'get-command-status': family.commandStatus,
});

/** Where a field is in something that was read. */
function askPlace(client: TwinklyClient, place: Place, whole: unknown, fits: (value: unknown) => boolean): Finding {
  const present = client.profile.place(place);
  if (fits(valueAt(whole, present))) return confirmed('It is there.');
  const other = PLACES[place].find((candidate) => fits(valueAt(whole, candidate)));
  if (other) return differs(`It is at ${other}.`, correctAnswers({ [place]: other }));
  return differs('It is neither there nor where we have looked besides.');
}

/** [G] Whether a server that has the path says so to a body without a command: it refuses the body, and not the path. */
async function hasCommand(client: TwinklyClient, path: string, context: CheckContext): Promise<boolean> {
  try {
    await client.send({ method: 'POST', path, json: {} }, { repeatable: false, scope: context.scope });
    return true;
  } catch (thrown) {
    const { code, cause } = asEnsembleError(thrown);
    if (code === 'REJECTED') return cause.statusCode !== 405;
    if (code === 'NOT_FOUND') return false;
    throw thrown;
  }
}

export const runtimeField =
  (place: 'effects' | 'playlists' | 'color', fits: (value: unknown) => boolean) =>
  async (client: TwinklyClient, context: CheckContext): Promise<Finding> => {
    const runtime = await runtimeOfFirst(client, context);
    return runtime ? askPlace(client, place, runtime, fits) : cannotTell('No runtime could be read.');
  };

export async function askList(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const objects = await objectsOf(client, context);
  if (objects) return confirmed(`It lists ${objects.length} objects on its first page.`);
  for (const row of LISTS) {
    const profile = new WireProfile({ paths: { 'list-objects': row } });
    if (objectsIn(await read(client, profile.route(['list-objects']), context)))
      return differs(`It is ${row}.`, correctPaths({ 'list-objects': row }));
  }
  return differs(`Neither the path nor ${LISTS.length} others answer with a list of objects.`);
}

export async function askPages(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const first = client.profile.route(['list-objects']);
  const response = await read(client, first, context);
  const next = valueAt(response, 'next_page');
  if (next === undefined || next === null || next === '') return cannotTell('The list has one page.');
  if (typeof next === 'string' && /^https?:|^\//.test(next)) return confirmed('A page gives the address of the next one.');
  const place = client.profile.place('id');
  const known = idsAt(objectsIn(response), place);
  for (const name of [client.profile.page, 'page', 'cursor', 'p', 'offset']) {
    const path = `${first.path}${first.path.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(String(next))}`;
    const ids = idsAt(objectsIn(await read(client, { ...first, path }, context)), place);
    if (!ids.some((id) => !known.includes(id))) continue;
    return name === client.profile.page
      ? confirmed('The second page has other objects.')
      : differs(`It is ${name}.`, { setting: 'overrides', value: { page: name } });
  }
  return differs('No query that we know leads to the second page.');
}

export async function askObjectId(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const objects = await objectsOf(client, context);
  const present = client.profile.place('id');
  const family = (await findStatus(client, 'object', context))?.family;
  const profile = family ? new WireProfile({ paths: { 'status.object': family.status('object') } }) : client.profile;
  for (const place of [present, ...PLACES.id]) {
    const [id] = idsAt(objects, place);
    if (id === undefined || !(await runtimeBy(client, profile, 'object', id, context))) continue;
    return place === present
      ? confirmed('A status is found by it.')
      : differs(`A status is found by ${place}.`, correctAnswers({ id: place }));
  }
  return objects?.length ? cannotTell('No status is found: see its path.') : NO_OBJECT;
}

export async function askInstallationId(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const objects = (await objectsOf(client, context)) ?? [];
  const grouped = objects.find((object) => isObject(valueAt(object, 'installation')) || idsAt([object], 'installationId').length > 0);
  if (!grouped) return cannotTell('No object belongs to an installation.');
  return askPlace(client, 'installationId', grouped, (value) => ['string', 'number'].includes(typeof value));
}

export async function askConfiguration(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const objects = (await objectsOf(client, context)) ?? [];
  const id = objects.map((object) => valueAt(object, 'devices.0.device.id')).find((one) => one !== undefined);
  if (id === undefined) return cannotTell('No object names a device.');
  const answers = (profile: WireProfile) =>
    read(client, profile.route(['get-device-configuration'], { deviceId: String(id) }), context).then(isRecord);
  if (await answers(client.profile)) return confirmed('The path answers.');
  for (const row of CONFIGURATIONS)
    if (await answers(new WireProfile({ paths: { 'get-device-configuration': row } })))
      return differs(`It is ${row}.`, correctPaths({ 'get-device-configuration': row }));
  return differs(`Neither the path nor ${CONFIGURATIONS.length} others answer.`);
}

export async function askModes(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const runtime = await runtimeOfFirst(client, context);
  const mode = valueAt(runtime, 'mode');
  if (mode === undefined) return cannotTell(runtime ? 'The runtime has no mode.' : 'No runtime could be read.');
  const isKnown = MODES.some((one) => client.profile.mode(one) === mode);
  return isKnown ? confirmed('The present mode is one of them.') : differs('The present mode is none of them.');
}

export async function askCommandPath(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const [id] = idsAt(await objectsOf(client, context), client.profile.place('id'));
  if (id === undefined) return NO_OBJECT;
  if (!context.mayProbe)
    return {
      ...cannotTell('A read cannot tell.'),
      probe: 'Send an empty body to the path of the commands: no light can change by it.',
    };
  const pathIn = (profile: WireProfile) => profile.route(['command.object'], { target: 'object', id }).path;
  if (await hasCommand(client, pathIn(client.profile), context)) return confirmed('The path refuses a body without a command.');
  for (const family of FAMILIES) {
    const row = family.command('object');
    if (await hasCommand(client, pathIn(new WireProfile({ paths: { 'command.object': row } })), context))
      return differs(
        `It is ${row}.`,
        correctPaths({
          'command.object': row,
          'command.installation': family.command('installation'),
          'get-command-status': family.commandStatus,
        }),
      );
  }
  return differs(`Neither the path nor ${FAMILIES.length} others are there.`);
}
