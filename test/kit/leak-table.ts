import { FaultServer } from './fault-server';
import { actionNode } from './fault-table';
import { assertNoLeaks } from './leaks';
import { type FlowNode, type NodeRed, startNodeRed } from './node-red';
import { type Vendor, well } from './vendor';

const TAB = 'leaks';

/**
 * One of each action node and all event nodes of a vendor, deployed again and again in the three ways: when all is well, and
 * with requests, retries and waits under way. Nothing of the nodes before may be left.
 */
export function leakTable(vendor: Vendor): void {
  const { deployed } = vendor;

  describe(`the nodes of ${vendor.name} leave nothing behind`, () => {
    let red: NodeRed;
    let server: FaultServer;
    before(async () => {
      red = await startNodeRed();
      server = await FaultServer.start();
      await deployed.prepare?.(red, server.url);
    });
    after(async () => {
      await red.stop();
      await server.close();
    });

    it('after 20 deploys of each kind', async () => {
      const peer = await deployed.start?.();
      server.good = well(vendor, deployed.good ?? {});
      await assertNoLeaks(red, flowOf(vendor, server.url, peer?.settings));
      await peer?.check?.(red);
      await red.stop();
      await peer?.stop();
    }).timeout(120_000);

    for (const { title, server: behaviour, begin, redeploys = 3 } of deployed.busy)
      it(`after deploys while ${title}`, async () => {
        const peer = await deployed.start?.();
        server.always(behaviour);
        // No time limit comes while it is counted.
        const nodes = flowOf(vendor, server.url, { ...peer?.settings, timeout: 600_000 });
        await red.deploy(nodes);
        await begin(red, server);
        await assertNoLeaks(red, nodes, { redeploys });
        await server.heal();
        await red.stop();
        await peer?.stop();
      }).timeout(120_000);
  });
}

function flowOf(vendor: Vendor, url: string, settings: Readonly<Record<string, unknown>> = {}): FlowNode[] {
  const { nodes, connections } = vendor.deployed;
  const connection = vendor.connection(url, settings);
  const others = vendor.examples.filter(
    ({ type }, index) =>
      vendor.examples.findIndex((example) => example.type === type) === index && !nodes.some((node) => node.type === type),
  );
  const all = [...nodes, ...others.map((example) => actionNode(example, example.type, connection.id))];
  return [
    { id: TAB, type: 'tab', label: TAB },
    connection,
    ...(connections?.(url) ?? []),
    ...all.map((node) => ({ connection: connection.id, ...node, z: TAB, wires: [[]] })),
  ];
}
