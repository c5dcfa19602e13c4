import { Journal, type Store } from '../core/follow/journal';
import type { Red, RuntimeNode } from './red';

/** By node: without a persistent context store Node-RED empties a node's context when the node is redeployed. */
const journals = new Map<string, Journal>();
const runtimes = new WeakSet<object>();

/** What a node remembers, kept as long as it is deployed. */
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
export function contextStoreOf(node: RuntimeNode): Store {
  const promised = <T>(call: (callback: (error: unknown, value?: T) => void) => void) =>
    new Promise<T | undefined>((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));
  return {
    read: (key) => promised((callback) => node.context().get(key, callback)),
    write: (key, value) => promised<void>((callback) => node.context().set(key, value, callback)),
  };
}
