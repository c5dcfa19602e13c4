import { createHash } from 'node:crypto';
import { askedPause } from '../backoff';
import { told } from '../error-texts';
import { asEnsembleError, EnsembleError } from '../errors';
import type { HttpRequest, HttpResponse, LoginRefusal } from '../http/request';
import type { Scope } from '../scope';
import { LATE } from '../watchdog';
import { Pause } from './pause';
import { Renewals, requestName } from './renewals';

/** The result of a login. */
export interface AccessToken<T> {
  readonly value: T;
  /** Milliseconds for which the vendor accepts it; without, until it refuses it. */
  readonly lifetime?: number;
}

export interface LoginOptions<T> {
  /** Logs in. @throws EnsembleError, `refused` where the vendor itself has refused the login; every other error may come from the network or a proxy */
  readonly make: () => Promise<AccessToken<T>>;
  /** Milliseconds before its end at which a token is renewed; without, 0. */
  readonly early?: number;
  /** Whether the error of a request may mean that the token has expired; without, where it is UNAUTHORIZED. */
  readonly mayHaveExpired?: (error: EnsembleError) => boolean;
  /** Whether the vendor itself has said with the error that the token is not valid, so that it is not the request that is forbidden. */
  readonly hasExpired?: (error: EnsembleError) => boolean;
  /** Whether others who share the login have a newer token, which `make` then brings without asking the vendor. */
  readonly hasNew?: () => boolean;
}

/** Milliseconds. Tests wait less. */
export const LOGIN_PAUSES = {
  /** A login that the vendor has refused is tried again after so long: accounts get locked. */
  refused: 15 * 60_000,
  /** Between two attempts in other trouble. */
  failed: { first: 1000, most: 45_000 },
};

/**
 * Recognizes the vendor's own refusal of a login, by its status and its words: a page or a bare status may be a proxy's.
 * @param needsSignIn whether a person has to sign in
 */
export const loginRefusal =
  (statuses: readonly number[], hasWords: (response: HttpResponse) => boolean, needsSignIn?: (response: HttpResponse) => boolean) =>
  (response: HttpResponse): LoginRefusal | undefined => {
    if (!statuses.includes(response.statusCode) || !hasWords(response)) return undefined;
    return needsSignIn?.(response) ? 'sign in' : 'refused';
  };

/** A login that fails without a request, because a person has to sign in first. */
export const signInNeeded = (message: string): EnsembleError =>
  Object.assign(new EnsembleError('UNAUTHORIZED', message, told('signIn')), { refused: true, needsSignIn: true });

/** Identifies a login: the same for all who ask the same server as the same person. Neither can be read from it. */
export const accountOf = (...who: unknown[]): string => createHash('sha256').update(JSON.stringify(who)).digest('base64');

interface Known<T> {
  readonly value: T;
  /** `performance.now()`. */
  readonly end: number;
}

/** One login for all requests of a connection: made when it is first needed, shared by those in flight, and renewed. */
export class Login<T> {
  private known: Known<T> | undefined;
  private underWay: Promise<Known<T>> | undefined;
  /** Of the last login, until one succeeds. While its pause lasts, there is no other attempt. */
  private failure: EnsembleError | undefined;
  private readonly pause = new Pause(LOGIN_PAUSES.failed);
  private renewals = new Renewals();
  /** How often a login has succeeded or failed, and the callbacks for the next time. */
  private news = 0;
  private listeners = new Set<() => void>();

  constructor(private readonly options: LoginOptions<T>) {}

  /**
   * Runs with a token, and once more with a new one where the first may have expired.
   * @throws EnsembleError of the login, or of `run`
   */
  async use<R>(scope: Scope, request: HttpRequest, run: (token: T) => Promise<R>): Promise<R> {
    const name = requestName(request);
    const known = await scope.race(this.current());
    try {
      const result = await run(known.value);
      this.renewals.succeeded(name);
      return result;
    } catch (thrown) {
      const error = asEnsembleError(thrown);
      if (!this.mayHaveExpired(error)) throw error;
      const isCurrent = this.known === known;
      const causes = isCurrent && this.underWay === undefined && !this.hasNew;
      if (causes && !this.renewals.isDue(name)) throw this.awaiting(error);
      // Where only this request may be forbidden, the other requests keep the token.
      if (isCurrent && this.renewals.isLost(name)) this.known = undefined;
      const { value } = await scope.race(isCurrent ? this.logIn() : this.current());
      return this.useNew(name, causes, () => run(value));
    }
  }

  /** Logs in, where there is no login yet. @throws EnsembleError of the login */
  async ready(scope: Scope): Promise<void> {
    await scope.race(this.current());
  }

  /** The next request logs in anew. */
  end(): void {
    this.known = undefined;
    this.underWay = undefined;
    this.retry();
  }

  /** The login is known to be good now: what has failed may be tried again at once. */
  retry(): void {
    this.renewals = new Renewals();
    this.clear();
    this.tell();
  }

  /** For a report. */
  describe(): Readonly<Record<string, unknown>> {
    const { known, failure, underWay, news } = this;
    const last = failure && { code: failure.code, isRefused: failure.refused, secondsToNext: Math.ceil(this.pause.left / 1000) };
    return {
      isLoggedIn: known !== undefined && performance.now() <= known.end,
      isUnderWay: underWay !== undefined,
      logins: news,
      failure: last,
    };
  }

  private mayHaveExpired(error: EnsembleError): boolean {
    return this.options.mayHaveExpired?.(error) ?? error.code === 'UNAUTHORIZED';
  }

  private clear(): void {
    this.failure = undefined;
    this.pause.over();
  }

  private async useNew<R>(name: string, caused: boolean, run: () => Promise<R>): Promise<R> {
    try {
      const result = await run();
      this.renewals.renewed(name, true, caused);
      return result;
    } catch (thrown) {
      const error = asEnsembleError(thrown);
      if (!this.mayHaveExpired(error)) throw error;
      this.renewals.renewed(name, false, caused, this.options.hasExpired?.(error));
      throw this.awaiting(error);
    }
  }

  /** A caller that waits because of the error is called at the next login, which may succeed or fail again. */
  private awaiting(error: EnsembleError): EnsembleError {
    const { news } = this;
    error.onLogin = (callback) => {
      if (this.news !== news) callback();
      else this.listeners.add(callback);
      return () => this.listeners.delete(callback);
    };
    return error;
  }

  private tell(): void {
    this.news++;
    const { listeners } = this;
    this.listeners = new Set();
    for (const listener of listeners) listener();
  }

  private async current(): Promise<Known<T>> {
    const { known } = this;
    return known && performance.now() <= known.end && !this.hasNew ? known : this.logIn();
  }

  private get hasNew(): boolean {
    return this.options.hasNew?.() ?? false;
  }

  /** One for all concurrent callers. @throws EnsembleError the last failure, until its pause is over; a timer may fire a little early */
  private logIn(): Promise<Known<T>> {
    if (this.underWay !== undefined) return this.underWay;
    const wait = Math.ceil(this.pause.left);
    if (this.failure && wait > (this.failure.refused ? 0 : LATE) && !this.hasNew) {
      const { failure } = this;
      return Promise.reject(failure.refused ? failure : Object.assign(failure.with({}), { retryAfter: wait }));
    }
    const underWay: Promise<Known<T>> = this.make().then(
      (known) => {
        if (this.underWay === underWay) this.succeed(known);
        return known;
      },
      (thrown: unknown) => {
        const error = asEnsembleError(thrown);
        if (this.underWay === underWay) this.fail(error);
        throw error;
      },
    );
    this.underWay = underWay;
    return underWay;
  }

  private async make(): Promise<Known<T>> {
    const { value, lifetime = Number.POSITIVE_INFINITY } = await this.options.make();
    return { value, end: performance.now() + Math.max(0, lifetime - (this.options.early ?? 0)) };
  }

  private succeed(known: Known<T>): void {
    this.known = known;
    this.underWay = undefined;
    this.renewals.begin();
    this.clear();
    this.tell();
  }

  private fail(error: EnsembleError): void {
    this.underWay = undefined;
    error.ofLogin = true;
    // The request that needed it did not leave, or was refused.
    error.unsent = true;
    if (error.code === 'CANCELLED') return;
    this.failure = error;
    this.pause.begin(error.refused ? LOGIN_PAUSES.refused : askedPause(error));
    // An attempt before the end of the pause would send nothing.
    error.retryAfter = Math.ceil(this.pause.left);
    this.tell();
    this.awaiting(error);
  }
}
