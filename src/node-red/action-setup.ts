import type { Connection } from '../core/connection';
import { Delivery, type DeliveryMode } from '../core/delivery';
import { told } from '../core/error-texts';
import { asEnsembleError, EnsembleError, invalidInput, show } from '../core/errors';
import { actionSettings } from '../core/node-settings';
import type { Operation } from '../core/operation';
import type { Parameters } from '../core/schema/parameters';
import { parseSettings } from '../core/schema/parse';
import type { Message, NodeConfig, Red } from './red';

/** What a vendor's file of the same name as the action node exports. */
export interface ActionNodeModule<C extends Connection> {
  readonly operations: readonly Operation<C>[];
  /** Switches of the node that confirm an operation. */
  readonly settings?: Parameters;
}

/** An action node's own settings, checked. */
export class ActionSetup {
  readonly delivery: Delivery;
  /** Seconds; 0: a message that fails is not kept. */
  readonly keepFor: number;
  /** Name of the message property that takes the result. */
  readonly property: string;
  private readonly operations: ReadonlyMap<string, Operation>;
  /** Id of the node's operation; undefined where each message names its own. */
  private readonly operation: unknown;
  private readonly switches: Readonly<Record<string, unknown>>;

  /** @throws EnsembleError NOT_CONFIGURED naming the setting that is wrong */
  constructor(RED: Red, { operations, settings = {} }: ActionNodeModule<Connection>, config: NodeConfig) {
    const { delivery, queueLimit, keepFor } = parseSettings(actionSettings, config);
    this.operations = new Map(operations.map((operation) => [operation.id, operation]));
    this.operation = config.operation;
    if (this.operation && !this.operations.has(String(this.operation)))
      throw new EnsembleError(
        'NOT_CONFIGURED',
        this.unknown('operation', this.operation),
        told('unknownOperation', { operation: show(this.operation) }),
      );
    this.property = propertyOf(RED, config);
    this.switches = parseSettings(settings, config);
    this.keepFor = keepFor;
    this.delivery = new Delivery(delivery as DeliveryMode, queueLimit);
  }

  /** @throws EnsembleError INVALID_INPUT */
  operationFor(msg: Message): Operation {
    const id = this.operation || msg.operation;
    if (id === undefined || id === null || id === '')
      throw invalidInput('operation is missing: neither the node nor msg.operation has one', told('missing', {}, ['operation']));
    const operation = this.operations.get(String(id));
    if (!operation) throw invalidInput(this.unknown('msg.operation', id), told('unknownOperation', { operation: show(id) }));
    const { confirmedBy } = operation;
    if (confirmedBy && !this.switches[confirmedBy])
      throw invalidInput(
        `${operation.id} works only in a node where ${confirmedBy} is switched on`,
        told('notSelected', {}, [confirmedBy]),
      );
    return operation;
  }

  private unknown(field: string, id: unknown): string {
    return `${field} must be one of ${[...this.operations.keys()].join(', ')}, not ${show(id)}`;
  }
}

/** The node's settings, or the error that says why it can send nothing. */
export function actionSetup(RED: Red, module: ActionNodeModule<Connection>, config: NodeConfig): ActionSetup | EnsembleError {
  try {
    return new ActionSetup(RED, module, config);
  } catch (error) {
    return asEnsembleError(error);
  }
}

/** @throws EnsembleError NOT_CONFIGURED */
function propertyOf(RED: Red, { result }: NodeConfig): string {
  const property = String(result || 'payload');
  try {
    RED.util.normalisePropertyExpression(property);
    return property;
  } catch {
    throw new EnsembleError(
      'NOT_CONFIGURED',
      `result must be the name of a message's property, not ${show(property)}`,
      told('invalid', {}, ['result']),
    );
  }
}
