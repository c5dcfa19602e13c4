import { EnsembleError, NOT_IN_PANELS } from '../errors';
import { Scope } from '../scope';
import { Standstill } from '../standstill';
import { Watchdog } from '../watchdog';
import type { WebSocketRequest } from './client';
import type { WebSocketConnection, WebSocketListener } from './web-socket';

export interface WebSocketStreamOptions {
  readonly path: string;
  readonly protocol: string;
  readonly scope: Scope;
  /** Milliseconds between two questions for a sign of life. */
  readonly ping: number;
  /** Milliseconds without a single byte after which the peer counts as gone. */
  readonly silence: number;
  /** Milliseconds. Where this process has stood still for longer, what came meanwhile is old: it is not read, and the stream ends. */
  readonly standstill: number;
  /** The peer has accepted. */
  onOpen(connection: WebSocketConnection): void;
  onMessage(text: string): void;
}

/** Opens WebSockets: a connection to a vendor. The function that it returns says whether the login is still the one of then. */
export interface WebSocketOpener {
  webSocket(request: { readonly method: 'GET'; readonly path: string }, how: WebSocketRequest, scope: Scope): Promise<() => boolean>;
}

/** What comes over one WebSocket, from its handshake to its end. */
export class WebSocketStream implements WebSocketListener {
  readonly scope = new Scope();
  /** It has ended although there is no trouble: another one is needed at once. */
  isOutdated = false;
  private readonly watchdog: Watchdog;
  private readonly standstill: Standstill;
  private connection: WebSocketConnection | undefined;
  /** The handshake is over, whatever came of it. */
  private isReady = false;
  private reason: EnsembleError | undefined;
  /** Why it was closed before that. */
  private early: EnsembleError | undefined;

  constructor(
    private readonly opener: WebSocketOpener,
    private readonly options: WebSocketStreamOptions,
  ) {
    const { path, silence } = options;
    const silent = `nothing heard on the WebSocket ${path} for ${Math.round(silence / 1000)} seconds, not even the answer to a ping`;
    this.watchdog = new Watchdog(silence, () => this.end(new EnsembleError('TIMEOUT', silent, NOT_IN_PANELS)));
    this.standstill = new Standstill(this.scope, options.standstill, () => this.replace('this process stood still'));
  }

  /**
   * Receives until the WebSocket ends, however that comes.
   * @throws EnsembleError always: UNREACHABLE, TIMEOUT (silence), CANCELLED, or the code of the peer's status
   */
  async receive(): Promise<never> {
    const { path, protocol, scope } = this.options;
    const release = scope.defer(() => this.scope.end());
    this.scope.defer(() => this.connection?.end());
    try {
      // There may be a second handshake, with another login.
      const opening = (connection: WebSocketConnection): void => {
        this.connection?.end();
        this.connection = connection;
        this.early = undefined;
      };
      const isCurrent = await this.opener.webSocket({ method: 'GET', path }, { protocol, listener: this, opening }, this.scope);
      this.begin(isCurrent);
      return await this.scope.race(new Promise<never>(() => {}));
    } catch (error) {
      throw this.reason ?? error;
    } finally {
      this.watchdog.stop();
      release();
      await this.scope.end();
    }
  }

  /** Nothing waits here. */
  async drain(): Promise<void> {}

  heard(): void {
    this.watchdog.feed();
  }

  message(text: string): void {
    // It may have come while this process stood still, and sockets may be read before the timers.
    if (this.standstill.count === 0 && !this.scope.ended) this.options.onMessage(text);
  }

  closed(error: EnsembleError): void {
    // Until the login is known to be good, the reason may be that it is not.
    if (this.isReady) this.end(error);
    else this.early = error;
  }

  private begin(isCurrent: () => boolean): void {
    this.isReady = true;
    if (this.early) throw this.early;
    this.watchdog.feed();
    this.askForLife(isCurrent);
    if (this.connection) this.options.onOpen(this.connection);
  }

  private askForLife(isCurrent: () => boolean): void {
    this.scope.timeout(this.options.ping, () => {
      if (!isCurrent()) return this.replace('there is another login');
      this.connection?.ping();
      this.askForLife(isCurrent);
    });
  }

  private replace(reason: string): void {
    this.isOutdated = true;
    this.end(new EnsembleError('UNREACHABLE', reason, NOT_IN_PANELS));
  }

  private end(reason: EnsembleError): void {
    this.reason = reason;
    void this.scope.end();
  }
}
