import { failureText } from './failures';

/** A config node with its values in the editor, deployed or not, as the routes for lookups and tests expect it. */
export interface ConfigState {
  readonly type: string;
  readonly id: string;
  /** The tab or subflow that contains it. */
  readonly z: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, unknown>>;
}

/** Node-RED puts this into an input instead of a stored password. */
export const UNCHANGED = '__PWRD__';

/** A config node with the values that the editor has saved. */
export function configNodeState(id: string): ConfigState | undefined {
  const node = RED.nodes.node(id);
  if (!node) return undefined;
  const values = Object.fromEntries(Object.keys(node._def.defaults).map((name) => [name, node[name]]));
  return { type: node.type, id, z: node.z, values, credentials: typedCredentials(node, (name) => node.credentials?.[name]) };
}

/** A config node with the values in its open dialog. */
export function openDialogState(node: EditorNode): ConfigState {
  const read = (name: string): unknown => {
    const input = $(`#node-config-input-${name}`);
    if (input.attr('type') === 'checkbox') return input.prop('checked');
    return input.val() === '_ADD_' ? '' : input.val();
  };
  const values = Object.fromEntries(Object.keys(node._def.defaults).map((name) => [name, read(name)]));
  return { type: node.type, id: node.id, z: node.z, values, credentials: typedCredentials(node, read) };
}

function typedCredentials({ _def }: EditorNode, read: (name: string) => unknown): Record<string, unknown> {
  const entries = Object.keys(_def.credentials ?? {}).map((name) => [name, read(name)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== UNCHANGED));
}

/** What an editor needs to show and to deploy a flow; the routes take the same. */
const [READ, WRITE] = ['flows.read', 'flows.write'];

/**
 * Asks one of the package's admin routes: by POST with a body, by GET without. Relative, and by jQuery, so that Node-RED
 * adds its root and the user's token.
 * @param signal ends the request
 * @throws Error with a text for the user
 */
export async function ask<T>(path: string, body?: object, signal?: AbortSignal): Promise<T> {
  const json = body && { method: 'POST', contentType: 'application/json', data: JSON.stringify(body) };
  // Anything else is a page of a proxy, whatever its status.
  const request = $.ajax({ url: `ensemble/${path}`, dataType: 'json', ...json });
  signal?.addEventListener('abort', () => request.abort());
  return new Promise((resolve, reject) => {
    request.then(resolve, (failure: JQuery.jqXHR) => {
      const [, ...types] = path.split('/');
      reject(new Error(failureText(failure, body ? WRITE : READ, types)));
    });
  });
}

const pending = new Map<string, Promise<unknown>>();

/** The same, for rows of a panel that ask alike at the same time: they share one request. */
export function askOnce<T>(path: string, body: object): Promise<T> {
  const key = `${path} ${JSON.stringify(body)}`;
  const response = pending.get(key) ?? ask<T>(path, body).finally(() => pending.delete(key));
  pending.set(key, response);
  return response as Promise<T>;
}
