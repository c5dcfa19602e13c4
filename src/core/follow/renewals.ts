import { type BackoffRule, LONGEST_PAUSE } from '../backoff';
import type { HttpRequest } from '../http/request';
import { Pause } from './pause';

/** Milliseconds. Tests wait less. */
export const RENEWAL: Readonly<Record<RequestOutcome, BackoffRule>> & { proof: number; trust: number } = {
  /** A token that has expired is renewed at once. One that expires again and again is also used elsewhere, or a server of the vendor does not know it. */
  worked: { first: 250, most: 60_000 },
  new: { first: 1000, most: 900_000 },
  refused: { first: 30_000, most: 900_000 },
  /** Short enough that a request is good again within two minutes. */
  lost: { first: 5000, most: LONGEST_PAUSE },
  /** Where a request has succeeded in this time, the token is good: what is still refused is forbidden. */
  proof: 900_000,
  /** How long a new token counts as valid because the one before was. */
  trust: 45_000,
};

/** Requests whose last outcome is remembered; of the others, those that were remembered first are new again. */
const MAX_REQUESTS = 10_000;

/**
 * How a request ended the last time: it succeeded, or was refused although the token had just been renewed. `lost` is a refusal
 * whose reason is the token and not the request: the request has succeeded before, or the vendor says that the token is not valid.
 */
type RequestOutcome = 'worked' | 'refused' | 'lost' | 'new';

/** Equal for requests that are allowed or forbidden together. */
export const requestName = ({ method, path }: Pick<HttpRequest, 'method' | 'path'>): string => `${method} ${path.split('?', 1)[0]}`;

/**
 * Distinguishes a token that has expired from a request that the vendor always refuses: a new login helps only with the
 * former, and vendors count logins. A forbidden request uses up no renewal that another one needs.
 */
export class Renewals {
  private readonly kinds = new Map<string, RequestOutcome>();
  private readonly pauses: Readonly<Record<RequestOutcome, Pause>> = {
    worked: new Pause(RENEWAL.worked),
    new: new Pause(RENEWAL.new),
    refused: new Pause(RENEWAL.refused),
    lost: new Pause(RENEWAL.lost),
  };
  /** `performance.now()`. */
  private lastSuccess = Number.NEGATIVE_INFINITY;
  /** Of the present token. */
  private began = 0;

  /** There is a new token. */
  begin(): void {
    this.began = performance.now();
  }

  /** Whether the token with which the request was refused has most likely expired for other requests, too. */
  isLost(request: string): boolean {
    return this.kindOf(request) === 'worked' || !this.isProved;
  }

  succeeded(request: string): void {
    this.lastSuccess = performance.now();
    this.note(request, 'worked');
  }

  /** Whether a request that was refused is reason enough for a new login. */
  isDue(request: string): boolean {
    const kind = this.kindOf(request);
    return this.pauses[kind].left === 0 && !((kind === 'refused' || kind === 'lost') && this.isProved);
  }

  /**
   * The request was sent again with a new token.
   * @param caused it was the reason for the renewal
   * @param hasExpired the vendor says that the new token is not valid
   */
  renewed(request: string, helped: boolean, caused: boolean, hasExpired = false): void {
    const kind = this.kindOf(request);
    if (caused && helped && kind !== 'worked') this.pauses[kind].over();
    else if (caused) this.pauses[kind].begin();
    if (helped) {
      this.succeeded(request);
      return;
    }
    const next = hasExpired || kind === 'worked' || kind === 'lost' ? 'lost' : 'refused';
    this.note(request, next);
    if (caused && kind !== next && this.pauses[next].left === 0) this.pauses[next].begin();
  }

  private get isProved(): boolean {
    const now = performance.now();
    const isTrusted = this.lastSuccess >= this.began || now - this.began < RENEWAL.trust;
    return isTrusted && now - this.lastSuccess < RENEWAL.proof;
  }

  private kindOf(request: string): RequestOutcome {
    return this.kinds.get(request) ?? 'new';
  }

  private note(request: string, kind: RequestOutcome): void {
    if (this.kinds.get(request) === kind) return;
    this.kinds.set(request, kind);
    if (this.kinds.size <= MAX_REQUESTS) return;
    const [oldest = ''] = this.kinds.keys();
    this.kinds.delete(oldest);
  }
}
