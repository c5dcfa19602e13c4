import { asEnsembleError, type EnsembleError } from '../../core/errors';
import type { StreamState } from '../../core/events';
import { poll } from '../../core/poll';
import { Scope } from '../../core/scope';
import type { ThingsquareFrontend } from './thingsquare-frontend';
import { type Device, readDevices } from './values';

export type Listing = Readonly<Record<string, Device>>;

export interface FeedUser {
  /** @param resumed there was an interruption before this listing */
  receive(listing: Listing, resumed: boolean): void;
  state(state: StreamState): void;
  report(error: EnsembleError): void;
  warn(text: string): void;
}

/** Lists the devices at an interval, once for all that want to know. */
export class ListingFeed {
  private readonly users = new Set<FeedUser>();
  private scope = new Scope();
  private latest: Listing | undefined;
  private known: StreamState = { is: 'connecting' };

  constructor(
    private readonly frontend: ThingsquareFrontend,
    /** Milliseconds. */
    private readonly interval: number,
  ) {}

  /** Takes part until the scope ends. */
  join(user: FeedUser, scope: Scope): void {
    // A deploy may have come while the node read what it remembers.
    if (scope.ended) return;
    this.users.add(user);
    scope.defer(() => this.leave(user));
    if (this.users.size === 1) this.start();
    else {
      user.state(this.known);
      if (this.latest) user.receive(this.latest, false);
    }
  }

  private leave(user: FeedUser): void {
    this.users.delete(user);
    if (this.users.size === 0) void this.scope.end();
  }

  private start(): void {
    const scope = new Scope();
    Object.assign(this, { scope, latest: undefined });
    this.tell({ is: 'connecting' });
    const polling = poll({
      interval: this.interval,
      scope,
      work: (interrupted) => this.list(scope, interrupted),
      state: (state) => this.tell(state),
      report: (error) => this.each((user) => user.report(error)),
    });
    // It ends with the scope, and by nothing else.
    polling.catch(() => {});
  }

  private async list(scope: Scope, interrupted: () => boolean): Promise<void> {
    try {
      const onWarning = (text: string) => this.each((user) => user.warn(text));
      const answer = await this.frontend.send({ method: 'GET', path: '/0/devices/' }, { repeatable: true, scope, onWarning });
      const listing = readDevices(answer);
      const resumed = interrupted();
      this.latest = listing;
      this.each((user) => user.receive(listing, resumed));
    } catch (error) {
      throw asEnsembleError(error).with({ operation: 'list' });
    }
  }

  private tell(state: StreamState): void {
    this.known = state;
    this.each((user) => user.state(state));
  }

  private each(tell: (user: FeedUser) => void): void {
    for (const user of this.users) tell(user);
  }
}
