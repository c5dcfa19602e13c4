import { type Ports, Simulator } from './simulator';

export { PortTaken } from './listen';

/**
 * Milliseconds for which a simulator outlives its last user at a redeploy, so that the next finds it as it was. Node-RED
 * makes the new nodes when the last of the old ones has closed, for which it gives them 15 s.
 */
const LINGER = 16_000;

interface Shared {
  readonly ports: Ports;
  readonly simulator: Promise<Simulator>;
  users: number;
  timer?: NodeJS.Timeout;
  ended?: Promise<void>;
}

const running = new Set<Shared>();

export interface Lease {
  /** Fulfilled when all ports listen. @throws PortTaken */
  readonly ready: Promise<Simulator>;
  /** @param soon a successor may follow: the last one to leave waits a moment for it */
  release(soon: boolean): Promise<void>;
}

/** A share of the simulator on these ports, which runs while somebody has one. */
export function lease(ports: Ports): Lease {
  const same = (other: Shared) => other.ports.port === ports.port && other.ports.mqttPort === ports.mqttPort;
  const shared = [...running].find((other) => same(other) && !other.ended) ?? share(ports);
  clearTimeout(shared.timer);
  shared.users++;
  let held = true;
  return {
    ready: shared.simulator,
    async release(soon) {
      if (held && --shared.users === 0) {
        if (soon) shared.timer = setTimeout(() => void end(shared), LINGER);
        else await end(shared);
      }
      held = false;
    },
  };
}

function share(ports: Ports): Shared {
  const shared: Shared = { ports, simulator: start(ports), users: 0 };
  running.add(shared);
  // Its users hear of the failure; the next one shall try anew.
  shared.simulator.catch(() => running.delete(shared));
  return shared;
}

/** A port may still belong to a simulator that nobody uses any more. */
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
    // Where it never started there is nothing to end, and its users know.
    .catch(() => {});
  return shared.ended;
}
