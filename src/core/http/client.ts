import type { Dispatcher } from 'undici';
import { type BackoffRule, backoff } from '../backoff';
import { told } from '../error-texts';
import { cancelled, EnsembleError, invalidInput, NOT_IN_PANELS, show } from '../errors';
import type { Scope } from '../scope';
import { Attempt } from './attempt';
import { ConnectionPool } from './connection-pool';
import { Deadlines } from './deadlines';
import type { HttpClientOptions, HttpRequest, HttpResponse, RequestFields, SendOptions, StreamReader } from './request';
import { WebSocketConnection, type WebSocketListener } from './web-socket';

/** Requests that may be under way at the same time, because memory is limited. Tests have fewer. */
export const OPEN = { most: 100_000 };
const ATTEMPTS = 3;
const RETRY: BackoffRule = { first: 250, most: 5000 };

export interface WebSocketRequest {
  /** The subprotocol. */
  readonly protocol: string;
  readonly listener: WebSocketListener;
  opening(connection: WebSocketConnection): void;
}

/** One pool of connections to one vendor address: bounded in time and size, never follows a redirect. */
export class HttpClient {
  private readonly origin: string;
  private readonly host: string;
  private readonly prefix: string;
  private readonly connections: ConnectionPool;
  /** By the form of the body; made once, and not for each request. */
  private readonly headers: Readonly<Record<'none' | 'json' | 'form', Readonly<Record<string, string>>>>;
  private readonly open = new Deadlines();
  private closed = false;

  constructor(private readonly options: HttpClientOptions) {
    const { origin, host, pathname } = new URL(options.baseUrl);
    this.origin = origin;
    this.host = host;
    this.prefix = pathname.replace(/\/$/, '');
    this.headers = {
      none: { ...ACCEPT, ...options.headers },
      json: { ...ACCEPT, 'content-type': 'application/json', ...options.headers },
      form: { ...ACCEPT, 'content-type': 'application/x-www-form-urlencoded', ...options.headers },
    };
    this.connections = new ConnectionPool(origin, options);
  }

  /** Sends a request, and again where that is harmless and may help; all attempts begin within one `timeout`. @throws EnsembleError */
  async send(request: HttpRequest, { repeatable, scope, onRetry, onWarning }: SendOptions): Promise<HttpResponse> {
    const started = performance.now();
    const limit = this.limit(request);
    let hasLeft = false;
    for (let attempts = 1; ; attempts++) {
      const attempt = new Attempt(request, this.options, limit);
      attempt.warn = onWarning;
      try {
        return await this.begin(attempt, scope);
      } catch (thrown) {
        const error = thrown as EnsembleError;
        hasLeft ||= attempt.sent;
        error.unsent = !hasLeft;
        const wait = error.retryAfter ?? backoff(attempts, RETRY);
        const helps = error.code === 'UNREACHABLE' ? !attempt.isPermanent : error.code === 'RATE_LIMITED' || error.code === 'VENDOR_ERROR';
        const inTime = performance.now() + wait - started < limit;
        if (!helps || !(repeatable || !attempt.sent) || attempts === ATTEMPTS || !inTime) throw error;
        onRetry?.({ error, wait });
        await scope.sleep(wait);
      }
    }
  }

  /** Opens a stream and hands on its bytes until the peer ends it; the time limit is for its beginning. @throws EnsembleError */
  async stream(request: HttpRequest, reader: StreamReader, scope: Scope): Promise<void> {
    await this.begin(new Attempt(request, this.options, this.limit(request), reader), scope);
  }

  /** Requests that wait for their response. */
  get underWay(): number {
    return this.open.size;
  }

  /**
   * Asks to go on as a WebSocket; the time limit is for the handshake. Who opens it ends it, however this ends.
   * @param opening is given the WebSocket before anything has come of it @throws EnsembleError
   */
  async webSocket(request: HttpRequest, { protocol, listener, opening }: WebSocketRequest, scope: Scope): Promise<HttpResponse> {
    const { redact = (text: string) => text } = this.options;
    const attempt = new Attempt(request, this.options, this.limit(request), new NoWebSocket(request.path));
    let connection: WebSocketConnection | undefined;
    const response = await this.begin(attempt, scope, (pool, { path, headers }) => {
      const url = this.origin + path;
      connection = new WebSocketConnection(pool, {
        ...{ url, protocol, attempt, redact, listener },
        headers: headers as Readonly<Record<string, string>>,
      });
      opening(connection);
    });
    await connection?.opened;
    return response;
  }

  /** Ends all requests at once. */
  async close(): Promise<void> {
    this.closed = true;
    this.open.cancel();
    await this.connections.destroy();
  }

  private begin(
    attempt: Attempt,
    scope: Scope,
    dispatch?: (pool: Dispatcher, sent: Dispatcher.DispatchOptions) => void,
  ): Promise<HttpResponse> {
    if (scope.ended || this.closed) return Promise.reject(cancelled());
    if (this.open.size >= OPEN.most)
      return Promise.reject(
        new EnsembleError('QUEUE_FULL', `${OPEN.most} requests to ${this.host} are under way already`, told('code.QUEUE_FULL')),
      );
    const sent = this.onWire(attempt.request);
    return new Promise((resolve, reject) => {
      const releases = [this.open.add(attempt), scope.defer(() => attempt.fail(cancelled()))];
      attempt.onEnd = this.ending(attempt.request, releases, resolve, reject);
      // No closure for each request where none is needed.
      if (dispatch) dispatch(this.connections.get(), sent);
      else this.connections.get().dispatch(sent, attempt);
    });
  }

  /** A closure that held its own attempt would make V8 take what a request allocates for long-lived; collecting it cost a third of the CPU. */
  private ending(
    request: HttpRequest,
    releases: readonly (() => void)[],
    resolve: (response: HttpResponse) => void,
    reject: (error: EnsembleError) => void,
  ): Attempt['onEnd'] {
    const began = performance.now();
    return (response, body) => {
      for (const release of releases) release();
      const isError = response instanceof Error;
      const { statusCode } = isError ? response.cause : response;
      if (statusCode !== undefined) this.connections.answered(statusCode);
      this.options.record?.(request, began, statusCode, isError ? response.code : undefined, body);
      if (isError) reject(response);
      else resolve(response);
    };
  }

  private limit({ allowance = 0 }: HttpRequest): number {
    return this.options.timeout + allowance;
  }

  private onWire({ method, path, query, json, form, headers }: HttpRequest): Dispatcher.DispatchOptions {
    const common = this.headers[json !== undefined ? 'json' : form !== undefined ? 'form' : 'none'];
    return {
      origin: this.origin,
      method,
      path: this.prefix + path + (query === undefined ? '' : withMark(encoded(query))),
      headers: headers === undefined ? common : { ...common, ...headers },
      body: json !== undefined ? writtenBody(json) : form !== undefined ? encoded(form) : null,
    };
  }
}

/** A peer that answers as if no WebSocket had been asked for. */
class NoWebSocket implements StreamReader {
  constructor(private readonly path: string) {}

  open(statusCode: number, contentType: string): void {
    const answer = `HTTP ${statusCode}${contentType ? `, ${contentType}` : ''}`;
    throw new EnsembleError('BAD_RESPONSE', `${this.path} is no WebSocket: it was answered with ${answer}`, NOT_IN_PANELS, { statusCode });
  }

  data(): void {}
}

/** @throws EnsembleError INVALID_INPUT where JSON cannot represent it */
function writtenBody(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw invalidInput(`JSON cannot represent this value: ${show(value)}`, told('unsendable'));
  }
}

const ACCEPT = { accept: 'application/json' };
const withMark = (query: string): string => (query === '' ? '' : `?${query}`);

function encoded(fields: RequestFields): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) pairs.append(name, String(one));
  return pairs.toString();
}
