import { z } from 'zod';
import type { TokenStore } from '../../core/connection';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import { type AccessToken, loginRefusal, signInNeeded } from '../../core/follow/login';
import type { HttpClient } from '../../core/http/client';
import type { HttpRequest, HttpResponse } from '../../core/http/request';
import { json, jsonFieldsOf, orAbsent } from '../../core/http/response';
import type { Scope } from '../../core/scope';

/** "The token obtained has a validity of 1 day." Milliseconds. */
const DAY = 24 * 60 * 60 * 1000;
/** Milliseconds before its end at which a token is renewed; of one with a short life, a tenth of it. */
const EARLY = 5 * 60 * 1000;

const tokens = json(
  z.looseObject({
    // Goes into a header.
    access_token: z.string().regex(/^[!-~]+$/),
    // The access token can be used whatever else the response holds.
    refresh_token: orAbsent(z.string().min(1)),
    expires_in: orAbsent(z.coerce.number().positive()),
  }),
);
type TokenResponse = ReturnType<typeof tokens>;

const lifetimeOf = ({ expires_in }: TokenResponse): number => {
  const lifetime = expires_in === undefined ? DAY : expires_in * 1000;
  return lifetime - Math.min(EARLY, lifetime / 10);
};

/** [G] 404, 405, 407, 408 and 429 say nothing about the credentials. */
const REFUSING = [400, 401, 402, 403, 409, 410, 422, 423];

/** [G] The document has statuses and no words: an object that says what is wrong, under one of these. */
const hasWords = (response: HttpResponse): boolean => {
  const { message, error, code, error_description: description } = jsonFieldsOf(response) ?? {};
  return [message, error, code, description].some((word) => word !== undefined && word !== '');
};

/** OAuth2's words (RFC 6749, 5.2) for errors that no sign-in can repair. */
const NOT_THE_SIGN_IN: readonly unknown[] = [
  'invalid_client',
  'unauthorized_client',
  'invalid_request',
  'invalid_scope',
  'unsupported_grant_type',
];

const passwordRefusal = loginRefusal(REFUSING, hasWords);
const grantRefusal = loginRefusal(REFUSING, hasWords, (response) => !NOT_THE_SIGN_IN.includes(jsonFieldsOf(response)?.error));

export interface TwinklyLoginOptions {
  readonly http: HttpClient;
  /** Of the connection: a login outlives the request that needed it first. */
  readonly scope: Scope;
  /** Called with each secret that must not be repeated. */
  readonly onSecrets: (...secrets: (string | undefined)[]) => void;
}

/**
 * A login by e-mail and password. The document's refresh call is lost: the login is made again when its day is over, or renewed
 * where the account names the call. [G] That takes and gives what the login gives.
 */
export class PasswordLogin {
  private refreshToken: string | undefined;

  constructor(
    private readonly options: TwinklyLoginOptions,
    private readonly user: { readonly username: string; readonly password: string },
    private readonly refresh: Pick<HttpRequest, 'method' | 'path'> | undefined,
  ) {}

  /** @throws EnsembleError */
  async accessToken(): Promise<AccessToken<string>> {
    const renewed = await this.renewed();
    const given = renewed ?? (await this.ask({ method: 'POST', path: '/v2/auth', json: this.user }));
    this.refreshToken = given.refresh_token ?? (renewed && this.refreshToken);
    this.options.onSecrets(given.access_token, given.refresh_token);
    return { value: given.access_token, lifetime: lifetimeOf(given) };
  }

  /** Undefined where there is nothing to renew, or the vendor no longer does. @throws EnsembleError in other trouble */
  private async renewed(): Promise<TokenResponse | undefined> {
    const { refresh, refreshToken } = this;
    if (refresh === undefined || refreshToken === undefined) return undefined;
    try {
      return await this.ask({ ...refresh, json: { refresh_token: refreshToken } });
    } catch (thrown) {
      const { refused, code } = asEnsembleError(thrown);
      if (refused || code === 'NOT_FOUND') return undefined;
      throw thrown;
    }
  }

  private async ask(request: HttpRequest): Promise<TokenResponse> {
    // Not repeatable, because repeated logins can lock an account.
    return tokens(
      await this.options.http.send({ ...request, loginRefusal: passwordRefusal }, { repeatable: false, scope: this.options.scope }),
    );
  }
}

export interface OAuthClient {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the person is asked to allow; undefined: what Twinkly takes for it. */
  readonly scope: string | undefined;
}

/** What the store holds. It is valid only for the client that it was given to. */
const storedTokens = z.object({
  baseUrl: z.string(),
  clientId: z.string(),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  /** Milliseconds since 1970. */
  end: z.number(),
});
type StoredTokens = z.infer<typeof storedTokens>;

/** The tokens that a person's sign-in on the vendor's page brought. */
export class OAuthLogin {
  /** The token that was returned last: a caller that asks again was refused with it. */
  private used: string | undefined;

  constructor(
    private readonly options: TwinklyLoginOptions,
    private readonly client: OAuthClient,
    private readonly store: TokenStore | undefined,
  ) {}

  /** The authorization page of the document. */
  signInPage(state: string, callback: string): string {
    const { baseUrl, clientId, scope } = this.client;
    const query = { client_id: clientId, redirect_uri: callback, response_type: 'code', state, ...(scope !== undefined && { scope }) };
    return `${baseUrl}/v2/auth/login?${new URLSearchParams(query)}`;
  }

  /** @throws EnsembleError where the vendor refuses the code */
  async finishSignIn(code: string, callback: string, scope: Scope): Promise<void> {
    this.options.onSecrets(code);
    // The vendor's own name for the grant: not OAuth2's.
    this.keep(await this.ask({ grant_type: 'authentication_code', code, redirect_uri: callback }, scope));
  }

  /** The token that the last sign-in brought, as long as it is good; then a renewed one. @throws EnsembleError that asks for a sign-in */
  async accessToken(): Promise<AccessToken<string>> {
    const kept = this.kept();
    if (!kept) throw signInNeeded('not signed in: press the button in the panel of the account');
    const { accessToken, end } = this.isNew(kept) ? kept : await this.inTurn(() => this.renewed(kept));
    this.used = accessToken;
    return { value: accessToken, lifetime: Math.max(0, end - Date.now()) };
  }

  /** Whether others with the same sign-in have renewed it, or a person has signed in anew. */
  get hasNew(): boolean {
    const kept = this.ours(this.store?.held?.());
    return kept !== undefined && this.isNew(kept);
  }

  private isNew({ accessToken, end }: StoredTokens): boolean {
    return accessToken !== this.used && end > Date.now();
  }

  /** Others may have the same sign-in: the instances of a subflow. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.store?.inTurn ? this.store.inTurn(work) : work();
  }

  /** Where a person has signed in meanwhile, or another has renewed the sign-in, that counts. */
  private async renewed(kept: StoredTokens): Promise<StoredTokens> {
    const before = this.kept();
    if (before && before.accessToken !== kept.accessToken) return before;
    const { refreshToken } = kept;
    if (refreshToken === undefined) throw signInNeeded('the sign-in is over');
    const given = await this.ask({ grant_type: 'refresh_token', refresh_token: refreshToken }, this.options.scope).catch(asEnsembleError);
    // The tokens must not be lost with a file that can no longer be read.
    const now = given instanceof EnsembleError ? this.kept() : this.keptIfReadable();
    if (now && now.accessToken !== kept.accessToken) return now;
    if (given instanceof EnsembleError) throw given.needsSignIn ? given.withMessage(`the sign-in is over: ${given.message}`) : given;
    return this.keep({ ...given, refresh_token: given.refresh_token ?? refreshToken });
  }

  private async ask(grant: Readonly<Record<string, string>>, scope: Scope): Promise<TokenResponse> {
    const { clientId: client_id, clientSecret: client_secret } = this.client;
    const body = { client_id, client_secret, ...grant };
    const request = { method: 'POST', path: '/v2/auth/token', json: body, loginRefusal: grantRefusal } as const;
    return tokens(await this.options.http.send(request, { repeatable: false, scope }));
  }

  private keep(given: TokenResponse): StoredTokens {
    const { baseUrl, clientId } = this.client;
    const { access_token: accessToken, refresh_token: refreshToken } = given;
    const kept = { baseUrl, clientId, accessToken, ...(refreshToken && { refreshToken }), end: Date.now() + lifetimeOf(given) };
    this.options.onSecrets(accessToken, refreshToken);
    this.store?.write(kept);
    return kept;
  }

  private keptIfReadable(): StoredTokens | undefined {
    try {
      return this.kept();
    } catch {
      return undefined;
    }
  }

  private kept(): StoredTokens | undefined {
    const stored = this.store?.read();
    if (stored !== undefined && !storedTokens.safeParse(stored).success && this.store?.lost) throw this.store.lost();
    const kept = this.ours(stored);
    if (kept) this.options.onSecrets(kept.accessToken, kept.refreshToken);
    return kept;
  }

  private ours(stored: unknown): StoredTokens | undefined {
    const { data } = storedTokens.safeParse(stored);
    return data?.baseUrl === this.client.baseUrl && data.clientId === this.client.clientId ? data : undefined;
  }
}
