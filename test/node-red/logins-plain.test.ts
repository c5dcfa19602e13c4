import { ok } from 'node:assert/strict';
import { allVendors } from '../kit/all-vendors';
import { type Behaviour, FaultServer } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import { PlainNodeRed } from '../kit/plain';
import { well } from '../kit/vendor';
import { until } from '../kit/within';

const vendors = allVendors.flatMap((vendor) => (vendor.login ? [{ vendor, login: vendor.login }] : []));

const accessDenied: Behaviour = (response) =>
  void response.writeHead(403, { 'content-type': 'text/html' }).end('<html><body>Access denied</body></html>');

describe('a login that a proxy answers with a page, on a plain Node-RED', () => {
  let red: PlainNodeRed | undefined;
  const servers = new Map<string, FaultServer>();
  afterEach(async () => {
    await red?.remove();
    for (const server of servers.values()) await server.close();
  });

  it('leaves every node working when the proxy is gone, without a deploy', async () => {
    const flow: FlowNode[] = [];
    for (const { vendor, login } of vendors) {
      const { name } = vendor;
      const server = await FaultServer.start();
      servers.set(name, server);
      server.good = well(vendor, login.good);
      server.always(accessDenied);
      const account = `${name}-login`;
      const common = { connection: account, wires: [[]] };
      flow.push(
        vendor.connection(server.url, { id: account }),
        { id: `${name}-action`, parameters: {}, ...common, ...login.action },
        { id: `${name}-event`, ...common, ...login.event },
        { id: `${name}-inject`, type: 'inject', repeat: '0.1', wires: [[`${name}-action`]] },
      );
    }
    red = await PlainNodeRed.start();
    await red.deploy(flow);
    for (const name of servers.keys()) {
      await red.status(`${name}-action`, { fill: 'red', text: /FORBIDDEN/ });
      await red.status(`${name}-event`, { fill: 'yellow' });
    }
    const logins = () => vendors.map(({ vendor, login }) => servers.get(vendor.name)?.requests.filter(login.isLogin).length ?? 0);
    await until('two tries of each login', logins, (all) => all.every((count) => count >= 2));
    // Ten messages a second, and pauses that grow.
    ok(
      logins().every((count) => count < 10),
      String(logins()),
    );
    for (const server of servers.values()) await server.heal();
    for (const name of servers.keys()) {
      await red.status(`${name}-action`, { fill: 'green' });
      await red.status(`${name}-event`, { fill: 'green' });
    }
    ok(!/uncaught|unhandled/i.test(red.output));
  });
});
