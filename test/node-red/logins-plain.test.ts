import { ok } from 'node:assert/strict';
import { type Behaviour, FaultServer } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import { PlainNodeRed } from '../kit/plain';
import { until } from '../kit/within';
import { vendors } from './login-vendors';

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
    for (const [name, { config, action, event, good }] of Object.entries(vendors)) {
      const server = await FaultServer.start();
      servers.set(name, server);
      server.good = good;
      server.always(accessDenied);
      const account = `${name}-login`;
      const common = { connection: account, wires: [[]] };
      flow.push(
        config(server.url, { id: account }),
        { id: `${name}-action`, parameters: {}, ...common, ...action },
        { id: `${name}-event`, ...common, ...event },
        { id: `${name}-inject`, type: 'inject', repeat: '0.1', wires: [[`${name}-action`]] },
      );
    }
    red = await PlainNodeRed.start();
    await red.deploy(flow);
    for (const name of servers.keys()) {
      await red.status(`${name}-action`, { fill: 'red', text: 'FORBIDDEN' });
      await red.status(`${name}-event`, { fill: 'yellow' });
    }
    const logins = () => [...servers].map(([name, { requests }]) => requests.filter((request) => vendors[name]?.isLogin(request)).length);
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
