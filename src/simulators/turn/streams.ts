import type { ServerResponse } from 'node:http';

/** [G] One feed for all channels, one for all control states, one for the configuration, one for Sonos. */
export type Feed = 'channels' | 'states' | 'config' | 'sonos';

interface Stream {
  readonly response: ServerResponse;
  readonly feed: Feed;
  wants(topic: string): boolean;
}

/** "All SSE endpoints emit a heartbeat event every 30 seconds." */
const HEARTBEAT = 30;
/** Whoever does not read is cut off. */
const MOST_UNREAD = 4 * 1024 * 1024;

/** Everybody who listens for server-sent events. */
export class Streams {
  private readonly open = new Set<Stream>();
  private timer: NodeJS.Timeout | undefined;
  /** Seconds between heartbeats; 0: none. */
  private interval = HEARTBEAT;

  constructor(
    private readonly changed: () => void,
    private readonly end: AbortSignal,
  ) {
    end.addEventListener('abort', () => clearInterval(this.timer));
    this.setHeartbeat(HEARTBEAT);
  }

  get count(): number {
    return this.open.size;
  }

  get heartbeat(): number {
    return this.interval;
  }

  setHeartbeat(seconds: number): void {
    this.interval = seconds;
    clearInterval(this.timer);
    if (seconds > 0 && !this.end.aborted) this.timer = setInterval(() => this.beat(), seconds * 1000);
  }

  /** Takes a response over. */
  add(response: ServerResponse, feed: Feed, contentType: string, wants: (topic: string) => boolean = () => true): void {
    const stream = { response, feed, wants };
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-cache' });
    response.flushHeaders();
    this.open.add(stream);
    response.once('close', () => {
      this.open.delete(stream);
      this.changed();
    });
    this.changed();
  }

  send(feed: Feed, event: string, data: unknown): void {
    const text = `event: ${event}\ndata: ${data === undefined ? '' : JSON.stringify(data)}\n\n`;
    for (const stream of this.open) if (stream.feed === feed && stream.wants(event)) this.write(stream, text);
  }

  /** Cuts all streams, as a restart does. */
  cut(): void {
    for (const { response } of this.open) response.destroy();
  }

  private beat(): void {
    for (const stream of this.open) this.write(stream, ': heartbeat\n\n');
  }

  private write({ response }: Stream, text: string): void {
    if (response.writableLength > MOST_UNREAD) response.destroy();
    else if (!response.destroyed) response.write(text);
  }
}
