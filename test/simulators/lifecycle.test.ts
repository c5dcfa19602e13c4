import { deepEqual, equal, rejects } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { mock } from 'node:test';
import { promisify } from 'node:util';
import mqtt from 'mqtt';
import { lease, PortTaken } from '../../src/simulators';
import { Simulator } from '../../src/simulators/simulator';
import { until, within } from '../kit/within';
import { accepts, freePorts, portOf } from './ports';
import { call, EXAMPLE, simulated, snapshot } from './simulated';

describe('the simulator', () => {
  const others: (Server | Socket)[] = [];
  const occupy = async () => {
    const server = createTcpServer().listen(0, '127.0.0.1');
    others.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  afterEach(() => {
    mock.timers.reset();
    for (const other of others.splice(0)) 'destroy' in other ? other.destroy() : other.close();
  });

  for (const taken of ['port', 'mqttPort'] as const)
    it(`names the ${taken} that is taken, and leaves the other one alone`, async () => {
      const ports = { ...(await freePorts()), [taken]: await occupy() };
      await rejects(Simulator.start(ports), (error) => error instanceof PortTaken && error.port === ports[taken]);
      equal(await accepts(taken === 'port' ? ports.mqttPort : ports.port), false);
    });

  it('listens on this machine only', async () => {
    const { address, mqttAddress } = await simulated();
    deepEqual([new URL(address).hostname, new URL(mqttAddress).hostname], ['127.0.0.1', '127.0.0.1']);
    const outside = Object.values((await import('node:os')).networkInterfaces())
      .flat()
      .find((one) => one && !one.internal && one.family === 'IPv4');
    if (!outside) return;
    const socket = connect(portOf(address), outside.address);
    const [error] = (await within(20_000, 'neither refused nor connected', once(socket, 'error'))) as [NodeJS.ErrnoException];
    equal(error.code, 'ECONNREFUSED');
  });

  it('lets a client wait that connects before the broker is loaded', async () => {
    const { port, mqttPort } = await freePorts();
    // In a fresh process: here the broker is loaded already.
    const script = `
      const { connect } = require('mqtt');
      const { Simulator } = require(${JSON.stringify(require.resolve('../../src/simulators/simulator'))});
      Simulator.start({ port: ${port}, mqttPort: ${mqttPort} });
      const client = connect('mqtt://127.0.0.1:${mqttPort}', { reconnectPeriod: 0 });
      client.once('connect', () => process.exit(0));
      client.once('error', (error) => { console.error(error); process.exit(1); });`;
    await promisify(execFile)(process.execPath, ['-e', script]);
  });

  it('closes at once, whatever hangs', async () => {
    // What waits for a time limit waits for ever.
    mock.timers.enable({ apis: ['setTimeout'] });
    // No other process gets these as soon as they are free.
    const simulator = await simulated(await freePorts());
    const hanging = createServer().listen(0, '127.0.0.1');
    others.push(hanging);
    await once(hanging, 'listening');
    const posted = once(hanging, 'request');
    await call(simulator, 'POST', '/sonata/subscribe', { url: `http://127.0.0.1:${(hanging.address() as AddressInfo).port}/` });
    await call(simulator, 'POST', '/sonata/pattern', { installation_id: 1, device_id: 1, values: EXAMPLE });
    const [event] = (await posted) as [IncomingMessage];
    others.push(event.socket);

    const feed = await fetch(`${simulator.address}/page/feed`);
    const half = connect(portOf(simulator.address), '127.0.0.1');
    half.write('POST /sonata/off HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{');
    const silent = connect(portOf(simulator.mqttAddress), '127.0.0.1');
    const client = mqtt.connect(simulator.mqttAddress, { reconnectPeriod: 0 });
    client.on('error', () => {});
    await new Promise<void>((resolve) => client.once('connect', () => resolve()));
    await call(simulator, 'POST', '/page/sonata/faults', { latency: 600_000, errorRate: 0, retryAfter: 0 });
    const late = call(simulator, 'POST', '/sonata/off', { installation_id: 1, device_id: 1 }).catch((error: Error) => error);
    for (const socket of [half, silent]) socket.on('error', () => {});
    const ended = [half, silent, event.socket].map((socket) => once(socket, 'close'));

    await simulator.close();
    mock.timers.reset();
    await within(20_000, 'a connection is still open', Promise.all([...ended, late, feed.body?.cancel().catch(() => {})]));
    deepEqual(await Promise.all([accepts(portOf(simulator.address)), accepts(portOf(simulator.mqttAddress))]), [false, false]);
    client.end(true);
    hanging.closeAllConnections();
  });

  it('is shared by those with the same ports, and ends with the last one', async () => {
    const ports = await freePorts();
    const [a, b] = [lease(ports), lease(ports)];
    equal(await a.ready, await b.ready);
    await a.release(false);
    equal(await accepts(ports.port), true);
    await a.release(false);
    equal(await accepts(ports.port), true);
    await b.release(false);
    deepEqual(await Promise.all([accepts(ports.port), accepts(ports.mqttPort)]), [false, false]);
  });

  it('is handed over at a redeploy with all that its devices show, and ends where no node takes it over', async () => {
    const ports = await freePorts();
    const before = lease(ports);
    await call(await before.ready, 'POST', '/sonata/pattern', { installation_id: 1, device_id: 1, values: EXAMPLE });
    await before.release(true);
    const after = lease(ports);
    equal(await after.ready, await before.ready);
    deepEqual((await snapshot(await after.ready)).vendors.sonata.matrices[0]?.levels, EXAMPLE);

    const unclaimed = await freePorts();
    const other = lease(unclaimed);
    await other.ready;
    await other.release(true);
    equal(await accepts(unclaimed.port), true);
    await until(
      'both ports are free',
      () => Promise.all([accepts(unclaimed.port), accepts(unclaimed.mqttPort)]),
      (listening) => listening.every((one) => !one),
    );
    equal(await accepts(ports.port), true);
    await after.release(false);
  });

  it('gives its port at once to a successor with another second port', async () => {
    const ports = await freePorts();
    const before = lease(ports);
    await before.ready;
    await before.release(true);
    const after = lease({ port: ports.port, mqttPort: (await freePorts()).mqttPort });
    equal((await after.ready).address, `http://127.0.0.1:${ports.port}`);
    await after.release(false);
  });

  it('starts anew after a failure, once the port is free', async () => {
    const { port } = await freePorts();
    const other = createTcpServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const ports = { port, mqttPort: 0 };
    const failed = lease(ports);
    await rejects(failed.ready, PortTaken);
    await failed.release(true);
    await new Promise((resolve) => other.close(resolve));
    const next = lease(ports);
    await next.ready;
    await next.release(false);
  });

  it('may be released before it runs', async () => {
    const ports = await freePorts();
    await lease(ports).release(false);
    deepEqual(await Promise.all([accepts(ports.port), accepts(ports.mqttPort)]), [false, false]);
  });
});
