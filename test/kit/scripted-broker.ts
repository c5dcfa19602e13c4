import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { lengthBytes, Packets, packetBody, TYPE, typeOf } from './mqtt-packets';
import { freePort } from './ports';

/** The responses of a broker. Undefined: none. */
export interface Script {
  /** The return code of CONNACK (MQTT 3.1.1, table 3.1). */
  connack?: (() => number | undefined) | undefined;
  /** What is granted to each filter: the QoS, or 128. */
  suback?: ((filter: string) => number | undefined) | undefined;
}

/** A broker that does as it is told, right or wrong. */
export class ScriptedBroker {
  /** CONNECTs. */
  connections = 0;
  /** Filters, as they were subscribed to. */
  readonly subscriptions: string[] = [];
  readonly unsubscriptions: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    /** May change at any time. */
    readonly script: Script,
  ) {}

  static async start(script: Script = {}): Promise<ScriptedBroker> {
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const broker = new ScriptedBroker(server, script);
    server.on('connection', (socket) => broker.serve(socket));
    return broker;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Connections that are open. */
  get open(): number {
    return this.sockets.size;
  }

  /** Sends an event of QoS 0 to all clients. */
  publish(topic: string, text: string): void {
    const body = Buffer.concat([Buffer.from([topic.length >> 8, topic.length & 255]), Buffer.from(topic + text)]);
    for (const socket of this.sockets) socket.write(Buffer.concat([Buffer.from([TYPE.publish << 4, ...lengthBytes(body.length)]), body]));
  }

  /** Ends every connection, without a word. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.drop();
    await closed;
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
    const packets = new Packets();
    socket.on('data', (chunk: Buffer) => {
      for (const packet of packets.take(chunk)) this.respond(socket, packet);
    });
  }

  private respond(socket: Socket, packet: Buffer): void {
    const type = typeOf(packet);
    const { connack = () => 0, suback = () => 1 } = this.script;
    if (type === TYPE.pingreq) socket.write(Buffer.from([0xd0, 0]));
    if (type === TYPE.connect) {
      this.connections++;
      const code = connack();
      if (code !== undefined) socket.write(Buffer.from([0x20, 2, 0, code]));
      if (code !== undefined && code > 0) socket.end();
    }
    const id = packetBody(packet).subarray(0, 2);
    if (type === TYPE.unsubscribe) {
      this.unsubscriptions.push(...filtersOf(packet, 0));
      socket.write(Buffer.from([0xb0, 2, ...id]));
    }
    if (type !== TYPE.subscribe) return;
    const filters = filtersOf(packet, 1);
    this.subscriptions.push(...filters);
    const granted = filters.map((filter) => suback(filter));
    if (!granted.includes(undefined)) socket.write(Buffer.from([0x90, 2 + granted.length, ...id, ...(granted as number[])]));
  }
}

/** @param after bytes that follow each filter */
function filtersOf(packet: Buffer, after: number): string[] {
  const body = packetBody(packet);
  const filters: string[] = [];
  for (let at = 2; at < body.length; ) {
    const length = body.readUInt16BE(at);
    filters.push(body.toString('utf8', at + 2, at + 2 + length));
    at += 2 + length + after;
  }
  return filters;
}
