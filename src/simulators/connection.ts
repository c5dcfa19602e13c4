/** What a configuration node takes to use the simulated devices of its vendor: data, which panels and help get from the build. */
export interface DevicesConnection {
  /** By the names of the node's settings; `{port}` and `{mqttPort}` stand for the ports of the simulator. */
  readonly settings: Readonly<Record<string, string>>;
  readonly credentials: Readonly<Record<string, string>>;
}
