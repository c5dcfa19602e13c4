import { CookieJar } from 'tough-cookie';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import { accountOf, Login } from '../../core/follow/login';
import type { HttpClient } from '../../core/http/client';
import { isRedirect } from '../../core/http/error-response';
import type { HttpRequest, HttpResponse, SendOptions } from '../../core/http/request';
import { parseJson } from '../../core/objects';
import { Scope } from '../../core/scope';
import { keepCookies } from './cookies';
import { inPlainWords, isNothing, refusal } from './word-responses';

export interface Identity {
  readonly authentication: 'login' | 'token' | 'anonymous';
  readonly login: string | undefined;
  readonly password: string | undefined;
  readonly token: string | undefined;
}

const WHO: HttpRequest = { method: 'GET', path: '/0/user/' };
const LIST: HttpRequest = { method: 'GET', path: '/0/devices/' };
/** The library of the vendor logs in by token where its document has anonymous sessions only. */
const logins: Readonly<Record<Identity['authentication'], (identity: Identity) => HttpRequest>> = {
  login: ({ login = '', password = '' }) => ({ method: 'POST', path: '/0/session/login', form: { login, password } }),
  token: ({ token = '' }) => ({ method: 'POST', path: '/0/session/', form: { token } }),
  anonymous: () => ({ method: 'POST', path: '/0/session/' }),
};

/** A session of one user, kept by its cookies and shared by all requests. It is opened when it is first needed, and again when it has ended. */
export class Session {
  readonly account: string;
  private readonly scope = new Scope();
  private readonly login: Login<CookieJar>;
  private open: CookieJar | undefined;
  private readonly questions = new WeakMap<CookieJar, Map<HttpRequest, Promise<boolean | undefined>>>();
  /** Refusals that a new session may mend. */
  private readonly ends = new WeakSet<EnsembleError>();
  /** The user's data could be read in some session: one in which they cannot has ended. */
  private userShows = false;
  /** Sessions whose user's data could not be read when they were new: their end shows by the list of devices only. */
  private readonly withoutData = new WeakSet<CookieJar>();

  constructor(
    private readonly http: HttpClient,
    private readonly baseUrl: string,
    private readonly identity: Identity,
    private readonly warn: (text: string) => void,
  ) {
    const { authentication, login, password, token } = identity;
    this.account = accountOf(baseUrl, authentication, login, password, token);
    const isEnd = (error: EnsembleError) => this.ends.has(error);
    this.login = new Login({ make: () => this.logIn(), mayHaveExpired: isEnd, hasExpired: isEnd });
  }

  /** Sends in the session. What was refused because it had ended was not carried out: sending it again is harmless. @throws EnsembleError */
  send(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    let isNew = false;
    const run = (jar: CookieJar) => {
      const sent = this.sendIn(jar, request, options, isNew);
      isNew = true;
      return sent;
    };
    return this.login.use(options.scope, request, run);
  }

  /** Sends as nobody: what comes back opens no session, either. @throws EnsembleError */
  sendAsNobody(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    return this.sendWith(new CookieJar(), request, options);
  }

  /** Ends the session at the vendor; the next request opens a new one. @throws EnsembleError REJECTED where there was none */
  async logOut(options: Omit<SendOptions, 'repeatable'>): Promise<HttpResponse> {
    const { open } = this;
    this.open = undefined;
    this.login.end();
    try {
      return await this.sendWith(open ?? new CookieJar(), { method: 'POST', path: '/0/session/logout' }, { ...options, repeatable: false });
    } catch (error) {
      // It may still be open: another try must be able to end it.
      if (asEnsembleError(error).cause.retryable) this.open ??= open;
      throw error;
    }
  }

  retryLogin(): void {
    this.login.retry();
  }

  get isOpen(): boolean {
    return this.open !== undefined;
  }

  end(): Promise<void> {
    return this.scope.end();
  }

  private async logIn(): Promise<{ value: CookieJar }> {
    const jar = new CookieJar();
    const { statusCode } = await this.sendWith(jar, this.loginRequest(), { repeatable: true, scope: this.scope });
    if (jar.getCookieStringSync(this.baseUrl + WHO.path) === '')
      throw new EnsembleError('BAD_RESPONSE', 'the login was answered without a session cookie', { statusCode });
    // With an anonymous session its user and devices are lost: what its end looks like must be known beforehand.
    if (this.isAnonymous && !this.userShows && (await this.ask(jar, WHO)) !== true) this.withoutData.add(jar);
    this.open = jar;
    return { value: jar };
  }

  private loginRequest(): HttpRequest {
    return { ...logins[this.identity.authentication](this.identity), loginRefusal: refusal };
  }

  /** @param isNew the session has just been renewed: what is refused once more is refused for another reason */
  private async sendIn(jar: CookieJar, request: HttpRequest, options: SendOptions, isNew: boolean): Promise<HttpResponse> {
    const response = await this.sendWith(jar, request, options).catch(async (thrown: unknown) => {
      const error = asEnsembleError(thrown);
      throw (await this.isEnd(error, jar, options.scope)) ? this.noteEnd(error) : error;
    });
    const isWho = request.path === WHO.path && request.method === WHO.method;
    if (isWho && this.knowsUser(response)) return response;
    // Nothing may be there at all, or nothing for nobody.
    if (!isWho && (request.method !== 'GET' || !isNothing(response) || !(await this.isNobody(jar, options.scope)))) return response;
    const { statusCode } = response;
    const error = this.noteEnd(new EnsembleError('UNAUTHORIZED', 'the session has ended', { statusCode }));
    if (!isWho && isNew) return response;
    // Nobody is what the user's data may say of all but who has logged in.
    if (isWho && isNew && this.identity.authentication === 'token') this.withoutData.add(jar);
    if (isWho && this.withoutData.has(jar) && (await options.scope.race(this.ask(jar, LIST))) !== false) return response;
    throw error;
  }

  private noteEnd(error: EnsembleError): EnsembleError {
    this.ends.add(error);
    return error;
  }

  /** How a session's end shows is documented for the user's data only. So that is asked before a refusal is believed. */
  private async isEnd({ cause: { statusCode = 0 } }: EnsembleError, jar: CookieJar, scope: Scope): Promise<boolean> {
    if (![400, 401, 403, 404].includes(statusCode) && !isRedirect(statusCode)) return false;
    if (statusCode !== 401) return this.isNobody(jar, scope);
    const isKnown = await scope.race(this.ask(jar, WHO));
    return isKnown === false || (isKnown === undefined && !this.isAnonymous);
  }

  private async isNobody(jar: CookieJar, scope: Scope): Promise<boolean> {
    if ((await scope.race(this.ask(jar, WHO))) !== false) return false;
    return !this.withoutData.has(jar) || (await scope.race(this.ask(jar, LIST))) === false;
  }

  private get isAnonymous(): boolean {
    return this.identity.authentication === 'anonymous';
  }

  /** Whether the backend knows a user by the session; undefined where it does not say. One question for all that ask at the same time. */
  private ask(jar: CookieJar, request: HttpRequest): Promise<boolean | undefined> {
    const open = this.questions.get(jar) ?? new Map<HttpRequest, Promise<boolean | undefined>>();
    this.questions.set(jar, open);
    const question =
      open.get(request) ??
      this.sendWith(jar, request, { repeatable: true, scope: this.scope })
        .then(
          (response) => request === LIST || this.knowsUser(response),
          (error: unknown) => this.saysNobody(asEnsembleError(error)),
        )
        .finally(() => open.delete(request));
    open.set(request, question);
    return question;
  }

  /**
   * A page that a proxy answers with, or leads to, is no word of the backend's: an anonymous session would be given up for it, and
   * with it its devices. [G] The others may be led to a page to log in.
   */
  private saysNobody({ cause: { statusCode = 0, vendorMessage } }: EnsembleError): false | undefined {
    const isSaid = vendorMessage !== undefined || !this.isAnonymous;
    return isSaid && ([401, 403, 404].includes(statusCode) || isRedirect(statusCode)) ? false : undefined;
  }

  /** A session that is none is said to be answered with nothing, or with the word `undefined`; or it may be an anonymous one. */
  private knowsUser({ body }: HttpResponse): boolean {
    const text = body.toString('utf8').trim();
    const isKnown = text !== '' && text !== 'undefined' && (this.isAnonymous || loginOf(text) !== '');
    if (isKnown) this.userShows = true;
    return isKnown;
  }

  /** Brings the session's cookies, and keeps those that come. @throws EnsembleError */
  private async sendWith(jar: CookieJar, request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    const url = this.baseUrl + request.path;
    const cookie = jar.getCookieStringSync(url);
    try {
      const response = await this.http.send(cookie ? { ...request, headers: { ...request.headers, cookie } } : request, options);
      keepCookies(jar, response.cookies, url, options.onWarning ?? this.warn);
      return response;
    } catch (error) {
      throw inPlainWords(asEnsembleError(error));
    }
  }
}

/** Undefined where the response is not what it should be: its reader will say so. */
const loginOf = (text: string): unknown => (parseJson(text) as { login?: unknown } | null | undefined)?.login;
