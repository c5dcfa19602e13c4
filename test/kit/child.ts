import type { FlowNode } from './node-red';
import { startNodeRed } from './node-red';
import { probe } from './probe';

/**
 * A Node-RED in a process of its own, for tests of several instances and of instances that are killed. Started with
 * `fork`: gets its flow as a message, tells when it runs and of every message that reaches a probe.
 */
process.on('message', (flow: FlowNode[]) => {
  void startNodeRed().then(async (red) => {
    probe.seen = (id, { payload, topic }) => process.send?.({ id, topic, payload });
    await red.deploy(flow);
    process.send?.({ running: true });
  });
});
process.on('disconnect', () => process.exit());
