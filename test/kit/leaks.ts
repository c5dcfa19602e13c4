import { deepEqual } from 'node:assert/strict';
import type { EventEmitter } from 'node:events';
import type { RequestListener } from 'node:http';
import type { DeployType, FlowNode, NodeRed } from './node-red';

/** How much of each kind the process holds. */
export type Census = Readonly<Record<string, number>>;

/** Looks, of 10 ms each, for what goes away by itself. */
const PATIENCE = 500;

const DEPLOYS: readonly DeployType[] = ['full', 'nodes', 'flows'];

/** Timers, sockets and servers that keep the process alive, and listeners on what outlives a flow. */
export function heldBy(emitters: Readonly<Record<string, EventEmitter>>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const resource of process.getActiveResourcesInfo()) counts[resource] = (counts[resource] ?? 0) + 1;
  for (const [name, emitter] of Object.entries(emitters))
    counts[`listeners of ${name}`] = emitter.eventNames().reduce((sum, event) => sum + emitter.listenerCount(event), 0);
  return counts;
}

/** The same, and routes. */
export function census(red: NodeRed): Census {
  const counts = heldBy({ 'RED.events': red.events, process, server: red.server });
  counts['routes of httpNode'] = routes(red.apps.node);
  counts['routes of httpAdmin'] = routes(red.apps.admin);
  return counts;
}

interface Layer {
  readonly handle?: RequestListener & { readonly stack?: Layer[]; readonly _router?: { readonly stack: Layer[] } };
}

/** Express keeps its routes in a stack, routers within routers. */
function routes(app: RequestListener): number {
  const count = ({ handle }: Layer): number =>
    [...(handle?.stack ?? []), ...(handle?._router?.stack ?? [])].reduce((sum, layer) => sum + count(layer), 1);
  return count({ handle: app });
}

/**
 * Deploys the flow 20 times in each of the three ways, with every node changed each time so that every node restarts.
 * Fails where the process then holds more than before, and still does after a while.
 */
export async function assertNoLeaks(red: NodeRed, flow: readonly FlowNode[], { redeploys = 20, patience = PATIENCE } = {}): Promise<void> {
  for (const type of DEPLOYS) {
    // What is made once (a pool's sockets, Node-RED's own caches) is there before the count.
    for (const turn of [1, 2, 3]) await red.deploy(changed(flow, turn), type);
    const count = () => census(red);
    const before = await steady(count);
    for (let turn = 0; turn < redeploys; turn++) await red.deploy(changed(flow, turn), type);
    const more = await excess(count, before, patience);
    deepEqual(more, {}, `${redeploys} deploys (${type}) left behind`);
  }
}

const changed = (flow: readonly FlowNode[], turn: number): FlowNode[] =>
  flow.map((node) => (node.type === 'tab' ? node : { ...node, name: `turn ${turn}` }));

/** The census once it has stopped falling. */
export async function steady(count: () => Census): Promise<Census> {
  let last = count();
  for (let calm = 0; calm < 10; calm++) {
    await pause();
    const now = count();
    if (JSON.stringify(now) !== JSON.stringify(last)) calm = 0;
    last = now;
  }
  return last;
}

/** What there is more of than before, when it does not go away by itself: not even by the last of so many looks. */
export async function excess(count: () => Census, before: Census, patience = PATIENCE): Promise<Record<string, number>> {
  for (let look = 1; ; look++) {
    const more = Object.fromEntries(
      Object.entries(count()).flatMap(([name, held]) => {
        const grown = held - (before[name] ?? 0);
        return grown > 0 ? [[name, grown]] : [];
      }),
    );
    if (Object.keys(more).length === 0 || look > patience) return more;
    await pause();
  }
}

/** What has ended goes with the next turns of the event loop. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
