import { invalidInput, NOT_IN_PANELS, show } from '../core/errors';
import { isRecord } from '../core/objects';
import type { Operation } from '../core/operation';
import type { Parameters } from '../core/schema/parameters';
import { isGiven } from '../core/schema/parse';
import { compileInput, type InputReader, type TypedInput } from './inputs';
import type { Message, NodeConfig, Red, RuntimeNode } from './red';

/** Values by the names of parameters, not checked yet. */
export type GivenValues = Record<string, unknown>;

/** Reads what node and message give for the parameters of an operation. */
export class ParameterReader {
  private readonly readers: Readonly<Record<string, InputReader>>;
  /** `msg.parameters` counts only where the message names the operation, too. */
  private readonly usesMessage: boolean;
  /** Settled when all messages before have been read; undefined where none of them takes time. */
  private previous: Promise<void> | undefined;

  constructor(RED: Red, node: RuntimeNode, { operation, parameters }: NodeConfig) {
    // A flow that was not made by a panel may hold anything there.
    const inputs = Object.entries(isRecord(parameters) ? parameters : {}).filter((entry): entry is [string, TypedInput] =>
      isRecord(entry[1]),
    );
    this.readers = Object.fromEntries(inputs.map(([name, input]) => [name, compileInput(RED, node, name, input)]));
    this.usesMessage = !operation;
  }

  /** A promise only where something has to be waited for; they settle in the order of the calls. @throws EnsembleError INVALID_INPUT */
  read(operation: Operation, msg: Message): GivenValues | Promise<GivenValues> {
    const values = this.valuesOf(operation, msg);
    const { previous } = this;
    if (!previous && !(values instanceof Promise)) return values;
    const inOrder = Promise.all([values, previous]).then(([read]) => read);
    const settled = Promise.allSettled([inOrder, previous]).then(() => {
      if (this.previous === settled) this.previous = undefined;
    });
    this.previous = settled;
    return inOrder;
  }

  private valuesOf({ id, parameters }: Operation, msg: Message): GivenValues | Promise<GivenValues> {
    const fromMessage = this.usesMessage ? messageParameters(msg, id, parameters) : {};
    const values: GivenValues = {};
    const pending: Promise<void>[] = [];
    for (const name in parameters) {
      const parameter = parameters[name];
      const value = this.readers[name]?.(msg);
      const take = (read: unknown) => {
        // An empty text gives way to what the message has.
        const isOwn = parameter && isGiven(parameter, read) && !(read === '' && name in fromMessage);
        values[name] = isOwn ? read : fromMessage[name];
      };
      if (value instanceof Promise) pending.push(value.then(take));
      else take(value);
    }
    return pending.length === 0 ? values : Promise.all(pending).then(() => values);
  }
}

/** `msg.parameters`; a name that the operation does not know is refused, or a misspelt one would be ignored. */
function messageParameters(msg: Message, operation: string, parameters: Parameters): GivenValues {
  const given = msg.parameters ?? {};
  if (!isRecord(given)) throw invalidInput(`msg.parameters must be an object, not ${show(given)}`, NOT_IN_PANELS);
  for (const name of Object.keys(given))
    if (!Object.hasOwn(parameters, name))
      throw invalidInput(`msg.parameters.${name} is unknown: ${operation} takes ${namesOf(parameters)}`, NOT_IN_PANELS);
  return given;
}

const namesOf = (parameters: Parameters): string => Object.keys(parameters).join(', ') || 'no parameters';
