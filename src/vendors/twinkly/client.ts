import type { ConnectOptions } from '../../core/connection';
import { accountOf, Login } from '../../core/follow/login';
import { Secrets } from '../../core/http/redact';
import type { HttpRequest, HttpResponse, SendOptions, Warn } from '../../core/http/request';
import { HttpConnection } from '../../core/http-connection';
import type { JsonObject } from '../../core/schema/parameters';
import type { Scope } from '../../core/scope';
import { type GroupRequest, type GroupStatus, groupRequests, readGroup } from './group-status';
import { OAuthLogin, PasswordLogin } from './login';
import { listObjects, readObjects, type TwinklyObject } from './object-list';
import { vocabulary } from './vocabulary';
import { WireProfile } from './wire-profile';

const SERVERS = { production: 'https://api.twinkly.com', staging: 'https://api-staging.twinkly.com' };

export interface TwinklySettings {
  readonly environment: 'production' | 'staging' | 'custom';
  /** Of a custom environment. */
  readonly baseUrl: string | undefined;
  readonly authentication: 'password' | 'oauth';
  readonly clientId: string | undefined;
  /** What a sign-in asks for; undefined: the vendor's default. */
  readonly scope: string | undefined;
  /** Corrects rows of the wire profile. */
  readonly overrides: JsonObject | undefined;
}

export interface TwinklyCredentials {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly clientSecret: string | undefined;
}

export type TwinklyOptions = ConnectOptions<TwinklySettings, TwinklyCredentials>;

/** One Twinkly account: its login, which all nodes share, and how its API is written. */
export class TwinklyClient extends HttpConnection<TwinklySettings> {
  readonly vendor = 'twinkly';
  readonly profile: WireProfile;
  readonly account: string;
  /** Replaces secrets in the vendor's words. */
  readonly redact: (words: string) => string;
  private readonly login: Login<string>;
  private readonly oauth: OAuthLogin;

  constructor({ settings, credentials, network, tokens }: TwinklyOptions) {
    const { environment, authentication, clientId = '', overrides } = settings;
    const { username = '', password = '', clientSecret = '' } = credentials;
    const baseUrl = environment === 'custom' ? (settings.baseUrl ?? '') : SERVERS[environment];
    const profile = new WireProfile(overrides);
    const secrets = new Secrets([username, password, clientSecret]);
    super(settings, { ...network, baseUrl, vocabulary, redact: secrets.redact });
    this.profile = profile;
    this.account = accountOf(baseUrl, authentication, username, password, clientId, clientSecret);
    this.redact = secrets.redact;
    const options = { http: this.http, scope: this.scope, onSecrets: (...tokens: (string | undefined)[]) => secrets.add(...tokens) };
    this.oauth = new OAuthLogin(options, { baseUrl, clientId, clientSecret, scope: settings.scope }, tokens);
    const byPassword = new PasswordLogin(options, { username, password }, this.profile.refresh);
    this.login = new Login(
      authentication === 'oauth'
        ? { make: () => this.oauth.accessToken(), hasNew: () => this.oauth.hasNew }
        : { make: () => byPassword.accessToken() },
    );
  }

  override send(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    return this.login.use(options.scope, request, (token) =>
      this.http.send({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } }, options),
    );
  }

  /** All objects of the account; one that cannot be read is left out, with a warning. @throws EnsembleError */
  async objects(scope: Scope, onWarning?: Warn): Promise<TwinklyObject[]> {
    const { objects } = await listObjects(this.profile, (request) => this.send(request, { repeatable: true, scope, onWarning }));
    return readObjects(objects, this.profile, onWarning);
  }

  /** The status of objects or installations; `take` is called with each part as it comes. @throws EnsembleError */
  readStates(group: GroupRequest, scope: Scope, take: (group: GroupStatus) => void): Promise<number> {
    return readGroup(groupRequests(this.profile, group), (request) => this.send(request, { repeatable: true, scope }), take);
  }

  signInPage(state: string, callback: string): string {
    return this.oauth.signInPage(state, callback);
  }

  finishSignIn(code: string, callback: string, scope: Scope): Promise<void> {
    return this.oauth.finishSignIn(code, callback, scope);
  }

  signedIn(): void {
    this.login.end();
  }

  override describe(): Readonly<Record<string, unknown>> {
    return { ...super.describe(), login: this.login.describe() };
  }

  retryLogin(): void {
    this.login.retry();
  }
}
