import type { ConnectionOptions } from 'node:tls';
import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { type BackoffRule, backoff, retryAfter } from './backoff';
import { EnsembleError, type ErrorCode } from './errors';
import { Scope } from './scope';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the connection's base address; ids in it are encoded already. */
  readonly path: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly contentType: string;
  readonly body: Buffer;
}

export interface SendOptions {
  /** The request may be repeated without harm. */
  readonly repeatable: boolean;
  /** The request ends with it. */
  readonly scope: Scope;
  /** Told before each wait for another try. */
  readonly onRetry?: ((retry: Retry) => void) | undefined;
}

export interface Retry {
  readonly error: EnsembleError;
  /** Milliseconds until the next try. */
  readonly wait: number;
}

export interface HttpOptions {
  readonly baseUrl: string;
  /** Milliseconds for one try, from waiting for a connection to the last byte of the body. */
  readonly timeout: number;
  readonly tls?: ConnectionOptions;
  readonly proxy?: ProxyChoice;
  readonly headers?: Readonly<Record<string, string>>;
  /** Takes secrets out of the vendor's words. */
  readonly redact?: (text: string) => string;
  /** Largest body that is read; a larger one is a BAD_RESPONSE. */
  readonly maxBytes?: number;
}

/** The environment's proxy, none, or one that the user chose. */
export type ProxyChoice = 'environment' | 'none' | { readonly url: string; readonly noProxy: readonly string[] };

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_VENDOR_MESSAGE = 300;
const CONNECTIONS = 64;
const TRIES = 3;
const RETRY: BackoffRule = { first: 250, most: 5000 };

/** One pool of connections to one vendor address: bounded in time and size, never follows a redirect. */
export class HttpClient {
  private readonly base: URL;
  private readonly prefix: string;
  private readonly dispatcher: Dispatcher;
  private readonly scope = new Scope();

  constructor(private readonly options: HttpOptions) {
    this.base = new URL(options.baseUrl);
    this.prefix = this.base.pathname.replace(/\/$/, '');
    this.dispatcher = createDispatcher(this.base.origin, options);
  }

  /** Sends a request, and again where that is harmless and may help; all tries start within one `timeout`. @throws EnsembleError */
  async send(request: HttpRequest, { repeatable, scope, onRetry }: SendOptions): Promise<HttpAnswer> {
    const started = Date.now();
    for (let tries = 1; ; tries++) {
      const exchange = new Exchange(request, this.options);
      try {
        return await this.attempt(exchange, scope);
      } catch (thrown) {
        const error = thrown as EnsembleError;
        const wait = exchange.retryAfter ?? backoff(tries, RETRY);
        const helps = error.code === 'UNREACHABLE' ? !exchange.hopeless : error.code === 'RATE_LIMITED' || error.code === 'VENDOR_ERROR';
        const inTime = Date.now() + wait - started < this.options.timeout;
        if (!helps || !(repeatable || !exchange.sent) || tries === TRIES || !inTime) throw error;
        onRetry?.({ error, wait });
        await scope.sleep(wait);
      }
    }
  }

  /** Ends all requests at once. */
  async close(): Promise<void> {
    await this.scope.end();
    await this.dispatcher.destroy();
  }

  private attempt(exchange: Exchange, scope: Scope): Promise<HttpAnswer> {
    if (scope.ended || this.scope.ended) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
      const cancel = () => exchange.fail(cancelled());
      const release = scope.defer(cancel);
      const releaseHere = this.scope.defer(cancel);
      const timer = setTimeout(
        () => exchange.fail(new EnsembleError('TIMEOUT', `no answer to ${exchange.name} within ${this.options.timeout} ms`)),
        this.options.timeout,
      );
      exchange.onEnd = (answer) => {
        clearTimeout(timer);
        release();
        releaseHere();
        if (answer instanceof EnsembleError) reject(answer);
        else resolve(answer);
      };
      const { method, path, json, headers } = exchange.request;
      this.dispatcher.dispatch(
        {
          origin: this.base.origin,
          path: this.prefix + path,
          method,
          headers: { accept: 'application/json', ...(json === undefined ? undefined : JSON_TYPE), ...this.options.headers, ...headers },
          body: json === undefined ? null : JSON.stringify(json),
        },
        exchange,
      );
    });
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };
const cancelled = (): EnsembleError => new EnsembleError('CANCELLED', 'closed by a deploy or shutdown before the answer came');

function createDispatcher(origin: string, { tls, proxy = 'none', timeout }: HttpOptions): Dispatcher {
  // Our own timer covers the whole exchange; undici's would round to seconds.
  const common = { headersTimeout: 0, bodyTimeout: 0, connections: CONNECTIONS, allowH2: false };
  const connect = { ...tls, timeout } as NonNullable<Pool.Options['connect']>;
  if (proxy === 'none' || (proxy === 'environment' && !environmentHasProxy())) return new Pool(origin, { ...common, connect });
  const chosen = proxy === 'environment' ? {} : { httpProxy: proxy.url, httpsProxy: proxy.url, noProxy: proxy.noProxy.join(',') };
  return new EnvHttpProxyAgent({
    ...common,
    connect,
    ...(tls && { requestTls: tls as NonNullable<EnvHttpProxyAgent.Options['requestTls']> }),
    ...chosen,
  });
}

const environmentHasProxy = (): boolean =>
  ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'].some((name) => Boolean(process.env[name]));

/** One try: collects the answer, judges it, and ends exactly once. */
class Exchange implements Dispatcher.DispatchHandler {
  /** The request has left, or part of it. */
  sent = false;
  /** Trying again cannot help (a certificate that is refused stays refused). */
  hopeless = false;
  /** Milliseconds that the vendor asked us to wait. */
  retryAfter: number | undefined;
  onEnd: (answer: HttpAnswer | EnsembleError) => void = () => {};

  private controller: Dispatcher.DispatchController | undefined;
  private ended = false;
  private statusCode = 0;
  private headers: Readonly<Record<string, string | string[] | undefined>> = {};
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(
    readonly request: HttpRequest,
    private readonly options: HttpOptions,
  ) {}

  /** Without the query, which may hold what is nobody's business. */
  get name(): string {
    return `${this.request.method} ${this.request.path.split('?', 1)[0]}`;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.ended) controller.abort(cancelled());
    else this.sent = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.statusCode = statusCode;
    this.headers = headers;
    if (Number(headers['content-length']) > this.maxBytes) this.failTooLarge();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.maxBytes) this.failTooLarge();
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const body = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    const contentType = this.header('content-type') ?? '';
    const refusal = this.refusal(body, contentType);
    this.finish(refusal ?? { statusCode: this.statusCode, contentType, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error & { code?: string }): void {
    const code = error.code ?? error.name;
    this.hopeless = /CERT|SSL|TLS|SIGNED|VERIFY|ALTNAME/.test(code);
    const where = new URL(this.options.baseUrl).host;
    if (code === 'UND_ERR_CONNECT_TIMEOUT')
      this.finish(new EnsembleError('TIMEOUT', `no connection to ${where} within ${this.options.timeout} ms`));
    else if (error.name === 'HTTPParserError') this.finish(new EnsembleError('BAD_RESPONSE', `${where} does not speak HTTP (${code})`));
    else {
      const broken = this.sent ? `the connection to ${where} broke during ${this.name}` : `${where} cannot be reached`;
      this.finish(new EnsembleError('UNREACHABLE', `${broken} (${code})`));
    }
  }

  /** Ends the try at once, and its connection too where it is in use. */
  fail(error: EnsembleError): void {
    const { controller } = this;
    this.finish(error);
    controller?.abort(error);
  }

  private finish(answer: HttpAnswer | EnsembleError): void {
    if (this.ended) return;
    this.ended = true;
    this.controller = undefined;
    this.onEnd(answer);
  }

  private get maxBytes(): number {
    return this.options.maxBytes ?? MAX_BYTES;
  }

  private failTooLarge(): void {
    this.fail(
      new EnsembleError('BAD_RESPONSE', `the answer to ${this.name} is larger than ${this.maxBytes} bytes`, {
        statusCode: this.statusCode,
      }),
    );
  }

  private header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** The error that the status stands for; undefined for a success. */
  private refusal(body: Buffer, contentType: string): EnsembleError | undefined {
    if (this.statusCode >= 200 && this.statusCode < 300) return undefined;
    this.retryAfter = retryAfter(this.header('retry-after'), Date.now());
    const code = codeOfStatus(this.statusCode);
    if (this.statusCode < 400)
      return new EnsembleError(code, `${this.name} was answered with a redirect (HTTP ${this.statusCode}), which is not followed`, {
        statusCode: this.statusCode,
      });
    const words = vendorWords(body, contentType);
    const vendorMessage = words && (this.options.redact?.(words) ?? words).slice(0, MAX_VENDOR_MESSAGE);
    return new EnsembleError(code, `${this.name} was answered with HTTP ${this.statusCode}${vendorMessage ? `: ${vendorMessage}` : ''}`, {
      statusCode: this.statusCode,
      ...(vendorMessage && { vendorMessage }),
    });
  }
}

const STATUS_CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  408: 'TIMEOUT',
  429: 'RATE_LIMITED',
};

const codeOfStatus = (status: number): ErrorCode =>
  STATUS_CODES[status] ?? (status >= 500 ? 'VENDOR_ERROR' : status >= 400 ? 'REJECTED' : 'BAD_RESPONSE');

/** What the vendor said of an error: the `error` or `message` of a JSON answer, or a short plain text. */
function vendorWords(body: Buffer, contentType: string): string | undefined {
  const text = body.toString('utf8', 0, 2000).trim();
  if (text === '' || contentType.includes('html') || text.startsWith('<')) return undefined;
  let words: unknown = text;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') words = value;
    else if (typeof value === 'object' && value !== null)
      words = ('message' in value && value.message) || ('error' in value && value.error);
  } catch {
    // Not JSON: the text itself is the message.
  }
  return typeof words === 'string' ? words : undefined;
}
