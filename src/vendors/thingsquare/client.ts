import type { ConnectOptions } from '../../core/connection';
import { told } from '../../core/error-texts';
import { EnsembleError } from '../../core/errors';
import type { WebSocketRequest } from '../../core/http/client';
import { redactor } from '../../core/http/redact';
import type { HttpRequest, HttpResponse, SendOptions } from '../../core/http/request';
import { HttpConnection } from '../../core/http-connection';
import { isConfidential } from '../../core/schema/host';
import { Scope } from '../../core/scope';
import { announce } from './announcement';
import { type Identity, Session } from './session';
import { readUser } from './user-data';
import { vocabulary } from './vocabulary';

export interface ThingsquareSettings {
  /** Of the frontend: `https:`, or `http:` where it is on this machine or there is no login. */
  readonly baseUrl: string;
  readonly authentication: Identity['authentication'];
  /** Whether the user's authcode is announced in the local network, and to which host. */
  readonly announce: boolean;
  readonly announceTo: string;
}

export type ThingsquareCredentials = Omit<Identity, 'authentication'>;

export type ThingsquareOptions = ConnectOptions<ThingsquareSettings, ThingsquareCredentials>;

const NEEDED = { login: ['login', 'password'], token: ['token'], anonymous: [] } as const;

/** Milliseconds that the logout may take when the connection closes. */
const LOGOUT_LIMIT = 500;

/** One frontend, which is what the vendor calls an API endpoint, and one user's session on it. */
export class ThingsquareClient extends HttpConnection<ThingsquareSettings> {
  readonly vendor = 'thingsquare';
  readonly session: Session;
  /** Requests are encrypted, or do not leave this machine. */
  readonly isPrivate: boolean;
  /** Lives as long as the user is announced. */
  private readonly announcing = new Scope();
  private readonly warn: (text: string) => void;

  constructor({ settings, credentials, network, warn = () => {} }: ThingsquareOptions) {
    const { baseUrl, authentication } = settings;
    for (const name of NEEDED[authentication])
      if (credentials[name] === undefined) throw new EnsembleError('NOT_CONFIGURED', `${name} is missing`, told('missing', {}, [name]));
    const isSafe = isConfidential(new URL(baseUrl));
    if (authentication !== 'anonymous' && !isSafe)
      throw new EnsembleError(
        'NOT_CONFIGURED',
        'baseUrl must begin with https://: the login would cross the network in clear text',
        told('confidential', { protocol: 'https://' }, ['baseUrl']),
      );
    const redact = redactor([credentials.login, credentials.password, credentials.token]);
    super(settings, { ...network, baseUrl, vocabulary, redact });
    this.warn = warn;
    this.isPrivate = isSafe;
    this.session = new Session(this.http, baseUrl, { authentication, ...credentials }, warn);
  }

  get account(): string {
    return this.session.account;
  }

  retryLogin(): void {
    this.session.retryLogin();
  }

  override send(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    return request.withoutLogin ? this.session.sendWithoutSession(request, options) : this.session.send(request, options);
  }

  override describe(): Readonly<Record<string, unknown>> {
    return { ...super.describe(), session: this.session.describe() };
  }

  override webSocket(request: HttpRequest, how: WebSocketRequest, scope: Scope): Promise<() => boolean> {
    return this.session.open(request, { repeatable: false, scope }, (sent) => this.http.webSocket(sent, how, scope));
  }

  begin(): void {
    const { announce: isWanted, announceTo } = this.settings;
    const { announcing: scope, warn } = this;
    const authcode = async () => readUser(await this.read('/0/user/', { scope })).authcode;
    if (isWanted) announce({ to: announceTo, scope, authcode, warn });
  }

  override async close(): Promise<void> {
    await this.announcing.end();
    if (this.session.isOpen) await this.logOut();
    await this.session.end();
    await super.close();
  }

  /** Ends the session at the vendor. Where that fails, the session expires there some day. */
  private async logOut(): Promise<void> {
    await this.scope.waitAtMost(LOGOUT_LIMIT, this.session.logOut({ scope: this.scope }));
  }
}
