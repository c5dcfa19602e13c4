import { asEnsembleError } from '../../core/errors';
import { Feed, type Listener } from '../../core/follow/feed';
import { poll } from '../../core/follow/poll';
import type { ReadOptions } from '../../core/http/request';
import type { Scope } from '../../core/scope';
import type { ThingsquareClient } from './client';
import { readDevices } from './devices';
import { type DevicesListener, type Listing, MissingDevices } from './missing-devices';

/** A node that follows the listings. */
export interface ListingListener extends Listener, DevicesListener {
  /** @param resumed there was an interruption before this listing */
  list(listing: Listing, resumed: boolean): void;
}

/** @throws EnsembleError */
export async function readListing(client: ThingsquareClient, options: ReadOptions): Promise<Listing> {
  try {
    return readDevices(await client.read('/0/devices/', options));
  } catch (error) {
    throw asEnsembleError(error).with({ operation: 'list' });
  }
}

/** Lists the devices at an interval, once for all nodes that follow them. */
class ListingFeed extends Feed<ListingListener> {
  private latest: Listing | undefined;
  private readonly missing: MissingDevices;

  constructor(
    private readonly client: ThingsquareClient,
    scope: Scope,
    /** Milliseconds. */
    private readonly interval: number,
  ) {
    super(scope);
    this.missing = new MissingDevices(client, interval);
  }

  protected override joined(listener: ListingListener): void {
    if (this.latest) listener.list(this.latest, false);
  }

  protected override run(scope: Scope): Promise<never> {
    this.missing.reset();
    scope.defer(() => {
      this.latest = undefined;
    });
    return poll({
      interval: this.interval,
      scope,
      work: (interrupted) => this.read(scope, interrupted),
      state: (state) => this.tell(state),
      report: (error) => this.report(error),
    });
  }

  private async read(scope: Scope, interrupted: () => boolean): Promise<void> {
    const listing = await readListing(this.client, { scope, onWarning: (text) => this.warn(text) });
    const resumed = interrupted();
    this.latest = listing;
    for (const listener of this.listeners) listener.list(listing, resumed);
    await this.missing.askFor(listing, this.listeners, scope);
  }
}

/** The listings that all nodes with the same interval share. @param interval milliseconds between two */
export const listingOf = (client: ThingsquareClient, interval: number): ListingFeed =>
  client.share(`devices every ${interval} ms`, (scope) => new ListingFeed(client, scope, interval));
