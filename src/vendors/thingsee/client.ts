import { z } from 'zod';
import type { ConnectOptions } from '../../core/connection';
import { told } from '../../core/error-texts';
import { EnsembleError } from '../../core/errors';
import { type AccessToken, accountOf, Login, loginRefusal } from '../../core/follow/login';
import { Secrets } from '../../core/http/redact';
import type { HttpRequest, HttpResponse, SendOptions } from '../../core/http/request';
import { jsonFieldsOf } from '../../core/http/response';
import { HttpConnection } from '../../core/http-connection';
import { type BrokerOptions, checkLogin } from '../../core/mqtt/broker';
import { isConfidential } from '../../core/schema/host';
import type { Scope } from '../../core/scope';
import type { MessageFeed } from './message-feed';
import { data } from './responses';
import { vocabulary } from './vocabulary';

export interface ThingseeSettings {
  /** Of the deployment's API: `https:`, on this machine also `http:`. */
  readonly baseUrl: string;
  /** Of the stream's broker: `mqtts:` or `mqtt:`. */
  readonly mqttUrl: string | undefined;
}

export interface ThingseeCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly mqttUsername: string | undefined;
  readonly mqttPassword: string | undefined;
}

export type ThingseeOptions = ConnectOptions<ThingseeSettings, ThingseeCredentials>;

/** "Token expires in 15 mins". */
const TOKEN_LIFETIME = 15 * 60_000;
/** Milliseconds before its end at which a new one is fetched. */
const EARLY = 60_000;

/** Goes into a header. */
const token = data(z.looseObject({ token: z.string().regex(/^[!-~]+$/) }));

/** Milliseconds by which two clocks may differ and still count as equal: a `Date` header has whole seconds, and takes a while to arrive. */
const SAME = 5000;

/** [G] Gateways of this kind answer 403 to a token that they no longer know. */
const EXPIRED: readonly string[] = ['UNAUTHORIZED', 'FORBIDDEN'];

/** The form of the vendor's own errors: its gateway's have a message alone. */
const refusal = loginRefusal([400, 401, 403], (response) => {
  const { statusCode, message } = jsonFieldsOf(response) ?? {};
  return Number(statusCode) === response.statusCode && typeof message === 'string';
});

/** One deployment: its API, with the token that all requests share. */
export class ThingseeClient extends HttpConnection<ThingseeSettings> {
  readonly vendor = 'thingsee';
  readonly account: string;
  private readonly login: Login<string>;
  private readonly secrets: Secrets;
  private feed: MessageFeed | undefined;
  /** Milliseconds by which the vendor's clock is ahead of this machine's. */
  private ahead = 0;

  constructor(private readonly options: ThingseeOptions) {
    const { settings, credentials, network } = options;
    // A token that is sent in clear text can be read on the way: only this machine may be asked so.
    if (!isConfidential(new URL(settings.baseUrl)))
      throw new EnsembleError(
        'NOT_CONFIGURED',
        'baseUrl must be an address that begins with https:// (http:// only on this machine)',
        told('confidential', { protocol: 'https://' }, ['baseUrl']),
      );
    const { clientId, clientSecret, mqttUsername, mqttPassword } = credentials;
    // A gateway that refuses a token may repeat it in its message.
    const secrets = new Secrets([clientId, clientSecret, mqttUsername, mqttPassword]);
    super(settings, { ...network, baseUrl: settings.baseUrl, vocabulary, redact: secrets.redact });
    this.secrets = secrets;
    this.account = accountOf(settings.baseUrl, clientId, clientSecret);
    this.login = new Login({
      make: () => this.logIn(clientId, clientSecret),
      early: EARLY,
      mayHaveExpired: ({ code }) => EXPIRED.includes(code),
    });
  }

  override send(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    if (request.withoutLogin) return this.sendTimed(request, options);
    return this.login.use(options.scope, request, (token) =>
      this.sendTimed({ ...request, headers: { authorization: `Bearer ${token}` } }, options),
    );
  }

  override describe(): Readonly<Record<string, unknown>> {
    return { ...super.describe(), login: this.login.describe() };
  }

  retryLogin(): void {
    this.login.retry();
    this.feed?.retry();
  }

  /** Unix seconds by the vendor's clock, as far as its last response tells: this machine's may be wrong, or be set. */
  get now(): number {
    return Math.floor((Date.now() + this.ahead) / 1000);
  }

  get clocksDiffer(): boolean {
    return this.ahead !== 0;
  }

  /** The deployment's stream: one connection to its broker serves all nodes. @throws EnsembleError NOT_CONFIGURED */
  messageFeed(): MessageFeed {
    return this.share('stream', (scope) => {
      const { MessageFeed }: typeof import('./message-feed') = require('./message-feed');
      const clientId = `ensemble-${this.options.identity.slice(0, 12)}`;
      const feed = new MessageFeed({ ...this.brokerLogin(), clientId, clean: true });
      this.feed = feed;
      scope.defer(() => feed.close());
      return feed;
    });
  }

  /**
   * Whether the broker of the stream accepts this client. Returns those of the filters that it refuses.
   * @throws EnsembleError NOT_CONFIGURED, UNAUTHORIZED, UNREACHABLE, TIMEOUT, REJECTED
   */
  tryBroker(filters: readonly string[], scope: Scope): Promise<readonly string[]> {
    const { refusedBy }: typeof import('../../core/mqtt/connection') = require('../../core/mqtt/connection');
    return refusedBy(this.brokerLogin(), filters, scope);
  }

  /** @throws EnsembleError NOT_CONFIGURED */
  private brokerLogin(): BrokerOptions {
    const { settings, credentials, network } = this.options;
    const { mqttUrl: url } = settings;
    const { mqttUsername: username, mqttPassword: password } = credentials;
    if (url === undefined) throw new EnsembleError('NOT_CONFIGURED', 'mqttUrl is missing', told('missing', {}, ['mqttUrl']));
    const login = { url, username, password, tls: network.tls, timeout: network.timeout };
    checkLogin(login);
    const { protocol, hostname } = new URL(url);
    if (password !== undefined && protocol === 'mqtt:' && !isConfidential(new URL(`http://${hostname}`)))
      throw new EnsembleError(
        'NOT_CONFIGURED',
        'mqttUrl must begin with mqtts:// where a password is sent (mqtt:// only on this machine)',
        told('confidential', { protocol: 'mqtts://' }, ['mqttUrl']),
      );
    return login;
  }

  /** Makes sure that there is a token, and with it the vendor's time. @throws EnsembleError */
  logInFirst(scope: Scope): Promise<void> {
    return this.login.ready(scope);
  }

  private async sendTimed(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    const response = await this.http.send(request, options);
    const difference = Date.parse(response.date ?? '') - Date.now();
    if (!Number.isNaN(difference)) this.ahead = Math.abs(difference) > SAME ? difference : 0;
    return response;
  }

  private async logIn(client_id: string, client_secret: string): Promise<AccessToken<string>> {
    const json = { client_id, client_secret };
    const request: HttpRequest = { method: 'POST', path: '/auth/client-token', json, loginRefusal: refusal };
    const { token: value } = token(await this.sendTimed(request, { repeatable: true, scope: this.scope }));
    this.secrets.add(value);
    return { value, lifetime: TOKEN_LIFETIME };
  }
}
