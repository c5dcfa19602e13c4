import type { Connection } from '../core/connection';
import { Delivery, type DeliveryMode, SUPERSEDED } from '../core/delivery';
import { asEnsembleError, EnsembleError, invalidInput, show } from '../core/errors';
import { actionSettings } from '../core/node-settings';
import { once } from '../core/once';
import { type Job, type Observer, type Operation, type Outcome, perform, prepare } from '../core/operation';
import type { Parameters, Values } from '../core/schema/parameters';
import { isGiven, parseParameters, parseSettings } from '../core/schema/parse';
import { Scope } from '../core/scope';
import type { Clients, ConfigNodeType } from './clients';
import { connectionOf } from './connection-owner';
import { compileInput, type Reader, type TypedInput } from './inputs';
import type { Message, NodeConfig, Red, RuntimeNode, Send } from './red';
import { Result } from './result';
import { type ActionEvidence, Statuses, StatusLine } from './status';

export interface ActionNodeDefinition<T extends ConfigNodeType> {
  readonly type: string;
  readonly vendor: Clients[T]['vendor'];
  /** Type of the config node. */
  readonly connection: T;
  /** Loads the vendor's file when a node is deployed. */
  readonly load: () => ActionNodeModule<Clients[T]>;
}

/** What a vendor's file of the same name as the action node exports. */
export interface ActionNodeModule<C extends Connection> {
  readonly operations: readonly Operation<C>[];
  /** Switches of the node that confirm an operation. */
  readonly settings?: Parameters;
}

/** Registers a node that sends what a message asks for and passes the message on with the vendor's answer. */
export function registerActionNode<T extends ConfigNodeType>(RED: Red, definition: ActionNodeDefinition<T>): void {
  RED.nodes.registerType(definition.type, function (this: RuntimeNode, config: NodeConfig) {
    RED.nodes.createNode(this, config);
    const action = new ActionNode(RED, this, config, definition);
    this.on('input', (msg, send, done) => void action.receive(msg, send, done));
    this.on('close', (_removed, done) => void action.close().finally(done));
  });
}

type Given = Record<string, unknown>;

class ActionNode {
  private readonly scope = new Scope();
  private readonly module: ActionNodeModule<Connection>;
  private readonly operations: ReadonlyMap<string, Operation>;
  private readonly readers: Readonly<Record<string, Reader>>;
  private readonly status: StatusLine;
  private readonly evidence: ActionEvidence = {
    unusable: undefined,
    inFlight: 0,
    waiting: 0,
    progress: '',
    last: 'nothing',
    retry: undefined,
  };
  private readonly observer: Observer = {
    scope: this.scope,
    onRetry: ({ error, wait }) => this.noteRetry({ error, at: performance.now() + wait }, wait),
    onProgress: (progress) => this.note({ progress }),
    onWarning: once((text) => this.node.warn(text)),
  };
  private delivery: Delivery | undefined;
  private settings: Readonly<Record<string, unknown>> = {};
  /** The operation that the status names. */
  private current = '';
  /** Messages whose `done` is still to come. */
  private open = 0;
  private onIdle = (): void => {};
  /** The last message that still reads its parameters, where reading takes time. */
  private admitting: Promise<void> | undefined;

  constructor(
    private readonly RED: Red,
    private readonly node: RuntimeNode,
    private readonly config: NodeConfig,
    private readonly definition: ActionNodeDefinition<ConfigNodeType>,
  ) {
    this.module = definition.load();
    this.operations = new Map(this.module.operations.map((operation) => [operation.id, operation]));
    this.readers = compileInputs(RED, node, config.parameters);
    const statuses = new Statuses(RED);
    this.status = new StatusLine(node, this.scope, () => statuses.action(this.evidence, this.current));
    this.scope.defer(() => this.delivery?.cancel());
    // Config nodes are made before the nodes that use them: what is missing now shows before the first message.
    try {
      this.prepare();
      connectionOf(RED, config.connection, definition.connection).options();
    } catch (error) {
      this.noteFailure(asEnsembleError(error));
    }
    this.status.changed();
  }

  async receive(msg: Message, send: Send, done: (error?: unknown) => void): Promise<void> {
    this.open++;
    const end = await this.handle(msg, send).then(
      () => done,
      (error: unknown) => () => done(error),
    );
    try {
      end();
    } catch (error) {
      // What Complete and Catch nodes do with it is theirs; a rejection here would end Node-RED.
      this.node.error(error);
    }
    if (--this.open === 0) this.onIdle();
  }

  /** Every message that is still here ends with CANCELLED before this is over. */
  async close(): Promise<void> {
    await this.scope.end();
    if (this.open > 0)
      await new Promise<void>((resolve) => {
        this.onIdle = resolve;
      });
  }

  private async handle(msg: Message, send: Send): Promise<void> {
    let operation: Operation | undefined;
    try {
      const delivery = this.prepare();
      const connection = connectionOf(this.RED, this.config.connection, this.definition.connection).get();
      operation = this.operationFor(msg);
      const reading = this.inOrder(this.read(operation, msg));
      const given = reading instanceof Promise ? await this.scope.race(reading) : reading;
      const values = parseParameters(operation.parameters, given);
      const result = new Result(this.RED, msg, this.property);
      const outcome = await this.deliver(delivery, connection, operation, values, (part) => send(result.part(part)));
      if (outcome !== SUPERSEDED) send(result.last(outcome));
    } catch (thrown) {
      const error = asEnsembleError(thrown).with({ vendor: this.definition.vendor, ...(operation && { operation: operation.id }) });
      this.noteFailure(error);
      throw error;
    }
  }

  private deliver(
    delivery: Delivery,
    connection: Connection,
    operation: Operation,
    values: Values<Parameters>,
    onPart: (part: Outcome) => void,
  ): Promise<Outcome | typeof SUPERSEDED> {
    const target = operation.target(values, connection);
    const job: Job = { operation, values, target, observer: this.observer, onPart };
    const request = prepare(connection, job);
    const outcome = delivery.run(target, async () => {
      this.current = operation.id;
      this.note({ inFlight: this.evidence.inFlight + 1 });
      try {
        const outcome = await perform(connection, job, request);
        this.note({ last: outcome.unconfirmed ? 'sent' : 'done', unusable: undefined });
        return outcome;
      } finally {
        this.note({ inFlight: this.evidence.inFlight - 1, progress: '', retry: undefined, waiting: delivery.depth });
      }
    });
    this.note({ waiting: delivery.depth });
    return outcome;
  }

  /** The node's own settings, which a panel or a flow file may have wrong. @throws EnsembleError NOT_CONFIGURED */
  private prepare(): Delivery {
    if (!this.delivery) {
      const { delivery, queueLimit } = parseSettings(actionSettings, this.config);
      const { operation } = this.config;
      if (operation && !this.operations.has(String(operation)))
        throw new EnsembleError('NOT_CONFIGURED', this.unknown('operation', operation));
      this.checkResult();
      this.settings = parseSettings(this.module.settings ?? {}, this.config);
      this.delivery = new Delivery(delivery as DeliveryMode, queueLimit);
    }
    return this.delivery;
  }

  /** @throws EnsembleError NOT_CONFIGURED */
  private checkResult(): void {
    try {
      this.RED.util.normalisePropertyExpression(this.property);
    } catch {
      throw new EnsembleError('NOT_CONFIGURED', `result must be the name of a message's property, not ${show(this.property)}`);
    }
  }

  private get property(): string {
    return String(this.config.result || 'payload');
  }

  private operationFor(msg: Message): Operation {
    const id = this.config.operation || msg.operation;
    if (id === undefined || id === null || id === '')
      throw invalidInput('operation is missing: neither the node nor msg.operation has one');
    const operation = this.operations.get(String(id));
    if (!operation) throw invalidInput(this.unknown('msg.operation', id));
    const { confirmedBy } = operation;
    if (confirmedBy && !this.settings[confirmedBy])
      throw invalidInput(`${operation.id} works only in a node where ${confirmedBy} is switched on`);
    return operation;
  }

  private unknown(field: string, id: unknown): string {
    return `${field} must be one of ${[...this.operations.keys()].join(', ')}, not ${show(id)}`;
  }

  /** The values that node and message give for the operation's parameters. */
  private read({ id, parameters }: Operation, msg: Message): Given | Promise<Given> {
    const fromMessage = this.config.operation ? {} : parametersOf(msg, id, parameters);
    const given: Given = {};
    const pending: Promise<void>[] = [];
    for (const name in parameters) {
      const parameter = parameters[name];
      const value = this.readers[name]?.(msg);
      const take = (read: unknown) => {
        // An empty text says little where the message says more.
        const isOwn = parameter && isGiven(parameter, read) && !(read === '' && name in fromMessage);
        given[name] = isOwn ? read : fromMessage[name];
      };
      if (value instanceof Promise) pending.push(value.then(take));
      else take(value);
    }
    return pending.length === 0 ? given : Promise.all(pending).then(() => given);
  }

  /** Messages go on in the order of their arrival, however long the reading of their parameters takes. */
  private inOrder<T>(reading: T | Promise<T>): T | Promise<T> {
    const before = this.admitting;
    if (!before && !(reading instanceof Promise)) return reading;
    const turn = Promise.all([reading, before]).then(([read]) => read);
    const over = Promise.allSettled([turn, before]).then(() => {
      if (this.admitting === over) this.admitting = undefined;
    });
    this.admitting = over;
    return turn;
  }

  private noteFailure(error: EnsembleError): void {
    if (error.code === 'NOT_CONFIGURED') this.note({ unusable: error });
    // What fails otherwise is configured.
    else if (error.code !== 'CANCELLED') this.note({ last: error, unusable: undefined });
  }

  private noteRetry(retry: ActionEvidence['retry'], wait: number): void {
    this.note({ retry });
    this.scope.timeout(wait, () => this.evidence.retry === retry && this.note({ retry: undefined }));
  }

  private note(evidence: Partial<ActionEvidence>): void {
    Object.assign(this.evidence, evidence);
    this.status.changed();
  }
}

function compileInputs(RED: Red, node: RuntimeNode, inputs: unknown): Readonly<Record<string, Reader>> {
  const entries = Object.entries((inputs ?? {}) as Record<string, TypedInput>);
  return Object.fromEntries(entries.map(([name, input]) => [name, compileInput(RED, node, name, input)]));
}

/** `msg.parameters`; a name that the operation does not know is refused, or a slip of the pen would be lost. */
function parametersOf(msg: Message, operation: string, parameters: Parameters): Given {
  const given = msg.parameters ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) throw invalidInput(`msg.parameters must be an object, not ${show(given)}`);
  for (const name of Object.keys(given))
    if (!(name in parameters))
      throw invalidInput(`msg.parameters.${name} is unknown: ${operation} takes ${Object.keys(parameters).join(', ')}`);
  return given as Given;
}
