import { EnsembleError } from '../core/errors';
import { isRecord } from '../core/objects';
import type { Parameters } from '../core/schema/parameters';
import { DialogError, type DialogFields } from './dialog';
import type { DialogValues } from './dialog-values';
import { expressionIn, runningNodes, withVariables } from './environment';
import { compileInput, type TypedInput, unreadable } from './inputs';
import type { Message, NodeConfig, Red, RuntimeNode } from './red';

/** Where an action node stands in the editor. */
export type Place = Pick<NodeConfig, 'id' | 'name' | 'z' | 'g'>;

/**
 * Reads the inputs of an open dialog as its node would, but for a message, which there is none of. Variables are read only where all
 * is sent where the deployed node sends it.
 */
export class TrialInputs {
  /** What an input has asked for that there is none of. */
  private readonly wanted = new Set<'message' | 'environment'>();
  /** Stands for the node, which may not be deployed. */
  private readonly node: RuntimeNode;
  /** Has the variables of the node. */
  private readonly neighbour: RuntimeNode | undefined;

  constructor(
    private readonly RED: Red,
    place: Place,
    private readonly dialog: Pick<DialogValues, 'goesWhereDeployed' | 'used'>,
  ) {
    const { id, name = '', g = '' } = place;
    const [beside] = runningBeside(RED, place);
    this.neighbour = beside && (beside.config.g ?? '') === g ? beside.node : undefined;
    const variables = { getSetting: (variable: string) => this.variable(variable) };
    const context = () => contextsOf(RED, beside?.node);
    // What it warns of, the deployed node says in the log.
    this.node = { id, name, _flow: variables, context, warn: () => {} } as unknown as RuntimeNode;
  }

  /** A text with the variable that it may consist of filled in, as a deploy does. @throws DialogError */
  filled(field: string, value: unknown): unknown {
    this.wanted.clear();
    const filled = this.fill(value);
    if (this.wanted.has('environment')) throw refusal('environment', [field]);
    return filled;
  }

  /** The values of an operation's parameters, not checked yet. @throws EnsembleError */
  async read(parameters: Parameters, inputs: DialogFields): Promise<Record<string, unknown>> {
    const values: Record<string, unknown> = {};
    const missing = { message: [] as string[], environment: [] as string[] };
    for (const name in parameters) {
      const input = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
      if (!isRecord(input)) continue;
      this.wanted.clear();
      const value = await this.readOne(name, input);
      for (const what of this.wanted) missing[what].push(name);
      if (this.wanted.size > 0) continue;
      if (value instanceof EnsembleError) throw value;
      values[name] = value;
    }
    for (const what of ['message', 'environment'] as const) if (missing[what].length > 0) throw refusal(what, missing[what]);
    return values;
  }

  /** The error is given back: it does not count where something was asked for that there is none of. */
  private async readOne(name: string, input: DialogFields): Promise<unknown> {
    const absent = absentMessage(() => this.wanted.add('message'));
    try {
      const filled = this.fill(input) as unknown as TypedInput;
      if (filled.type === 'jsonata' && filled.value) return await evaluateInTime(this.RED, this.node, name, String(filled.value), absent);
      return await compileInput(this.RED, this.node, name, filled)(absent);
    } catch (error) {
      if (error instanceof EnsembleError) return error;
      throw error;
    }
  }

  private fill(value: unknown): unknown {
    return expressionIn(value) === undefined ? value : withVariables(value, (name) => this.variable(name));
  }

  private variable(name: string): unknown {
    if (!this.neighbour || !this.dialog.goesWhereDeployed) {
      this.wanted.add('environment');
      return undefined;
    }
    const value = this.RED.util.getSetting(this.neighbour, name);
    if (value !== undefined) this.dialog.used(`\${${name}}`, value);
    return value;
  }
}

const refusal = (what: 'message' | 'environment', fields: readonly string[]): DialogError =>
  what === 'message'
    ? new DialogError('message', fields, `${fields.join(', ')}: comes from a message, which there is none of here`)
    : new DialogError('environment', fields, `${fields.join(', ')}: variables are read only where they are deployed. Deploy first`);

/** All nodes of a tab have its context; one that is not deployed has none. Any running node has the global one. */
function contextsOf(RED: Red, beside: RuntimeNode | undefined): Contexts {
  const of = (node: RuntimeNode | undefined) => node?.context() as unknown as Contexts | undefined;
  const empty: ContextStore = { get: (_key, _store, done) => done(null, undefined) };
  return { flow: of(beside)?.flow ?? empty, global: of(beside ?? runningNodes(RED)[0]?.node)?.global ?? empty };
}

interface ContextStore {
  get(key: string, store: string | undefined, done: (error: unknown, value?: unknown) => void): void;
}
interface Contexts {
  readonly flow: ContextStore;
  readonly global: ContextStore;
}

/** Milliseconds for an expression of a person who only tries it: Node-RED does nothing else meanwhile. */
const LONGEST_EXPRESSION = 1000;

/** JSONata calls it before each step. */
const EACH_STEP = Symbol.for('jsonata.__evaluate_entry');

/** As `evaluateNodeProperty`, which an expression without an end would keep for ever. */
function evaluateInTime(RED: Red, node: RuntimeNode, name: string, text: string, msg: Message): Promise<unknown> {
  const end = performance.now() + LONGEST_EXPRESSION;
  const late = new DialogError('endless', [name], `${name}: the expression did not come to an end in time`, 'INVALID_INPUT');
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(error === late ? late : unreadable(name, error));
    try {
      const expression = RED.util.prepareJSONataExpression(text, node);
      expression.assign(EACH_STEP, () => {
        if (performance.now() > end) throw late;
      });
      RED.util.evaluateJSONataExpression(expression, msg, (error, value) => (error ? fail(error) : resolve(value)));
    } catch (error) {
      fail(error);
    }
  });
}

/** JSONata asks each object for it, also where it reads nothing of it. */
const ASKED_BY_JSONATA = 'tupleStream';

/** A message that tells when something of it is read. */
function absentMessage(onRead: () => void): Message {
  const read = <T>(value: T): T => {
    onRead();
    return value;
  };
  return new Proxy(
    {},
    {
      get: (_message, key) => (key === ASKED_BY_JSONATA ? undefined : read(undefined)),
      has: () => read(false),
      ownKeys: () => read([]),
      getOwnPropertyDescriptor: () => read(undefined),
    },
  );
}

interface Running {
  readonly config: NodeConfig;
  readonly node: RuntimeNode;
}

/** The running node itself, or others of its tab, those of its group first. */
function runningBeside(RED: Red, { id, z, g = '' }: Place): readonly Running[] {
  const distance = ({ config }: Running) => (config.id === id ? 0 : (config.g ?? '') === g ? 1 : 2);
  return runningNodes(RED)
    .filter(({ config }) => z && config.z === z)
    .sort((one, other) => distance(one) - distance(other));
}
