import type { Connection } from './connection';
import { HttpClient } from './http/client';
import type { HttpClientOptions, HttpRequest, HttpResponse, ReadOptions, SendOptions, StreamReader } from './http/request';
import { Scope } from './scope';

/** The base of every vendor's client: an HTTP client with the settings of the connection, and what its nodes share. */
export abstract class HttpConnection<Settings> implements Connection<Settings> {
  abstract readonly vendor: string;
  /** Ends with the connection. */
  protected readonly scope = new Scope();
  protected readonly http: HttpClient;
  /** Milliseconds for one request. */
  readonly timeout: number;
  private readonly shared = new Map<string, unknown>();

  /** @throws EnsembleError NOT_CONFIGURED where a proxy is malformed */
  constructor(
    readonly settings: Settings,
    options: HttpClientOptions,
  ) {
    this.http = new HttpClient(options);
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

  /** One for all callers with the same key, such as a feed; made for the first of them. `scope` ends with the connection. */
  share<T>(key: string, make: (scope: Scope) => T): T {
    if (!this.shared.has(key)) this.shared.set(key, make(this.scope));
    return this.shared.get(key) as T;
  }

  close(): Promise<void> {
    return this.scope.end();
  }
}
