import { asEnsembleError, EnsembleError } from '../../core/errors';
import type { OperationContext, Outcome } from '../../core/operation';
import { failed, sideBySide } from '../../core/side-by-side';
import type { ThingseeClient } from './client';
import { groups } from './lookups';
import { groupPath, UNASSIGNED } from './parameters';
import { groupThings } from './responses';

/** Groups that are read at the same time. */
const AT_ONCE = 8;

/** TUIDs; undefined where there is no such group. */
interface GroupThings {
  readonly tuids: readonly string[] | undefined;
  readonly statusCode: number;
}

/** The things of all groups, each with its group; in the place of those of a group that cannot be read, its error. @throws EnsembleError the first where none can be read */
export async function allThings(context: OperationContext<ThingseeClient>): Promise<Outcome> {
  const listed = await context.send({ method: 'GET', path: '/groups' });
  const named = groups(listed).map(({ group_id }) => group_id);
  const read = async (id: string): Promise<GroupThings> => {
    const response = await context.send({ method: 'GET', path: groupPath(id, '/things') });
    return { tuids: [...new Set(groupThings(response).tuids)], statusCode: response.statusCode };
  };
  /** That a deployment has this group is only assumed. */
  const readUnassigned = () =>
    read(UNASSIGNED).catch((thrown: unknown): GroupThings => {
      if (asEnsembleError(thrown).code !== 'NOT_FOUND') throw thrown;
      return { tuids: undefined, statusCode: listed.statusCode };
    });
  const entries = [
    ...named.map((id) => ({ id, target: id, run: () => read(id) })),
    { id: UNASSIGNED, target: UNASSIGNED, run: readUnassigned },
  ];
  const { byId, statusCode, failures } = await sideBySide(entries, AT_ONCE, context);
  const there = [...byId].filter(([, group]) => group instanceof EnsembleError || group.tuids !== undefined);
  if (failures?.count === there.length) throw failures.first;
  const result = there.flatMap(([group_id, group]): object[] =>
    group instanceof EnsembleError ? [{ group_id, ...failed(group) }] : (group.tuids ?? []).map((tuid) => ({ tuid, group_id })),
  );
  return { result, statusCode, ...(failures && { failures: { ...failures, of: there.length } }) };
}
