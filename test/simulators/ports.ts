import { connect } from 'node:net';
import { freePort } from '../kit/ports';

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
export const freePorts = async () => ({ port: await freePort(), mqttPort: await freePort() });
