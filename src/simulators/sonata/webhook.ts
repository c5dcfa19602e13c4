import http, { type ClientRequest } from 'node:http';
import https from 'node:https';
import type { Services } from '../vendor';
import { repr } from './python';
import type { TypeKey, WebhookBody } from './state';

export interface SonataEvent {
  readonly type: 'context' | 'alive';
  readonly installation: number;
  readonly device: number;
  readonly payload: unknown;
}

/** Milliseconds that a subscriber may take for one event. */
const TIMEOUT = 5000;
const MAX_WAITING = 100;

/** Posts events to the server's one subscriber, one after the other. */
export class WebhookSender {
  url = '';
  /** The document's example is a JSON text that holds Python. */
  body: WebhookBody = 'string';
  /** The document's schema says `message_type`, its example `type`. */
  typeKey: TypeKey = 'type';
  private last = Promise.resolve();
  private waiting = 0;
  private current: ClientRequest | undefined;

  constructor(private readonly services: Services) {
    services.signal.addEventListener('abort', () => this.current?.destroy());
  }

  /** Without path and credentials, which are secret: a client that knows the path can send events. */
  get subscriber(): string {
    return URL.canParse(this.url) ? new URL(this.url).origin : this.url;
  }

  send(event: SonataEvent): void {
    const { url } = this;
    if (!url) return;
    if (this.waiting >= MAX_WAITING) this.log(performance.now(), 0);
    else {
      const { contentType, text } = this.write(event);
      this.waiting++;
      this.last = this.last.then(async () => {
        const started = performance.now();
        this.log(started, await this.post(url, contentType, text));
        this.waiting--;
      });
    }
  }

  private write({ type, installation, device, payload }: SonataEvent): { contentType: string; text: string } {
    const event = { [this.typeKey]: type, installation_id: String(installation), device_id: String(device), payload };
    if (this.body === 'text') return { contentType: 'text/plain', text: repr(event) };
    return { contentType: 'application/json', text: JSON.stringify(this.body === 'object' ? event : repr(event)) };
  }

  /** The status of the response; 0 where there was none. The server accepts any text as a URL. */
  private post(url: string, contentType: string, text: string): Promise<number> {
    if (this.services.signal.aborted || !/^https?:/.test(url) || !URL.canParse(url)) return Promise.resolve(0);
    const headers = { 'content-type': contentType, 'content-length': Buffer.byteLength(text) };
    const request = (url.startsWith('https:') ? https : http).request(url, { method: 'POST', agent: false, headers });
    const timeout = setTimeout(() => request.destroy(), TIMEOUT);
    this.current = request;
    return new Promise((resolve) => {
      request.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)));
      request.on('error', () => resolve(0));
      request.on('close', () => {
        clearTimeout(timeout);
        resolve(0);
      });
      request.end(text);
    });
  }

  private log(started: number, status: number): void {
    const duration = performance.now() - started;
    this.services.log({ time: Date.now() - duration, method: 'POST', path: `${this.subscriber}/…`, status, duration });
  }
}
