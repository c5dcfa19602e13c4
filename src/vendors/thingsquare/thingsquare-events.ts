import { z } from 'zod';
import { copyOf } from '../../core/copy';
import { eventMarks } from '../../core/follow/event-marks';
import type { EventContext, EventMessages } from '../../core/follow/events';
import { TopicMemory } from '../../core/follow/topic-memory';
import { isRecord, withoutUndefined } from '../../core/objects';
import { choice, integer, optional, type Values } from '../../core/schema/parameters';
import { type ChangedVariable, changedVariables, type Filter, isWanted } from './changed-variables';
import type { ThingsquareClient } from './client';
import { type Device, KINDS } from './devices';
import { type KeptDevices, KnownDevices } from './known-devices';
import { type Listing, type ListingListener, listingOf } from './listing-feed';
import { device, kinds, name } from './parameters';

export const settings = {
  device: optional({
    ...device,
    help: 'Only changes of this device. Empty: changes of all devices that are registered for remote access.',
  }),
  kind: optional(
    choice({ label: 'Kind', help: 'Only variables of this kind. Empty: variables of all kinds.', options: KINDS, optionLabels: kinds }),
  ),
  variable: optional({ ...name, help: 'Only changes of this variable. Empty: changes of all variables.' }),
  interval: integer({
    label: 'Poll interval',
    help: 'Time between two listings of the devices. Nodes with the same frontend and the same interval share one listing.',
    min: 1,
    max: 86_400,
    unit: 'seconds',
    default: 30,
  }),
};

export const emits = {
  payload: z
    .unknown()
    .describe('The value of the variable, text or a Buffer. True for a device that was added, false for one that was removed.'),
  sources: ['poll'],
  types: ['variable', 'device-added', 'device-removed'],
  details: {
    kind: z.enum(KINDS).optional().describe('The kind of the variable.'),
    time: z.number().optional().describe('When it was set.'),
  },
} satisfies EventMessages;

type ThingsquareEventContext = EventContext<ThingsquareClient, Values<typeof settings>>;

/** What the node remembers: the devices, and the revision of each variable. */
interface KeptEvents extends Filter, KeptDevices {
  readonly topics: readonly (readonly [string, string])[];
}

/** At most, which is about 100,000 variables: the backend chooses their names, which must not fill the memory. Tests have a smaller bound. */
export const REMEMBERED = { topics: 1_000_000, characters: 8_000_000, sizeOf: (revision: string): number => revision.length };
const TOO_MANY = 'there are more devices and variables than this node can remember: changes of the rest are not emitted';
/** The unit of the interval. Tests have a shorter one. */
export const SECOND = { milliseconds: 1000 };

export async function start(context: ThingsquareEventContext): Promise<void> {
  const { connection, settings, scope } = context;
  const changes = new ListingChanges(context);
  await changes.restore();
  listingOf(connection, settings.interval * SECOND.milliseconds).join(changes, scope);
}

/** Tells the flow of one node what has changed from listing to listing. */
class ListingChanges implements ListingListener {
  readonly state: ThingsquareEventContext['state'];
  readonly report: ThingsquareEventContext['report'];
  readonly warn: ThingsquareEventContext['warn'];
  private readonly revisions: TopicMemory<string, KeptEvents>;
  private kept: KeptEvents | undefined;
  /** Undefined where the node follows some variables only. */
  private devices: KnownDevices | undefined;
  private isFirst = true;

  constructor(private readonly context: ThingsquareEventContext) {
    const { connection, memory, settings } = context;
    const { device, kind, variable } = settings;
    const { baseUrl } = connection.settings;
    this.state = context.state;
    this.report = context.report;
    this.warn = context.warn;
    this.revisions = new TopicMemory({
      memory,
      key: 'seen',
      most: REMEMBERED,
      parse: (kept) => keptEvents(kept, baseUrl),
      format: (topics) => ({ device, kind, variable, baseUrl, signs: Object.fromEntries(topics), devices: this.devices?.all() }),
    });
  }

  async restore(): Promise<void> {
    const { device, kind, variable } = this.context.settings;
    this.kept = await this.revisions.restore();
    if (kind === undefined && variable === undefined) this.devices = new KnownDevices(device, this.kept);
  }

  receive(listing: Listing, resumed: boolean): void {
    const { emit, settings, warn } = this.context;
    const isFirst = this.isFirst;
    // What had changed while the node, or the way to the backend, was down.
    const interrupted = isFirst || resumed;
    const devices = this.devices?.update(listing, interrupted);
    for (const id of devices?.added ?? []) emit({ ...deviceEvent(id, listing[id]), resumed: interrupted });
    const variables = changedVariables(listing, settings, this.revisions);
    for (const one of variables.changed) {
      const isKnown = !isFirst || one.isKnown || (this.kept !== undefined && isWanted(this.kept, one));
      emit({ ...variableEvent(one), ...eventMarks({ isFirst, isKnown, isChanged: true, interrupted }) });
    }
    if (devices?.isFull || variables.isFull) warn(TOO_MANY);
    if (isFirst || variables.changed.length > 0 || devices?.added.length) this.revisions.save();
    this.isFirst = false;
  }

  absent(): Iterable<string> {
    return this.devices?.absent() ?? [];
  }

  removed(id: string): void {
    const resumed = this.devices?.remove(id);
    if (resumed === undefined) return;
    this.revisions.retain((topic) => !topic.startsWith(`${id}/`));
    this.context.emit({ ...deviceEvent(id), resumed });
    this.revisions.save();
  }
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
const variableEvent = ({ topic, kind, variable }: ChangedVariable) => ({
  ...{ topic, payload: copyOf(variable.value), source: 'poll', type: 'variable', raw: copyOf(variable) },
  details: withoutUndefined({ kind, time: variable.time }),
});

/** @param device undefined: it was removed */
const deviceEvent = (id: string, device?: Device) => ({
  ...{ topic: id, payload: device !== undefined, source: 'poll', type: device ? 'device-added' : 'device-removed' },
  raw: device ? copyOf(device) : null,
});
