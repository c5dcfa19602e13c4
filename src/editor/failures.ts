import { allParametersOf, credentialsOf, settingsOf, sharedText } from './fields';

/** An error response of one of the package's admin routes. For one with a reason, the text is in the catalogue and names the labels of the fields. */
interface ErrorResponse {
  readonly code?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly fields?: readonly string[];
}

/** What jQuery knows of a request that has failed. */
type Failure = Pick<JQuery.jqXHR, 'status' | 'responseJSON'>;

/**
 * Why one of the package's admin routes gave nothing, in the editor's language.
 * @param permission that the route takes
 * @param types of the nodes whose fields an error may name
 */
export function failureText({ status, responseJSON }: Failure, permission: string, types: readonly string[]): string {
  const error = responseJSON as ErrorResponse | undefined;
  if (error?.code !== undefined && error.message !== undefined) return errorText(error, types);
  return sharedText(`unanswered.${keyOf(status, permission)}`, { status });
}

/** The request has not come to the route: Node-RED refused it, or something before Node-RED answered. */
function keyOf(status: number, permission: string): string {
  if (status === 0) return 'offline';
  if (status === 404) return 'outdated';
  if (status !== 401 && status !== 403) return 'proxy';
  // Node-RED answers with 401 to both.
  if (!RED.user.hasPermission(permission)) return 'permission';
  return status === 401 ? 'login' : 'proxy';
}

function errorText({ code = '', message = '', reason, fields = [] }: ErrorResponse, types: readonly string[]): string {
  const known = types.flatMap((type) => [...credentialsOf(type), ...settingsOf(type), ...allParametersOf(type)]);
  const labels = fields.map((field) => known.find(({ name }) => name === field)?.label ?? field);
  const text = reason === undefined ? message : sharedText(`refused.${reason}`, { fields: labels.join(', ') });
  return code === '' ? text : `${text} (${code})`;
}
