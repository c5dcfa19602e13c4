import { type BackoffRule, backoff, LONGEST_PAUSE } from '../backoff';
import { EnsembleError, NOT_IN_PANELS } from '../errors';
import { LOGIN_PAUSES } from '../follow/login';
import type { Trouble } from '../trouble';

/** All in milliseconds. Tests wait less. */
export const RECONNECT = {
  pauses: { first: 1000, most: LONGEST_PAUSE } as BackoffRule,
  /** The end of a connection that was up for longer begins another trouble. */
  stable: 10_000,
  /** A login that was good before may be refused for so long by a broker that does not know its users yet. */
  doubt: 120_000,
  /**
   * Ended by the broker so often in a row, each time sooner than this, while another connection to it stayed up: another client
   * takes the session over.
   */
  takeover: { often: 3, soon: 300_000, pause: LONGEST_PAUSE },
};

/** How a connection ended. */
export interface ConnectionEnd {
  readonly reason: EnsembleError;
  /** Milliseconds for which it was subscribed; undefined where it never was. */
  readonly lived: number | undefined;
  /** The broker has accepted the same login before. */
  readonly wasAccepted: boolean;
  /** Another connection to the same broker, which began with this one, has not ended with it. */
  readonly wasAlone: boolean;
}

/** When to connect again, and what to say of it meanwhile. */
export class Reconnects {
  /** Connections in a row that the broker ended soon. */
  private endedSoon = 0;
  private isTakenOver = false;
  private wasSubscribed = false;
  /** Since when the login is refused (`performance.now()`). */
  private refusedSince: number | undefined;

  constructor(private readonly clientId: string) {}

  /** Whether it is worth another connection to see if the next one ends alone. */
  get suspectsTakeover(): boolean {
    return this.endedSoon >= RECONNECT.takeover.often - 1;
  }

  /** Why there is no connection, in the words for the user; `refused` where the login is not good. */
  errorOf({ reason, lived = 0, wasAccepted, wasAlone }: ConnectionEnd, trouble: Trouble): EnsembleError {
    const { often, soon } = RECONNECT.takeover;
    if (lived > (this.isTakenOver ? soon : RECONNECT.stable)) {
      trouble.over();
      this.isTakenOver = false;
    }
    this.wasSubscribed = lived > 0;
    if (reason.code === 'NOT_CONFIGURED') return reason;
    if (reason.code === 'UNAUTHORIZED') return Object.assign(reason, { refused: !this.isDoubtful(wasAccepted) });
    this.refusedSince = undefined;
    const hasEndedSoon = lived > 0 && lived < soon && reason.code === 'UNREACHABLE';
    this.endedSoon = hasEndedSoon ? this.endedSoon + 1 : 0;
    if (this.endedSoon >= often && wasAlone) this.isTakenOver = true;
    return this.isTakenOver && this.wasSubscribed ? this.takenOver(reason) : reason;
  }

  /** Milliseconds to the next connection. */
  pause({ code, refused }: EnsembleError, failures: number): number {
    if (refused || code === 'NOT_CONFIGURED') return LOGIN_PAUSES.refused;
    const { pause } = RECONNECT.takeover;
    return this.isTakenOver && this.wasSubscribed ? backoff(1, { first: pause, most: pause }) : backoff(failures, RECONNECT.pauses);
  }

  /** What is reported once for each trouble. */
  kindOf({ code }: EnsembleError): string {
    return `${code} ${this.isTakenOver}`;
  }

  private isDoubtful(wasAccepted: boolean): boolean {
    this.refusedSince ??= performance.now();
    return wasAccepted && performance.now() - this.refusedSince < RECONNECT.doubt;
  }

  private takenOver({ message }: EnsembleError): EnsembleError {
    return new EnsembleError(
      'UNREACHABLE',
      `${message}. The broker ends each connection soon: most likely another client has the same client id (${this.clientId}), and each takes the other’s place. Was the user directory copied? Delete ensemble-identity.key in one of the two, and start that one again`,
      NOT_IN_PANELS,
    );
  }
}
