import { type CheckContext, cannotTell, confirmed, differs, type Finding } from '../../core/diagnostics/assumption';
import { asEnsembleError } from '../../core/errors';
import { isObject, isRecord } from '../../core/objects';
import { CONFIGURATIONS, FAMILIES, type Family, LISTS, PLACES } from './candidates';
import type { TwinklyClient } from './client';
import type { Target } from './group-status';
import { say } from './texts';
import { findList, findStatus, idsAt, isId, objectsIn, read } from './tried-paths';
import { MODES, type Profile, valueAt, WireProfile } from './wire-profile';

const correctPaths = (paths: Readonly<Record<string, string>>) => ({ setting: 'overrides', value: { paths } });
const correctAnswers = (answers: Readonly<Partial<Record<keyof Profile['answers'], string>>>) => ({
  setting: 'overrides',
  value: { answers },
});

const NO_OBJECT = cannotTell(say('found.noObject'));
const NO_INSTALLATION = cannotTell(say('found.noInstallation'));

export async function askList(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const found = await findList(client, context);
  if (!found) return differs(say('found.noList', { count: LISTS.length }));
  const { row, objects } = found;
  if (row === undefined) return confirmed(say('found.listed', { count: objects.length }));
  return differs(say('found.isAt', { place: row }), correctPaths({ 'list-objects': row }));
}

export async function askPages(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const row = (await findList(client, context))?.row;
  const profile = row === undefined ? client.profile : new WireProfile({ paths: { 'list-objects': row } });
  const first = profile.route(['list-objects']);
  const response = await read(client, first, context);
  const next = valueAt(response, 'next_page');
  if (!isId(next) || next === '') return cannotTell(say('found.onePage'));
  if (typeof next === 'string' && /^https?:|^\//.test(next)) return confirmed(say('found.nextAddress'));
  const place = client.profile.place('id');
  const known = idsAt(objectsIn(response) ?? [], place);
  for (const name of [client.profile.page, 'page', 'cursor', 'p', 'offset']) {
    const path = `${first.path}${first.path.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(String(next))}`;
    const ids = idsAt(objectsIn(await read(client, { ...first, path }, context)) ?? [], place);
    if (!ids.some((id) => !known.includes(id))) continue;
    return name === client.profile.page
      ? confirmed(say('found.secondPage'))
      : differs(say('found.isAt', { place: name }), { setting: 'overrides', value: { page: name } });
  }
  return differs(say('found.noSecondPage'));
}

export async function askObjectId(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const found = await findStatus(client, 'object', context);
  if (!found?.runtime) return (await findList(client, context))?.objects.length ? cannotTell(say('found.noObjectStatus')) : NO_OBJECT;
  const { place } = found;
  if (place === client.profile.place('id')) return confirmed(say('found.statusById'));
  return differs(say('found.statusBy', { place }), correctAnswers({ id: place }));
}

export async function askInstallationId(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const present = client.profile.place('installationId');
  const found = await findStatus(client, 'installation', context);
  if (found?.runtime)
    return found.place === present
      ? confirmed(say('found.statusById'))
      : differs(say('found.statusBy', { place: found.place }), correctAnswers({ installationId: found.place }));
  const objects = (await findList(client, context))?.objects ?? [];
  const grouped = objects.find((object) => PLACES.installationId.some((place) => isId(valueAt(object, place))));
  return grouped ? cannotTell(say('found.noInstallationStatus')) : NO_INSTALLATION;
}

/** Where the status of one target answers. */
export async function askStatus(client: TwinklyClient, target: Target, context: CheckContext): Promise<Finding> {
  const objects = (await findList(client, context))?.objects ?? [];
  const places = PLACES[target === 'object' ? 'id' : 'installationId'];
  if (!places.some((place) => idsAt(objects, place).length > 0)) return target === 'object' ? NO_OBJECT : NO_INSTALLATION;
  const found = await findStatus(client, target, context);
  if (!found) return differs(say('found.noRuntime', { count: FAMILIES.length }));
  const { family, runtime } = found;
  if (family) return differs(say('found.statusAt', { place: family.status(target) }), correctPaths(rowsOf(family, target)));
  return confirmed(say(runtime ? 'found.runtime' : 'found.errorsOnly'));
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
    if (!runtime) return cannotTell(say('found.unreadRuntime'));
    if (fits(valueAt(runtime, client.profile.place(place)))) return confirmed(say('found.isThere'));
    const other = PLACES[place].find((candidate) => fits(valueAt(runtime, candidate)));
    if (other) return differs(say('found.isElsewhere', { place: other }), correctAnswers({ [place]: other }));
    return differs(say('found.isNowhere'));
  };

export async function askConfiguration(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const objects = (await findList(client, context))?.objects ?? [];
  const id = objects.map((object) => valueAt(object, 'devices.0.device.id')).find(isId);
  if (id === undefined) return cannotTell(say('found.noDevice'));
  const answers = (profile: WireProfile) =>
    read(client, profile.route(['get-device-configuration'], { deviceId: String(id) }), context).then(isRecord);
  if (await answers(client.profile)) return confirmed(say('found.answers'));
  for (const row of CONFIGURATIONS)
    if (await answers(new WireProfile({ paths: { 'get-device-configuration': row } })))
      return differs(say('found.isAt', { place: row }), correctPaths({ 'get-device-configuration': row }));
  return differs(say('found.noneAnswers', { count: CONFIGURATIONS.length }));
}

export async function askModes(client: TwinklyClient, context: CheckContext): Promise<Finding> {
  const runtime = (await findStatus(client, 'object', context))?.runtime;
  const mode = valueAt(runtime, 'mode');
  if (mode === undefined) return cannotTell(say(runtime ? 'found.noMode' : 'found.unreadRuntime'));
  const isKnown = MODES.some((one) => client.profile.mode(one) === mode);
  return isKnown ? confirmed(say('found.modeKnown')) : differs(say('found.modeUnknown'));
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
  if (!found?.runtime) return cannotTell(say('found.noObjectStatus'));
  if (!context.mayProbe)
    return {
      ...cannotTell(say('found.notByReads')),
      probe: say('found.probe'),
    };
  const pathIn = (profile: WireProfile) => profile.route(['command.object'], { target: 'object', id: found.id }).path;
  if (await hasCommand(client, pathIn(client.profile), context)) return confirmed(say('found.takesCommands'));
  for (const family of FAMILIES) {
    const row = family.command('object');
    if (await hasCommand(client, pathIn(new WireProfile({ paths: { 'command.object': row } })), context))
      return differs(
        say('found.isAt', { place: row }),
        correctPaths({
          'command.object': row,
          'command.installation': family.command('installation'),
          'get-command-status': family.commandStatus,
        }),
      );
  }
  return differs(say('found.noCommands', { count: FAMILIES.length }));
}
