import { Refused } from '../http/refused';
import { notFound, numberOf, type ThingseeCall, type ThingseeHandlers } from './api';
import { type Deployment, UNASSIGNED } from './deployment';

/** Characters. The limit of Haltian's apps; the document has none. */
const MAX_ID = 64;

/** Section "Deployment Groups" of the vendor's document; the forms of the two lists are those that Haltian's apps read. */
export const groupRoutes = (deployment: Deployment): ThingseeHandlers => ({
  'GET /groups:slash(/?)': (call) => list(deployment, call),
  'POST /groups:slash(/?)': (call) => create(deployment, call),
  'POST /groups/:id/rename': (call) => rename(deployment, call),
  'GET /groups/:id/things': (call) => things(deployment, call),
  'DELETE /groups/:id': (call) => remove(deployment, call),
});

function list({ groups }: Deployment, { query }: ThingseeCall): unknown {
  const wanted = query.get('q')?.toLowerCase() ?? '';
  return [...groups]
    .map(([group_id, group_description]) => ({ group_id, group_description }))
    .filter(({ group_id, group_description }) => `${group_id} ${group_description ?? ''}`.toLowerCase().includes(wanted))
    .slice(0, numberOf(query, 'limit'));
}

function create(deployment: Deployment, { body: { group_id, group_description = null } }: ThingseeCall): unknown {
  deployment.groups.set(free(deployment, group_id), group_description === null ? null : String(group_description));
  return { group_id, group_description };
}

function rename(deployment: Deployment, { id, body: { group_id } }: ThingseeCall): unknown {
  const { groups } = deployment;
  const [old, renamed] = [known(deployment, id), free(deployment, group_id)];
  groups.set(renamed, groups.get(old) ?? null);
  groups.delete(old);
  deployment.move(old, renamed);
  return { group_id: renamed, old, renamed: true };
}

function things(deployment: Deployment, { id }: ThingseeCall): unknown {
  if (id !== UNASSIGNED) known(deployment, id);
  return { group_id: id, tuids: deployment.in(id).map(({ tuid }) => tuid) };
}

function remove(deployment: Deployment, { id }: ThingseeCall): unknown {
  deployment.move(known(deployment, id), UNASSIGNED);
  return { group_id: id, deleted: deployment.groups.delete(id) };
}

function known({ groups }: Deployment, id: string): string {
  if (!groups.has(id)) throw notFound();
  return id;
}

function free({ groups }: Deployment, id: unknown): string {
  if (typeof id !== 'string' || !/^\S+$/.test(id) || id === UNASSIGNED || id.length > MAX_ID)
    throw new Refused(400, `group_id must have no whitespace, at most ${MAX_ID} characters, and not be "${UNASSIGNED}"`);
  if (groups.has(id)) throw new Refused(409, `Group ${id} already exists`);
  return id;
}
