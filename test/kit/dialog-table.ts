import { deepEqual, notEqual, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { FaultServer } from './fault-server';
import { type Fault, faults } from './faults';
import { type NodeRed, startNodeRed } from './node-red';
import { assertNoSecrets } from './secrets';
import { type Example, secretsOf, type Vendor, well } from './vendor';

/** The Test button, *Try it* and every dropdown of a vendor's open dialog, under every fault: what they tell shows no secret. */
export function dialogTable(vendor: Vendor): void {
  describe(`the dialogs of ${vendor.name} show no secret`, () => {
    const told = new Map<Fault, string[]>();
    const servers: FaultServer[] = [];
    const routes = routesOf(vendor);
    let red: NodeRed;
    before(async () => {
      red = await startNodeRed();
      red.forget();
      for (const _ of faults) servers.push(await FaultServer.start());
      await Promise.all(faults.map(async (fault, index) => told.set(fault, await ask(red, vendor, fault, servers[index] as FaultServer))));
    });
    after(() => Promise.all(servers.map((server) => server.close())));

    for (const fault of faults)
      it(fault.name, () => {
        const texts = told.get(fault) ?? [];
        deepEqual(
          texts.filter((text) => secretsOf(vendor).some((secret) => text.includes(secret))),
          [],
        );
        deepEqual([texts.length, servers[faults.indexOf(fault)]?.strayed], [routes.length, []]);
        for (const text of texts) notEqual(text, '');
      });

    it('nor do the log, the statuses and what is stored', async () => {
      ok(routes.length > 1);
      await assertNoSecrets(red, secretsOf(vendor), { things: [...told.values()] });
    });
  });
}

/** *Try it* of an operation that no message is needed for. */
function trialOf({ examples }: Vendor): { readonly route: string; readonly action: object } {
  const isConstant = (parameters: object = {}) => Object.values(parameters).every(({ type }) => type !== 'msg');
  const { type, operation, parameters = {} } = examples.find((example) => isConstant(example.parameters)) as Example;
  return { route: type, action: { id: 'new', type, operation, parameters } };
}

function routesOf({ name, connection, ...vendor }: Vendor): string[] {
  const { type } = connection('http://127.0.0.1');
  const { lookups } = require(join(__dirname, '../../src/vendors', name, `${type}.js`)) as { lookups: object };
  const { route } = trialOf({ name, connection, ...vendor });
  return [`test/${type}`, `try/${type}/${route}`, ...Object.keys(lookups).map((lookup) => `lookup/${type}/${lookup}`)];
}

/** What the routes say while the fault goes on. */
async function ask(red: NodeRed, vendor: Vendor, fault: Fault, server: FaultServer): Promise<string[]> {
  server.good = well(vendor, {});
  await fault.arrange(server);
  const { id: _, type: __, credentials = {}, ...values } = vendor.connection(server.url, { timeout: fault.timeout });
  return Promise.all(
    routesOf(vendor).map(async (route) => {
      // Each as the dialog of a new node.
      const body = {
        id: `new-${route}`,
        values,
        credentials,
        parameters: { id: '7', device: 'd', target: 'object' },
        action: trialOf(vendor).action,
      };
      return (await red.admin(`/ensemble/${route}`, { method: 'POST', body })).text();
    }),
  );
}
