import { type BackoffRule, backoff, LONGEST_PAUSE } from '../../core/backoff';
import { EnsembleError } from '../../core/errors';
import { retrying, type StreamState } from '../../core/follow/events';
import { LOGIN } from '../../core/follow/login';

/** All in milliseconds. Tests have less patience. */
export const RECONNECT = {
  pauses: { first: 1000, most: LONGEST_PAUSE } as BackoffRule,
  /** A connection that lived this long was a good one: the next failure starts the pauses anew. */
  stable: 10_000,
  /** A login that was good before may be refused for so long by a broker that does not know its users yet. */
  doubt: 120_000,
  /** Ended by the broker so often in a row, each time sooner than this, while another connection to it lived on: somebody else takes the session over. */
  contest: { often: 3, soon: 300_000, pause: LONGEST_PAUSE },
};

/** How a connection ended. */
export interface End {
  readonly reason: EnsembleError;
  /** Milliseconds for which it was subscribed; undefined where it never was. */
  readonly lived: number | undefined;
  /** The broker has taken the same login before. */
  readonly wasAccepted: boolean;
  /** Another connection to the same broker, which began with this one, has not ended with it. */
  readonly wasAlone: boolean;
}

export interface Next {
  readonly state: StreamState;
  readonly error: EnsembleError;
  /** Milliseconds until the next try. */
  readonly wait: number;
  /** Not told yet in this interruption. */
  readonly isNews: boolean;
}

/** When to connect again, and what to say of it meanwhile. */
export class Reconnects {
  private failures = 0;
  /** Connections in a row that the broker ended soon. */
  private takenOver = 0;
  private isContested = false;
  /** Since when the login is refused (`performance.now()`). */
  private refusedSince: number | undefined;
  /** Kinds of trouble that were told in this interruption. */
  private readonly told = new Set<string>();

  constructor(private readonly clientId: string) {}

  /** Whether it is worth another connection to see if the next one ends alone. */
  get isSuspicious(): boolean {
    return this.takenOver >= RECONNECT.contest.often - 1;
  }

  after({ reason, lived = 0, wasAccepted, wasAlone }: End): Next {
    const { often, soon, pause } = RECONNECT.contest;
    if (lived > (this.isContested ? soon : RECONNECT.stable)) this.startAnew();
    this.failures++;
    if (reason.code === 'NOT_CONFIGURED') return this.failed(reason);
    if (reason.code === 'UNAUTHORIZED') return this.refused(reason, wasAccepted);
    this.refusedSince = undefined;
    const isTakeover = lived > 0 && lived < soon && reason.code === 'UNREACHABLE';
    this.takenOver = isTakeover ? this.takenOver + 1 : 0;
    if (this.takenOver >= often && wasAlone) this.isContested = true;
    if (this.isContested && lived > 0) return this.retrying(this.contest(reason), backoff(1, { first: pause, most: pause }));
    return this.retrying(reason, backoff(this.failures, RECONNECT.pauses));
  }

  private startAnew(): void {
    this.failures = 0;
    this.isContested = false;
    this.told.clear();
  }

  private refused(reason: EnsembleError, wasAccepted: boolean): Next {
    this.refusedSince ??= performance.now();
    if (wasAccepted && performance.now() - this.refusedSince < RECONNECT.doubt)
      return this.retrying(reason, backoff(this.failures, RECONNECT.pauses));
    return this.failed(reason);
  }

  private contest({ message }: EnsembleError): EnsembleError {
    return new EnsembleError(
      'UNREACHABLE',
      `${message}. The broker ends each connection soon: most likely another client has the same client id (${this.clientId}), and each takes the other’s place. Was the user directory copied? Delete ensemble-identity.key in one of the two, and start that one again`,
    );
  }

  private retrying(error: EnsembleError, wait: number): Next {
    return { state: retrying(error, wait), error, wait, isNews: this.isNews(error) };
  }

  private failed(error: EnsembleError): Next {
    return { state: { is: 'failed', error }, error, wait: LOGIN.refused, isNews: this.isNews(error) };
  }

  private isNews({ code }: EnsembleError): boolean {
    const kind = `${code} ${this.isContested}`;
    const isNews = !this.told.has(kind);
    this.told.add(kind);
    return isNews;
  }
}
