import type { Connection } from './connection';
import { Recorder, type Vocabulary } from './diagnostics/recorder';
import { Feed } from './follow/feed';
import { HttpClient, type WebSocketRequest } from './http/client';
import type { HttpClientOptions, HttpRequest, HttpResponse, ReadOptions, SendOptions, StreamReader } from './http/request';
import { Scope } from './scope';

/** The base of every vendor's client: an HTTP client with the settings of the connection, and what its nodes share. */
export abstract class HttpConnection<Settings> implements Connection<Settings> {
  abstract readonly vendor: string;
  /** Ends with the connection. */
  protected readonly scope = new Scope();
  protected readonly http: HttpClient;
  readonly recorder: Recorder;
  /** Milliseconds for one request. */
  readonly timeout: number;
  private readonly shared = new Map<string, unknown>();

  /** @throws EnsembleError NOT_CONFIGURED where a proxy is malformed */
  constructor(
    readonly settings: Settings,
    { vocabulary, ...options }: Omit<HttpClientOptions, 'record'> & { readonly vocabulary?: Vocabulary },
  ) {
    const recorder = new Recorder(vocabulary);
    this.recorder = recorder;
    this.http = new HttpClient({
      ...options,
      record: (request, began, status, code, body) => recorder.exchange(request, began, status, code, body),
    });
    this.timeout = options.timeout;
    this.scope.defer(() => this.http.close());
  }

  send(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    return this.http.send(request, options);
  }

  /** A GET, which may always be repeated. @throws EnsembleError */
  read(path: string, { query, ...options }: ReadOptions): Promise<HttpResponse> {
    return this.send({ method: 'GET', path, ...(query && { query }) }, { ...options, repeatable: true });
  }

  /** Opens a stream and hands on its bytes until the peer ends it; the time limit is for its beginning. @throws EnsembleError */
  stream(request: HttpRequest, reader: StreamReader, scope: Scope): Promise<void> {
    return this.http.stream(request, reader, scope);
  }

  /** Opens a WebSocket with the connection's login; see `HttpClient.webSocket`. @returns whether the login is still the one that it was opened with */
  async webSocket(request: HttpRequest, how: WebSocketRequest, scope: Scope): Promise<() => boolean> {
    await this.http.webSocket(request, how, scope);
    return () => true;
  }

  /** One for all callers with the same key, such as a feed; made for the first of them. `scope` ends with the connection. */
  share<T>(key: string, make: (scope: Scope) => T): T {
    if (!this.shared.has(key)) this.shared.set(key, make(this.scope));
    return this.shared.get(key) as T;
  }

  /** What it knows of itself, for a report: nothing in it tells whose it is. */
  describe(): Readonly<Record<string, unknown>> {
    const feeds = [...this.shared.values()].filter((one) => one instanceof Feed);
    return { requestsUnderWay: this.http.underWay, feeds: feeds.map((feed) => feed.describe()) };
  }

  close(): Promise<void> {
    return this.scope.end();
  }
}
