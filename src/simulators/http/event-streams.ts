import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock';

/** A server-sent event. */
export interface ServerEvent {
  /** Which of the device's feeds it belongs to; not sent. */
  readonly feed?: string;
  /** The field `event`. */
  readonly name?: string;
  /** Sent as JSON; empty where there is none. */
  readonly data?: unknown;
  /** Milliseconds after which a client shall reconnect. */
  readonly retry?: number;
}

interface StreamOptions {
  readonly contentType?: string;
  /** Which events are sent; all unless given. */
  wants?(event: ServerEvent): boolean;
}

interface Stream {
  write(text: string): void;
  end(): void;
  wants(event: ServerEvent): boolean;
}

/** A client that does not read is disconnected when so much is waiting for it. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

/** The open responses of a device that sends server-sent events. */
export class EventStreams {
  private readonly streams = new Set<Stream>();
  private stopHeartbeat = (): void => {};
  private seconds = 0;

  constructor(
    private readonly clock: Clock,
    /** Called when a stream opens or ends. */
    private readonly changed: () => void = () => {},
  ) {}

  get count(): number {
    return this.streams.size;
  }

  /** Seconds between two heartbeats, which are comments; 0: none. */
  get heartbeat(): number {
    return this.seconds;
  }

  set heartbeat(seconds: number) {
    this.seconds = seconds;
    this.stopHeartbeat();
    if (seconds > 0) this.stopHeartbeat = this.clock.every(seconds * 1000, () => this.writeAll(': heartbeat\n\n'));
  }

  /** Keeps the response open and sends events from now on. @returns what sends an event to this client alone */
  open(
    response: ServerResponse,
    { contentType = 'text/event-stream', wants = () => true }: StreamOptions = {},
  ): (event: ServerEvent) => void {
    const write = (text: string) => {
      if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
      else if (!response.destroyed) response.write(text);
    };
    const stream: Stream = { write, wants, end: () => response.destroy() };
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-cache' });
    response.flushHeaders();
    this.streams.add(stream);
    response.once('close', () => {
      this.streams.delete(stream);
      this.changed();
    });
    this.changed();
    return (event) => write(textOf(event));
  }

  send(event: ServerEvent): void {
    this.writeAll(textOf(event), event);
  }

  /** Ends all streams. */
  cut(): void {
    for (const stream of this.streams) stream.end();
  }

  private writeAll(text: string, event?: ServerEvent): void {
    for (const stream of this.streams) if (!event || stream.wants(event)) stream.write(text);
  }
}

function textOf({ name, data, retry }: ServerEvent): string {
  const fields = [
    ...(retry === undefined ? [] : [`retry: ${retry}`]),
    ...(name === undefined ? [] : [`event: ${name}`]),
    `data: ${data === undefined ? '' : JSON.stringify(data)}`,
  ];
  return `${fields.join('\n')}\n\n`;
}
