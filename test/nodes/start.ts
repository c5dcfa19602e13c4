import { deepEqual } from 'node:assert/strict';
import { type EventEmitter, once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import helper from 'node-red-node-test-helper';
import type { Caught } from '../kit/audit';
import { VERSION } from '../kit/embedded';
import { takeFileByFile } from '../kit/file-by-file';
import { type Census, excess, heldBy, steady } from '../kit/leaks';
import type { FlowNode, ShownStatus } from '../kit/node-red';
import { declaredNodes, panelOf } from '../kit/panel';
import { timeless } from '../kit/timeless';
import { until, within } from '../kit/within';

takeFileByFile();

/** What `helper.init` takes: the Node-RED of this run. */
export const nodeRed = require.resolve(`node-red-${VERSION}`);

/** Where the editor puts a node; without it, Node-RED takes it for a config node. */
const PLACE = { z: 'tab', x: 0, y: 0 };

/** What stands beside the node under test, `node`: its tab, a Catch and a Complete node, and helper nodes for what comes out of the three. */
export const beside: readonly FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'Test' },
  { id: 'sent', type: 'helper', ...PLACE },
  { id: 'catch', type: 'catch', ...PLACE, scope: ['node'], uncaught: false, wires: [['caught']] },
  { id: 'caught', type: 'helper', ...PLACE },
  { id: 'complete', type: 'complete', ...PLACE, scope: ['node'], uncaught: false, wires: [['completed']] },
  { id: 'completed', type: 'helper', ...PLACE },
];

/** A node as it comes from the palette: on its tab, with the defaults of its panel. */
export function fresh(type: string): { readonly type: string; readonly [property: string]: unknown } {
  const [, file = ''] = declaredNodes.find(([declared]) => declared === type) ?? [];
  const { category, defaults } = panelOf(type, file);
  const values = Object.fromEntries(Object.entries(defaults).map(([name, { value }]) => [name, value]));
  // The panel's script has run in a realm of its own, whose objects are no `Object` here.
  return { type, ...(JSON.parse(JSON.stringify(values)) as object), ...(category !== 'config' && PLACE) };
}

/** The next message that comes to a helper node. */
export async function received(id: string): Promise<Caught> {
  const [msg] = (await within(30_000, `a message at ${id}`, once(helper.getNode(id), 'input'))) as [Caught];
  return msg;
}

/** Waits until the status that `node` has set last is like this one, whatever its time. */
export async function shows(status: ShownStatus): Promise<void> {
  const node = helper.getNode('node');
  const last = () => node.status.getCalls().findLast(({ thisValue }) => thisValue === node)?.args[0] as ShownStatus | undefined;
  const isIt = (shown: ShownStatus | undefined) => isDeepStrictEqual({ ...shown, ...status }, shown);
  await until(`the status ${JSON.stringify(status)}`, last, (shown) => isIt(shown && timeless(shown)));
}

/** Looks, of 10 ms each: shorter than a server leaves a connection open that nobody uses. */
const PATIENCE = 100;

/** Loads and unloads twice: after the second time the process must hold no more than after the first, which makes what is made once. */
export async function leavesNothing(loadAndUnload: () => Promise<void>): Promise<void> {
  await loadAndUnload();
  const before = await steady(held);
  await loadAndUnload();
  deepEqual(await excess(held, before, PATIENCE), {});
}

const { events } = require(nodeRed) as { events: EventEmitter };
const held = (): Census => heldBy({ 'RED.events': events, process });
