import { randomBytes } from 'node:crypto';
import type { ThingsquareMail } from '../types';

export interface Account {
  /** Empty: anonymous. */
  readonly login: string;
  password?: string;
  confirmed: boolean;
  readonly authcode: string;
  data: Record<string, unknown>;
}

/** [G] The document does not name the cookie. */
const COOKIE = 'session';
const MOST_USERS = 1000;
const MOST_SESSIONS = 1000;
const MOST_TOKENS = 1000;
const MOST_MAILS = 5;

const account = (login: string, more: Partial<Account> = {}): Account => ({
  login,
  confirmed: false,
  authcode: randomBytes(16).toString('hex'),
  data: {},
  ...more,
});
const secret = (): string => randomBytes(24).toString('base64url');

/** The users, who has a session, and the tokens that stand for a login and a password. */
export class Accounts {
  /** The last few, oldest first. */
  readonly mails: ThingsquareMail[] = [];
  private readonly users: Account[] = [
    account('demo@example.com', { password: 'demo', confirmed: true }),
    account('other@example.com', { password: 'other', confirmed: true }),
  ];
  private readonly sessions = new Map<string, Account>();
  private readonly tokens = new Map(this.users.map((user) => [user.login.replace('@example.com', '-token'), user]));

  find(login: string | null): Account | undefined {
    return this.users.find((user) => user.login === login);
  }

  byToken(token: string): Account | undefined {
    return this.tokens.get(token);
  }

  createToken(user: Account): string {
    const token = secret();
    limited(this.tokens, MOST_TOKENS).set(token, user);
    return token;
  }

  deleteToken(user: Account, token: string): boolean {
    return this.tokens.get(token) === user && this.tokens.delete(token);
  }

  signUp(login: string, password: string): Account {
    const user = account(login, { password });
    this.users.push(user);
    // The first two are there for everybody.
    if (this.users.length > MOST_USERS) this.users.splice(2, 1);
    this.mail({ to: login, about: 'confirmation', token: '' });
    return user;
  }

  mail(mail: ThingsquareMail): void {
    this.mails.push(mail);
    if (this.mails.length > MOST_MAILS) this.mails.shift();
  }

  /** Mails a user what sets a new password, once. */
  offerPassword({ login }: Account): void {
    this.mail({ to: login, about: 'recovery', token: secret() });
  }

  /** @returns whether the token is that of such a mail */
  setPassword(user: Account, token: string, password: string): boolean {
    const mail = this.mails.findIndex((one) => one.to === user.login && one.token !== '' && one.token === token);
    if (mail < 0) return false;
    this.mails.splice(mail, 1);
    user.password = password;
    return true;
  }

  /** Who sent the request, by its cookie. */
  of(cookies: string | undefined): Account | undefined {
    return this.sessions.get(keyOf(cookies));
  }

  /** @returns the header that gives the client its session */
  open(user: Account = account('')): { 'set-cookie': string } {
    const key = secret();
    limited(this.sessions, MOST_SESSIONS).set(key, user);
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

/** Room for one more: the oldest goes where there are too many. */
function limited<T>(entries: Map<string, T>, most: number): Map<string, T> {
  const [oldest] = entries.keys();
  if (entries.size >= most && oldest !== undefined) entries.delete(oldest);
  return entries;
}

const keyOf = (cookies = ''): string => new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]*)`).exec(cookies)?.[1] ?? '';
