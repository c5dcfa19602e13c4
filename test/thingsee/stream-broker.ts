import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { freePort } from '../kit/ports';
import type { Sent } from './message-cloud';

/** The broker of a deployment's stream, which can be told to be cut, to refuse, and to send nothing. */
export class StreamBroker {
  /** Filters, as they were subscribed to. */
  readonly subscriptions: string[] = [];
  /** The client ids of all that have connected. */
  readonly clients: string[] = [];
  /** Messages that a client has acknowledged. */
  acknowledged = 0;
  /** Whether SUBACK refuses a filter. */
  refuses: (filter: string) => boolean = () => false;
  /** Whether it ends a connection at the subscription to a filter. */
  ends: (filter: string) => boolean = () => false;
  /** Whether a topic is let through to its subscribers. */
  passes: (topic: string) => boolean = () => true;
  /** While it is true, connections end before the broker answers. */
  isDown = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly aedes: Aedes,
  ) {}

  static async start(): Promise<StreamBroker> {
    const aedes = await Aedes.createBroker();
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const broker = new StreamBroker(server, aedes);
    broker.serve();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Connections that are open. */
  get open(): number {
    return this.sockets.size;
  }

  /** As the vendor does when a thing has sent a message. */
  publish(message: Sent | string, topic: string, retain = false): void {
    const payload = typeof message === 'string' ? message : JSON.stringify(message);
    this.aedes.publish({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain }, (error) => {
      if (error) throw error;
    });
  }

  /** Ends every connection, without a word. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.drop();
    await new Promise<void>((resolve) => this.aedes.close(() => resolve()));
    await closed;
  }

  private serve(): void {
    const { server, aedes, sockets } = this;
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
      if (this.isDown) socket.destroy();
      else aedes.handle(socket);
    });
    aedes.on('client', ({ id }) => this.clients.push(id));
    aedes.on('ack', () => this.acknowledged++);
    aedes.authorizeSubscribe = (client, subscription, callback) => {
      this.subscriptions.push(subscription.topic);
      if (this.ends(subscription.topic)) client.close();
      callback(null, this.refuses(subscription.topic) ? null : subscription);
    };
    aedes.authorizeForward = (_client, packet) => (this.passes(packet.topic) ? packet : (null as never));
  }
}

/** The topic of a message of a thing in a group. */
export const topicOf = (group: string, { tsmTuid, tsmId }: Sent): string =>
  `cloudext/json/${group.slice(0, 2)}/${group.slice(2, 4)}/${group}/${tsmTuid}/${tsmId}`;
