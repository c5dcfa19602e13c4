import { notFound, numberOf, Refused, type Route } from './api';
import { type Deployment, UNASSIGNED } from './deployment';

/** Haltian's apps know this limit; the document does not name it. */
const MOST_ID = 64;

/** Section "Deployment Groups" of the vendor's document; the forms of the two lists are those that Haltian's apps read. */
export function groupRoutes(deployment: Deployment): Route[] {
  const { groups } = deployment;
  const known = (id: string): string => {
    if (!groups.has(id)) throw notFound();
    return id;
  };
  const free = (id: unknown): string => {
    if (typeof id !== 'string' || !/^\S+$/.test(id) || id === UNASSIGNED || id.length > MOST_ID)
      throw new Refused(400, `group_id must have no whitespace, at most ${MOST_ID} characters, and not be "${UNASSIGNED}"`);
    if (groups.has(id)) throw new Refused(409, `Group ${id} already exists`);
    return id;
  };
  return [
    ['GET', /^\/groups\/?$/, ({ query }) => list(deployment, query)],
    [
      'POST',
      /^\/groups\/?$/,
      ({ body: { group_id, group_description = null } }) => {
        groups.set(free(group_id), group_description === null ? null : String(group_description));
        return { group_id, group_description };
      },
    ],
    [
      'POST',
      /^\/groups\/([^/]+)\/rename$/,
      ({ id, body: { group_id } }) => {
        const [old, renamed] = [known(id), free(group_id)];
        groups.set(renamed, groups.get(old) ?? null);
        groups.delete(old);
        deployment.move(old, renamed);
        return { group_id: renamed, old, renamed: true };
      },
    ],
    [
      'GET',
      /^\/groups\/([^/]+)\/things$/,
      ({ id }) => {
        if (id !== UNASSIGNED) known(id);
        return { group_id: id, tuids: deployment.in(id).map(({ tuid }) => tuid) };
      },
    ],
    [
      'DELETE',
      /^\/groups\/([^/]+)$/,
      ({ id }) => {
        deployment.move(known(id), UNASSIGNED);
        return { group_id: id, deleted: groups.delete(id) };
      },
    ],
  ];
}

function list({ groups }: Deployment, query: URLSearchParams): unknown {
  const wanted = query.get('q')?.toLowerCase() ?? '';
  return [...groups]
    .map(([group_id, group_description]) => ({ group_id, group_description }))
    .filter(({ group_id, group_description }) => `${group_id} ${group_description ?? ''}`.toLowerCase().includes(wanted))
    .slice(0, numberOf(query, 'limit'));
}
