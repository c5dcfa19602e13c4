import { port } from '../core/schema/parameters';

/** Settings of the node `ensemble-simulator`. The panel's defaults, which a flow file may leave out. */
export const simulatorSettings = {
  port: port({ label: 'HTTP port', help: 'Port of the simulated devices and of their page, on this machine only.', default: 18_800 }),
  mqttPort: port({ label: 'MQTT port', help: 'Port of the simulated MQTT broker, on this machine only.', default: 18_830 }),
};
