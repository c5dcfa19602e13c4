import { randomBytes } from 'node:crypto';
import { BoundedMap } from '../bounded-map';
import { createSecret } from '../http/access-tokens';
import type { ThingsquareMail } from './state';

export interface Account {
  /** Empty: anonymous. */
  readonly login: string;
  password?: string;
  confirmed: boolean;
  readonly authcode: string;
  data: Record<string, unknown>;
}

/** A user that there always is. */
export const DEMO = { login: 'demo@example.com', password: 'demo' };

/** [G] The document does not name the cookie. */
const COOKIE = 'session';
const MAX_USERS = 1000;
const MAX_SESSIONS = 1000;
const MAX_TOKENS = 1000;
const MAX_MAILS = 5;

const account = (login: string, more: Partial<Account> = {}): Account => ({
  login,
  confirmed: false,
  authcode: randomBytes(16).toString('hex'),
  data: {},
  ...more,
});

/** The users, their sessions, and the tokens that replace login and password. */
export class Accounts {
  /** The last few, oldest first. */
  readonly mails: ThingsquareMail[] = [];
  private readonly users: Account[] = [
    account(DEMO.login, { password: DEMO.password, confirmed: true }),
    account('other@example.com', { password: 'other', confirmed: true }),
  ];
  private readonly sessions = new BoundedMap<string, Account>(MAX_SESSIONS);
  private readonly tokens = new BoundedMap<string, Account>(MAX_TOKENS);

  constructor() {
    for (const user of this.users) this.tokens.set(user.login.replace('@example.com', '-token'), user);
  }

  find(login: string | null): Account | undefined {
    return this.users.find((user) => user.login === login);
  }

  byToken(token: string): Account | undefined {
    return this.tokens.get(token);
  }

  createToken(user: Account): string {
    const token = createSecret();
    this.tokens.set(token, user);
    return token;
  }

  deleteToken(user: Account, token: string): boolean {
    return this.tokens.get(token) === user && this.tokens.delete(token);
  }

  signUp(login: string, password: string): Account {
    const user = account(login, { password });
    this.users.push(user);
    // The first two always exist.
    if (this.users.length > MAX_USERS) this.users.splice(2, 1);
    this.mail({ to: login, about: 'confirmation', token: '' });
    return user;
  }

  mail(mail: ThingsquareMail): void {
    this.mails.push(mail);
    if (this.mails.length > MAX_MAILS) this.mails.shift();
  }

  /** Mails a user the token that sets a new password, once. */
  offerPassword({ login }: Account): void {
    this.mail({ to: login, about: 'recovery', token: createSecret() });
  }

  /** @returns whether the token is that of such a mail */
  setPassword(user: Account, token: string, password: string): boolean {
    const mail = this.mails.findIndex((one) => one.to === user.login && one.token !== '' && one.token === token);
    if (mail < 0) return false;
    this.mails.splice(mail, 1);
    user.password = password;
    return true;
  }

  /** The user of a session, by the cookies of the request. */
  of(cookies: string | undefined): Account | undefined {
    return this.sessions.get(keyOf(cookies));
  }

  /** @returns the header that gives the client its session */
  open(user: Account = account('')): { 'set-cookie': string } {
    const key = createSecret();
    this.sessions.set(key, user);
    return { 'set-cookie': `${COOKIE}=${key}; Path=/; HttpOnly` };
  }

  close(cookies: string | undefined): boolean {
    return this.sessions.delete(keyOf(cookies));
  }

  /** Ends every session: each client must log in again. */
  closeAll(): void {
    this.sessions.clear();
  }

  logins(): string[] {
    return [...this.sessions.values()].map(({ login }) => login);
  }
}

const keyOf = (cookies = ''): string => new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]*)`).exec(cookies)?.[1] ?? '';
