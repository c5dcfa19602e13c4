import { AccessTokens, createSecret } from '../http/access-tokens';
import { Refused } from '../http/refused';
import type { JsonObject } from '../http/request';

/** The one account of the simulated cloud, and its one OAuth2 client. They are not secret. */
export const ACCOUNT = { username: 'demo@example.com', password: 'twinkle', clientId: 'ensemble', clientSecret: 'sparkle' };

/** "The token obtained has a validity of 1 day." */
const DAY = 24 * 60 * 60;
/** [G] Milliseconds in which a code must be exchanged. */
const CODE_LIFE = 60_000;

export interface TokenResponse {
  readonly access_token: string;
  readonly refresh_token: string;
  /** [G] The document's sample is lost; OAuth2 has these two. */
  readonly token_type: 'Bearer';
  readonly expires_in: number;
}

/** Sign-ins by password and by OAuth2. */
export class SignIns {
  /** Seconds for which a new token is valid. */
  tokenLife = DAY;
  private readonly access = new AccessTokens();
  private readonly refresh = new Set<string>();
  private readonly codes = new Map<string, { readonly redirectUri: string; readonly end: number }>();

  /** How many access tokens are valid. */
  get count(): number {
    return this.access.count;
  }

  /** `POST /v2/auth`. */
  login({ username, password }: JsonObject): TokenResponse {
    if (username !== ACCOUNT.username || password !== ACCOUNT.password) throw new Refused(401, 'Wrong username or password');
    return this.issue();
  }

  /** A code for the redirect of the sign-in page; undefined where username or password is wrong. */
  code(username: string | null, password: string | null, redirectUri: string): string | undefined {
    if (username !== ACCOUNT.username || password !== ACCOUNT.password) return undefined;
    const code = createSecret();
    this.codes.set(code, { redirectUri, end: Date.now() + CODE_LIFE });
    return code;
  }

  /** `POST /v2/auth/token`. The grant for a code is not called `authorization_code`, as in OAuth2. */
  token(body: JsonObject): TokenResponse {
    if (body.client_id !== ACCOUNT.clientId || body.client_secret !== ACCOUNT.clientSecret) throw new Refused(401, 'Unknown client');
    if (body.grant_type === 'authentication_code') return this.exchange(String(body.code), body.redirect_uri);
    if (body.grant_type === 'refresh_token') return this.renew(String(body.refresh_token));
    throw new Refused(400, 'grant_type must be authentication_code or refresh_token');
  }

  check(authorization: string | undefined): void {
    if (!this.access.accepts(authorization)) throw new Refused(401, 'Unauthorized');
  }

  /** All access tokens expire now; refresh tokens stay valid. */
  expire(): void {
    this.access.expire();
  }

  /** No token is valid any more. */
  revoke(): void {
    this.expire();
    this.refresh.clear();
  }

  private exchange(code: string, redirectUri: unknown): TokenResponse {
    const known = this.codes.get(code);
    this.codes.delete(code);
    if (!known || known.end <= Date.now() || known.redirectUri !== redirectUri) throw new Refused(400, 'The code is not valid');
    return this.issue();
  }

  /** [G] A refresh token can be used once; a new one comes with the new access token. */
  private renew(token: string): TokenResponse {
    if (!this.refresh.delete(token)) throw new Refused(401, 'The refresh token is not valid');
    return this.issue();
  }

  private issue(): TokenResponse {
    const [access_token, refresh_token] = [this.access.issue(this.tokenLife), createSecret()];
    this.refresh.add(refresh_token);
    return { access_token, refresh_token, token_type: 'Bearer', expires_in: this.tokenLife };
  }
}
