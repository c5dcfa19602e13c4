import { once } from '../core/once';
import { registerAdminRoutes } from './admin';
import type { ConfigNodeType } from './clients';
import type { ConfigNodeDefinition } from './config-node-definition';
import { addOwner, ConnectionOwner } from './connection-owner';
import type { NodeConfig, Red, RuntimeNode } from './red';
import { tokenStoreOf } from './token-store';

/** Registers a config node: the owner of one connection, which all its nodes share. */
export function registerConfigNode<T extends ConfigNodeType>(RED: Red, definition: ConfigNodeDefinition<T>): void {
  const credentials = Object.fromEntries(Object.entries(definition.credentials).map(([name, type]) => [name, { type }]));
  RED.nodes.registerType(
    definition.type,
    function (this: RuntimeNode, config: NodeConfig) {
      RED.nodes.createNode(this, config);
      const warn = once((text) => this.warn(text));
      const owner = new ConnectionOwner(RED, definition, config, this.credentials ?? {}, tokenStoreOf(RED, this._alias ?? config.id), warn);
      const removeOwner = addOwner(this, owner);
      const beginTimer = definition.isActive?.(config) ? setImmediate(() => begin(this, owner)) : undefined;
      this.on('close', (_removed, done) => {
        clearImmediate(beginTimer);
        removeOwner();
        owner.close().then(
          () => done(),
          (error: unknown) => {
            this.error(error);
            done();
          },
        );
      });
    },
    { credentials },
  );
  registerAdminRoutes(RED, definition);
}

function begin(node: RuntimeNode, owner: ConnectionOwner): void {
  try {
    owner.get().begin?.();
  } catch (error) {
    node.error(error);
  }
}
