import type { FilterRules } from '../../core/mqtt/subscriptions';

/** A topic, as its parts. */
export interface Topic {
  readonly installationId: number;
  readonly deviceId: number;
  /** `context` or `alive`. */
  readonly type: string;
  /** `<installation>/<device>/<type>`, as a flow gets it. */
  readonly name: string;
  /** A device has one or more numbered models. */
  readonly details: { readonly model: string } | undefined;
}

/** The vendor's document: v2/<installation>/rx/<device>/context/<model> and v2/<installation>/rx/<device>/alive. */
const TOPIC = /^v2\/(\d{1,10})\/rx\/(\d{1,10})\/(?:(context)\/([^/]+)|(alive))$/;
/** Ids have four bytes at most. */
const MAX_ID = 0xffffffff;

export const topicName = (installationId: number, deviceId: number, type: string): string => `${installationId}/${deviceId}/${type}`;

function readTopic(text: string): Topic | undefined {
  const [, installation, device, context, model, alive] = TOPIC.exec(text) ?? [];
  const type = context ?? alive;
  const [installationId, deviceId] = [Number(installation), Number(device)];
  if (type === undefined || installationId > MAX_ID || deviceId > MAX_ID) return undefined;
  const name = topicName(installationId, deviceId, type);
  return { installationId, deviceId, type, name, details: model === undefined ? undefined : { model } };
}

/** A topic, and what came by it last. */
export interface KnownTopic {
  readonly topic: Topic;
  /** The text that was handed on last, and the one that was retained; undefined where it is too long to be remembered. */
  last: string | undefined;
  retained: string | undefined;
  /** Of its recipients when the last came; 0: nothing has come yet. */
  generation: number;
}

const MAX_TOPICS = 10_000;
/** Characters. */
const LONGEST_TOPIC = 200;
const LONGEST_TEXT = 2048;

/** A text, where it is short enough to be remembered. */
export const remembered = (text: string): string | undefined => (text.length > LONGEST_TEXT ? undefined : text);

/** The topics of a broker: few, with many messages each. */
export class Topics {
  private readonly known = new Map<string, KnownTopic>();
  private isFull = false;

  constructor(
    /** There is no room for another one; called once. */
    private readonly onFull: (most: number) => void,
  ) {}

  /** Undefined where it is not a topic of the vendor. */
  find(text: string): KnownTopic | undefined {
    return this.known.get(text) ?? this.open(text);
  }

  private open(text: string): KnownTopic | undefined {
    const topic = readTopic(text);
    if (!topic) return undefined;
    const added: KnownTopic = { topic, last: undefined, retained: undefined, generation: 0 };
    if (text.length > LONGEST_TOPIC) return added;
    if (this.known.size < MAX_TOPICS) {
      this.known.set(text, added);
      return added;
    }
    if (!this.isFull) this.onFull(MAX_TOPICS);
    this.isFull = true;
    return added;
  }
}

/** What a feed receives. */
export interface TopicRange {
  readonly installationId: number | undefined;
  readonly group: string | undefined;
}

/** The id of a device; undefined: all devices. */
export type DeviceSelection = number | undefined;

/** The filters for a device, or for all. */
export function filtersOf({ installationId, group }: TopicRange, device: DeviceSelection): readonly string[] {
  const prefix = `${group === undefined ? '' : `$share/${group}/`}v2/${installationId ?? '+'}/rx/${device ?? '+'}`;
  return [`${prefix}/context/+`, `${prefix}/alive`];
}

/**
 * What to subscribe to for devices. Without overlaps, because a broker may deliver an event once for each filter that
 * matches; but each device has its own filter where the broker refuses the one for all.
 */
export function filterRules(range: TopicRange): FilterRules<DeviceSelection> {
  const ofAll = filtersOf(range, undefined);
  return {
    alternatives: (device) => filtersOf(range, device).map((own, kind) => [own, ofAll[kind] ?? own]),
    wanted(devices, refused) {
      const all = devices.includes(undefined) ? ofAll : [];
      const each = devices.map((device) => filtersOf(range, device).filter((_, kind) => !all[kind] || refused.has(all[kind])));
      return new Set([...all, ...each.flat()]);
    },
  };
}
