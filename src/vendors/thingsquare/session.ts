import { CookieJar } from 'tough-cookie';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import { accountOf, Login } from '../../core/follow/login';
import type { HttpClient } from '../../core/http/client';
import type { HttpRequest, HttpResponse, SendOptions } from '../../core/http/request';
import { badResponse } from '../../core/http/response';
import { Scope } from '../../core/scope';
import { keepCookies } from './cookies';
import { isEmptyListing, mayMeanEnd, namesUser, saysNoUser } from './session-end';
import { say } from './texts';
import { inPlainWords, isNothing, refusal } from './word-responses';

export interface Identity {
  readonly authentication: 'login' | 'token' | 'anonymous';
  readonly login: string | undefined;
  readonly password: string | undefined;
  readonly token: string | undefined;
}

/** Another way than that of a plain request. @throws EnsembleError */
type Sender = (request: HttpRequest) => Promise<HttpResponse>;

const USER_DATA: HttpRequest = { method: 'GET', path: '/0/user/' };
const DEVICES: HttpRequest = { method: 'GET', path: '/0/devices/' };
/** The library of the vendor logs in by token where its document has anonymous sessions only. */
const logins: Readonly<Record<Identity['authentication'], (identity: Identity) => HttpRequest>> = {
  login: ({ login = '', password = '' }) => ({ method: 'POST', path: '/0/session/login', form: { login, password } }),
  token: ({ token = '' }) => ({ method: 'POST', path: '/0/session/', form: { token } }),
  anonymous: () => ({ method: 'POST', path: '/0/session/' }),
};

/** A session of one user, which its cookies identify and all requests share. It is opened when it is first needed, and again when it has expired. */
export class Session {
  readonly account: string;
  private readonly scope = new Scope();
  private readonly login: Login<CookieJar>;
  private present: CookieJar | undefined;
  private readonly reads = new WeakMap<CookieJar, Map<HttpRequest, Promise<boolean | undefined>>>();
  /** Errors after which a new session may help. */
  private readonly expiredErrors = new WeakSet<EnsembleError>();
  /** The user's data could be read in some session: one in which they cannot has expired. */
  private isUserReadable = false;
  /** Sessions whose user's data could not be read when they were new: only the list of devices shows that they have expired. */
  private readonly withoutUserData = new WeakSet<CookieJar>();
  /** A list of devices had some: one without any may come of a session that has ended. */
  private hadDevices = false;

  constructor(
    private readonly http: HttpClient,
    private readonly baseUrl: string,
    private readonly identity: Identity,
    private readonly warn: (text: string) => void,
  ) {
    const { authentication, login, password, token } = identity;
    this.account = accountOf(baseUrl, authentication, login, password, token);
    const isExpired = (error: EnsembleError) => this.expiredErrors.has(error);
    this.login = new Login({ make: () => this.logIn(), mayHaveExpired: isExpired, hasExpired: isExpired });
  }

  /** Sends in the session. What was refused because it had expired was not carried out, so that it can be sent again. @throws EnsembleError */
  send(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    return this.use(request, options, (jar, isNew) => this.sendIn(jar, request, options, isNew));
  }

  /**
   * Opens something in the session that lasts, such as a WebSocket; once more where the session turns out to have ended.
   * @returns whether the session is still the one in which it was opened
   * @throws EnsembleError
   */
  async open(request: HttpRequest, options: SendOptions, opener: Sender): Promise<() => boolean> {
    let used: CookieJar | undefined;
    await this.use(request, options, (jar, isNew) => {
      used = jar;
      return this.sendIn(jar, request, options, isNew, opener);
    });
    return () => this.present === used;
  }

  /** Finds out whether the session has ended without anybody having been told, and opens another one then. @throws EnsembleError CANCELLED */
  async check(scope: Scope): Promise<void> {
    // User's data that could never be read tell nothing.
    if (!this.isUserReadable && !this.isAnonymous) return;
    // What was opened may end as soon as there is another session: this goes on.
    await scope.race(this.renewWhereEnded());
  }

  private async renewWhereEnded(): Promise<void> {
    try {
      await this.send(USER_DATA, { repeatable: true, scope: this.scope });
    } catch (thrown) {
      const error = asEnsembleError(thrown);
      if (error.code === 'CANCELLED') throw error;
      // What was opened in the session must end, too, although there is no other one. All other trouble shows where it does harm.
      if (error.ofLogin) this.present = undefined;
    }
  }

  /** Sends outside the session, and ignores the cookies of the response. @throws EnsembleError */
  sendWithoutSession(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    return this.sendWith(new CookieJar(), request, options);
  }

  /** Ends the session at the vendor; the next request opens a new one. @throws EnsembleError REJECTED where there was none */
  async logOut(options: Omit<SendOptions, 'repeatable'>): Promise<HttpResponse> {
    const { present } = this;
    this.present = undefined;
    this.login.end();
    try {
      return await this.sendWith(
        present ?? new CookieJar(),
        { method: 'POST', path: '/0/session/logout' },
        { ...options, repeatable: false },
      );
    } catch (error) {
      // It may still be open: another attempt must be able to end it.
      if (asEnsembleError(error).cause.retryable) this.present ??= present;
      throw error;
    }
  }

  retryLogin(): void {
    this.login.retry();
  }

  get isOpen(): boolean {
    return this.present !== undefined;
  }

  /** For a report. */
  describe(): Readonly<Record<string, unknown>> {
    return { ...this.login.describe(), isUserReadable: this.isUserReadable };
  }

  end(): Promise<void> {
    return this.scope.end();
  }

  private use<R>(request: HttpRequest, { scope }: SendOptions, run: (jar: CookieJar, isNew: boolean) => Promise<R>): Promise<R> {
    let isNew = false;
    return this.login.use(scope, request, (jar) => {
      const sent = run(jar, isNew);
      isNew = true;
      return sent;
    });
  }

  private async logIn(): Promise<{ value: CookieJar }> {
    const jar = new CookieJar();
    const response = await this.sendWith(jar, this.loginRequest(), { repeatable: true, scope: this.scope });
    if (jar.getCookieStringSync(this.baseUrl + USER_DATA.path) === '')
      throw badResponse(response, 'the login was answered without a session cookie', say('noSession'));
    // An anonymous user and its devices are lost with the session: how it expires must be known beforehand.
    if (this.isAnonymous && !this.isUserReadable && (await this.ask(jar, USER_DATA)) !== true) this.withoutUserData.add(jar);
    this.present = jar;
    return { value: jar };
  }

  private loginRequest(): HttpRequest {
    return { ...logins[this.identity.authentication](this.identity), loginRefusal: refusal };
  }

  /** @param isNew the session has just been renewed: what is refused once more is refused for another reason */
  private async sendIn(jar: CookieJar, request: HttpRequest, options: SendOptions, isNew: boolean, sender?: Sender): Promise<HttpResponse> {
    const response = await this.sendWith(jar, request, options, sender).catch(async (thrown: unknown) => {
      const error = asEnsembleError(thrown);
      throw (await this.isExpiry(error, jar, options.scope)) ? this.markExpired(error) : error;
    });
    const isUserData = request.path === USER_DATA.path && request.method === USER_DATA.method;
    if (isUserData && this.knowsUser(response)) return response;
    if (!isUserData && !(this.mayComeOfExpiry(request, response) && (await this.hasExpired(jar, options.scope)))) return response;
    const { statusCode } = response;
    const error = this.markExpired(new EnsembleError('UNAUTHORIZED', 'the session has ended', say('sessionOver'), { statusCode }));
    if (!isUserData && isNew) return response;
    // The user's data may name no user for an API token that is valid.
    if (isUserData && isNew && this.identity.authentication === 'token') this.withoutUserData.add(jar);
    if (isUserData && this.withoutUserData.has(jar) && (await options.scope.race(this.ask(jar, DEVICES))) !== false) return response;
    throw error;
  }

  /** An empty response means that there is nothing, or that the session has expired. */
  private mayComeOfExpiry({ method, path }: HttpRequest, response: HttpResponse): boolean {
    if (method !== 'GET') return false;
    if (path !== DEVICES.path || isNothing(response)) return isNothing(response);
    const isEmpty = isEmptyListing(response);
    if (!isEmpty) this.hadDevices = true;
    return isEmpty && this.hadDevices;
  }

  private markExpired(error: EnsembleError): EnsembleError {
    this.expiredErrors.add(error);
    return error;
  }

  /** How an expired session shows is documented for the user's data only, so these are read before a refusal counts. */
  private async isExpiry(error: EnsembleError, jar: CookieJar, scope: Scope): Promise<boolean> {
    if (!mayMeanEnd(error)) return false;
    if (error.cause.statusCode !== 401) return this.hasExpired(jar, scope);
    const isKnown = await scope.race(this.ask(jar, USER_DATA));
    return isKnown === false || (isKnown === undefined && !this.isAnonymous);
  }

  private async hasExpired(jar: CookieJar, scope: Scope): Promise<boolean> {
    if ((await scope.race(this.ask(jar, USER_DATA))) !== false) return false;
    return !this.withoutUserData.has(jar) || (await scope.race(this.ask(jar, DEVICES))) === false;
  }

  private get isAnonymous(): boolean {
    return this.identity.authentication === 'anonymous';
  }

  /** Whether the backend knows a user by the session; undefined where it does not say. One request for all that ask at the same time. */
  private ask(jar: CookieJar, request: HttpRequest): Promise<boolean | undefined> {
    const open = this.reads.get(jar) ?? new Map<HttpRequest, Promise<boolean | undefined>>();
    this.reads.set(jar, open);
    const reading =
      open.get(request) ??
      this.sendWith(jar, request, { repeatable: true, scope: this.scope })
        .then(
          (response) => request === DEVICES || this.knowsUser(response),
          (error: unknown) => (this.isNoUser(request, asEnsembleError(error)) ? false : undefined),
        )
        .finally(() => open.delete(request));
    open.set(request, reading);
    return reading;
  }

  /** With 400, the list of devices may be refused because there is none yet. */
  private isNoUser(request: HttpRequest, error: EnsembleError): boolean {
    return saysNoUser(error, this.isAnonymous) && (request === USER_DATA || error.cause.statusCode !== 400);
  }

  private knowsUser(response: HttpResponse): boolean {
    const isKnown = namesUser(response, this.isAnonymous);
    if (isKnown) this.isUserReadable = true;
    return isKnown;
  }

  /** Sends the session's cookies, and keeps those of the response. @throws EnsembleError */
  private async sendWith(
    jar: CookieJar,
    request: HttpRequest,
    options: SendOptions,
    sender: Sender = (sent) => this.http.send(sent, options),
  ): Promise<HttpResponse> {
    const url = this.baseUrl + request.path;
    const cookie = jar.getCookieStringSync(url);
    try {
      const response = await sender(cookie ? { ...request, headers: { ...request.headers, cookie } } : request);
      keepCookies(jar, response.cookies, url, options.onWarning ?? this.warn);
      return response;
    } catch (error) {
      throw inPlainWords(asEnsembleError(error));
    }
  }
}
