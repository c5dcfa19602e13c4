import type { Duplex } from 'node:stream';
import { Dispatcher, ping, WebSocket } from 'undici';
import { EnsembleError, NOT_IN_PANELS } from '../errors';
import type { Attempt } from './attempt';

/** Bytes of one message at most, as of the body of a response, and of how many parts it may be sent. */
const LIMITS = { maxPayloadSize: 16 * 1024 * 1024, maxFragments: 10_000 };

/** Who listens to a WebSocket. Nothing is called before the peer has accepted it, and nothing after `closed`. */
export interface WebSocketListener {
  /** Bytes have come, whatever they are. */
  heard(): void;
  message(text: string): void;
  /** Once; not where this side has ended it. */
  closed(error: EnsembleError): void;
}

export interface WebSocketOptions {
  /** Of the request, with `http:` or `https:`. */
  readonly url: string;
  /** The subprotocol, which the peer must accept. */
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the handshake. */
  readonly attempt: Attempt;
  /** Takes secrets out of the peer's words. */
  readonly redact: (text: string) => string;
  readonly listener: WebSocketListener;
}

/** A WebSocket (RFC 6455) by undici's client, with the connections of a pool and the errors of an attempt. */
export class WebSocketConnection {
  private readonly socket: WebSocket;
  private readonly name: string;
  /** The connection itself, once the peer has agreed to change the protocol. */
  private wire: Duplex | undefined;
  /** Whether it was the peer, or the way to it, that ended the connection, and not undici. */
  private isBroken = false;
  private isOpen = false;
  private isOver = false;
  private accept = (): void => {};
  private refuse = (_error: EnsembleError): void => {};
  /** The peer has accepted it. @throws EnsembleError */
  readonly opened = new Promise<void>((resolve, reject) => {
    this.accept = resolve;
    this.refuse = reject;
  });

  constructor(
    pool: Dispatcher,
    private readonly options: WebSocketOptions,
  ) {
    const { url, protocol, headers, attempt } = options;
    this.name = attempt.name.replace(/^GET /, '');
    // Who does not wait for it learns of it by the attempt.
    this.opened.catch(() => {});
    const dispatcher = new UpgradeDispatcher(pool, attempt, (wire) => this.upgraded(wire));
    this.socket = new WebSocket(url.replace(/^http/, 'ws'), { protocols: [protocol], headers: { ...headers }, dispatcher });
    this.socket.binaryType = 'arraybuffer';
    this.socket.addEventListener('open', () => this.begin());
    this.socket.addEventListener('message', ({ data }) => this.take(data));
    this.socket.addEventListener('close', ({ code, reason }) => this.ended(code, reason));
  }

  send(text: string): void {
    if (this.isOpen) this.socket.send(text);
  }

  /** Asks for a sign of life; the peer must answer it (RFC 6455, 5.5.2). */
  ping(): void {
    if (this.isOpen) ping(this.socket);
  }

  /** Ends it at once, whatever hangs; the peer is told as far as that takes no time. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.socket.close();
    this.wire?.destroy();
    this.refuse(new EnsembleError('CANCELLED', `the WebSocket ${this.name} was ended`, NOT_IN_PANELS));
  }

  private upgraded(wire: Duplex): void {
    this.wire = wire;
    const broken = (): void => {
      this.isBroken = true;
    };
    wire.once('end', broken);
    wire.on('error', broken);
    // undici leaves it open where it does not like the handshake.
    if (this.isOver) wire.destroy();
  }

  private begin(): void {
    if (this.isOver) return;
    this.isOpen = true;
    // Only now: whoever reads before undici does takes bytes from it.
    this.wire?.on('data', () => this.isOver || this.options.listener.heard());
    this.accept();
  }

  private take(data: unknown): void {
    if (this.isOver) return;
    this.options.listener.message(typeof data === 'string' ? data : Buffer.from(data as ArrayBuffer).toString('utf8'));
  }

  private ended(code: number, reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.wire?.destroy();
    const { protocol, listener } = this.options;
    if (!this.isOpen) {
      const answer = `was answered with HTTP 101, but not with a WebSocket of the protocol ${protocol}`;
      this.refuse(new EnsembleError('BAD_RESPONSE', `${this.name} ${answer}`, NOT_IN_PANELS));
      return;
    }
    this.isOpen = false;
    listener.closed(this.reasonOf(code, reason));
  }

  private reasonOf(code: number, reason: string): EnsembleError {
    if (code !== NO_CLOSE_FRAME) {
      const said = reason === '' ? '' : `: ${this.options.redact(reason)}`;
      return new EnsembleError('UNREACHABLE', `the peer closed the WebSocket ${this.name} (${code}${said})`, NOT_IN_PANELS);
    }
    if (this.isBroken) return new EnsembleError('UNREACHABLE', `the WebSocket ${this.name} broke`, NOT_IN_PANELS);
    // undici does not tell which of the two it was.
    const odd = `is not as WebSockets promise it, or larger than ${LIMITS.maxPayloadSize} bytes`;
    return new EnsembleError('BAD_RESPONSE', `the WebSocket ${this.name} was ended: a message ${odd}`, NOT_IN_PANELS);
  }
}

/** RFC 6455, 7.1.5: the connection has ended without the frame that closes a WebSocket. */
const NO_CLOSE_FRAME = 1006;

/** Lends undici's WebSocket the pool, with the limits of its messages. */
class UpgradeDispatcher extends Dispatcher {
  readonly webSocketOptions = LIMITS;
  private readonly observed: Dispatcher;

  constructor(pool: Dispatcher, attempt: Attempt, onUpgrade: (wire: Duplex) => void) {
    super();
    this.observed = pool.compose((dispatch) => (options, handler) => dispatch(options, new UpgradeHandler(attempt, handler, onUpgrade)));
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return this.observed.dispatch(options, handler);
  }
}

/**
 * Shares what happens to the handshake between the attempt, which makes an error of every refusal, and undici's WebSocket,
 * which would say of all of them that there was a network error.
 */
class UpgradeHandler implements Dispatcher.DispatchHandler {
  constructor(
    private readonly attempt: Attempt,
    private readonly socket: Dispatcher.DispatchHandler,
    private readonly upgraded: (wire: Duplex) => void,
  ) {}

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.attempt.onRequestStart(controller);
    this.socket.onRequestStart?.(controller, context);
  }

  onRequestUpgrade(...upgrade: Parameters<Required<Dispatcher.DispatchHandler>['onRequestUpgrade']>): void {
    const [, statusCode, headers, wire] = upgrade;
    this.upgraded(wire);
    this.socket.onRequestUpgrade?.(...upgrade);
    this.attempt.upgraded(statusCode, headers);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.attempt.onResponseStart(controller, statusCode, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.attempt.onResponseData(controller, chunk);
  }

  onResponseEnd(): void {
    this.attempt.onResponseEnd();
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.attempt.onResponseError(controller, error);
    this.socket.onResponseError?.(controller, error);
  }
}
