import type { Dispatcher } from 'undici';
import { retryAfter } from './backoff';
import { EnsembleError, type ErrorCode } from './errors';
import type { HttpAnswer, HttpOptions, HttpRequest } from './http';

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_VENDOR_MESSAGE = 300;

/** What a stream's bytes go to. What it throws ends the stream with that error. */
export interface StreamReader {
  /** The peer has accepted. */
  open(contentType: string): void;
  data(chunk: Buffer, source: Source): void;
}

/** Where a stream's bytes come from. */
export interface Source {
  /** Lets the peer wait. */
  pause(): void;
  resume(): void;
}

const nobody = (): void => {};

/** One try: collects the answer, or hands on a stream, judges it, and ends exactly once. */
export class Exchange implements Dispatcher.DispatchHandler, Source {
  /** The request has left, or part of it. */
  sent = false;
  /** Trying again cannot help (a certificate that is refused stays refused). */
  hopeless = false;
  /** When it is to be given up, as `performance.now()` tells the time. */
  deadline = Number.POSITIVE_INFINITY;
  /** It got some more time already. */
  isReprieved = false;
  onEnd: (answer: HttpAnswer | EnsembleError) => void = nobody;
  /** Goes with the answer. */
  warn: HttpAnswer['warn'];

  private controller: Dispatcher.DispatchController | undefined;
  private ended = false;
  private statusCode = 0;
  private headers: Readonly<Record<string, string | string[] | undefined>> = {};
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(
    readonly request: HttpRequest,
    private readonly options: HttpOptions,
    /** Milliseconds that it may take; a stream, to begin. */
    readonly limit: number,
    /** Takes the body of a success piece by piece, as long as it lasts. */
    private readonly stream?: StreamReader,
  ) {}

  /** Without the query, which may hold what is nobody’s business. */
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
    if (this.streams) {
      this.deadline = Number.POSITIVE_INFINITY;
      this.stream?.open(this.header('content-type') ?? '');
    } else if (Number(headers['content-length']) > this.maxBytes) this.failTooLarge();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.streams) this.stream?.data(chunk, this);
    else this.collect(chunk);
  }

  onResponseEnd(): void {
    const body = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    const contentType = this.header('content-type') ?? '';
    const cookies = [this.headers['set-cookie'] ?? []].flat();
    const answer = { statusCode: this.statusCode, contentType, date: this.header('date'), cookies, body, warn: this.warn };
    this.finish(isSuccess(this.statusCode) ? answer : this.refusal(answer));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error & { code?: string }): void {
    // The first is what the reader of a stream threw.
    this.finish(error instanceof EnsembleError ? error : this.breakdown(error.code ?? error.name, error.name));
  }

  /** Ends the try at once, and its connection too where it is in use. */
  fail(error: EnsembleError): void {
    const { controller } = this;
    this.finish(error);
    controller?.abort(error);
  }

  pause(): void {
    this.controller?.pause();
  }

  resume(): void {
    this.controller?.resume();
  }

  /** Its time is over. */
  giveUp(): void {
    if (this.ended) return;
    this.fail(new EnsembleError('TIMEOUT', `no answer to ${this.name} within ${this.limit} ms`));
  }

  private collect(chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.maxBytes) this.failTooLarge();
    else this.chunks.push(chunk);
  }

  private get streams(): boolean {
    return this.stream !== undefined && isSuccess(this.statusCode);
  }

  private finish(answer: HttpAnswer | EnsembleError): void {
    if (this.ended) return;
    this.ended = true;
    const { onEnd } = this;
    // Nothing that is over keeps anything from the young collector.
    this.controller = undefined;
    this.chunks.length = 0;
    this.onEnd = nobody;
    onEnd(answer);
  }

  private breakdown(code: string, name: string): EnsembleError {
    this.hopeless = /CERT|SSL|TLS|SIGNED|VERIFY|ALTNAME/.test(code);
    if (code === 'UND_ERR_INVALID_ARG')
      return new EnsembleError('BAD_RESPONSE', `${this.name} cannot be sent: its path or one of its headers is not valid in HTTP`);
    const where = new URL(this.options.baseUrl).host;
    if (code === 'UND_ERR_CONNECT_TIMEOUT')
      return new EnsembleError('TIMEOUT', `no connection to ${where} within ${this.options.timeout} ms`);
    if (name === 'HTTPParserError') return new EnsembleError('BAD_RESPONSE', `${where} does not speak HTTP (${code})`);
    const broken = this.sent ? `the connection to ${where} broke during ${this.name}` : `${where} cannot be reached`;
    return new EnsembleError('UNREACHABLE', `${broken} (${code})`);
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

  /** The error that the status stands for. */
  private refusal(answer: HttpAnswer): EnsembleError {
    const refused = this.request.isRefusal?.(answer) ?? false;
    const code = refused ? 'UNAUTHORIZED' : codeOfStatus(this.statusCode);
    if (this.statusCode < 400)
      return new EnsembleError(code, `${this.name} was answered with a redirect (HTTP ${this.statusCode}), which is not followed`, {
        statusCode: this.statusCode,
      });
    const words = vendorWords(answer.body, answer.contentType);
    const vendorMessage = words && (this.options.redact?.(words) ?? words).slice(0, MAX_VENDOR_MESSAGE);
    const error = new EnsembleError(
      code,
      `${this.name} was answered with HTTP ${this.statusCode}${vendorMessage ? `: ${vendorMessage}` : ''}`,
      {
        statusCode: this.statusCode,
        ...(vendorMessage && { vendorMessage }),
      },
    );
    error.refused = refused;
    error.retryAfter = retryAfter(this.header('retry-after'), Date.now());
    return error;
  }
}

export const cancelled = (): EnsembleError => new EnsembleError('CANCELLED', 'closed by a deploy or shutdown before the answer came');

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

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
      words =
        ('message' in value && value.message) ||
        ('error_description' in value && value.error_description) ||
        ('error' in value && value.error);
  } catch {
    // Not JSON: the text itself is the message.
  }
  return typeof words === 'string' ? words : undefined;
}
