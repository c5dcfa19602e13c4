import type { FlowNode } from '../kit/node-red';
import { logNode, PlainNodeRed, type PlainOptions } from '../kit/plain';
import { load } from '../simulators/example-flows';

/** Where the simulated devices and a broker are. */
export interface Ports {
  readonly port?: number;
  readonly mqttPort?: number;
}

/** A tab of an example, as it is imported but for the ports; what reaches its debug nodes is logged. */
export function tabOf(file: string, label: string, { port = 0, mqttPort = 0 }: Ports, broker: object = {}): FlowNode[] {
  const text = JSON.stringify(load('All vendors', file)).replaceAll('18800', String(port)).replaceAll('18830', String(mqttPort));
  const nodes = JSON.parse(text) as FlowNode[];
  const tab = nodes.find((node) => node.type === 'tab' && node.label === label);
  if (!tab) throw new Error(`${file} has no tab ${label}`);
  const own = nodes.filter(({ z, type }) => z === tab.id && type !== 'ensemble-simulator');
  const configs = nodes.filter(({ id, z }) => z === undefined && own.some(({ connection, broker }) => [connection, broker].includes(id)));
  return [
    tab,
    ...configs.map((node) => (node.type === 'mqtt-broker' ? { ...node, ...broker } : node)),
    ...own.map((node) => (node.type === 'debug' ? { ...logNode(node.id), z: tab.id, x: node.x, y: node.y } : node)),
  ];
}

/** The id of a node of an example. */
export const idOf = (file: string, name: string): string => load('All vendors', file).find((node) => node.name === name)?.id ?? '';

/** One of several Node-REDs with the same flow. */
export async function startInstance(flow: readonly FlowNode[], options: PlainOptions = {}): Promise<PlainNodeRed> {
  const red = await PlainNodeRed.start(options);
  await red.deploy(flow);
  return red;
}
