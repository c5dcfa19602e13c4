/** What the routes for lookups and tests get: a config node as it stands in the editor, deployed or not. */
export interface ConfigState {
  readonly type: string;
  readonly id: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, unknown>>;
}

/** Stands in an input for a password that Node-RED keeps to itself. */
const UNCHANGED = '__PWRD__';

/** A config node as the editor holds it. */
export function configNodeState(id: string): ConfigState | undefined {
  const node = RED.nodes.node(id);
  if (!node) return undefined;
  const values = Object.fromEntries(Object.keys(node._def.defaults).map((name) => [name, node[name]]));
  return { type: node.type, id, values, credentials: typedCredentials(node, (name) => node.credentials?.[name]) };
}

/** A config node as it stands in its own open dialog. */
export function openDialogState(node: EditorNode): ConfigState {
  const read = (name: string): unknown => {
    const input = $(`#node-config-input-${name}`);
    if (input.attr('type') === 'checkbox') return input.prop('checked');
    return input.val() === '_ADD_' ? '' : input.val();
  };
  const values = Object.fromEntries(Object.keys(node._def.defaults).map((name) => [name, read(name)]));
  return { type: node.type, id: node.id, values, credentials: typedCredentials(node, read) };
}

function typedCredentials({ _def }: EditorNode, read: (name: string) => unknown): Record<string, unknown> {
  const entries = Object.keys(_def.credentials ?? {}).map((name) => [name, read(name)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== UNCHANGED));
}

/**
 * Asks one of the package's admin routes: by POST with a body, by GET without. Relative, and by jQuery, so that Node-RED
 * adds its root and the user's token.
 */
export async function ask<T>(path: string, body?: object): Promise<T> {
  const json = body && { method: 'POST', contentType: 'application/json', data: JSON.stringify(body) };
  const request = $.ajax({ url: `ensemble/${path}`, ...json });
  return new Promise((resolve, reject) => {
    request.then(resolve, ({ responseJSON, status, statusText }: JQuery.jqXHR) => {
      const { code, message } = (responseJSON ?? {}) as { code?: string; message?: string };
      reject(new Error(message ? `${message}${code ? ` (${code})` : ''}` : `${status} ${statusText}`));
    });
  });
}
