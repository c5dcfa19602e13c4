import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, ConnectOptions } from '../../core/connection';
import { EnsembleError } from '../../core/errors';
import { HttpClient } from '../../core/http/client';
import { redactor } from '../../core/http/redact';
import type { HttpRequest, HttpResponse, SendOptions } from '../../core/http/request';
import { address, boolean, choice, optional, text, type Values } from '../../core/schema/parameters';
import { Scope } from '../../core/scope';
import { announce } from './announcement';
import { ListingFeed } from './listing-feed';
import { Session } from './session';
import { readUser } from './user';
import { readDevices } from './values';

export { lookups } from './lookups';

export const settings = {
  baseUrl: address({
    label: 'Frontend',
    help: 'Address of your frontend: its id and its server, for example https://01234567-89ab-cdef-0123-456789abcdef.developer.thingsquare.com.',
    options: ['https:', 'http:'],
  }),
  authentication: choice({
    label: 'Authentication',
    help: 'Who the nodes are for the backend: a user by login and password, a user by an API token, or a new anonymous user.',
    options: ['login', 'token', 'anonymous'],
    optionLabels: { login: 'login and password', token: 'API token', anonymous: 'anonymous' },
    default: 'login',
  }),
  announce: boolean({
    label: 'Announce',
    help: 'Announces the user in the local network, so that the backend knows which devices are in it: the user’s authcode is sent on UDP port 590 every 5 seconds.',
    default: false,
    addressing: false,
  }),
  announceTo: text({
    label: 'Announce to',
    help: 'IPv4 address or name to which the packets go: all of the local network, the broadcast address of one of several, or a multicast group.',
    pattern: '^[^\\s/:@?#\\[\\]]+$',
    expected: 'an IPv4 address or a name',
    host: true,
    default: '255.255.255.255',
    when: { announce: 'true' },
    addressing: false,
  }),
};

export const credentials = {
  login: optional(
    text({
      secret: false,
      label: 'Login',
      help: 'The user’s login name, an e-mail address.',
      when: { authentication: 'login' },
      needed: true,
    }),
  ),
  password: optional(text({ label: 'Password', help: 'The user’s password.', when: { authentication: 'login' }, needed: true })),
  token: optional(
    text({ label: 'API token', help: 'A token that the user has made for programs.', when: { authentication: 'token' }, needed: true }),
  ),
};

export type ThingsquareSettings = Values<typeof settings>;
type Options = ConnectOptions<ThingsquareSettings, Values<typeof credentials>>;

const NEEDED = { login: ['login', 'password'], token: ['token'], anonymous: [] } as const;
/** Milliseconds that the goodbye to the vendor may take. */
const GOODBYE = 500;

/** One frontend, which is what the vendor calls an API endpoint, and one user's session on it. */
export class ThingsquareClient implements Connection<ThingsquareSettings> {
  readonly vendor = 'thingsquare';
  readonly settings: ThingsquareSettings;
  readonly session: Session;
  /** Nobody can listen on the way. */
  readonly isPrivate: boolean;
  private readonly http: HttpClient;
  private readonly scope = new Scope();
  private readonly warn: (text: string) => void;
  /** By interval: one listing of the devices serves all nodes that want one as often. */
  private readonly feeds = new Map<number, ListingFeed>();

  constructor({ settings, credentials, network, warn = () => {} }: Options) {
    this.settings = settings;
    this.warn = warn;
    const { baseUrl, authentication } = settings;
    for (const name of NEEDED[authentication])
      if (credentials[name] === undefined) throw new EnsembleError('NOT_CONFIGURED', `${name} is missing`);
    this.isPrivate = isPrivate(new URL(baseUrl));
    if (authentication !== 'anonymous' && !this.isPrivate)
      throw new EnsembleError('NOT_CONFIGURED', 'baseUrl must begin with https://: the login would cross the network in clear text');
    const redact = redactor([credentials.login, credentials.password, credentials.token]);
    this.http = new HttpClient({ ...network, baseUrl, redact });
    this.session = new Session(this.http, baseUrl, { authentication, ...credentials }, warn);
  }

  get account(): string {
    return this.session.account;
  }

  retryLogin(): void {
    this.session.retryLogin();
  }

  send(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    return request.withoutLogin ? this.session.sendAsNobody(request, options) : this.session.send(request, options);
  }

  /** @param interval milliseconds between two listings */
  feed(interval: number): ListingFeed {
    const feed = this.feeds.get(interval) ?? new ListingFeed(this, interval);
    this.feeds.set(interval, feed);
    return feed;
  }

  begin(): void {
    const { announce: isWanted, announceTo } = this.settings;
    const { scope, warn } = this;
    const authcode = async () => readUser(await this.send({ method: 'GET', path: '/0/user/' }, { repeatable: true, scope })).authcode;
    if (isWanted) announce({ to: announceTo, scope, authcode, warn });
  }

  async close(): Promise<void> {
    await this.scope.end();
    if (this.session.isOpen) await this.sayGoodbye();
    await this.session.end();
    await this.http.close();
  }

  /** Leaves no session behind at the vendor. Where that fails, there is nobody left to hear of it, and the session ends by itself some day. */
  private async sayGoodbye(): Promise<void> {
    const patience = new AbortController();
    const leaving = this.session.logOut({ scope: new Scope() }).catch(() => {});
    await Promise.race([leaving, sleep(GOODBYE, undefined, { signal: patience.signal })]).finally(() => patience.abort());
  }
}

const isPrivate = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname);

export const connect = (options: Options): ThingsquareClient => new ThingsquareClient(options);

/** Opens a session, and says whose it is and what it can see. */
export async function test(frontend: ThingsquareClient, scope: Scope): Promise<string> {
  const read = (path: string) => frontend.send({ method: 'GET', path }, { repeatable: true, scope });
  const { login } = readUser(await read('/0/user/'));
  const { length } = Object.keys(readDevices(await read('/0/devices/')));
  return `${login === '' ? 'The backend gives an anonymous session.' : `Logged in as ${login}.`} Registered devices: ${length}.`;
}
