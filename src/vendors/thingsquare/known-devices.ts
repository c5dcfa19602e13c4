import type { Listing } from './missing-devices';

/** The backend chooses the ids, which must not fill the memory. */
const MAX_DEVICES = 100_000;

export interface KeptDevices {
  /** The one that was asked for; undefined: all. */
  readonly device: string | undefined;
  /** Ids; undefined where the node followed variables only. */
  readonly devices?: readonly string[] | undefined;
}

export interface DevicesUpdate {
  readonly added: readonly string[];
  readonly resumed: ReadonlySet<string>;
  readonly isFull: boolean;
}

/** The devices that are registered. One that a listing leaves out is so until the backend says that there is none: a listing may be odd. */
export class KnownDevices {
  private readonly ids: Set<string>;
  /** Those that the last listing has left out, and whether there was an interruption since they were read the last time. */
  private readonly missing = new Map<string, boolean>();
  private isFirst = true;

  constructor(
    private readonly device: string | undefined,
    private readonly kept: KeptDevices | undefined,
  ) {
    this.ids = new Set(kept?.devices?.filter((id) => this.isWanted(id)));
  }

  /** @returns those that were added, those that were missing since an interruption, and whether there are more than can be remembered */
  update(listing: Listing, interrupted: boolean): DevicesUpdate {
    const added: string[] = [];
    const resumed = new Set<string>();
    let isFull = false;
    for (const id of Object.keys(listing)) {
      if (this.missing.get(id)) resumed.add(id);
      this.missing.delete(id);
      if (!this.isWanted(id) || this.ids.has(id)) continue;
      if (this.ids.size >= MAX_DEVICES) isFull = true;
      else if (this.ids.add(id) && (!this.isFirst || this.wasWanted(id))) added.push(id);
    }
    for (const id of this.ids) if (!Object.hasOwn(listing, id)) this.missing.set(id, interrupted || (this.missing.get(id) ?? false));
    this.isFirst = false;
    return { added, resumed, isFull };
  }

  /** One that is registered now. @returns whether it was not before; `full`, where there is no room for it */
  add(id: string): boolean | 'full' {
    this.missing.delete(id);
    if (!this.isWanted(id) || this.ids.has(id)) return false;
    if (this.ids.size >= MAX_DEVICES) return 'full';
    this.ids.add(id);
    return true;
  }

  /** @returns whether it was missing after an interruption; undefined where it is not known at all */
  remove(id: string): boolean | undefined {
    const after = this.missing.get(id);
    this.missing.delete(id);
    return this.ids.delete(id) ? (after ?? false) : undefined;
  }

  /** It is there, and was read, although the listing has left it out. @returns as `missing` has it; undefined where it is not missing */
  found(id: string): boolean | undefined {
    const after = this.missing.get(id);
    if (after !== undefined) this.missing.set(id, false);
    return after;
  }

  all(): readonly string[] {
    return [...this.ids];
  }

  absent(): Iterable<string> {
    return this.missing.keys();
  }

  private isWanted(id: string): boolean {
    return (this.device ?? id) === id;
  }

  /** Devices that were there when the node began to watch them were not added. */
  private wasWanted(id: string): boolean {
    return this.kept?.devices !== undefined && (this.kept.device ?? id) === id;
  }
}
