import type { FlowNode } from '../kit/node-red';
import { declaredNodes, type Panel, panelOf } from '../kit/panel';

export interface NamedPanel extends Panel {
  readonly type: string;
  readonly file: string;
}

/** The panels of all node types. */
export const panels: readonly NamedPanel[] = declaredNodes
  .filter(([type]) => type !== 'ensemble-editor')
  .map(([type, file]) => ({ type, file, ...panelOf(type, file) }));

/** What a node has that was just made. */
export const defaultsOf = ({ defaults }: Panel): Record<string, unknown> =>
  Object.fromEntries(Object.entries(defaults).map(([name, { value }]) => [name, value]));

/** The connection of a node, from those that are there. */
export function connectionFor({ defaults }: Panel, connected: readonly FlowNode[]): { connection?: string } {
  const { type } = (defaults.connection ?? {}) as { type?: string };
  const found = connected.find((one) => one.type === type);
  return found ? { connection: found.id } : {};
}
