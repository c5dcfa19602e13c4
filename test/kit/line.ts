import { connect, createServer, type Server, type Socket } from 'node:net';
import type { TestBroker } from './broker';
import { Packets, TYPE, typeOf } from './mqtt-packets';
import { freePort } from './ports';

const lines = new Set<MqttLine>();

/** Cuts all that are open: no test leaves one behind. */
export async function cutLines(): Promise<void> {
  await Promise.all([...lines].map((line) => line.cut()));
  lines.clear();
}

/** A line between an MQTT client and its broker that can be cut, or lose acknowledgements. */
export class MqttLine {
  connections = 0;
  /** PUBACKs that went to the broker. */
  acknowledged = 0;
  /** PUBLISHes that came from the broker. */
  published = 0;
  /** The next PUBACK gets lost, with all that is sent after it. */
  losesAcknowledgements = false;
  private readonly near = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;

  constructor(
    /** Where new connections go. */
    public to: Pick<TestBroker, 'port'>,
  ) {}

  static async to(broker: Pick<TestBroker, 'port'>): Promise<MqttLine> {
    const line = new MqttLine(broker);
    lines.add(line);
    await line.open();
    return line;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  async open(): Promise<void> {
    this.server = createServer((near) => this.carry(near));
    // Once cut, it comes back where it was.
    this.port ||= await freePort();
    await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve));
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve) ?? resolve(undefined));
    for (const socket of this.near) socket.destroy();
    this.near.clear();
    await closed;
  }

  private carry(near: Socket): void {
    this.connections++;
    const far = connect(this.to.port, '127.0.0.1');
    for (const socket of [near, far]) socket.on('error', () => {});
    this.near.add(near);
    const [out, back] = [new Packets(), new Packets()];
    far.on('data', (bytes: Buffer) => {
      this.published += back.take(bytes).filter((packet) => typeOf(packet) === TYPE.publish).length;
      near.write(bytes);
    });
    let isLost = false;
    near.on('data', (bytes: Buffer) => {
      for (const packet of out.take(bytes)) {
        const isAcknowledgement = typeOf(packet) === TYPE.puback;
        isLost ||= isAcknowledgement && this.losesAcknowledgements;
        if (isLost) return;
        if (isAcknowledgement) this.acknowledged++;
        far.write(packet);
      }
    });
    // What the client had sent still arrives.
    near.on('close', () => far.end());
    far.on('close', () => near.destroy());
  }
}
