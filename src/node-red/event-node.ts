import { LONGEST_PAUSE, pauseAfter } from '../core/backoff';
import type { Connection } from '../core/connection';
import { asEnsembleError, EnsembleError, NOT_IN_PANELS } from '../core/errors';
import { describeState, type EventContext, type Memory, type StreamState, type VendorEvent } from '../core/follow/events';
import { retry } from '../core/follow/retry';
import { once } from '../core/once';
import type { Parameters } from '../core/schema/parameters';
import { parseSettings } from '../core/schema/parse';
import { Scope } from '../core/scope';
import type { Clients, ConfigNodeType } from './clients';
import { type ConnectionOwner, connectionOf } from './connection-owner';
import { contextStoreOf, journalOf } from './node-journal';
import type { NodeConfig, Red, RuntimeNode } from './red';
import { Statuses, StatusLine } from './status';
import { openWebhook, serveWebhooks } from './webhook';

export interface EventNodeDefinition<T extends ConfigNodeType> {
  readonly type: string;
  readonly vendor: Clients[T]['vendor'];
  /** Type of the config node. */
  readonly connection: T;
  /** Its nodes may open webhooks. */
  readonly webhooks?: boolean;
  /** Loads the vendor's file when a node is deployed. */
  readonly load: () => EventNodeModule<Clients[T]>;
}

/** What a vendor's file of the same name as the event node exports. */
export interface EventNodeModule<C extends Connection> {
  readonly settings: Parameters;
  /** Starts to receive; ends with the context's scope. @throws EnsembleError */
  start(context: EventContext<C, unknown>): void | Promise<void>;
}

const NEEDS_LOGIN =
  'Node-RED asks for a user name and a password at this address (httpNodeAuth), which the vendor does not have: nothing arrives, unless a proxy adds them';

/** Registers a node that receives a vendor's events. */
export function registerEventNode<T extends ConfigNodeType>(RED: Red, definition: EventNodeDefinition<T>): void {
  if (definition.webhooks) serveWebhooks(RED);
  RED.nodes.registerType(definition.type, function (this: RuntimeNode, config: NodeConfig) {
    RED.nodes.createNode(this, config);
    const events = new EventNode(RED, this, config, definition);
    this.on('close', (removed, done) => void events.close(removed).finally(done));
  });
}

/** Pauses between two attempts to start. Tests shorten them. */
export const START = { retry: { first: 1000, most: LONGEST_PAUSE } };

class EventNode {
  private readonly scope = new Scope();
  private removals: (() => Promise<void>)[] = [];
  private readonly status: StatusLine;
  private readonly memory: Memory;
  private owner: ConnectionOwner | undefined;
  private streamState: StreamState = { is: 'connecting' };
  /** When the state became what it is, as `performance.now()` tells the time. */
  private since = performance.now();

  constructor(
    private readonly RED: Red,
    private readonly node: RuntimeNode,
    private readonly config: NodeConfig,
    private readonly definition: EventNodeDefinition<ConfigNodeType>,
  ) {
    const statuses = new Statuses(RED);
    this.status = new StatusLine(node, this.scope, () => statuses.stream(this.streamState));
    // An error of the context store is not one of the vendor: it is reported without the vendor's name.
    this.memory = journalOf(RED, node).open(this.scope, contextStoreOf(node), (error) => node.error(error, {}));
    // After all nodes of this deploy are made: an event that is emitted at once finds its wires.
    const timer = setImmediate(() => void this.run());
    this.scope.defer(() => clearImmediate(timer));
  }

  async close(removed: boolean): Promise<void> {
    if (removed) await this.owner?.waitFor(Promise.allSettled(this.removals.map((removal) => removal())));
    await this.scope.end();
    // A closed node receives nothing, and must not show that it does.
    this.node.status({});
  }

  /** Starts, and retries where that fails: what is missing now, such as a config node, may be there later. */
  private async run(): Promise<void> {
    await retry({
      scope: this.scope,
      attempt: () => this.start(),
      pause: (error, failures) => pauseAfter(error, failures, START.retry),
      state: (state) => this.state(state),
      report: (error) => this.report(error),
      kindOf: ({ message }) => message,
    }).catch((error: unknown) => {
      if (!this.scope.ended) throw error;
    });
  }

  /** Resolves when the vendor's file runs. @throws EnsembleError after ending all that it has begun */
  private async start(): Promise<void> {
    const scope = new Scope();
    const release = this.scope.defer(() => scope.end());
    this.removals = [];
    try {
      const { settings, start } = this.definition.load();
      const owner = connectionOf(this.RED, this.config.connection, this.definition.connection);
      this.owner = owner;
      scope.defer(owner.usedBy(() => this.describe()));
      await start(this.context(scope, owner.get(), parseSettings(settings, this.config)));
    } catch (thrown) {
      release();
      await scope.end();
      const error = asEnsembleError(thrown);
      // The connection was closed, and another may take its place: only the end of this node ends the attempts.
      throw error.code === 'CANCELLED' ? new EnsembleError('UNREACHABLE', error.message, NOT_IN_PANELS) : error;
    }
  }

  private context<C extends Connection>(scope: Scope, connection: C, settings: unknown): EventContext<C, unknown> {
    const whileOpen =
      <A, B>(call: (first: A, second?: B) => void) =>
      (first: A, second?: B) => {
        if (!scope.ended) call(first, second);
      };
    return {
      nodeId: this.node.id,
      connection,
      settings,
      scope,
      emit: whileOpen((event) => {
        connection.recorder.event(event);
        this.emit(event);
      }),
      state: whileOpen((state) => this.state(state)),
      report: whileOpen((error, message) => this.report(error, message)),
      warn: once(whileOpen((text) => this.node.warn(text))),
      webhook: (key, receive) => {
        const { path, needsLogin, close, remove } = openWebhook(this.RED, key, this.node.id, receive);
        scope.defer(close);
        this.removals.push(async () => remove());
        if (needsLogin) this.node.warn(NEEDS_LOGIN);
        return path;
      },
      memory: this.memory,
      onRemoved: (ending) => this.removals.push(ending),
    };
  }

  private emit({ topic, payload, source, type, initial = false, resumed = false, raw, details }: VendorEvent): void {
    const event = { vendor: this.definition.vendor, source, type, initial, resumed, raw };
    this.node.send({ topic, payload, event: details ? Object.assign(event, details) : event });
  }

  private state(state: StreamState): void {
    if (state.is !== this.streamState.is) this.since = performance.now();
    this.streamState = state;
    this.status.changed();
  }

  private describe(): Readonly<Record<string, unknown>> {
    return { type: this.definition.type, ...describeState(this.streamState, this.since) };
  }

  private report(error: EnsembleError, message = {}): void {
    this.node.error(error.with({ vendor: this.definition.vendor }), message);
  }
}
