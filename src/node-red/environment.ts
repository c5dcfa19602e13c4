import { isObject } from '../core/objects';
import type { NodeConfig, Red, RuntimeNode } from './red';

/** A value that consists of one variable, in the two forms that a deploy fills in: `${NAME}` and the old `$(NAME)`. */
const EXPRESSION = /^(?:\$\{\S+\}|\$\(\S+\))$/;

/** The value of a variable; undefined where it has none. */
export type ReadVariable = (name: string) => unknown;

/** The first variable in a value, or in what it holds. */
export function expressionIn(value: unknown): string | undefined {
  if (typeof value === 'string') return EXPRESSION.test(value) ? value : undefined;
  if (!isObject(value)) return undefined;
  return Object.values(value)
    .map(expressionIn)
    .find((expression) => expression !== undefined);
}

/** A value with its variables filled in as a deploy does: one without a value stays. */
export function withVariables(value: unknown, variables: ReadVariable): unknown {
  if (typeof value === 'string') return EXPRESSION.test(value) ? (variables(value.slice(2, -1)) ?? value) : value;
  if (Array.isArray(value)) return value.map((item) => withVariables(item, variables));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withVariables(item, variables)]));
}

/** The variables as a config node reads them; where it does not run yet, as it would on its tab, or as a global one. */
export function variablesFor(RED: Red, instance: RuntimeNode | undefined, z = ''): ReadVariable {
  if (instance) return (name) => RED.util.getSetting(instance, name);
  const running = runningNodes(RED);
  // A node in a group has the group's variables, too.
  const beside = running.find(({ config }) => (config.z ?? '') === z && !config.g);
  if (beside) return (name) => RED.util.getSetting(beside.node, name);
  if (z !== '') return () => undefined;
  const onTab = running.find(({ config }) => config.z && !config.g);
  if (onTab) return (name) => RED.util.getSetting(onTab.node, `$parent.${name}`);
  const excluded = [RED.settings.envVarExcludes].flat();
  return (name) => (excluded.includes(name) ? undefined : process.env[name]);
}

/** All nodes of the deployed flows that run under the id that they have in the editor: not those of subflows. */
export function runningNodes(RED: Red): { readonly config: NodeConfig; readonly node: RuntimeNode }[] {
  const running: { config: NodeConfig; node: RuntimeNode }[] = [];
  RED.nodes.eachNode((config) => {
    const node = RED.nodes.getNode(config.id);
    if (node) running.push({ config, node });
  });
  return running;
}
