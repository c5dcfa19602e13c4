import type { ServerResponse } from 'node:http';
import { sendResponse } from './http/response';
import { pageFile } from './page-server';
import { type Ports, Simulator } from './simulator';

export { PortTaken } from './listen';

/**
 * Milliseconds for which a simulator keeps running without users at a redeploy, so that its state is not lost. Node-RED makes
 * the new nodes when the last of the old ones has closed, for which it gives them 15 s.
 */
const KEEP_RUNNING = 16_000;

/** The simulated devices that somebody uses. */
export interface DevicesInUse {
  readonly port: number;
  readonly mqttPort: number;
  /** Of their users, as far as these have one. */
  readonly names: readonly string[];
}

interface Shared {
  readonly ports: Ports;
  readonly names: string[];
  readonly simulator: Promise<Simulator>;
  users: number;
  timer?: NodeJS.Timeout;
  ended?: Promise<void>;
}

const running = new Set<Shared>();

export interface Lease {
  /** Fulfilled when all ports listen. @throws PortTaken */
  readonly ready: Promise<Simulator>;
  /**
   * May be called again, when it is known that no other lease follows.
   * @param soon another lease may follow: without any, the simulator keeps running for a while
   */
  release(soon: boolean): Promise<void>;
}

/**
 * A lease of the simulator on these ports, which is shared and runs as long as there is one.
 * @param name of who uses it
 */
export function lease(ports: Ports, name = ''): Lease {
  const same = (other: Shared) => other.ports.port === ports.port && other.ports.mqttPort === ports.mqttPort;
  const shared = [...running].find((other) => same(other) && !other.ended) ?? share(ports);
  clearTimeout(shared.timer);
  shared.users++;
  if (name !== '') shared.names.push(name);
  let held = true;
  return {
    ready: shared.simulator,
    async release(soon) {
      if (held) leave(shared, name);
      held = false;
      if (shared.users > 0) return;
      clearTimeout(shared.timer);
      if (soon) shared.timer = setTimeout(() => void end(shared), KEEP_RUNNING);
      else await end(shared);
    },
  };
}

function leave(shared: Shared, name: string): void {
  shared.users--;
  const at = shared.names.indexOf(name);
  if (at >= 0) shared.names.splice(at, 1);
}

/** By their HTTP ports. */
export async function devicesInUse(): Promise<DevicesInUse[]> {
  const all = (await inUse()).map(({ simulator, names }) => ({ port: simulator.port ?? 0, mqttPort: simulator.mqttPort ?? 0, names }));
  return all.sort((one, other) => one.port - other.port);
}

/** The simulator in use at an HTTP port. */
export async function inUseAt(port: number): Promise<Simulator | undefined> {
  return (await inUse()).find(({ simulator }) => simulator.port === port)?.simulator;
}

async function inUse(): Promise<{ readonly simulator: Simulator; readonly names: readonly string[] }[]> {
  const used = [...running].filter(({ users, ended }) => users > 0 && !ended);
  const started = await Promise.allSettled(used.map(async ({ simulator, names }) => ({ simulator: await simulator, names })));
  return started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** Sends a file of the device page at another server. @param editor where Node-RED's editor is, seen from the page */
export const sendPageFile = async (path: string, editor: string, response: ServerResponse): Promise<void> =>
  sendResponse(response, await pageFile(path, response.req.headers, editor));

function share(ports: Ports): Shared {
  const shared: Shared = { ports, simulator: start(ports), names: [], users: 0 };
  running.add(shared);
  // Its users get the error; the next one shall try again.
  shared.simulator.catch(() => running.delete(shared));
  return shared;
}

/** A port may still be used by a simulator without users, which is ended first. */
async function start(ports: Ports): Promise<Simulator> {
  const wanted = new Set([ports.port, ports.mqttPort]);
  const idle = [...running].filter(({ users, ports: { port, mqttPort } }) => users === 0 && (wanted.has(port) || wanted.has(mqttPort)));
  await Promise.all(idle.map(end));
  return Simulator.start(ports);
}

function end(shared: Shared): Promise<void> {
  clearTimeout(shared.timer);
  shared.ended ??= shared.simulator
    .then((simulator) => simulator.close())
    .finally(() => running.delete(shared))
    // Where it has not started, there is nothing to end, and its users have got the error.
    .catch(() => {});
  return shared.ended;
}
