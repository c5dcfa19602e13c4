import { invalidInput } from '../core/errors';
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
      throw invalidInput('the message is nested too deeply: Node-RED cannot copy it for several results');
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
