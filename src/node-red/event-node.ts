import { asEnsembleError, type EnsembleError } from '../core/errors';
import type { EventContext, Memory, StreamState, VendorEvent } from '../core/events';
import { once } from '../core/once';
import type { Connection } from '../core/operation';
import { type Parameters, parseSettings } from '../core/parameters';
import { Scope } from '../core/scope';
import { type ConnectionOwner, connectionOf } from './connection-owner';
import type { NodeConfig, Red, RuntimeNode } from './red';
import { Statuses, StatusLine } from './status';
import { openWebhook, serveWebhooks } from './webhook';

export interface EventNodeDefinition {
  readonly type: string;
  readonly vendor: string;
  /** Type of the config node. */
  readonly connection: string;
  /** Its nodes may open webhooks. */
  readonly webhooks?: boolean;
  /** Loads the vendor's file when a node is deployed. */
  readonly load: () => EventModule;
}

/** What a vendor's file of the same name as the event node offers. */
export interface EventModule {
  readonly settings: Parameters;
  /** Starts to receive; ends with the context's scope. @throws EnsembleError */
  start(context: EventContext<Connection, unknown>): void | Promise<void>;
}

const NEEDS_LOGIN =
  'Node-RED asks for a user name and a password at this address (httpNodeAuth), which the vendor does not have: nothing arrives, unless a proxy adds them';

/** Registers a node that receives what a vendor tells of itself. */
export function registerEventNode(RED: Red, definition: EventNodeDefinition): void {
  if (definition.webhooks) serveWebhooks(RED);
  RED.nodes.registerType(definition.type, function (this: RuntimeNode, config: NodeConfig) {
    RED.nodes.createNode(this, config);
    const events = new EventNode(RED, this, config, definition);
    this.on('close', (removed, done) => void events.close(removed).finally(done));
  });
}

class EventNode {
  private readonly scope = new Scope();
  private readonly removals: (() => Promise<void>)[] = [];
  private readonly status: StatusLine;
  private owner: ConnectionOwner | undefined;
  private known: StreamState = { is: 'connecting' };

  constructor(
    private readonly RED: Red,
    private readonly node: RuntimeNode,
    private readonly config: NodeConfig,
    private readonly definition: EventNodeDefinition,
  ) {
    const statuses = new Statuses(RED);
    this.status = new StatusLine(node, this.scope, () => statuses.stream(this.known));
    // After all nodes of this deploy are made: what is emitted at once finds its way.
    const timer = setImmediate(() => void this.start());
    this.scope.defer(() => clearImmediate(timer));
  }

  async close(removed: boolean): Promise<void> {
    if (removed) {
      memories.delete(this.node.id);
      await this.owner?.hold(Promise.allSettled(this.removals.map((removal) => removal())));
    }
    await this.scope.end();
  }

  private async start(): Promise<void> {
    try {
      const { settings, start } = this.definition.load();
      this.owner = connectionOf(this.RED, this.config.connection, this.definition.connection);
      await start(this.context(this.owner.get(), parseSettings(settings, this.config)));
    } catch (thrown) {
      const error = asEnsembleError(thrown);
      if (error.code === 'CANCELLED') return;
      this.state({ is: 'failed', error });
      this.report(error);
    }
  }

  private context(connection: Connection, settings: unknown): EventContext<Connection, unknown> {
    return {
      nodeId: this.node.id,
      connection,
      settings,
      scope: this.scope,
      emit: (event) => this.emit(event),
      state: (state) => this.state(state),
      report: (error, message) => this.report(error, message),
      warn: once((text) => !this.scope.ended && this.node.warn(text)),
      webhook: (key, receive) => {
        const { path, needsLogin, close, forget } = openWebhook(this.RED, key, this.node.id, receive);
        this.scope.defer(close);
        this.removals.push(async () => forget());
        if (needsLogin) this.node.warn(NEEDS_LOGIN);
        return path;
      },
      memory: memoryOf(this.node),
      onRemoved: (ending) => this.removals.push(ending),
    };
  }

  private emit({ topic, payload, source, type, initial = false, resumed = false, raw, details }: VendorEvent): void {
    if (this.scope.ended) return;
    const event = { vendor: this.definition.vendor, source, type, initial, resumed, raw };
    this.node.send({ topic, payload, event: details ? Object.assign(event, details) : event });
  }

  private state(state: StreamState): void {
    this.known = state;
    this.status.changed();
  }

  private report(error: EnsembleError, message = {}): void {
    if (!this.scope.ended) this.node.error(error.with({ vendor: this.definition.vendor }), message);
  }
}

/** By node: unless the user has set up a context store, Node-RED empties a node's context at each of its redeploys. */
const memories = new Map<string, Map<string, unknown>>();

function memoryOf(node: RuntimeNode): Memory {
  const context = node.context();
  const memory = memories.get(node.id) ?? new Map<string, unknown>();
  memories.set(node.id, memory);
  const settled = <T>(ask: (callback: (error: unknown, value?: T) => void) => void) =>
    new Promise<T | undefined>((resolve, reject) => ask((error, value) => (error ? reject(error) : resolve(value))));
  return {
    read: async (key) => (await settled((callback) => context.get(key, callback))) ?? memory.get(key),
    write: (key, value) => {
      memory.set(key, value);
      return settled<void>((callback) => context.set(key, value, callback));
    },
  };
}
