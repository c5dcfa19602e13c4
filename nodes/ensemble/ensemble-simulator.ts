import { serveDevicePage } from '../../src/node-red/device-page';
import type { NodeConfig, Red, RuntimeNode } from '../../src/node-red/red';
import { simulatorSettings as settings } from '../../src/node-red/simulator-settings';
import { simulatorText } from '../../src/node-red/texts';

const simulators = (): typeof import('../../src/simulators') => require('../../src/simulators');

/** Serves simulated devices while it is deployed; nodes with the same ports share them. */
module.exports = (RED: Red): void => {
  serveDevicePage(RED, simulators);
  RED.nodes.registerType('ensemble-simulator', function (this: RuntimeNode, config: NodeConfig) {
    RED.nodes.createNode(this, config);
    const { lease, PortTaken } = simulators();
    let closed = false;
    const fail = (key: string, values: Record<string, unknown>) => {
      this.status({ fill: 'red', shape: 'ring', text: simulatorText(RED, `status.${key}`, values) });
      this.error(simulatorText(RED, `error.${key}`, values), {});
    };

    const ports = { port: given(config.port) ?? settings.port.default, mqttPort: given(config.mqttPort) ?? settings.mqttPort.default };
    const wrong = (['port', 'mqttPort'] as const).find((field) => !isPort(ports[field]));
    if (wrong) return fail('notAPort', { field: wrong, value: ports[wrong] });
    const leased = lease({ port: Number(ports.port), mqttPort: Number(ports.mqttPort) }, this.name);
    leased.ready.then(
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
      if (!removed) onChange(RED, () => void leased.release(false));
      void leased.release(!removed).finally(done);
    });
  });
};

/** Acts when no other node can follow: when the flows run again, or when they have ended and are not about to be deployed. */
function onChange(RED: Red, act: () => void): void {
  const listener = ({ id, payload }: { id: string; payload?: { state?: string; deploy?: boolean } }) => {
    if (id !== 'runtime-state' || (payload?.state === 'stop' && payload.deploy)) return;
    RED.events.off('runtime-event', listener);
    act();
  };
  RED.events.on('runtime-event', listener);
}

const given = (value: unknown): unknown => (value === '' || value === null ? undefined : value);

/** 0: any free port. */
function isPort(value: unknown): boolean {
  const port = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65535;
}
