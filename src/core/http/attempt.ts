import type { Dispatcher } from 'undici';
import { retryAfter } from '../backoff';
import { told } from '../error-texts';
import { cancelled, EnsembleError } from '../errors';
import { connectionError, isPermanent } from './connection-error';
import { codingsOf, Decompressor, decompress, withoutMark } from './content-encoding';
import { codeOfStatus, isPage, isSuccess, oddStatus, vendorMessageIn } from './error-response';
import { redactor } from './redact';
import type { ByteSource, HttpClientOptions, HttpRequest, HttpResponse, StreamReader } from './request';
import { toldOfStatus } from './told';

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_VENDOR_MESSAGE = 300;
const ignore = (): void => {};
const NOTHING = Buffer.alloc(0);

/** One attempt: collects the response or hands on a stream, turns its status into a result or an error, and ends exactly once. */
export class Attempt implements Dispatcher.DispatchHandler, ByteSource {
  /** The request has left, or part of it. */
  sent = false;
  /** Another attempt cannot help: a certificate that is refused stays refused. */
  isPermanent = false;
  /** When it is to be given up, as `performance.now()` tells the time. */
  deadline = Number.POSITIVE_INFINITY;
  /** Its deadline was moved once already. */
  isExtended = false;
  onEnd: (response: HttpResponse | EnsembleError, body?: Buffer) => void = ignore;
  /** Passed on with the response. */
  warn: HttpResponse['warn'];

  /** Of the body, where it is compressed. */
  private codings: readonly string[] | undefined;
  private decompressor: Decompressor | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  private ended = false;
  private statusCode = 0;
  private headers: Readonly<Record<string, string | string[] | undefined>> = {};
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(
    readonly request: HttpRequest,
    private readonly options: HttpClientOptions,
    /** Milliseconds that it may take; a stream, to begin. */
    readonly limit: number,
    /** Takes the body of a success piece by piece, as long as it lasts. */
    private readonly stream?: StreamReader,
  ) {}

  /** Without the query, which may hold private data, and without secrets. */
  get name(): string {
    return this.redact(`${this.request.method} ${this.request.path.split('?', 1)[0]}`);
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
    // Such as 103 (early hints): the response comes after it.
    if (statusCode < 200) return;
    this.statusCode = statusCode;
    this.headers = headers;
    this.codings = codingsOf(this.header('content-encoding'));
    if (this.streams) {
      this.deadline = Number.POSITIVE_INFINITY;
      this.stream?.open(statusCode, this.header('content-type') ?? '');
      if (this.codings) this.decompressor = this.decompressStream(this.codings);
    } else if (Number(headers['content-length']) > this.maxBytes) this.failTooLarge();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.decompressor) this.decompressPiece(this.decompressor, chunk);
    else if (this.streams) this.stream?.data(chunk, this);
    else this.collect(chunk);
  }

  onResponseEnd(): void {
    const { decompressor, codings } = this;
    if (decompressor) {
      decompressor.end();
      return;
    }
    const body = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    if (codings === undefined || body.length === 0) {
      this.conclude(body);
      return;
    }
    // From now on another request may use the connection.
    this.controller = undefined;
    decompress(body, codings, this.maxBytes).then(
      (decompressed) => this.conclude(decompressed),
      // The error text cannot be read, but the status counts.
      (error: EnsembleError) => (isSuccess(this.statusCode) ? this.finish(this.unreadable(error)) : this.conclude(NOTHING)),
    );
  }

  private conclude(bytes: Buffer): void {
    const response = this.response(withoutMark(bytes));
    this.finish(isSuccess(this.statusCode) ? response : this.refusal(response), response.body);
  }

  private response(body: Buffer): HttpResponse {
    const { statusCode, contentType, warn } = this;
    return { statusCode, contentType, date: this.header('date'), cookies: [this.headers['set-cookie'] ?? []].flat(), body, warn };
  }

  /** The peer has agreed to go on in another protocol. */
  upgraded(statusCode: number, headers: Attempt['headers']): void {
    this.statusCode = statusCode;
    this.headers = headers;
    this.finish(this.response(NOTHING));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error & { code?: string }): void {
    const { name, url, sent, options } = this;
    this.isPermanent = isPermanent(error);
    // The first is what the reader of a stream threw.
    this.finish(error instanceof EnsembleError ? error : connectionError(error, { name, url, sent, timeout: options.timeout }));
  }

  /** Ends the attempt at once, and its connection too where it is in use. */
  fail(error: EnsembleError): void {
    const { controller } = this;
    this.finish(error);
    controller?.abort(error);
  }

  pause(): void {
    (this.decompressor ?? this.controller)?.pause();
  }

  resume(): void {
    (this.decompressor ?? this.controller)?.resume();
  }

  /** Its time limit is reached. */
  giveUp(): void {
    if (this.ended) return;
    const said = told('noResponse', { where: this.url.host, seconds: this.limit / 1000 });
    this.fail(new EnsembleError('TIMEOUT', `no response to ${this.name} within ${this.limit} ms`, said));
  }

  private decompressStream(codings: readonly string[]): Decompressor {
    const take = (piece: Buffer): void => {
      if (!this.ended) this.stream?.data(piece, this);
    };
    return new Decompressor(codings, take, (error) => {
      if (error) this.fail(this.unreadable(error));
      else this.conclude(NOTHING);
    });
  }

  private decompressPiece(decompressor: Decompressor, chunk: Buffer): void {
    let isReady = false;
    decompressor.write(chunk, () => {
      if (isReady) this.controller?.resume();
      isReady = true;
    });
    if (isReady) return;
    isReady = true;
    this.controller?.pause();
  }

  private unreadable(error: EnsembleError): EnsembleError {
    return error.withMessage(this.redact(error.message)).with({ statusCode: this.statusCode });
  }

  private collect(chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.maxBytes) this.failTooLarge();
    else this.chunks.push(chunk);
  }

  private get streams(): boolean {
    return this.stream !== undefined && isSuccess(this.statusCode);
  }

  private finish(response: HttpResponse | EnsembleError, body?: Buffer): void {
    if (this.ended) return;
    this.ended = true;
    const { onEnd, decompressor } = this;
    decompressor?.destroy();
    // An attempt that has ended refers to nothing, so that all of it is collected early.
    this.controller = undefined;
    this.chunks.length = 0;
    this.onEnd = ignore;
    onEnd(response, body);
  }

  private get url(): URL {
    return new URL(this.options.baseUrl);
  }

  private get maxBytes(): number {
    return this.options.maxBytes ?? MAX_BYTES;
  }

  private failTooLarge(): void {
    this.fail(
      new EnsembleError(
        'BAD_RESPONSE',
        `the response to ${this.name} is larger than ${this.maxBytes} bytes`,
        told('tooLarge', { bytes: this.maxBytes }),
        {
          statusCode: this.statusCode,
        },
      ),
    );
  }

  private header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** Redacted, because errors show it. */
  private get contentType(): string {
    const type = this.header('content-type') ?? '';
    return PLAIN_TYPES.has(type) ? type : this.redact(type);
  }

  private get location(): string | undefined {
    const location = this.header('location');
    return location && this.redact(location);
  }

  /** The error that the status stands for. */
  private refusal(response: HttpResponse): EnsembleError {
    const { statusCode } = this;
    const loginRefusal = this.request.loginRefusal?.(response);
    const code = loginRefusal ? 'UNAUTHORIZED' : codeOfStatus(statusCode);
    const where = this.url.host;
    if (statusCode < 400) {
      const odd = oddStatus(statusCode, this.location, this.options.baseUrl);
      return new EnsembleError(code, `${this.name} was answered with ${odd}`, toldOfStatus({ code, status: statusCode }, where), {
        statusCode,
      });
    }
    const words = vendorMessageIn(response);
    const vendorMessage = words && this.redact(words).slice(0, MAX_VENDOR_MESSAGE);
    const said = vendorMessage ? `: ${vendorMessage}` : '';
    // A date in Retry-After refers to the vendor's clock.
    const date = Date.parse(response.date ?? '');
    const about = {
      isPage: isPage(response),
      needsSignIn: loginRefusal === 'sign in',
      retryAfter: retryAfter(this.header('retry-after'), Number.isNaN(date) ? Date.now() : date),
    };
    const sentence = toldOfStatus({ code, status: statusCode, ...about }, where);
    const error = new EnsembleError(code, `${this.name} was answered with HTTP ${statusCode}${said}`, sentence, {
      statusCode,
      ...(vendorMessage && { vendorMessage }),
    });
    return Object.assign(error, about, { refused: loginRefusal !== undefined });
  }

  /** Without the secrets of the connection, and those of the request. */
  private redact(text: string): string {
    const { secrets = [], headers } = this.request;
    const own = [...secrets, ...cookieValues(headers?.cookie)];
    const rest = own.length > 0 ? redactor(own)(text) : text;
    return this.options.redact?.(rest) ?? rest;
  }
}

/** What nearly all responses have, with no secret in it. */
const PLAIN_TYPES: ReadonlySet<string> = new Set(['application/json', 'application/json; charset=utf-8', '']);

/** Cookies are as secret as a password: they give access to the session. */
const cookieValues = (cookies = ''): string[] => cookies.split('; ').map((cookie) => cookie.slice(cookie.indexOf('=') + 1));
