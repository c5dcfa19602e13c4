// A worker of the example Scaling - workers, in a Node-RED of its own. Tells of each event that it has handled, in portions; `ms` is how
// long the work on one takes, of which there is one at a time: a request to a device, for example.
import { setTimeout as sleep } from 'node:timers/promises';
import { idOf, tabOf } from '../../test/scaling/instances';
import { lightOf, startNodeRed } from '../node-red';

const FILE = 'Scaling - workers.json';
const PORTION = 50;
const [mqttPort, ms] = process.argv.slice(2).map(Number) as [number, number];
process.on('disconnect', () => process.exit());

let handled = 0;
let told = 0;
let work = Promise.resolve();

function done(): void {
  handled++;
  if (handled - told < PORTION) return;
  tell();
}

function tell(): void {
  if (handled > told) process.send?.({ handled: handled - told });
  told = handled;
}

async function main(): Promise<void> {
  const handledBy = idOf(FILE, 'Handled');
  const flow = tabOf(FILE, 'Scaling - workers: a worker', { mqttPort }).map((node) =>
    node.id === handledBy ? { id: node.id, type: 'light', z: node.z, wires: [[]] } : node,
  );
  const nodeRed = await startNodeRed(flow as Parameters<typeof startNodeRed>[0], { withPackage: false });
  lightOf(nodeRed, handledBy).take = () => {
    if (ms === 0) done();
    else work = work.then(() => sleep(ms)).then(done);
  };
  const take = nodeRed.nodes.getNode(idOf(FILE, 'Take one')) as unknown as { readonly brokerConn: { readonly connected: boolean } };
  while (!take.brokerConn.connected) await sleep(10);
  // Its subscription follows.
  await sleep(500);
  process.send?.('ready');
  // What is less than a portion.
  setInterval(tell, 20);
}
void main();
