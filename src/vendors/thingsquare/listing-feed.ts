import { asEnsembleError } from '../../core/errors';
import { Feed, type Listener } from '../../core/follow/feed';
import { poll } from '../../core/follow/poll';
import type { Scope } from '../../core/scope';
import type { ThingsquareClient } from './client';
import { type Device, readDevice, readDevices } from './devices';
import { devicePath } from './parameters';

export type Listing = Readonly<Record<string, Device>>;

/** A node that follows the listings. */
export interface ListingListener extends Listener {
  /** @param resumed there was an interruption before this listing */
  receive(listing: Listing, resumed: boolean): void;
  /** Devices that it counts as registered, and that the last listing has left out. */
  absent(): Iterable<string>;
  /** The backend says that there is no such device. */
  removed(id: string): void;
}

/** Devices that are asked for at the same time. */
const AT_ONCE = 10;
/** Devices that are asked for after one listing, twice as many after each whose devices had all gone: a listing that is empty by mistake must not cause thousands of requests. */
const FEW = 10;
/** Part of the interval in which these requests may begin. Tests have more time. */
export const QUESTIONS = { share: 0.25 };

/** Lists the devices at an interval, once for all nodes that follow them. */
class ListingFeed extends Feed<ListingListener> {
  private latest: Listing | undefined;
  /** Devices that were asked for since all that are missing were. */
  private readonly asked = new Set<string>();
  /** Devices of which the backend said after the last listing that there is no such device. */
  private gone: ReadonlySet<string> = new Set();
  private most = FEW;

  constructor(
    private readonly client: ThingsquareClient,
    scope: Scope,
    /** Milliseconds. */
    private readonly interval: number,
  ) {
    super(scope);
  }

  protected override joined(listener: ListingListener): void {
    if (this.latest) listener.receive(this.latest, false);
  }

  protected override run(scope: Scope): Promise<never> {
    Object.assign(this, { gone: new Set(), most: FEW });
    scope.defer(() => {
      this.latest = undefined;
    });
    return poll({
      interval: this.interval,
      scope,
      work: (interrupted) => this.list(scope, interrupted),
      state: (state) => this.tell(state),
      report: (error) => this.report(error),
    });
  }

  private async list(scope: Scope, interrupted: () => boolean): Promise<void> {
    try {
      const onWarning = (text: string) => this.warn(text);
      const response = await this.client.read('/0/devices/', { scope, onWarning });
      const listing = readDevices(response);
      const resumed = interrupted();
      this.latest = listing;
      this.each((listener) => listener.receive(listing, resumed));
      await this.askForMissing(listing, scope);
    } catch (error) {
      throw asEnsembleError(error).with({ operation: 'list' });
    }
  }

  /** A listing may leave out what is there; so a device is asked for itself, after two listings in a row, before it counts as removed. */
  private async askForMissing(listing: Listing, scope: Scope): Promise<void> {
    const missing = new Set([...this.listeners].flatMap((listener) => [...listener.absent()]).filter((id) => !Object.hasOwn(listing, id)));
    if ([...missing].every((id) => this.asked.has(id))) this.asked.clear();
    const again = [...this.gone].filter((id) => missing.has(id));
    const ids = [...again, ...[...missing].filter((id) => !this.asked.has(id) && !this.gone.has(id))].slice(0, this.most);
    const answered = await this.areRemoved(ids, scope);
    const removed = [...answered].filter(([, isRemoved]) => isRemoved).map(([id]) => id);
    for (const id of removed.filter((id) => this.gone.has(id))) this.each((listener) => listener.removed(id));
    // Those for which there was no time are still to be asked again.
    this.gone = new Set([...removed.filter((id) => !this.gone.has(id)), ...again.filter((id) => !answered.has(id))]);
    this.most = removed.length < answered.size || answered.size === 0 ? FEW : this.most * 2;
  }

  private async areRemoved(ids: readonly string[], scope: Scope): Promise<ReadonlyMap<string, boolean>> {
    const answered = new Map<string, boolean>();
    const end = performance.now() + this.interval * QUESTIONS.share;
    const left = ids.values();
    const ask = async (): Promise<void> => {
      for (const id of left) {
        this.asked.add(id);
        answered.set(id, await this.isRemoved(id, scope));
        if (performance.now() > end) return;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
    return answered;
  }

  /** Trouble of the network, a proxy's page and a response that cannot be read say nothing about the device. */
  private async isRemoved(id: string, scope: Scope): Promise<boolean> {
    try {
      readDevice(await this.client.read(devicePath(id), { scope }));
      return false;
    } catch (thrown) {
      const { code, cause, isPage } = asEnsembleError(thrown);
      // It was listed as a device, but its name is no id.
      if (code === 'INVALID_INPUT') return true;
      // [G] Not documented: the backend may say so in any of these ways. With 200 the response is empty.
      if (code === 'NOT_FOUND') return !isPage;
      return ['REJECTED', 'FORBIDDEN'].includes(code) && cause.vendorMessage !== undefined;
    }
  }

  private each(call: (listener: ListingListener) => void): void {
    for (const listener of this.listeners) call(listener);
  }
}

/** The listings that all nodes with the same interval share. @param interval milliseconds between two */
export const listingOf = (client: ThingsquareClient, interval: number): ListingFeed =>
  client.share(`devices every ${interval} ms`, (scope) => new ListingFeed(client, scope, interval));
