import { copyOf } from '../../core/copy';
import { eventMarks } from '../../core/follow/event-marks';
import type { EventContext, VendorEvent } from '../../core/follow/events';
import { TopicMemory } from '../../core/follow/topic-memory';
import { isRecord, withoutUndefined } from '../../core/objects';
import { changedVariables, type Filter, isWanted, type ListedVariable, listed, noteVariable, revisionOf } from './changed-variables';
import type { ThingsquareClient } from './client';
import type { Device } from './devices';
import { type KeptDevices, KnownDevices } from './known-devices';
import type { ListingListener } from './listing-feed';
import type { Listing } from './missing-devices';
import type { PushListener } from './push-feed';
import type { PushEvent } from './push-messages';

/** What the node remembers: the devices, and the revision of each variable. */
interface KeptEvents extends Filter, KeptDevices {
  readonly topics: readonly (readonly [string, string])[];
}

type Context = EventContext<ThingsquareClient, Filter>;

/** At most, which is about 100,000 variables: the backend chooses their names, which must not fill the memory. Tests have a smaller bound. */
export const REMEMBERED = { topics: 1_000_000, characters: 8_000_000, sizeOf: (revision: string): number => revision.length };
const TOO_MANY = 'there are more devices and variables than this node can remember: changes of the rest are not emitted';
/** Milliseconds between two savings of what pushed messages have changed. */
const SAVING = 10_000;

/** Tells the flow of one node what has changed from listing to listing, and between them where that is pushed. */
export class ListingChanges implements ListingListener, PushListener {
  readonly state: Context['state'];
  readonly report: Context['report'];
  readonly warn: Context['warn'];
  private readonly revisions: TopicMemory<string, KeptEvents>;
  private kept: KeptEvents | undefined;
  private devices = new KnownDevices(undefined, undefined);
  /** Not where the node follows some variables only. */
  private readonly tellsDevices: boolean;
  private isFirst = true;
  private connection: number | undefined;
  /** It was saved a moment ago, and whether there is something new since. */
  private isSaved = false;
  private isDirty = false;

  constructor(
    private readonly context: Context,
    private readonly source: string,
    /** Called where only a listing can tell what is true. */
    private readonly doubt = (): void => {},
  ) {
    const { connection, memory, settings } = context;
    const { device, kind, variable } = settings;
    const { baseUrl } = connection.settings;
    this.tellsDevices = kind === undefined && variable === undefined;
    this.state = context.state;
    this.report = context.report;
    this.warn = context.warn;
    this.revisions = new TopicMemory({
      memory,
      key: 'seen',
      most: REMEMBERED,
      parse: (kept) => keptEvents(kept, baseUrl),
      format: (topics) => ({
        device,
        kind,
        variable,
        baseUrl,
        signs: Object.fromEntries(topics),
        devices: this.tellsDevices ? this.devices.all() : undefined,
      }),
    });
  }

  async restore(): Promise<void> {
    this.kept = await this.revisions.restore();
    this.devices = new KnownDevices(this.context.settings.device, this.kept);
    this.context.scope.defer(() => {
      if (this.isDirty) this.revisions.save();
    });
  }

  list(listing: Listing, resumed: boolean): void {
    const { settings, warn } = this.context;
    const isFirst = this.isFirst;
    // What had changed while the node, or the way to the backend, was down.
    const interrupted = isFirst || resumed;
    const devices = this.devices.update(listing, interrupted);
    const added = this.tellsDevices ? devices.added : [];
    for (const id of added) this.emit({ ...deviceEvent(id, listing[id]), resumed: interrupted });
    const variables = changedVariables(listing, settings, this.revisions);
    for (const one of variables.changed) {
      const isKnown = !isFirst || one.isKnown || (this.kept !== undefined && isWanted(this.kept, one));
      this.emit({
        ...variableEvent(one),
        ...eventMarks({ isFirst, isKnown, isChanged: true, interrupted: interrupted || devices.resumed.has(one.device) }),
      });
    }
    if ((this.tellsDevices && devices.isFull) || variables.isFull) warn(TOO_MANY);
    if (isFirst || variables.changed.length > 0 || added.length > 0) this.revisions.save();
    this.isFirst = false;
  }

  caughtUp(devices: ReadonlyMap<string, Device>, _began: number, waited: readonly PushEvent[], connection: number): void {
    const listing = Object.fromEntries(devices);
    this.list(listing, connection !== this.connection);
    this.connection = connection;
    const read = lastRead(waited, listing);
    const claimed = new Set(waited.flatMap((event) => Object.keys(event.claimed)));
    const isNobodys = (id: string) => !Object.hasOwn(listing, id) && !claimed.has(id);
    for (const [index, event] of waited.entries())
      this.apply(event, ({ topic, device }) => index <= (read.get(topic) ?? -1) || isNobodys(device));
  }

  receive(event: PushEvent): void {
    this.apply(event, () => false);
  }

  absent(): Iterable<string> {
    // Where only variables are told, the next poll is soon enough.
    return this.tellsDevices || this.source === 'push' ? this.devices.absent() : [];
  }

  removed(id: string): void {
    const resumed = this.devices.remove(id);
    if (resumed === undefined || !this.tellsDevices) return;
    this.revisions.retain((topic) => !topic.startsWith(`${id}/`));
    this.emit({ ...deviceEvent(id), resumed });
    this.revisions.save();
  }

  found(id: string, device: Device): void {
    const resumed = this.devices.found(id);
    if (resumed === undefined) return;
    for (const one of listed({ [id]: device }, this.context.settings)) {
      if (one.variable.value === undefined) continue;
      const is = noteVariable(one, this.revisions);
      if (is === 'full') this.warn(TOO_MANY);
      if (is !== 'new') continue;
      this.emit({ ...variableEvent(one), initial: false, resumed });
      this.saveSoon();
    }
  }

  /** @param isOver it is not to be told: the flow knows it already, or the device is not registered */
  private apply({ claimed, changed, removed }: PushEvent, isOver: (one: ListedVariable) => boolean): void {
    for (const [id, device] of Object.entries(claimed)) {
      const added = this.devices.add(id);
      if (!this.tellsDevices) continue;
      if (added === 'full') this.warn(TOO_MANY);
      else if (added) this.emitLive(deviceEvent(id, device));
    }
    for (const listing of [claimed, changed]) for (const one of listed(listing, this.context.settings)) if (!isOver(one)) this.tell(one);
    for (const id of removed) this.removed(id);
  }

  private tell(one: ListedVariable): void {
    // Only an acknowledgement, or a variable that was deleted: a listing with it would be no change either.
    if (one.variable.value === undefined) return;
    const is = noteVariable(one, this.revisions);
    if (is === 'new') this.emitLive(variableEvent(one));
    else if (is === 'older') this.doubt();
    else if (is === 'full') this.warn(TOO_MANY);
  }

  private emitLive(event: Omit<VendorEvent, 'source'>): void {
    this.emit({ ...event, initial: false, resumed: false });
    this.saveSoon();
  }

  private emit(event: Omit<VendorEvent, 'source'>): void {
    this.context.emit({ ...event, source: this.source });
  }

  private saveSoon(): void {
    this.isDirty = true;
    if (this.isSaved) return;
    this.isDirty = false;
    this.isSaved = true;
    this.revisions.save();
    this.context.scope.timeout(SAVING, () => {
      this.isSaved = false;
      if (this.isDirty) this.saveSoon();
    });
  }
}

/** Of each variable that events have waited with: the last event with what the listing has of it. All before it was read too. */
function lastRead(waited: readonly PushEvent[], listing: Listing): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  const everything = { device: undefined, kind: undefined, variable: undefined };
  for (const [index, { claimed, changed }] of waited.entries())
    for (const { topic, device, kind, name, variable } of [...listed(claimed, everything), ...listed(changed, everything)]) {
      const read = listing[device]?.[kind]?.[name];
      if (read && revisionOf(read) === revisionOf(variable)) last.set(topic, index);
    }
  return last;
}

/** Undefined where the node remembers nothing of this frontend. */
function keptEvents(kept: unknown, baseUrl: string): KeptEvents | undefined {
  if (!isRecord(kept) || kept.baseUrl !== baseUrl) return undefined;
  const signs = isRecord(kept.signs) ? Object.entries(kept.signs) : [];
  return {
    ...(kept as unknown as Filter & KeptDevices),
    topics: signs.filter((sign): sign is [string, string] => typeof sign[1] === 'string'),
  };
}

/** Copied, because other nodes read the same listing. */
const variableEvent = ({ topic, kind, variable }: ListedVariable) => ({
  ...{ topic, payload: copyOf(variable.value), type: 'variable', raw: copyOf(variable) },
  details: withoutUndefined({ kind, time: variable.time }),
});

/** @param device undefined: it was removed */
const deviceEvent = (id: string, device?: Device) => ({
  ...{ topic: id, payload: device !== undefined, type: device ? 'device-added' : 'device-removed' },
  raw: device ? copyOf(device) : null,
});
