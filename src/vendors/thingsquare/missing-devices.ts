import { asEnsembleError } from '../../core/errors';
import type { Scope } from '../../core/scope';
import type { ThingsquareClient } from './client';
import { type Device, readDevice } from './devices';
import { devicePath } from './parameters';

export type Listing = Readonly<Record<string, Device>>;

/** A node that knows which devices are registered. */
export interface DevicesListener {
  /** Devices that it counts as registered, and that the last listing has left out. */
  absent(): Iterable<string>;
  /** The backend says that there is no such device. */
  removed(id: string): void;
  /** It is there all the same, and was read by itself. */
  found(id: string, device: Device): void;
}

/** The device, or what its reading tells of it. */
type Answer = Device | 'removed' | 'unknown';

/** Devices that are asked for at the same time. */
const AT_ONCE = 10;
/** Devices that are asked for after one listing, twice as many after each whose devices had all gone: a listing that is empty by mistake must not cause thousands of requests. */
const FEW = 10;
/** Part of the time until the next listing in which these requests may begin. Tests have more time. */
export const QUESTIONS = { share: 0.25 };

/** A listing may leave out what is there; so a device is asked for itself, after two listings in a row, before it counts as removed. */
export class MissingDevices {
  /** Devices that were asked for since all that are missing were. */
  private readonly asked = new Set<string>();
  /** Devices of which the backend said after the last listing that there is no such device. */
  private gone: ReadonlySet<string> = new Set();
  private most = FEW;

  constructor(
    private readonly client: ThingsquareClient,
    /** Milliseconds from one listing to the next. */
    private readonly interval: number,
    /** Called for each device that is there all the same. */
    private readonly isThere = (_id: string): void => {},
  ) {}

  /** What was asked before an end no longer counts. */
  reset(): void {
    this.gone = new Set();
    this.most = FEW;
  }

  /** @returns whether the backend must be asked again, after another listing, before something counts as removed */
  async askFor(listing: Listing, listeners: Iterable<DevicesListener>, scope: Scope): Promise<boolean> {
    const all = [...listeners];
    const missing = new Set(all.flatMap((listener) => [...listener.absent()]).filter((id) => !Object.hasOwn(listing, id)));
    if ([...missing].every((id) => this.asked.has(id))) this.asked.clear();
    const again = [...this.gone].filter((id) => missing.has(id));
    const ids = [...again, ...[...missing].filter((id) => !this.asked.has(id) && !this.gone.has(id))].slice(0, this.most);
    const answered = await this.readEach(ids, scope);
    const removed = [...answered].filter(([, said]) => said === 'removed').map(([id]) => id);
    if (!scope.ended) for (const [id, said] of answered) if (typeof said === 'object') this.tellFound(id, said, listeners);
    for (const id of removed.filter((id) => this.gone.has(id))) for (const listener of listeners) listener.removed(id);
    // Those for which there was no time are still to be asked again.
    this.gone = new Set([...removed.filter((id) => !this.gone.has(id)), ...again.filter((id) => !answered.has(id))]);
    this.most = removed.length < answered.size || answered.size === 0 ? FEW : this.most * 2;
    return this.gone.size > 0;
  }

  private tellFound(id: string, device: Device, listeners: Iterable<DevicesListener>): void {
    this.isThere(id);
    for (const listener of listeners) listener.found(id, device);
  }

  private async readEach(ids: readonly string[], scope: Scope): Promise<ReadonlyMap<string, Answer>> {
    const answered = new Map<string, Answer>();
    const end = performance.now() + this.interval * QUESTIONS.share;
    const left = ids.values();
    const ask = async (): Promise<void> => {
      for (const id of left) {
        this.asked.add(id);
        answered.set(id, await this.read(id, scope));
        if (performance.now() > end) return;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
    return answered;
  }

  /** Trouble of the network, a proxy's page and a response that cannot be read say nothing about the device. */
  private async read(id: string, scope: Scope): Promise<Answer> {
    try {
      return readDevice(await this.client.read(devicePath(id), { scope }));
    } catch (thrown) {
      const { code, cause, isPage } = asEnsembleError(thrown);
      // It was listed as a device, but its name is no id.
      if (code === 'INVALID_INPUT') return 'removed';
      // [G] Not documented: the backend may say so in any of these ways. With 200 the response is empty.
      if (code === 'NOT_FOUND') return isPage ? 'unknown' : 'removed';
      return ['REJECTED', 'FORBIDDEN'].includes(code) && cause.vendorMessage !== undefined ? 'removed' : 'unknown';
    }
  }
}
