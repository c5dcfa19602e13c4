import type { AddressInfo, Server, Socket } from 'node:net';

/** Only this machine can use the devices. */
export const HOST = '127.0.0.1';

export class PortTaken extends Error {
  constructor(readonly port: number) {
    super(`port ${port} is already in use`);
  }
}

export interface ListeningServer {
  readonly port: number;
  /** Closes the server and all its connections at once. */
  close(): Promise<void>;
}

/** @throws PortTaken, or the system's error */
export async function listen(server: Server, port: number): Promise<ListeningServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new PortTaken(port) : error));
    server.listen(port, HOST, resolve);
  });
  // From here on, an error is a connection that could not be accepted; the server keeps running.
  server.on('error', (error) => process.emitWarning(error));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
