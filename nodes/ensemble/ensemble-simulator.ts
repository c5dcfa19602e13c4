import type { NodeConfig, Red, RuntimeNode } from '../../src/node-red/red';

interface Config extends NodeConfig {
  /** Text where it comes from the environment. */
  readonly port: number | string;
  readonly mqttPort: number | string;
}

/** Serves simulated devices while it is deployed; nodes with the same ports share them. */
module.exports = (RED: Red): void => {
  RED.nodes.registerType('ensemble-simulator', function (this: RuntimeNode, config: Config) {
    RED.nodes.createNode(this, config);
    const { lease, PortTaken }: typeof import('../../src/simulators') = require('../../src/simulators');
    let closed = false;
    const fail = (key: string, values: Record<string, unknown>) => {
      this.status({ fill: 'red', shape: 'ring', text: RED._(`ensemble-simulator.status.${key}`, values) });
      this.error(RED._(`ensemble-simulator.error.${key}`, values), {});
    };

    const wrong = (['port', 'mqttPort'] as const).find((field) => !isPort(config[field]));
    if (wrong) return fail('notAPort', { field: wrong, value: config[wrong] });
    const share = lease({ port: Number(config.port), mqttPort: Number(config.mqttPort) });
    share.ready.then(
      ({ address }) => {
        if (!closed) this.status({ fill: 'green', shape: 'dot', text: address.replace('http://', '') });
      },
      (error: Error) => {
        if (closed) return;
        if (error instanceof PortTaken) fail('portTaken', { port: error.port });
        else fail('failed', { message: error.message });
      },
    );
    this.on('close', (removed, done) => {
      closed = true;
      void share.release(!removed).finally(done);
    });
  });
};

/** 0: any free port. */
function isPort(value: unknown): boolean {
  const port = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65535;
}
