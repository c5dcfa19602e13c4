import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Passes bytes on to a server; silent, it passes none on and closes nothing, like a network that somebody has left. */
export class SilentProxy {
  private readonly sockets = new Set<Socket>();
  private isSilent = false;

  private constructor(private readonly server: Server) {}

  /** @param address of a server without TLS */
  static async start(address: string): Promise<SilentProxy> {
    const server = createServer();
    const proxy = new SilentProxy(server);
    const { hostname, port } = new URL(address);
    server.on('connection', (near) => proxy.join(near, connect(Number(port), hostname)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  silence(): void {
    this.isSilent = true;
  }

  /** What was connected stays silent; what comes now is passed on. */
  speak(): void {
    this.isSilent = false;
    // Clients gave these up, or will.
    for (const socket of this.sockets) socket.removeAllListeners('data');
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private join(...ends: [Socket, Socket]): void {
    for (const [at, end] of ends.entries()) {
      const other = ends[1 - at];
      this.sockets.add(end);
      end.on('error', () => {});
      end.on('close', () => {
        this.sockets.delete(end);
        if (!this.isSilent) other?.destroy();
      });
      end.on('data', (bytes) => {
        if (!this.isSilent) other?.write(bytes);
      });
    }
  }
}
