import { deepEqual } from 'node:assert/strict';
import type { Message, RuntimeNode } from '../../src/node-red/red';
import type { DeployType, FlowNode, NodeRed, ShownStatus } from './node-red';
import { probe } from './probe';
import { until } from './within';

/** A message as the catch node passes it on. */
export interface Caught extends Message {
  readonly error: { readonly message: string; readonly code?: string; readonly cause?: unknown; readonly source: { readonly id: string } };
}

/** What became of one message. */
export interface MessageOutcome {
  readonly id: string;
  /** `done`, or the error's code (its message where it has no code); more than one is a defect of the node. */
  readonly ends: string[];
  /** What `done(error)` was called with. */
  error: unknown;
  readonly outputs: Message[];
  /** What the catch node passed on: the error as a flow sees it. */
  readonly caught: Caught[];
  /** How often the complete node fired. */
  completed: number;
}

const CATCH = 'audit-catch';
const COMPLETE = 'audit-complete';
const CAUGHT = 'audit-caught';
const COMPLETED = 'audit-completed';
/** The probe that takes what the audited nodes send, and the tab of them all. */
export const OUTPUT = 'audit-output';
export const TAB = 'audit';

/**
 * Wires a node with `catch`, `complete` and a probe, and audits every message: each must end exactly once, seen by
 * the flow as it was meant, and nothing may come from an instance that a deploy has closed.
 */
export class Audit {
  /** Every message that the node sent, in order. */
  readonly outputs: Message[] = [];
  readonly outcomes = new Map<string, MessageOutcome>();
  /** Errors that the node reported of itself, not of a message: event nodes do. */
  readonly reports: Caught[] = [];
  /** What should not have happened, in words. */
  readonly complaints: string[] = [];
  /** What is deployed. */
  flow: FlowNode[];
  /** The nodes under test. */
  private readonly ids: readonly string[];
  private open = 0;
  private readonly closed = new WeakSet<RuntimeNode>();
  /** Messages that ended while their flow was taken down: catch and complete may be gone by then. */
  private readonly unwitnessed = new Set<string>();

  private constructor(
    private readonly red: NodeRed,
    nodes: readonly FlowNode[],
    others: readonly FlowNode[],
  ) {
    const z = TAB;
    this.ids = nodes.map(({ id }) => id);
    const probeNode = (id: string) => ({ id, type: 'kit-probe', z, wires: [[]] });
    this.flow = [
      ...nodes.map((node) => ({ wires: [[OUTPUT]], ...node, z })),
      { id: z, type: 'tab', label: TAB },
      { id: CATCH, type: 'catch', z, scope: this.ids, uncaught: false, wires: [[CAUGHT]] },
      { id: COMPLETE, type: 'complete', z, scope: this.ids, uncaught: false, wires: [[COMPLETED]] },
      ...[CAUGHT, COMPLETED, OUTPUT].map(probeNode),
      ...others,
    ];
  }

  /** Deploys the node, or several, with what they need beside them (config nodes), and begins their audit. */
  static async open(red: NodeRed, node: FlowNode | readonly FlowNode[], others: readonly FlowNode[] = []): Promise<Audit> {
    const audit = new Audit(red, [node].flat() as FlowNode[], others);
    red.forget();
    audit.listen();
    await audit.deploy();
    return audit;
  }

  /** Deploys the flow again, with what is given changed in it. */
  async deploy(type: DeployType = 'full', ...changes: readonly FlowNode[]): Promise<void> {
    this.flow = this.flow.map((node) => ({ ...node, ...changes.find(({ id }) => id === node.id) }));
    await this.red.deploy(this.flow, type);
    for (const id of this.ids) this.watch(this.red.node(id));
  }

  /** Gives the node (the first, where there are several) a message. Returns its id. */
  send(msg: Message, node = this.nodeId): string {
    return this.red.inject(node, msg);
  }

  /** Gives the node a message and waits until it has ended. */
  async run(msg: Message, node = this.nodeId): Promise<MessageOutcome> {
    const id = this.send(msg, node);
    return until(
      `the end of message ${id}`,
      () => this.outcomes.get(id),
      (outcome) => outcome !== undefined && this.isWitnessed(outcome),
    ) as Promise<MessageOutcome>;
  }

  /** Waits until every message has ended. */
  async settled(ms = 45_000): Promise<void> {
    await until(
      'the end of every message',
      () => this.open,
      (open) => open === 0,
      ms,
    );
    await until(
      'what catch and complete saw',
      () => [...this.outcomes.values()].filter((outcome) => !this.isWitnessed(outcome)),
      ({ length }) => length === 0,
    );
  }

  /** What Catch nodes are told of the node without a message: the first time. It comes after the status that goes with it. */
  async report(): Promise<Caught> {
    await until('the report', () => this.reports.length > 0);
    return this.reports[0] as Caught;
  }

  /** Waits for the node's status. */
  status(wanted: ShownStatus): Promise<ShownStatus> {
    return this.red.status(this.nodeId, wanted);
  }

  /** Ends the flow, then balances: fails with everything that should not have happened. */
  async close(): Promise<void> {
    await this.red.stop();
    for (const name of ['onReceive', 'onComplete', 'onSend']) this.red.hooks.remove(`${name}.kit`);
    probe.seen = () => {};
    deepEqual([...this.complaints, ...this.imbalances()], []);
  }

  private get nodeId(): string {
    return this.ids[0] ?? '';
  }

  private imbalances(): string[] {
    return [...this.outcomes.values()].flatMap(({ id, ends, caught, completed }) => {
      if (ends.length === 0) return [`message ${id} never ended`];
      if (ends.length > 1) return [`message ${id} ended ${ends.length} times: ${ends.join(', ')}`];
      const seen = ends[0] === 'done' ? completed : caught.length;
      return seen === 1 || this.unwitnessed.has(id) ? [] : [`message ${id} ended with ${ends[0]}, which the flow saw ${seen} times`];
    });
  }

  private isWitnessed({ id, ends, caught, completed }: MessageOutcome): boolean {
    return ends.length > 0 && (this.unwitnessed.has(id) || caught.length + completed > 0);
  }

  private outcome(msg: Message): MessageOutcome {
    const id = String(msg._msgid);
    const known = this.outcomes.get(id);
    if (known) return known;
    const outcome: MessageOutcome = { id, ends: [], error: undefined, outputs: [], caught: [], completed: 0 };
    this.outcomes.set(id, outcome);
    return outcome;
  }

  private listen(): void {
    const { hooks } = this.red;
    // A test that failed may have left its audit open.
    for (const name of ['onReceive', 'onComplete', 'onSend']) hooks.remove(`${name}.kit`);
    hooks.add('onReceive.kit', ({ msg, destination }) => {
      if (!this.ids.includes(destination.id)) return;
      this.outcome(msg);
      this.open++;
    });
    hooks.add('onComplete.kit', ({ msg, error, node }) => {
      if (this.ids.includes(node.id)) this.ended(this.outcome(msg), error, node.node);
    });
    hooks.add('onSend.kit', (events) => {
      for (const { source } of events)
        if (this.ids.includes(source.id) && !this.isCurrent(source.node)) this.complaints.push('a closed instance sent a message');
    });
    probe.seen = (id, msg) => this.probed(id, msg);
  }

  private ended(outcome: MessageOutcome, error: unknown, node: RuntimeNode): void {
    outcome.ends.push(error ? describe(error) : 'done');
    outcome.error = error;
    if (outcome.ends.length === 1) this.open--;
    if (this.closed.has(node)) this.complaints.push(`message ${outcome.id} ended after its node had closed`);
    if (!this.isCurrent(node)) this.unwitnessed.add(outcome.id);
  }

  private probed(id: string, msg: Message): void {
    // An event node starts messages of its own, which have no end to wait for.
    const outcome = this.outcomes.get(String(msg._msgid));
    if (id === CAUGHT) (outcome?.caught ?? this.reports).push(msg as Caught);
    if (id === COMPLETED && outcome) outcome.completed++;
    if (id !== OUTPUT) return;
    this.outputs.push(msg);
    outcome?.outputs.push(msg);
  }

  private isCurrent(node: RuntimeNode): boolean {
    return this.red.instance(node.id) === node;
  }

  /** A closed instance must be silent, too. */
  private watch(node: RuntimeNode): void {
    const spied = node as RuntimeNode & { close(removed: boolean): Promise<void> };
    const { close } = spied;
    spied.close = (removed) => close.call(spied, removed).then(() => void this.closed.add(node));
    for (const name of ['status', 'log', 'warn'] as const) {
      const original: (value: never) => void = spied[name];
      spied[name] = (value: unknown) => {
        if (this.closed.has(node)) this.complaints.push(`a closed instance called ${name}(${JSON.stringify(value)})`);
        original.call(spied, value as never);
      };
    }
  }
}

function describe(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : String(error);
}
