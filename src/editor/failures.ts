import { sharedText } from './fields';
import { withAside } from './language';
import { type Told, toldText } from './told';

/** An error response of one of the package's admin routes. */
interface ErrorResponse {
  readonly code?: string;
  readonly told?: readonly Told[];
}

/** What jQuery knows of a request that has failed. */
type Failure = Pick<JQuery.jqXHR, 'status' | 'responseJSON'>;

/**
 * Why one of the package's admin routes gave nothing, in the editor's language.
 * @param permission that the route takes
 * @param types of the nodes whose fields an error may name
 */
export function failureText({ status, responseJSON }: Failure, permission: string, types: readonly string[]): string {
  const { code, told } = (responseJSON ?? {}) as ErrorResponse;
  if (told === undefined) return sharedText(`unanswered.${keyOf(status, permission)}`, { status });
  const text = toldText(told, types);
  // The other statuses are answers of this Node-RED: they have no code of the vendor's.
  return status === REFUSED ? withAside(text, String(code)) : text;
}

/** With this, a route answers what came of the vendor, and what is wrong in the dialog. */
const REFUSED = 400;

/** The request has not come to the route: Node-RED refused it, or something before Node-RED answered. */
function keyOf(status: number, permission: string): string {
  if (status === 0) return 'offline';
  if (status === 404) return 'outdated';
  if (status !== 401 && status !== 403) return 'proxy';
  // Node-RED answers with 401 to both.
  if (!RED.user.hasPermission(permission)) return 'permission';
  return status === 401 ? 'login' : 'proxy';
}
