import type { FlowNode, NodeRedOptions } from './node-red';
import { startNodeRed } from './node-red';
import { probe } from './probe';

/**
 * A Node-RED in a process of its own, for tests of several instances and of instances that are killed. Started with
 * `fork`, with its options as JSON where it needs any: gets its flow as a message, tells when it runs and of every
 * message that reaches a probe.
 */
const options = JSON.parse(process.argv[2] ?? '{}') as NodeRedOptions;
process.on('message', (flow: FlowNode[]) => {
  void startNodeRed(options).then(async (red) => {
    probe.seen = (id, { payload, topic, event }) => process.send?.({ id, topic, payload, event });
    await red.deploy(flow);
    process.send?.({ running: true });
  });
});
process.on('disconnect', () => process.exit());
