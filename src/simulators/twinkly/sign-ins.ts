import { randomBytes } from 'node:crypto';
import { Refused } from './refused';

/** The one account of the simulated cloud, and the one client that may ask for sign-ins. They are no secrets. */
export const ACCOUNT = { username: 'demo@example.com', password: 'twinkle', clientId: 'ensemble', clientSecret: 'sparkle' };

/** "The token obtained has a validity of 1 day." */
const DAY = 24 * 60 * 60;
/** [G] Milliseconds in which a code must be exchanged. */
const CODE_LIFE = 60_000;

const unguessable = (): string => randomBytes(24).toString('base64url');

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  /** [G] The document's sample is lost; OAuth2 has these two. */
  readonly token_type: 'Bearer';
  readonly expires_in: number;
}

export type Body = Readonly<Record<string, unknown>>;

/** Who is signed in: by password, or by OAuth2. */
export class SignIns {
  /** Seconds for which a new token is good. */
  tokenLife = DAY;
  /** The end of each access token. */
  private readonly access = new Map<string, number>();
  private readonly refresh = new Set<string>();
  private readonly codes = new Map<string, { readonly redirectUri: string; readonly end: number }>();

  get count(): number {
    const now = Date.now();
    for (const [token, end] of this.access) if (end <= now) this.access.delete(token);
    return this.access.size;
  }

  /** `POST /v2/auth`. */
  login({ username, password }: Body): Tokens {
    if (username !== ACCOUNT.username || password !== ACCOUNT.password) throw new Refused(401, 'Wrong username or password');
    return this.issue();
  }

  /** A code for the redirect of the sign-in page; undefined where name or password is wrong. */
  code(username: string | null, password: string | null, redirectUri: string): string | undefined {
    if (username !== ACCOUNT.username || password !== ACCOUNT.password) return undefined;
    const code = unguessable();
    this.codes.set(code, { redirectUri, end: Date.now() + CODE_LIFE });
    return code;
  }

  /** `POST /v2/auth/token`. Its grant for a code has a name of its own: not OAuth2's `authorization_code`. */
  token(body: Body): Tokens {
    if (body.client_id !== ACCOUNT.clientId || body.client_secret !== ACCOUNT.clientSecret) throw new Refused(401, 'Unknown client');
    if (body.grant_type === 'authentication_code') return this.exchange(String(body.code), body.redirect_uri);
    if (body.grant_type === 'refresh_token') return this.renew(String(body.refresh_token));
    throw new Refused(400, 'grant_type must be authentication_code or refresh_token');
  }

  check(authorization: string | undefined): void {
    const [, token = ''] = /^Bearer (.+)$/.exec(authorization ?? '') ?? [];
    if ((this.access.get(token) ?? 0) <= Date.now()) throw new Refused(401, 'Unauthorized');
  }

  /** All access tokens end now; what was given to renew them stays good. */
  expire(): void {
    this.access.clear();
  }

  /** Nobody is signed in any more. */
  revoke(): void {
    this.expire();
    this.refresh.clear();
  }

  private exchange(code: string, redirectUri: unknown): Tokens {
    const known = this.codes.get(code);
    this.codes.delete(code);
    if (!known || known.end <= Date.now() || known.redirectUri !== redirectUri) throw new Refused(400, 'The code is not valid');
    return this.issue();
  }

  /** [G] A refresh token serves once; with the new access token comes a new one. */
  private renew(token: string): Tokens {
    if (!this.refresh.delete(token)) throw new Refused(401, 'The refresh token is not valid');
    return this.issue();
  }

  private issue(): Tokens {
    const tokens = { access_token: unguessable(), refresh_token: unguessable() };
    this.access.set(tokens.access_token, Date.now() + this.tokenLife * 1000);
    this.refresh.add(tokens.refresh_token);
    return { ...tokens, token_type: 'Bearer', expires_in: this.tokenLife };
  }
}
