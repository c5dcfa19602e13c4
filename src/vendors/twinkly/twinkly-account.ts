import type { Connection, ConnectOptions, SignIn } from '../../core/connection';
import { accountOf, Login } from '../../core/follow/login';
import { HttpClient } from '../../core/http/client';
import { Secrets } from '../../core/http/redact';
import type { HttpRequest, HttpResponse, SendOptions } from '../../core/http/request';
import { address, choice, object, optional, text, type Values } from '../../core/schema/parameters';
import { Scope } from '../../core/scope';
import { PasswordLogin, SignedIn } from './login';
import { listObjects, readObjects, type TwinklyObject } from './objects';
import { WireProfile } from './wire-profile';

const SERVERS = { production: 'https://api.twinkly.com', staging: 'https://api-staging.twinkly.com' };

export const settings = {
  environment: choice({
    label: 'Environment',
    help: 'The Twinkly cloud that the account belongs to.',
    options: ['production', 'staging', 'custom'],
    optionLabels: { production: 'production', staging: 'staging', custom: 'another server' },
    default: 'production',
  }),
  baseUrl: optional(
    address({
      label: 'Server',
      help: 'Address of another server, for example of the simulated devices.',
      options: ['https:', 'http:'],
      when: { environment: 'custom' },
      needed: true,
    }),
  ),
  authentication: choice({
    label: 'Sign in by',
    help: 'Password: Node-RED logs in with e-mail and password. OAuth: a person signs in on Twinkly’s own page, and Node-RED never sees the password.',
    options: ['password', 'oauth'],
    optionLabels: { password: 'e-mail and password', oauth: 'OAuth' },
    default: 'password',
    addressing: false,
  }),
  clientId: optional(
    text({
      label: 'Client ID',
      help: 'Given out by Twinkly, together with the client secret.',
      when: { authentication: 'oauth' },
      needed: true,
      addressing: false,
    }),
  ),
  scope: optional(
    text({
      label: 'Scope',
      help: 'What Node-RED asks to be allowed. Empty: what Twinkly takes for it.',
      when: { authentication: 'oauth' },
      addressing: false,
    }),
  ),
  overrides: optional(
    object({
      label: 'Corrections',
      help: 'Corrects what this package guesses of the Twinkly API, as JSON; the help lists the rows. Empty: nothing is corrected.',
    }),
  ),
};

export const credentials = {
  username: optional(
    text({
      secret: false,
      label: 'E-mail',
      help: 'The user name of the Twinkly account.',
      when: { authentication: 'password' },
      needed: true,
    }),
  ),
  password: optional(
    text({ label: 'Password', help: 'The password of the Twinkly account.', when: { authentication: 'password' }, needed: true }),
  ),
  clientSecret: optional(
    text({
      label: 'Client secret',
      help: 'Given out by Twinkly, together with the client ID.',
      when: { authentication: 'oauth' },
      needed: true,
    }),
  ),
};

export type TwinklySettings = Values<typeof settings>;
type Options = ConnectOptions<TwinklySettings, Values<typeof credentials>>;

/** One Twinkly account: its login, which all nodes share, and what it says and understands. */
export class TwinklyClient implements Connection<TwinklySettings> {
  readonly vendor = 'twinkly';
  readonly settings: TwinklySettings;
  readonly profile: WireProfile;
  readonly timeout: number;
  readonly account: string;
  /** Takes secrets out of the vendor's words. */
  readonly redact: (words: string) => string;
  private readonly scope = new Scope();
  private readonly http: HttpClient;
  private readonly login: Login<string>;
  private readonly signedInByOAuth: SignedIn;

  constructor({ settings, credentials, network, tokens }: Options) {
    const { environment, authentication, clientId = '', overrides } = settings;
    const { username = '', password = '', clientSecret = '' } = credentials;
    const baseUrl = environment === 'custom' ? (settings.baseUrl ?? '') : SERVERS[environment];
    this.settings = settings;
    this.timeout = network.timeout;
    this.profile = new WireProfile(overrides);
    this.account = accountOf(baseUrl, authentication, username, password, clientId, clientSecret);
    const secrets = new Secrets([username, password, clientSecret]);
    this.redact = secrets.redact;
    this.http = new HttpClient({ ...network, baseUrl, redact: this.redact });
    this.scope.defer(() => this.http.close());
    const door = { http: this.http, scope: this.scope, guard: (...tokens: (string | undefined)[]) => secrets.add(...tokens) };
    this.signedInByOAuth = new SignedIn(door, { baseUrl, clientId, clientSecret, scope: settings.scope }, tokens);
    const byPassword = new PasswordLogin(door, { username, password }, this.profile.refresh);
    this.login = new Login(
      authentication === 'oauth'
        ? { make: () => this.signedInByOAuth.pass(), hasNew: () => this.signedInByOAuth.hasNew, early: 0 }
        : { make: () => byPassword.pass(), early: 0 },
    );
  }

  send(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    return this.login.use(
      options.scope,
      request,
      (token) => this.http.send({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } }, options),
      ({ code }) => code === 'UNAUTHORIZED',
    );
  }

  /** All objects of the account; an odd one is left out, and `onWarning` told. @throws EnsembleError */
  async objects(scope: Scope, onWarning?: (text: string) => void): Promise<TwinklyObject[]> {
    const { objects } = await listObjects(this.profile, (request) => this.send(request, { repeatable: true, scope, onWarning }));
    return readObjects(objects, this.profile, onWarning);
  }

  signInPage(state: string, callback: string): string {
    return this.signedInByOAuth.page(state, callback);
  }

  finishSignIn(code: string, callback: string, scope: Scope): Promise<void> {
    return this.signedInByOAuth.finish(code, callback, scope);
  }

  signedIn(): void {
    this.login.end();
  }

  retryLogin(): void {
    this.login.retry();
  }

  close(): Promise<void> {
    return this.scope.end();
  }
}

export const connect = (options: Options): TwinklyClient => new TwinklyClient(options);

/** Logs in, and looks for what there is. */
export async function test(account: TwinklyClient, scope: Scope): Promise<string> {
  const objects = await account.objects(scope);
  const installations = new Set(objects.flatMap(({ installation }) => installation?.id ?? []));
  return `Signed in. Objects: ${objects.length}, installations: ${installations.size}.`;
}

export const signIn: SignIn<TwinklyClient> = {
  label: 'Sign in with Twinkly',
  help: 'Opens Twinkly’s own page. What it gives is kept on the server, outside the flow, and needs no deploy.',
  when: { authentication: 'oauth' },
  page: (account, state, callback) => account.signInPage(state, callback),
  finish: (account, code, callback, scope) => account.finishSignIn(code, callback, scope),
};

export { lookups } from './lookups';
