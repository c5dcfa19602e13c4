import { Journal, type Store } from '../core/follow/journal';
import type { Red, RuntimeNode } from './red';

/** By node: unless the user has set up a context store, Node-RED empties a node's context at each of its redeploys. */
const journals = new Map<string, Journal>();
const runtimes = new WeakSet<object>();

/** What a node remembers: kept as long as it is deployed. */
export function journalOf(RED: Red, { id }: RuntimeNode): Journal {
  if (!runtimes.has(RED.events)) {
    runtimes.add(RED.events);
    RED.events.on('flows:started', () => {
      for (const known of journals.keys()) if (!RED.nodes.getNode(known)) journals.delete(known);
    });
  }
  const journal = journals.get(id) ?? new Journal();
  journals.set(id, journal);
  return journal;
}

/** The node's context in the default store. */
export function storeOf(node: RuntimeNode): Store {
  const settled = <T>(ask: (callback: (error: unknown, value?: T) => void) => void) =>
    new Promise<T | undefined>((resolve, reject) => ask((error, value) => (error ? reject(error) : resolve(value))));
  return {
    read: (key) => settled((callback) => node.context().get(key, callback)),
    write: (key, value) => settled<void>((callback) => node.context().set(key, value, callback)),
  };
}
