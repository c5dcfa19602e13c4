import { connect } from 'node:net';
import { Simulator } from '../../src/simulators/simulator';

export const portOf = (address: string): number => Number(new URL(address).port);

/** Whether something listens there. */
export const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });

/** Two ports that are free now. */
export async function freePorts(): Promise<{ port: number; mqttPort: number }> {
  const simulator = await Simulator.start({ port: 0, mqttPort: 0 });
  await simulator.close();
  return { port: portOf(simulator.address), mqttPort: portOf(simulator.mqttAddress) };
}
