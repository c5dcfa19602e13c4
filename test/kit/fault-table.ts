import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { Audit, type MessageOutcome } from './audit';
import { missingExamples, operationOf } from './described';
import { FaultServer } from './fault-server';
import { type Fault, faults } from './faults';
import { type FlowNode, type NodeRed, startNodeRed } from './node-red';
import { assertNoSecrets } from './secrets';
import type { Ends, Example, MessageEnd, Vendor } from './vendor';
import { secretsOf, well } from './vendor';
import { until } from './within';

/** Operations whose faults all happen at once: most of their time is spent in waiting. */
const AT_ONCE = 5;
/** What a fault does on the wire does not depend on Node-RED, how a message ends does: the second one runs an operation of each node. */
const IS_SECOND_RUN = process.env.ENSEMBLE_SECOND_RUN === '1';
const RETRYABLE: readonly MessageEnd[] = ['RATE_LIMITED', 'VENDOR_ERROR', 'UNREACHABLE', 'TIMEOUT'];

/** One operation, and what becomes of it under every fault. */
interface FaultRow {
  readonly title: string;
  readonly example: Example;
  readonly trials: readonly Trial[];
}

interface Trial {
  readonly fault: Fault;
  /** Whether the vendor does it to logins, too. */
  readonly sparesLogin: boolean;
  readonly title: string;
  readonly end: MessageEnd;
}

interface TrialResult extends MessageOutcome {
  readonly server: FaultServer;
}

/**
 * Every operation of a vendor under every fault, a test each; and the login, once for each node. Each trial has a server, a
 * connection and a node of its own. Whatever happens, a message ends once, with the right code; no secret is shown; what does
 * harm is not sent twice, and no redirect is followed.
 */
export function faultTable(vendor: Vendor): void {
  describe(`every fault of ${vendor.name}`, () => {
    const servers: FaultServer[] = [];
    after(() => Promise.all(servers.map((server) => server.close())));

    it('happens to all operations of all nodes', () => deepEqual(missingExamples(vendor), []));

    const rows = rowsOf(vendor);
    const sizes = Math.ceil(rows.length / AT_ONCE);
    for (let index = 0; index < sizes; index++) {
      const wave = new Wave(vendor, rows.slice(index * AT_ONCE, (index + 1) * AT_ONCE), servers);
      for (const row of wave.rows) rowTests(vendor, row, wave);
    }
  });
}

function rowTests(vendor: Vendor, row: FaultRow, wave: Wave): void {
  describe(row.title, () => {
    before(() => wave.start());
    after(async () => {
      if (row === wave.rows.at(-1)) await wave.close();
    });

    for (const trial of row.trials)
      it(trial.title, async () => {
        const result = await wave.result(row, trial);
        deepEqual(result.server.strayed, []);
        if (trial.fault.says) match(String(result.error), trial.fault.says);
        check(vendor, row.example, trial, result);
      });

    if (secretsOf(vendor).length > 0) it('shows no secret', () => wave.assertNoSecrets());
  });
}

function check(
  vendor: Vendor,
  { type, operation, target, harmful }: Example,
  { fault, end, sparesLogin }: Trial,
  { server, ends, outputs, caught }: TrialResult,
) {
  deepEqual(ends, [end]);
  equal(outputs.length, end === 'done' ? 1 : 0);
  const sent = server.requests.filter((request) => !vendor.login?.isLogin(request) && !/^(GET|HEAD)$/.test(request.method));
  if (operationOf(vendor.name, type, operation)?.reads) deepEqual(sent, [], 'what reads changes nothing');
  else if (end === 'done' && fault.name === 'nothing wrong') ok(sent.length > 0, 'what changes nothing should say so: reads');
  // What was refused for its login was not carried out.
  if (harmful && !sparesLogin) ok(sent.length <= 1, 'what may have arrived is not sent again');
  if (end === 'done') return;
  const cause = caught[0]?.error.cause as Readonly<Record<string, unknown>> | undefined;
  deepEqual([cause?.vendor, cause?.operation], [vendor.name, operation]);
  if (typeof target === 'string') equal(cause?.target, target);
  else match(String(cause?.target), target);
  if (fault.statusCode !== undefined) equal(cause?.statusCode, fault.statusCode);
  equal(cause?.retryable, RETRYABLE.includes(end));
}

function rowsOf(vendor: Vendor): FaultRow[] {
  const { login, examples } = vendor;
  const titleOf = ({ type, operation }: Example) => `${type} ${operation}`;
  const trial = (fault: Fault, ends: Ends | undefined, sparesLogin = false): Trial => {
    const end = ends?.find(([pattern]) => pattern.test(fault.name))?.[1] ?? fault.end;
    return { fault, sparesLogin, end, title: sparesLogin ? `${fault.name}, although the login is good` : fault.name };
  };
  // What is said to an expired login is renewed once.
  const again = login ? faults.filter(({ statusCode }) => statusCode === 401) : [];
  const first = examples.filter(({ type }, index) => examples.findIndex((other) => other.type === type) === index);
  const rows = (IS_SECOND_RUN ? first : examples).map((example) => ({
    title: titleOf(example),
    example,
    trials: [...faults.map((fault) => trial(fault, example.ends)), ...again.map((fault) => trial(fault, example.ends, true))],
  }));
  const logins = (login ? first : []).map((example) => ({
    title: `the login for ${titleOf(example)}`,
    example,
    trials: faults.map((fault) => trial(fault, login?.ends)),
  }));
  return [...rows, ...logins];
}

/** Some rows, whose trials happen at once. */
class Wave {
  private readonly results = new Map<Trial, Promise<TrialResult>>();
  private audit: Audit | undefined;
  private red: NodeRed | undefined;
  private begun: Promise<void> | undefined;
  private searched: Promise<void> | undefined;

  constructor(
    private readonly vendor: Vendor,
    readonly rows: readonly FaultRow[],
    /** Of the whole table. */
    private readonly servers: FaultServer[],
  ) {}

  start(): Promise<void> {
    this.begun ??= this.begin();
    return this.begun;
  }

  result(_row: FaultRow, trial: Trial): Promise<TrialResult> {
    return this.results.get(trial) as Promise<TrialResult>;
  }

  /** Of all its messages, wherever they can be read. */
  assertNoSecrets(): Promise<void> {
    this.searched ??= this.search();
    return this.searched;
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.heal()));
    await this.audit?.close();
  }

  private async begin(): Promise<void> {
    this.red = await startNodeRed();
    const trials = this.rows.flatMap((row) => row.trials.map((trial) => ({ row, trial })));
    while (this.servers.length < trials.length) this.servers.push(await FaultServer.start());
    const parts = trials.map((each, index) => ({ ...each, id: `node-${index}`, server: this.servers[index] as FaultServer }));
    this.audit = await Audit.open(
      this.red,
      parts.map(({ row: { example }, trial: { fault }, id }) => ({
        ...actionNode(example, id, `connection of ${id}`),
        ...(fault.passes && { keepFor: 60 }),
      })),
      parts.map(({ trial, id, server }) => ({
        ...this.vendor.connection(server.url, { timeout: trial.fault.timeout }),
        id: `connection of ${id}`,
      })),
    );
    for (const { row, trial, id, server } of parts) this.results.set(trial, this.attempt(this.audit, row, trial, id, server));
    await Promise.allSettled(this.results.values());
  }

  private async attempt(
    audit: Audit,
    { example, title }: FaultRow,
    { fault, sparesLogin }: Trial,
    id: string,
    server: FaultServer,
  ): Promise<TrialResult> {
    const { login } = this.vendor;
    server.good = well(this.vendor, example.good);
    server.spared = sparesLogin ? login?.isLogin : undefined;
    // The time limit is meant for the fault: a slow machine may need more than one attempt before.
    if (login && !title.startsWith('the login'))
      await until(
        'a message that goes well',
        () => audit.run({ ...example.msg }, id),
        ({ ends }) => String(ends) === 'done',
      );
    server.requests.length = 0;
    await fault.arrange(server);
    const running = audit.run({ ...example.msg }, id);
    if (fault.passes) await this.heal(id, server);
    return { ...(await running), server };
  }

  /** When the node keeps the message. */
  private async heal(id: string, server: FaultServer): Promise<void> {
    const { statuses } = this.red as NodeRed;
    const keeps = () => statuses.some((one) => one.id === id && / kept since /.test(one.status.text ?? ''));
    await until(`that ${id} keeps its message`, keeps);
    await server.heal();
  }

  private async search(): Promise<void> {
    const told = (await Promise.all(this.results.values())).flatMap(({ caught, outputs }) => [...caught, ...outputs]);
    await assertNoSecrets(this.red as NodeRed, secretsOf(this.vendor), { things: told });
  }
}

/** The node of an example. */
export const actionNode = ({ type, operation, parameters = {}, settings }: Example, id: string, connection: string): FlowNode => ({
  id,
  type,
  connection,
  operation,
  parameters,
  ...settings,
});
