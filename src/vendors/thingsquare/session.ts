import { CookieJar } from 'tough-cookie';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import type { HttpAnswer, HttpClient, HttpRequest, SendOptions } from '../../core/http';
import { Login } from '../../core/login';
import { Scope } from '../../core/scope';
import { inPlainWords } from './words';

export interface Identity {
  readonly authentication: 'login' | 'token' | 'anonymous';
  readonly login: string | undefined;
  readonly password: string | undefined;
  readonly token: string | undefined;
}

const WHO: HttpRequest = { method: 'GET', path: '/0/user/' };
/** The library of the vendor logs in by token where its document has anonymous sessions only. */
const logins: Readonly<Record<Identity['authentication'], (identity: Identity) => HttpRequest>> = {
  login: ({ login = '', password = '' }) => ({ method: 'POST', path: '/0/session/login', form: { login, password } }),
  token: ({ token = '' }) => ({ method: 'POST', path: '/0/session/', form: { token } }),
  anonymous: () => ({ method: 'POST', path: '/0/session/' }),
};

/** A session of one user, kept by its cookies and shared by all requests. It is opened when it is first needed, and again when it has ended. */
export class Session {
  /** The login itself was refused: no request will get through. */
  refused = false;
  private readonly scope = new Scope();
  private readonly login: Login<CookieJar>;
  private open: CookieJar | undefined;
  private readonly checks = new WeakMap<CookieJar, Promise<boolean>>();

  constructor(
    private readonly http: HttpClient,
    private readonly baseUrl: string,
    private readonly identity: Identity,
  ) {
    this.login = new Login({ make: () => this.logIn(), early: 0, isRefused });
  }

  /** Sends in the session. What was refused because it had ended was not carried out: sending it again is harmless. @throws EnsembleError */
  send(request: HttpRequest, options: SendOptions): Promise<HttpAnswer> {
    return this.login.use(
      options.scope,
      (jar) => this.sendOrRenew(jar, request, options),
      ({ code }) => code === 'UNAUTHORIZED',
    );
  }

  /** Ends the session at the vendor; the next request opens a new one. @throws EnsembleError REJECTED where there was none */
  logOut(options: Omit<SendOptions, 'repeatable'>): Promise<HttpAnswer> {
    const { open = new CookieJar() } = this;
    this.open = undefined;
    this.login.end();
    return this.exchange(open, { method: 'POST', path: '/0/session/logout' }, { ...options, repeatable: false });
  }

  get isOpen(): boolean {
    return this.open !== undefined;
  }

  end(): Promise<void> {
    return this.scope.end();
  }

  private async logIn(): Promise<{ value: CookieJar }> {
    const jar = new CookieJar();
    const { statusCode } = await this.exchange(jar, this.loginRequest(), { repeatable: true, scope: this.scope }).catch(
      (error: unknown) => {
        this.refused = isRefused(asEnsembleError(error));
        throw error;
      },
    );
    if (jar.getCookieStringSync(this.baseUrl + WHO.path) === '')
      throw new EnsembleError('BAD_RESPONSE', 'the login was answered without a session cookie', { statusCode });
    this.refused = false;
    this.open = jar;
    return { value: jar };
  }

  private loginRequest(): HttpRequest {
    return logins[this.identity.authentication](this.identity);
  }

  /** @throws EnsembleError UNAUTHORIZED where the session has ended */
  private async sendOrRenew(jar: CookieJar, request: HttpRequest, options: SendOptions): Promise<HttpAnswer> {
    try {
      const answer = await this.exchange(jar, request, options);
      if (request.path !== WHO.path || request.method !== WHO.method || this.knowsUser(answer)) return answer;
    } catch (thrown) {
      const error = asEnsembleError(thrown);
      const { statusCode = 0 } = error.cause;
      // How a session's end shows is documented for the user's data only. So that is asked before another refusal is believed.
      const mayBeOver = statusCode === 401 || ([400, 403, 404].includes(statusCode) && (await options.scope.race(this.isOver(jar))));
      if (!mayBeOver) throw error;
    }
    throw new EnsembleError('UNAUTHORIZED', 'the session has ended');
  }

  /** One question for all that ask at the same time. */
  private isOver(jar: CookieJar): Promise<boolean> {
    const check =
      this.checks.get(jar) ??
      this.exchange(jar, WHO, { repeatable: true, scope: this.scope })
        .then(
          (answer) => !this.knowsUser(answer),
          (error: unknown) => [401, 403, 404].includes(asEnsembleError(error).cause.statusCode ?? 0),
        )
        .finally(() => this.checks.delete(jar));
    this.checks.set(jar, check);
    return check;
  }

  /** A session that is none is said to be answered with nothing, or with the word `undefined`; or it may be an anonymous one. */
  private knowsUser({ body }: HttpAnswer): boolean {
    const text = body.toString('utf8').trim();
    if (text === '' || text === 'undefined') return false;
    return this.identity.authentication !== 'login' || loginOf(text) !== '';
  }

  /** Brings the session's cookies, and keeps those that come. @throws EnsembleError */
  private async exchange(jar: CookieJar, request: HttpRequest, options: SendOptions): Promise<HttpAnswer> {
    const url = this.baseUrl + request.path;
    const cookie = jar.getCookieStringSync(url);
    try {
      const answer = await this.http.send(cookie ? { ...request, headers: { ...request.headers, cookie } } : request, options);
      for (const line of answer.cookies) jar.setCookieSync(line, url, { ignoreError: true });
      return answer;
    } catch (error) {
      throw inPlainWords(asEnsembleError(error));
    }
  }
}

/** Undefined where the answer is not what it should be: its reader will say so. */
function loginOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { login?: unknown } | null)?.login;
  } catch {
    return undefined;
  }
}

const isRefused = ({ code }: EnsembleError): boolean => code === 'UNAUTHORIZED' || code === 'FORBIDDEN' || code === 'REJECTED';
