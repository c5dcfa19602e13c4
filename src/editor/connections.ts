import { sharedText } from './fields';
import type { Verdict } from './validation';

/**
 * The validator of a setting that names a config node, in sentences that name the field; Node-RED itself would show the name of
 * the property.
 */
export const checkReference = (name: string) =>
  function (this: EditorNode, value: unknown, _options: unknown): Verdict {
    const label = sharedText(`${name}.label`);
    if (value === undefined || value === null || value === '' || value === '_ADD_')
      return name !== 'connection' || sharedText('missing', { label });
    const chosen = RED.nodes.node(String(value));
    if (!chosen) return sharedText('lost', { label });
    if (chosen.valid !== false) return true;
    return sharedText('incomplete', { label, reasons: (chosen.validationErrors ?? []).join('; ') });
  };

/** For `onadd`: gives a node that is new the only connection that it can have, so that nobody has to choose it. */
export function takeOnlyConnection(this: EditorNode): void {
  // Of one that is imported or pasted, Node-RED knows already.
  if (RED.nodes.node(this.id) || this.connection) return;
  const [only, ...others] = connectionsFor(this);
  if (only && others.length === 0) this.connection = only;
}

/** What the dropdown of a node's connection would offer: those of all flows and of its own, and variables of its subflow. */
function connectionsFor({ z = '', _def: { defaults } }: EditorNode): string[] {
  const { type } = defaults.connection as { readonly type: string };
  const variables = RED.nodes.subflow(z)?.env ?? [];
  const found = variables.filter((one) => one.type === type).map(({ name }) => `\${${name}}`);
  RED.nodes.eachConfig((node) => {
    if (node.type === type && !node.d && (!node.z || node.z === z)) found.push(node.id);
  });
  return found;
}
