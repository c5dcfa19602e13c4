import { join } from 'node:path';
import type { Operation } from '../../src/core/operation';
import type { FlowNode } from '../kit/node-red';
import { declaredNodes, type Panel, panelOf } from '../kit/panel';
import { ROOT } from '../kit/root';
import { connections } from '../simulators/connections';
import { placed } from './panel-stage';

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

/** One node of each type as it was just made, with connections to simulated devices at this address: a flow for a `PanelStage`. */
export function oneOfEach(address: string, mqttAddress: string): readonly FlowNode[] {
  const connected = connections({ address, mqttAddress });
  const fresh = panels.map((panel) => {
    const node = { type: panel.type, ...defaultsOf(panel) };
    if (panel.category === 'config') return { ...node, id: panel.type };
    return placed(panel.type, panel.type, { ...node, ...connectionFor(panel, connected) });
  });
  return [...connected, ...fresh];
}

/** The operations of an action node, as its panel offers them. */
export function operationsOf(file: string): readonly string[] {
  if (file.includes('ensemble')) return [];
  const { operations = [] } = require(join(ROOT, file.replace('dist/nodes', 'dist/src/vendors'))) as { operations?: readonly Operation[] };
  return operations.map(({ id }) => id);
}
