import { randomBytes } from 'node:crypto';

export interface Account {
  /** Empty: anonymous. */
  readonly login: string;
  readonly password?: string;
  readonly token?: string;
  confirmed: boolean;
  readonly authcode: string;
  data: Record<string, unknown>;
}

/** [G] The document does not name the cookie. */
const COOKIE = 'session';
const MOST_SESSIONS = 1000;

const account = (login: string, more: Partial<Account> = {}): Account => ({
  login,
  confirmed: false,
  authcode: randomBytes(16).toString('hex'),
  data: {},
  ...more,
});

/** The users, and who has a session. */
export class Accounts {
  private readonly users: Account[] = [
    account('demo@example.com', { password: 'demo', token: 'demo-token', confirmed: true }),
    account('other@example.com', { password: 'other', token: 'other-token', confirmed: true }),
  ];
  private readonly sessions = new Map<string, Account>();

  find(login: string | null): Account | undefined {
    return this.users.find((user) => user.login === login);
  }

  byToken(token: string): Account | undefined {
    return this.users.find((user) => user.token === token);
  }

  signUp(login: string, password: string): void {
    this.users.push(account(login, { password }));
  }

  /** Who sent the request, by its cookie. */
  of(cookies: string | undefined): Account | undefined {
    return this.sessions.get(keyOf(cookies));
  }

  /** @returns the header that gives the client its session */
  open(user: Account = account('')): { 'set-cookie': string } {
    const key = randomBytes(24).toString('base64url');
    this.sessions.set(key, user);
    const [oldest] = this.sessions.keys();
    if (this.sessions.size > MOST_SESSIONS && oldest !== undefined) this.sessions.delete(oldest);
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
