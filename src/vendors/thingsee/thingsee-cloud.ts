import { z } from 'zod';
import type { Connection, ConnectOptions } from '../../core/connection';
import { EnsembleError } from '../../core/errors';
import { type AccessToken, accountOf, Login } from '../../core/follow/login';
import { HttpClient } from '../../core/http/client';
import { Secrets } from '../../core/http/redact';
import type { HttpRequest, HttpResponse, SendOptions } from '../../core/http/request';
import { fieldsOf } from '../../core/http/response';
import { address, text, type Values } from '../../core/schema/parameters';
import { Scope } from '../../core/scope';
import { data } from './answers';
import { groupList } from './lookups';

export { lookups } from './lookups';

export const settings = {
  /** Every deployment has its own. */
  baseUrl: address({
    label: 'Base URL',
    help: 'The address of your deployment’s Open Services API, for example https://abc123.execute-api.eu-west-1.amazonaws.com/prod/v1. Haltian gives it out. With http:// only on this machine.',
    options: ['https:', 'http:'],
  }),
};

export const credentials = {
  clientId: text({ secret: false, label: 'Client ID', help: 'Given out by Haltian, with the base URL.' }),
  clientSecret: text({ label: 'Client secret', help: 'Given out by Haltian, with the client ID.' }),
};

export type ThingseeSettings = Values<typeof settings>;
type Options = ConnectOptions<ThingseeSettings, Values<typeof credentials>>;

/** "Token expires in 15 mins"; a new one is fetched a minute earlier. */
const LIFETIME = 15 * 60_000;
const EARLY = 60_000;

/** Goes into a header. */
const token = data(z.looseObject({ token: z.string().regex(/^[!-~]+$/) }));
/** Milliseconds by which two clocks may differ and still count as the same: a `Date` has no parts of a second, and is on its way for a while. */
const SAME = 5000;
/** [G] Gateways of this kind answer 403 to a token that they no longer know. */
const OVER: readonly string[] = ['UNAUTHORIZED', 'FORBIDDEN'];
/** The form of the vendor's own errors: its gateway's have a message alone, and a proxy's are pages. */
const isRefusal = (answer: HttpResponse): boolean => {
  const { statusCode, message } = fieldsOf(answer) ?? {};
  return [400, 401, 403].includes(answer.statusCode) && Number(statusCode) === answer.statusCode && typeof message === 'string';
};

/** One deployment: its API, with the token that all requests share. */
export class ThingseeClient implements Connection<ThingseeSettings> {
  readonly vendor = 'thingsee';
  readonly settings: ThingseeSettings;
  readonly account: string;
  private readonly scope = new Scope();
  private readonly http: HttpClient;
  private readonly login: Login<string>;
  private readonly secrets: Secrets;
  /** Milliseconds by which the vendor's clock is ahead of this machine's. */
  private ahead = 0;

  constructor({ settings, credentials, network }: Options) {
    // A token that passes in the clear is anybody's: only this machine may be asked so.
    if (!isPrivate(new URL(settings.baseUrl)))
      throw new EnsembleError('NOT_CONFIGURED', 'baseUrl must be an address that begins with https:// (http:// only on this machine)');
    this.settings = settings;
    const { clientId, clientSecret } = credentials;
    this.account = accountOf(settings.baseUrl, clientId, clientSecret);
    // A gateway that refuses a token may repeat it in its words.
    this.secrets = new Secrets([clientId, clientSecret]);
    this.http = new HttpClient({ ...network, baseUrl: settings.baseUrl, redact: this.secrets.redact });
    this.scope.defer(() => this.http.close());
    this.login = new Login({ make: () => this.logIn(clientId, clientSecret), early: EARLY });
  }

  send(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    return this.login.use(
      options.scope,
      request,
      (token) => this.exchange({ ...request, headers: { authorization: `Bearer ${token}` } }, options),
      ({ code }) => OVER.includes(code),
    );
  }

  retryLogin(): void {
    this.login.retry();
  }

  close(): Promise<void> {
    return this.scope.end();
  }

  /** Unix seconds by the vendor's clock, as far as its last answer told it: this machine's may be wrong, or be set. */
  get now(): number {
    return Math.floor((Date.now() + this.ahead) / 1000);
  }

  get clocksDiffer(): boolean {
    return this.ahead !== 0;
  }

  /** Has a token, and with it the vendor's time. @throws EnsembleError */
  logInFirst(scope: Scope): Promise<void> {
    return this.login.ready(scope);
  }

  private async exchange(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    const answer = await this.http.send(request, options);
    const difference = Date.parse(answer.date ?? '') - Date.now();
    if (!Number.isNaN(difference)) this.ahead = Math.abs(difference) > SAME ? difference : 0;
    return answer;
  }

  private async logIn(client_id: string, client_secret: string): Promise<AccessToken<string>> {
    const request: HttpRequest = { method: 'POST', path: '/auth/client-token', json: { client_id, client_secret }, isRefusal };
    const { token: value } = token(await this.exchange(request, { repeatable: true, scope: this.scope }));
    this.secrets.add(value);
    return { value, lifetime: LIFETIME };
  }
}

const isPrivate = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname);

export const connect = (options: Options): ThingseeClient => new ThingseeClient(options);

/** Fetches a token, and what it is good for. */
export async function test(cloud: ThingseeClient, scope: Scope): Promise<string> {
  const groups = await groupList(cloud, scope);
  return `The client is let in. Deployment groups: ${groups.length}.`;
}
