import type { NodeConfig, Red, RuntimeNode } from '../../../src/node-red/red';
import { probe } from '../probe';

/** The lightest node there can be: tells the test which message came, and passes it on. */
module.exports = (RED: Red): void => {
  RED.nodes.registerType('kit-probe', function (this: RuntimeNode, config: NodeConfig) {
    RED.nodes.createNode(this, config);
    this.on('input', (msg, send, done) => {
      probe.seen(this.id, msg);
      send(msg);
      done();
    });
  });
};
