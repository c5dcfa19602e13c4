import { type CheckContext, cannotTell, confirmed, differs, type Finding } from '../../core/diagnostics/assumption';
import { asEnsembleError } from '../../core/errors';
import { isObject, isRecord } from '../../core/objects';
import { CONFIGURATIONS, FAMILIES, type Family, LISTS, PLACES } from './candidates';
import type { TwinklyClient } from './client';
import type { Target } from './group-status';
import { findList, findStatus, idsAt, isId, objectsIn, read } from './tried-paths';
import { MODES, type Profile, valueAt, WireProfile } from './wire-profile';

const correctPaths = (paths: Readonly<Record<string, string>>) => ({ setting: 'overrides', value: { paths } });
const correctAnswers = (answers: Readonly<Partial<Record<keyof Profile['answers'], string>>>) => ({
  setting: 'overrides',
  value: { answers },
});

const NO_OBJECT = cannotTell('The account has no object, or its list cannot be read.');
const NO_INSTALLATION = cannotTell('No object belongs to an installation.');

export async function askList(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const found = await findList(client, context);
  if (!found) return differs(`Neither the path nor ${LISTS.length} others answer with a list of objects.`);
  const { row, objects } = found;
  if (row === undefined) return confirmed(`It lists ${objects.length} objects on its first page.`);
  return differs(`It is ${row}.`, correctPaths({ 'list-objects': row }));
}

export async function askPages(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const row = (await findList(client, context))?.row;
  const profile = row === undefined ? client.profile : new WireProfile({ paths: { 'list-objects': row } });
  const first = profile.route(['list-objects']);
  const response = await read(client, first, context);
  const next = valueAt(response, 'next_page');
  if (!isId(next) || next === '') return cannotTell('The list has one page.');
  if (typeof next === 'string' && /^https?:|^\//.test(next)) return confirmed('A page gives the address of the next one.');
  const place = client.profile.place('id');
  const known = idsAt(objectsIn(response) ?? [], place);
  for (const name of [client.profile.page, 'page', 'cursor', 'p', 'offset']) {
    const path = `${first.path}${first.path.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(String(next))}`;
    const ids = idsAt(objectsIn(await read(client, { ...first, path }, context)) ?? [], place);
    if (!ids.some((id) => !known.includes(id))) continue;
    return name === client.profile.page
      ? confirmed('The second page has other objects.')
      : differs(`It is ${name}.`, { setting: 'overrides', value: { page: name } });
  }
  return differs('No query that we know leads to the second page.');
}

export async function askObjectId(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const found = await findStatus(client, 'object', context);
  if (!found?.runtime)
    return (await findList(client, context))?.objects.length ? cannotTell('No status of an object is found.') : NO_OBJECT;
  const { place } = found;
  if (place === client.profile.place('id')) return confirmed('A status is found by it.');
  return differs(`A status is found by ${place}.`, correctAnswers({ id: place }));
}

export async function askInstallationId(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const present = client.profile.place('installationId');
  const found = await findStatus(client, 'installation', context);
  if (found?.runtime)
    return found.place === present
      ? confirmed('A status is found by it.')
      : differs(`A status is found by ${found.place}.`, correctAnswers({ installationId: found.place }));
  const objects = (await findList(client, context))?.objects ?? [];
  const grouped = objects.find((object) => PLACES.installationId.some((place) => isId(valueAt(object, place))));
  return grouped ? cannotTell('No status of an installation is found.') : NO_INSTALLATION;
}

/** Where the status of one target answers. */
export async function askStatus(client: TwinklyClient, target: Target, context: CheckContext): Promise<Finding> {
  const objects = (await findList(client, context))?.objects ?? [];
  const places = PLACES[target === 'object' ? 'id' : 'installationId'];
  if (!places.some((place) => idsAt(objects, place).length > 0)) return target === 'object' ? NO_OBJECT : NO_INSTALLATION;
  const found = await findStatus(client, target, context);
  if (!found) return differs(`Neither the path nor ${FAMILIES.length} others answer with a runtime.`);
  const { family, runtime } = found;
  if (family)
    return differs(`It is ${family.status(target)}. The commands are then looked for beside it.`, correctPaths(rowsOf(family, target)));
  return confirmed(runtime ? 'The path answers with a runtime.' : 'The path answers, with an error for each that was asked for.');
}

/** All rows of a family that belong to a target. That of a command's status is for both: it goes with the objects. */
function rowsOf(family: Family, target: Target): Readonly<Record<string, string>> {
  const status = family.status(target);
  return {
    [`status.${target}`]: status,
    [`command.${target}`]: family.command(target),
    ...(target === 'object' && { 'get-command-status': family.commandStatus }),
    // An installation that is named by its objects has no id.
    ...(target === 'installation' && !status.includes('{id}') && { 'status.legacy': status }),
  };
}

/** A field of the runtime of an object. */
const runtimeField =
  (place: 'effects' | 'playlists' | 'color', fits: (value: unknown) => boolean) =>
  async (client: TwinklyClient, context: CheckContext): Promise<Finding> => {
    const runtime = (await findStatus(client, 'object', context))?.runtime;
    if (!runtime) return cannotTell('No runtime could be read.');
    if (fits(valueAt(runtime, client.profile.place(place)))) return confirmed('It is there.');
    const other = PLACES[place].find((candidate) => fits(valueAt(runtime, candidate)));
    if (other) return differs(`It is at ${other}.`, correctAnswers({ [place]: other }));
    return differs('It is neither there nor where we have looked besides.');
  };

export async function askConfiguration(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const objects = (await findList(client, context))?.objects ?? [];
  const id = objects.map((object) => valueAt(object, 'devices.0.device.id')).find(isId);
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
  const runtime = (await findStatus(client, 'object', context))?.runtime;
  const mode = valueAt(runtime, 'mode');
  if (mode === undefined) return cannotTell(runtime ? 'The runtime has no mode.' : 'No runtime could be read.');
  const isKnown = MODES.some((one) => client.profile.mode(one) === mode);
  return isKnown ? confirmed('The present mode is one of them.') : differs('The present mode is none of them.');
}

const isColor = (value: unknown): boolean => isObject(value) || typeof value === 'string';
export const askEffects = runtimeField('effects', Array.isArray);
export const askPlaylists = runtimeField('playlists', Array.isArray);
export const askColor = runtimeField('color', isColor);

/** [G] A server that has the path refuses the body, and not the path. */
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

export async function askCommandPath(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const found = await findStatus(client, 'object', context);
  if (!found?.runtime) return cannotTell('No status of an object is found.');
  if (!context.mayProbe)
    return {
      ...cannotTell('A read cannot tell.'),
      probe: 'Send an empty body to the path of the commands: no light can change by it.',
    };
  const pathIn = (profile: WireProfile) => profile.route(['command.object'], { target: 'object', id: found.id }).path;
  if (await hasCommand(client, pathIn(client.profile), context)) return confirmed('The path takes a request, and no other was tried.');
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
