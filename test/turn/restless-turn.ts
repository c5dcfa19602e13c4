import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What was changed, and whether those who listen can have heard of it. */
export interface Change {
  readonly id: string;
  readonly value: number;
  readonly sender: string;
  /** `told`: written to a stream that went on; `missed`: nobody listened; `cut`: the stream broke in the middle of it. */
  fate: 'told' | 'missed' | 'cut';
}

/** A Turn with as many channels as one likes, whose stream breaks at any byte. */
export class RestlessTurn {
  readonly changes: Change[] = [];
  readonly values = new Map<string, number>();
  streams = 0;
  /** Nobody may listen, nobody may change anything. */
  isHushed = false;
  isReadOnly = false;
  /** It takes who wants to listen, and says nothing: no heartbeat, no beginning of an answer. */
  isMute = false;
  /** Other channels that it has, as it describes them. */
  others: readonly object[] = [];
  /** Happens before the channels are told to who asks for them. */
  onReading = (): void => {};
  private readonly listeners = new Set<ServerResponse>();
  private readonly sockets = new Set<Socket>();
  private count = 0;

  private constructor(
    private readonly server: Server,
    channels: number,
  ) {
    for (let index = 1; index <= channels; index++) this.values.set(`generic/${index}/1`, 0);
  }

  static async start(channels: number): Promise<RestlessTurn> {
    const server = createServer((request, response) => void turn.answer(request, response));
    const turn = new RestlessTurn(server, channels);
    server.on('connection', (socket: Socket) => {
      turn.sockets.add(socket);
      socket.once('close', () => turn.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return turn;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get isHeard(): boolean {
    return this.listeners.size > 0;
  }

  /** Gives a channel a value that no channel ever had. */
  change(id: string, sender = 'somebody else', value = ++this.count): void {
    this.values.set(id, value);
    this.changes.push({ id, value, sender, fate: this.isHeard ? 'told' : 'missed' });
    for (const listener of this.listeners) listener.write(frame(id, value, sender));
  }

  /** Changes a channel, and breaks the stream after some of the bytes that tell of it. */
  cutWithin(id: string, part: number): void {
    const value = ++this.count;
    this.values.set(id, value);
    this.changes.push({ id, value, sender: 'somebody else', fate: this.isHeard ? 'cut' : 'missed' });
    for (const listener of this.listeners) {
      const bytes = Buffer.from(frame(id, value, 'somebody else'));
      listener.write(bytes.subarray(0, Math.floor(bytes.length * part)));
      this.listeners.delete(listener);
      listener.socket?.destroySoon();
    }
  }

  /** Says something to everybody, byte by byte. */
  async say(text: string): Promise<void> {
    for (const byte of Buffer.from(text))
      for (const listener of this.listeners) await new Promise((resolve) => listener.write(Buffer.from([byte]), resolve));
  }

  /** Ends all streams and takes none, until `isHushed` is over. */
  hush(): void {
    this.isHushed = true;
    for (const listener of this.listeners) listener.socket?.destroy();
    this.listeners.clear();
  }

  /** Connections stay, but nothing moves on them any more. */
  freeze(): void {
    this.listeners.clear();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace('/api/v1.0/control/', '');
    if (path === 'events/channels' && this.isHushed) response.writeHead(503).end();
    else if (path === 'events/channels') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (!this.isMute) response.flushHeaders();
      this.listeners.add(response);
      this.streams++;
      response.once('close', () => this.listeners.delete(response));
    } else if (path === 'channels') {
      this.onReading();
      reply(response, [...[...this.values].map(describe), ...this.others]);
    } else {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      if (this.isReadOnly) return void response.writeHead(403).end();
      const id = path.replace(/^channels\/(.*)\/state$/, '$1');
      // Whoever switches on what is on changes no value.
      const { value = this.values.get(id) } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { value?: number };
      this.change(id, String(request.headers['sender-id']), value);
      reply(response, {});
    }
  }
}

const frame = (id: string, value: number, modifiedBy: string): string =>
  `event: ${id}\ndata: ${JSON.stringify({ modifiedBy, note: 'Wärme 🌡', state: { value: String(value), on: 'true' } })}\n\n`;

const describe = ([id, value]: [string, number]): object => ({
  id,
  dataType: 'number',
  channel_permission: 'read_write',
  state: { value: String(value), on: 'true' },
});

function reply(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
