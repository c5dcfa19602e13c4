import { invalidInput } from '../core/errors';
import { redactor } from '../core/http/redact';
import type { Warn } from '../core/http/request';
import { isRecord } from '../core/objects';
import { type Outcome, prepareRequest } from '../core/operation';
import { parseParameters } from '../core/schema/parse';
import type { Scope } from '../core/scope';
import type { Sentence } from '../core/sentence';
import type { ActionNodeDefinition } from './action-node-definition';
import { ActionSetup } from './action-setup';
import { asData } from './admin-guard';
import type { Clients, ConfigNodeType } from './clients';
import { DialogError, type DialogFields } from './dialog';
import { withoutSecrets } from './dialog-connection';
import type { DialogValues } from './dialog-values';
import type { NodeConfig, Red } from './red';
import { type ShownResult, showResult } from './shown-result';
import { tell } from './texts';
import { TrialInputs } from './trial-inputs';

/** An action node as its open dialog has it. */
interface ActionDialog extends NodeConfig {
  readonly operation: string;
  /** As the panel saves them. */
  readonly parameters: DialogFields;
}

/** What a panel shows of an operation that was tried. */
interface Trial extends ShownResult {
  /** HTTP status of the vendor's last response. */
  readonly statusCode: number;
  readonly ms: number;
  /** Messages that a flow would get. */
  readonly messages: number;
  /** Sent, but not confirmed as done. */
  readonly unconfirmed?: boolean;
  /** Of several requests, of which some have failed. */
  readonly failures?: { readonly count: number; readonly of: number };
  readonly warnings: readonly object[];
}

/** Of an operation that was only checked. */
interface Sendable {
  readonly isSendable: true;
}

/** Warnings that are shown, each once. */
const MAX_WARNINGS = 5;

/** Runs the operation of an open dialog once. The node that is deployed, with its queue and its status, has no part in it. @throws EnsembleError */
export class TrialRun<T extends ConfigNodeType> {
  /** What panels say, by what flows get. */
  private readonly warnings = new Map<string, Sentence>();

  constructor(
    private readonly RED: Red,
    private readonly definition: ActionNodeDefinition<T>,
    private readonly action: ActionDialog,
    private readonly values: DialogValues,
    private readonly scope: Scope,
  ) {}

  private readonly onWarning: Warn = (text, said) => {
    if (this.warnings.size < MAX_WARNINGS) this.warnings.set(text, said.withTexts(this.values.hide));
  };

  /** @param isDry only checks what would be sent */
  async run(connection: Clients[T], isDry = false): Promise<Trial | Sendable> {
    const { RED, action, scope } = this;
    const inputs = new TrialInputs(RED, action, this.values);
    const id = String(inputs.filled('operation', action.operation));
    if (id === '') throw new DialogError('message', ['operation'], 'operation: comes from a message, which there is none of here');
    // How messages are queued and kept has no meaning here.
    const { delivery: _, queueLimit: __, keepFor: ___, result: ____, ...settings } = action;
    const operation = new ActionSetup(RED, this.definition.load(), { ...settings, operation: id }).operationFor({});
    const given = await scope.race(inputs.read(operation.parameters, action.parameters));
    const secrets = Object.entries(operation.parameters).flatMap(([name, { kind }]) =>
      kind === 'secret' ? [String(given[name] ?? '')] : [],
    );
    const hideTyped = redactor(secrets);
    try {
      const values = parseParameters(operation.parameters, given);
      operation.target(values, connection);
      const parts: Outcome[] = [];
      let messages = 1;
      const onPart = (part: Outcome) => {
        messages++;
        if (parts.length === 0) parts.push(part);
      };
      const perform = prepareRequest(connection, { operation, values, observer: { scope, onWarning: this.onWarning }, onPart });
      if (isDry) return { isSendable: true };
      const began = performance.now();
      const last = await perform();
      const ms = Math.round(performance.now() - began);
      const { unconfirmed, failures, statusCode } = last;
      return {
        ...showResult((parts[0] ?? last).result, (text) => hideTyped(this.values.hideInSuccess(text))),
        ...{ statusCode, ms, messages, warnings: [...this.warnings.values()].map(asData) },
        ...(unconfirmed && { unconfirmed }),
        ...(failures && { failures: { count: failures.count, of: failures.of } }),
      };
    } catch (error) {
      throw withoutSecrets(error, hideTyped);
    }
  }
}

/** Whether a request asks only whether the operation could be sent: a panel then asks the person. */
export const isDryRun = (body: unknown): boolean => isRecord(body) && body.isDry === true;

/** The part of a request's body that says what to run. @throws EnsembleError INVALID_INPUT */
export function parseAction(body: unknown): ActionDialog {
  const action = isRecord(body) ? body.action : undefined;
  if (!isRecord(action)) throw invalidInput('action must be an object', tell('unread'));
  const { id, type, operation = '', parameters = {}, ...settings } = action;
  if (typeof id !== 'string' || typeof type !== 'string' || typeof operation !== 'string')
    throw invalidInput('id, type and operation of action must be text', tell('unread'));
  if (!isRecord(parameters)) throw invalidInput('action.parameters must be an object', tell('unread'));
  return { ...settings, id, type, operation, parameters };
}
