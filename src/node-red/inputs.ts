import { told } from '../core/error-texts';
import { asEnsembleError, type EnsembleError, invalidInput } from '../core/errors';
import { isRecord } from '../core/objects';
import { once } from '../core/once';
import type { Message, Red, RuntimeNode } from './red';

/** A parameter as the panel saves it: Node-RED's TypedInput. */
export interface TypedInput {
  readonly type: string;
  readonly value: unknown;
}

/** Reads one parameter's value for a message; undefined where nothing is configured. */
export type InputReader = (msg: Message) => unknown | Promise<unknown>;

const CONSTANTS = new Set(['str', 'num', 'bool', 'json', 'bin']);

/** Turns a TypedInput into a reader. Only context stores, env and JSONata return a promise. */
export function compileInput(RED: Red, node: RuntimeNode, name: string, input: TypedInput): InputReader {
  const { type, value } = input;
  if (type === 'str' && value === '') return () => '';
  if (value === undefined || value === null || value === '') return () => undefined;
  if (type === 'msg') return (msg) => readMessage(RED, name, msg, String(value));
  // A flow that was not made by a panel may have a number there, which Node-RED takes for no expression.
  const expression = { type, value: String(value) };
  if (type === 'env') return variableReader(RED, node, name, expression);
  if (!CONSTANTS.has(type)) return (msg) => evaluate(RED, node, name, expression, msg);
  let constant: { readonly value: unknown } | undefined;
  return () => {
    constant ??= { value: readConstant(RED, node, name, input) };
    return constant.value;
  };
}

/** A variable that is not set counts as not given, which is told: a default or the message may take its place unnoticed. */
function variableReader(RED: Red, node: RuntimeNode, name: string, input: Variable): InputReader {
  const warn = once((text) => node.warn(text));
  return async (msg) => {
    const value = await evaluate(RED, node, name, input, msg);
    if (value === '' && isUnset(RED, node, input.value)) warn(unsetText(RED, node, name, input.value));
    return value;
  };
}

interface Variable extends TypedInput {
  readonly value: string;
}

const isUnset = (RED: Red, node: RuntimeNode, name: string): boolean =>
  RED.util.getSetting(node, /^\$\{[^}]+\}$/.test(name) ? name.slice(2, -1) : name) === undefined;

/** Of `${NAME}`, a deploy has left the value, which no log must have, and which is now the name that is looked for. */
function unsetText(RED: Red, { id, _alias = id }: RuntimeNode, parameter: string, name: string): string {
  let saved: unknown;
  RED.nodes.eachNode((config) => {
    if (config.id === _alias && isRecord(config.parameters)) saved = config.parameters[parameter];
  });
  if (isRecord(saved) && String(saved.value) === name)
    return `${parameter}: the environment variable ${name} is not set, so the parameter counts as not given`;
  return `${parameter}: enter the name of the environment variable without \${ }. Now its value is taken for a name, and the parameter counts as not given`;
}

function readConstant(RED: Red, node: RuntimeNode, name: string, { type, value }: TypedInput): unknown {
  try {
    return RED.util.evaluateNodeProperty(value as string, type, node, {});
  } catch (error) {
    throw unreadable(name, error);
  }
}

function readMessage(RED: Red, name: string, msg: Message, path: string): unknown {
  try {
    return RED.util.getMessageProperty(msg, path);
  } catch (error) {
    // A parent that is missing makes the value missing; only a path that cannot be read is an error.
    if (error instanceof TypeError) return undefined;
    throw invalidInput(`${name}: msg.${path} cannot be read: ${String(error)}`, told('unreadable', { detail: String(error) }, [name]));
  }
}

function evaluate(RED: Red, node: RuntimeNode, name: string, { type, value }: TypedInput, msg: Message): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(unreadable(name, error));
    try {
      RED.util.evaluateNodeProperty(value as string, type, node, msg, (error, result) => (error ? fail(error) : resolve(result)));
    } catch (error) {
      fail(error);
    }
  });
}

/** The error of an input that cannot be evaluated, by the parameter's name. */
export function unreadable(name: string, error: unknown): EnsembleError {
  const detail = asEnsembleError(error).message;
  return invalidInput(`${name}: ${detail}`, told('unreadable', { detail }, [name]));
}
