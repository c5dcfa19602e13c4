import type { Memory } from '../core/events';
import type { RuntimeNode } from './red';

/**
 * What nodes have written, by node and key. Where no context store is configured, Node-RED deletes a node's context
 * whenever the node is closed, at each deploy: this hands it on to the next instance.
 */
const kept = new Map<string, Map<string, unknown>>();

/** What a node remembers, in its own context, in the default store. */
export function memoryOf(node: RuntimeNode): Memory {
  const context = node.context();
  const values = kept.get(node.id) ?? new Map<string, unknown>();
  kept.set(node.id, values);
  const settled = <T>(ask: (callback: (error: unknown, value?: T) => void) => void) =>
    new Promise<T | undefined>((resolve, reject) => ask((error, value) => (error ? reject(error) : resolve(value))));
  return {
    read: async (key) => (await settled((callback) => context.get(key, callback))) ?? values.get(key),
    write: (key, value) => {
      values.set(key, value);
      return settled<void>((callback) => context.set(key, value, callback));
    },
  };
}

/** For a node that is deleted. */
export const forget = ({ id }: RuntimeNode): void => void kept.delete(id);
