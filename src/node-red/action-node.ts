import { SUPERSEDED } from '../core/delivery';
import { asEnsembleError, EnsembleError, type ErrorCause } from '../core/errors';
import { Keeping } from '../core/keeping';
import { once } from '../core/once';
import { mayTryAgain, type Observer, type Operation, type Outcome, prepareRequest } from '../core/operation';
import { parseParameters } from '../core/schema/parse';
import { Scope } from '../core/scope';
import { type ActionNodeDefinition, addActionDefinition } from './action-node-definition';
import { ActionSetup, actionSetup } from './action-setup';
import { ActionStatus } from './action-status';
import type { ConfigNodeType } from './clients';
import { connectionOf } from './connection-owner';
import { ParameterReader } from './parameter-reader';
import type { Message, NodeConfig, Red, RuntimeNode, Send } from './red';
import { ResultMessage } from './result';

/** Registers a node that sends what a message asks for and passes the message on with the vendor's response. */
export function registerActionNode<T extends ConfigNodeType>(RED: Red, definition: ActionNodeDefinition<T>): void {
  addActionDefinition(definition);
  RED.nodes.registerType(definition.type, function (this: RuntimeNode, config: NodeConfig) {
    RED.nodes.createNode(this, config);
    const action = new ActionNode(RED, this, config, definition);
    this.on('input', (msg, send, done) => void action.receive(msg, send, done));
    this.on('close', (_removed, done) => void action.close().finally(done));
  });
}

/** What a message asks for. */
interface Request {
  readonly operation: Operation;
  perform(): Promise<Outcome>;
  onFailure(error: EnsembleError): void;
}

class ActionNode {
  private readonly scope = new Scope();
  private readonly setup: ActionSetup | EnsembleError;
  /** Undefined where messages that fail are not kept. */
  private readonly keeping: Keeping | undefined;
  private readonly reader: ParameterReader;
  private readonly status: ActionStatus;
  private readonly observer: Observer = {
    scope: this.scope,
    onRetry: (retry) => this.status.retrying(retry),
    onProgress: (progress) => this.status.progressed(progress),
    onWarning: once((text) => this.node.warn(text)),
  };
  /** Messages whose `done` is still to come. */
  private unfinished = 0;
  private onIdle = (): void => {};

  constructor(
    private readonly RED: Red,
    private readonly node: RuntimeNode,
    private readonly config: NodeConfig,
    private readonly definition: ActionNodeDefinition<ConfigNodeType>,
  ) {
    this.reader = new ParameterReader(RED, node, config);
    this.status = new ActionStatus(RED, node, this.scope);
    this.setup = actionSetup(RED, definition.load(), config);
    this.keeping = this.keepingOf(this.setup);
    if (this.setup instanceof ActionSetup) this.status.shows(this.setup.delivery, this.keeping);
    this.scope.defer(() => (this.setup instanceof ActionSetup ? this.setup.delivery.cancel() : undefined));
    this.checkConfiguration();
    this.status.changed();
  }

  async receive(msg: Message, send: Send, done: (error?: unknown) => void): Promise<void> {
    this.unfinished++;
    const { _msgid = '' } = msg;
    const failure = await this.handle(msg, send).then(
      () => undefined,
      (error: EnsembleError) => error,
    );
    try {
      if (failure) done(failure);
      else done();
    } catch (thrown) {
      // Complete and Catch nodes may throw: a rejection here would end Node-RED. That comes before them where Node-RED's stack is
      // not deep enough for its copy of the message: Catch nodes get the error without the message.
      if (failure && thrown instanceof RangeError) this.node.error(failure, { _msgid });
      else this.node.error(thrown);
    }
    if (--this.unfinished === 0) this.onIdle();
  }

  /** Every message that is still here ends with CANCELLED before this is over. */
  async close(): Promise<void> {
    await this.scope.end();
    if (this.unfinished > 0)
      await new Promise<void>((resolve) => {
        this.onIdle = resolve;
      });
  }

  /** Node-RED makes config nodes before the nodes that use them: what is missing now shows before the first message. */
  private checkConfiguration(): void {
    try {
      const owner = connectionOf(this.RED, this.config.connection, this.definition.connection);
      this.scope.defer(owner.usedBy(() => ({ type: this.definition.type, ...this.status.describe() })));
      this.usableSetup();
      owner.options();
    } catch (error) {
      this.status.refused(asEnsembleError(error));
    }
  }

  /** @throws EnsembleError NOT_CONFIGURED */
  private usableSetup(): ActionSetup {
    if (this.setup instanceof EnsembleError) throw this.setup;
    return this.setup;
  }

  /** The only place where an error gets its circumstances: the vendor, and what is known of the message by then. */
  private async handle(msg: Message, send: Send): Promise<void> {
    const circumstances: Partial<ErrorCause> = { vendor: this.definition.vendor };
    const arrived = this.keeping ? performance.now() : 0;
    let operation: Operation | undefined;
    /** Of its request: the status knows it. */
    let failure: unknown;
    try {
      const setup = this.usableSetup();
      // What is missing now, such as a config node, may be there at the next message.
      const connection = connectionOf(this.RED, this.config.connection, this.definition.connection).get();
      operation = setup.operationFor(msg);
      circumstances.operation = operation.id;
      const reading = this.reader.read(operation, msg);
      const given = reading instanceof Promise ? await this.scope.race(reading) : reading;
      const values = parseParameters(operation.parameters, given);
      const target = operation.target(values, connection);
      circumstances.target = typeof target === 'string' ? target : target.join(',');
      const result = new ResultMessage(this.RED, msg, setup.property);
      result.checkPlace();
      const onPart = (part: Outcome): void => send(result.part(part));
      const perform = prepareRequest(connection, { operation, values, observer: this.observer, onPart });
      const request = { operation, perform, onFailure: (thrown: unknown) => (failure = thrown) };
      const outcome = await this.deliver(setup, target, request, arrived);
      this.status.changed();
      if (outcome !== SUPERSEDED) send(result.last(outcome));
    } catch (thrown) {
      const error = asEnsembleError(thrown).with(circumstances);
      if (thrown === failure) this.status.changed();
      else this.status.refused(error, operation);
      throw error;
    }
  }

  /** @param arrived when the message came (`performance.now()`); 0 where none is kept */
  private deliver(
    { delivery }: ActionSetup,
    target: string | readonly string[],
    request: Request,
    arrived: number,
  ): Promise<Outcome | typeof SUPERSEDED> {
    const { keeping } = this;
    const { operation } = request;
    const attempt = () => this.attempt(request);
    const message = keeping && { arrived, mayTryAgain: (error: EnsembleError) => mayTryAgain(operation, error) };
    const delivered = delivery.run(target, message ? (place) => keeping.run(place, message, attempt) : attempt);
    this.status.changed();
    return delivered;
  }

  /** The status has the outcome before the next message begins. */
  private async attempt({ operation, perform, onFailure }: Request): Promise<Outcome> {
    this.status.started(operation);
    try {
      const outcome = await perform();
      this.status.succeeded(operation, outcome);
      return outcome;
    } catch (thrown) {
      const error = asEnsembleError(thrown);
      onFailure(error);
      this.status.failed(error, operation);
      throw error;
    }
  }

  private keepingOf(setup: ActionSetup | EnsembleError): Keeping | undefined {
    if (setup instanceof EnsembleError || setup.keepFor === 0) return undefined;
    return new Keeping(this.scope, setup.keepFor * 1000, () => this.status.changed());
  }
}
