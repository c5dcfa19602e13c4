import { deepEqual, match } from 'node:assert/strict';
import { Audit, type Outcome } from './audit';
import { FaultServer } from './fault-server';
import { faults } from './faults';
import type { FlowNode, NodeRed } from './node-red';
import { assertNoSecrets } from './secrets';
import { until } from './within';

export type TimedFault = (typeof faults)[number];

export interface Trial extends Outcome {
  readonly fault: TimedFault;
  readonly vendor: FaultServer;
  /** Of the error, as a Catch node sees it. */
  readonly cause: Readonly<Record<string, unknown>> | undefined;
}

/** One operation, and what becomes of it under every fault. */
export interface Row {
  readonly title: string;
  /** The action node: type, operation, parameters. */
  readonly node: Record<string, unknown>;
  /** What the message holds. */
  readonly msg?: object;
  /** Makes the vendor well at first, and the config node that leads to it. */
  readonly connection: (vendor: FaultServer, timeout: number) => Omit<FlowNode, 'id'>;
  /** A message goes well before the fault begins. */
  readonly wellBefore?: boolean;
  /** What happens before the fault, where it is more than that. */
  readonly except?: (vendor: FaultServer, fault: TimedFault) => void;
  readonly faults?: readonly TimedFault[];
  readonly check: (trial: Trial) => void;
}

/**
 * Each operation under every fault, a test each. The faults of an operation happen at once, each to a vendor, a connection
 * and a node of its own: most of their time is spent in waiting. Whatever happens, no secret is shown, and nobody follows
 * a redirect.
 */
export function faultTable(startRed: () => Promise<NodeRed>, secrets: readonly string[], rows: readonly Row[]): void {
  let red: NodeRed;
  const vendors: FaultServer[] = [];
  before(async () => {
    red = await startRed();
    for (const _ of faults) vendors.push(await FaultServer.start());
  });
  after(() => Promise.all(vendors.map((vendor) => vendor.close())));

  for (const row of rows) {
    const chosen = row.faults ?? faults;
    describe(row.title, () => {
      const trials = new Map<TimedFault, Promise<Trial>>();
      let audit: Audit;

      before(async () => {
        const parts = chosen.map((fault, index) => ({ fault, id: `node-${index}`, vendor: vendors[index] as FaultServer }));
        audit = await Audit.open(
          red,
          parts.map(({ id }) => ({ type: '', ...row.node, id, connection: `connection of ${id}` })),
          parts.map(({ fault, id, vendor }) => ({ ...row.connection(vendor, fault.timeout), id: `connection of ${id}` }) as FlowNode),
        );
        for (const { fault, id, vendor } of parts) trials.set(fault, attempt(audit, row, fault, id, vendor));
        await Promise.allSettled(trials.values());
      });
      after(async () => {
        await Promise.all(vendors.map((vendor) => vendor.heal()));
        await audit.close();
      });

      for (const fault of chosen)
        it(fault.name, async () => {
          const trial = await (trials.get(fault) as Promise<Trial>);
          deepEqual(trial.vendor.strayed, []);
          if (fault.says) match(String(trial.error), fault.says);
          row.check(trial);
        });

      if (secrets.length > 0)
        it('shows no secret', async () => {
          const told = (await Promise.all(trials.values())).flatMap(({ caught, outputs }) => [...caught, ...outputs]);
          await assertNoSecrets(red, secrets, { things: told });
        });
    });
  }
}

async function attempt(audit: Audit, row: Row, fault: TimedFault, id: string, vendor: FaultServer): Promise<Trial> {
  // The time limit is meant for the fault: a slow machine may need more than one try before.
  if (row.wellBefore)
    await until(
      'a message that goes well',
      () => audit.run({ ...row.msg }, id),
      ({ ends }) => String(ends) === 'done',
    );
  vendor.requests.length = 0;
  await fault.arrange(vendor);
  row.except?.(vendor, fault);
  const outcome = await audit.run({ ...row.msg }, id);
  return { ...outcome, fault, vendor, cause: outcome.caught[0]?.error.cause as Trial['cause'] };
}
