import { invalidInput, NOT_IN_PANELS, show } from '../core/errors';
import { isObject } from '../core/objects';
import type { Outcome } from '../core/operation';
import type { Message, Red } from './red';

/** Puts what an operation brings into its message, and parts of it into copies of the message. */
export class ResultMessage {
  private index = 0;

  constructor(
    private readonly RED: Red,
    private readonly msg: Message,
    private readonly property: string,
  ) {}

  /** Nothing is sent where its result would be lost. @throws EnsembleError INVALID_INPUT where the message has no place for it */
  checkPlace(): void {
    if (!/[.[]/.test(this.property)) return;
    const path = this.property.replace(/^msg\./, '');
    let part: unknown = this.msg;
    let place = 'msg';
    for (const key of this.stepsOf(path).slice(0, -1)) {
      const held: unknown = Object.hasOwn(part as object, key) ? (part as Record<string | number, unknown>)[key] : undefined;
      // Node-RED makes what is missing.
      if (held === undefined) return;
      place += typeof key === 'number' ? `[${key}]` : `.${key}`;
      if (!isObject(held)) throw invalidInput(`the result has no place at msg.${path}: ${place} is ${show(held)}`, NOT_IN_PANELS);
      part = held;
    }
  }

  private stepsOf(path: string): readonly (string | number)[] {
    try {
      return this.RED.util.normalisePropertyExpression(path, this.msg);
    } catch (error) {
      throw invalidInput(`the result has no place at msg.${path}: ${String(error)}`, NOT_IN_PANELS);
    }
  }

  /** @throws EnsembleError INVALID_INPUT where Node-RED cannot copy the message */
  part(outcome: Outcome): Message {
    return this.put(this.copy(), outcome, false);
  }

  last(outcome: Outcome): Message {
    return this.put(this.msg, outcome, true);
  }

  private copy(): Message {
    try {
      return this.RED.util.cloneMessage(this.msg);
    } catch {
      throw invalidInput('the message is nested too deeply: Node-RED cannot copy it for several results', NOT_IN_PANELS);
    }
  }

  /** Parts are numbered as Node-RED's split node does it, so that its join node puts them together. */
  private put(msg: Message, { result, statusCode, batch }: Outcome, isLast: boolean): Message {
    if (batch !== undefined) {
      const { _msgid: id, parts } = this.msg;
      const index = this.index++;
      msg.parts = {
        id,
        type: 'array',
        len: batch,
        index,
        property: this.property,
        ...(isLast && { count: index + 1 }),
        ...(parts ? { parts } : {}),
      };
    }
    this.RED.util.setMessageProperty(msg, this.property, result, true);
    msg.statusCode = statusCode;
    return msg;
  }
}
