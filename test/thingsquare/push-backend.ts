import type { Behaviour, FaultServer, Recorded } from '../kit/fault-server';
import { respond } from '../kit/fault-server';
import { SocketServer } from '../kit/socket-server';
import { isLogin, says } from './backend';

export interface PushedVariable {
  value: unknown;
  time: number;
  acked?: number;
}
export type PushedDevice = Record<string, Record<string, PushedVariable>>;

/** What was changed, and whether those who listen can have heard of it. */
export interface PushedChange {
  readonly topic: string;
  readonly value: number;
  /** `told`: written to a socket that went on; `missed`: nobody listened; `cut`: the socket broke in the middle of it. */
  readonly fate: 'told' | 'missed' | 'cut';
}

/** A backend with two accounts, `a@` and `b@`, each with devices, sessions and WebSockets of its own. */
export class PushBackend extends SocketServer {
  readonly accounts: Record<string, Record<string, PushedDevice>> = { a: {}, b: {} };
  readonly changes: PushedChange[] = [];
  /** The account of each session. */
  readonly sessions = new Map<string, string>();
  logins = 0;
  listings = 0;
  /** Happens before a listing is told; a promise delays it. */
  onListing: () => unknown = () => {};
  /** Answers in place of the listing. */
  listing: Behaviour | undefined;
  /** Answers in place of a single device. */
  alone: Behaviour | undefined;
  /** Answers in place of the user's data. */
  user: Behaviour | undefined;
  /** WebSockets are accepted whatever their session. */
  isCareless = false;
  private count = 0;

  constructor(server: FaultServer) {
    super('thsq-user');
    this.refusal = (request) => (this.isCareless || this.accountOf(request.headers.cookie) !== undefined ? undefined : 404);
    server.good = (response, request) => this.respond(response, request);
    server.upgrade(this.behaviour);
  }

  get a(): Record<string, PushedDevice> {
    return this.accounts.a as Record<string, PushedDevice>;
  }

  /** Gives a variable of an account a value that nothing ever had. */
  change(id: string, { name = 'x', account = 'a' } = {}): void {
    const { text, topic, value } = this.set(id, name, account);
    this.changes.push({ topic, value, fate: this.hears(account) ? 'told' : 'missed' });
    this.tell(account, text);
  }

  /** The same, and breaks all sockets after a part of the bytes that tell of it (0 to 1). */
  changeAndCut(id: string, part: number): void {
    const { text, topic, value } = this.set(id, 'x', 'a');
    this.changes.push({ topic, value, fate: this.hears('a') ? 'cut' : 'missed' });
    this.cutWithin(text, part);
  }

  tell(account: string, message: string | object): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    this.send(text, ({ request }) => this.accountOf(request.headers.cookie) === account || this.isCareless);
  }

  /** Ends all sessions, without a word to those who listen. */
  endSessions(): void {
    this.sessions.clear();
  }

  /** The value of each variable of an account, by topic. */
  values(account = 'a'): ReadonlyMap<string, unknown> {
    const all = Object.entries(this.accounts[account] ?? {}).flatMap(([id, device]) =>
      Object.entries(device).flatMap(([kind, variables]) =>
        Object.entries(variables).map(([name, { value }]) => [`${id}/${kind}/${name}`, value] as const),
      ),
    );
    return new Map(all);
  }

  private hears(account: string): boolean {
    return [...this.sockets].some(({ request }) => this.accountOf(request.headers.cookie) === account);
  }

  private set(id: string, name: string, account: string) {
    const value = ++this.count;
    const devices = this.accounts[account] as Record<string, PushedDevice>;
    const variable = { value: String(value), time: value };
    devices[id] = { ...devices[id], s: { ...devices[id]?.s, [name]: variable } };
    return { value, topic: `${id}/s/${name}`, text: JSON.stringify({ delta: { [id]: { s: { [name]: variable } } } }) };
  }

  private accountOf(cookie: string | undefined): string | undefined {
    return this.sessions.get(/session=([^;]*)/.exec(cookie ?? '')?.[1] ?? '');
  }

  private respond(...[response, request]: Parameters<Behaviour>): void {
    if (isLogin(request)) {
      const session = `session-${++this.logins}`;
      this.sessions.set(session, new URLSearchParams(request.body).get('login')?.[0] ?? 'a');
      says('login-ok', 201, { 'set-cookie': `session=${session}; Path=/; HttpOnly` })(response, request);
      return;
    }
    const account = this.accountOf(request.headers.cookie);
    if (account === undefined) says('not found', 404)(response, request);
    else this.respondTo(account, response, request);
  }

  private respondTo(account: string, response: Parameters<Behaviour>[0], request: Recorded): void {
    const devices = this.accounts[account] ?? {};
    const id = decodeURIComponent(request.path.replace('/0/devices/', ''));
    if (request.path === '/0/user/') (this.user ?? respond({ login: `${account}@example.com` }))(response, request);
    else if (request.path !== '/0/devices/')
      (this.alone ?? (devices[id] ? respond(devices[id]) : says('not found', 404)))(response, request);
    else {
      this.listings++;
      const late = this.onListing();
      const body = structuredClone(this.accounts[account]);
      const answer = () => (this.listing ?? respond(body))(response, request);
      if (late instanceof Promise) void late.then(answer);
      else answer();
    }
  }
}
