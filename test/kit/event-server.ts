import type { ServerResponse } from 'node:http';
import { type Behaviour, respond } from './fault-server';

/**
 * A vendor's server that streams events and tells its state to who asks for it: what a FaultServer does as `good` or `always`.
 * Streams are held open for `say`; they can break, freeze, be slow or be refused.
 */
export class EventServer {
  /** How often the state was read. */
  readings = 0;
  /** How many streams were opened. */
  opened = 0;
  /** Nobody may listen. */
  isHushed = false;
  /** It takes who wants to listen, and says nothing: no heartbeat, no beginning of a response. */
  isMute = false;
  protected readonly streams = new Set<ServerResponse>();

  /**
   * @param read the state at the reading of that number, from 1; a promise delays the response
   * @param isStream which paths stream
   */
  constructor(
    private readonly read: (reading: number) => unknown,
    private readonly isStream = /\/(events|stream)\b/,
  ) {}

  readonly behaviour: Behaviour = (response, request) => {
    if (this.isStream.test(request.path)) this.open(response);
    else if (request.method === 'GET') {
      const body = this.read(++this.readings);
      if (body instanceof Promise) body.then((late) => respond(late)(response, request));
      else respond(body)(response, request);
    } else this.write(response, request);
  };

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.streams.size > 0;
  }

  /** Sends an event to all clients. */
  say(name: string, data: unknown): void {
    this.send(frame(name, data));
  }

  /** Sends a text to all clients, as it is. */
  send(text: string): void {
    for (const stream of this.streams) stream.write(text);
  }

  heartbeat(): void {
    this.send(': heartbeat\n\n');
  }

  /** Sends a text to all clients, byte by byte. */
  async sendSlowly(text: string): Promise<void> {
    for (const byte of Buffer.from(text))
      for (const stream of this.streams) await new Promise((resolve) => stream.write(Buffer.from([byte]), resolve));
  }

  /** Breaks all streams; new ones may come. */
  cut(): void {
    for (const stream of this.streams) stream.destroy();
    this.streams.clear();
  }

  /** Breaks all streams after a part of a text (0 to 1). */
  cutWithin(text: string, part: number): void {
    const bytes = Buffer.from(text);
    for (const stream of this.streams) {
      stream.write(bytes.subarray(0, Math.floor(bytes.length * part)));
      stream.socket?.destroySoon();
    }
    this.streams.clear();
  }

  /** Breaks all streams and takes none, until `isHushed` is over. */
  hush(): void {
    this.isHushed = true;
    this.cut();
  }

  /** Connections stay, but nothing moves on them any more. */
  freeze(): void {
    this.streams.clear();
  }

  /** What is not read is written: a server of a test's that can be commanded says how. */
  protected readonly write: Behaviour = (response) => void response.writeHead(405).end();

  private open(response: ServerResponse): void {
    if (this.isHushed) return void response.writeHead(503).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (!this.isMute) response.flushHeaders();
    this.streams.add(response);
    this.opened++;
    response.once('close', () => this.streams.delete(response));
  }
}

/** An event as it goes over the wire. */
export const frame = (name: string, data: unknown): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
