/** What a topic says of its messages. */
export interface Topic {
  readonly installationId: number;
  readonly deviceId: number;
  /** `context` or `alive`. */
  readonly type: string;
  /** A device has one or more numbered models. */
  readonly model?: string;
}

/** The vendor's document: v2/<installation>/rx/<device>/context/<model> and v2/<installation>/rx/<device>/alive. */
const TOPIC = /^v2\/(\d{1,10})\/rx\/(\d{1,10})\/(?:(context)\/([^/]+)|(alive))$/;
/** Ids have four bytes at most. */
const MOST_ID = 0xffffffff;

export function readTopic(text: string): Topic | undefined {
  const [, installation, device, context, model, alive] = TOPIC.exec(text) ?? [];
  const type = context ?? alive;
  const topic = { installationId: Number(installation), deviceId: Number(device) };
  if (type === undefined || topic.installationId > MOST_ID || topic.deviceId > MOST_ID) return undefined;
  return { ...topic, type, ...(model !== undefined && { model }) };
}

/** A topic, and what it had last. */
export interface Followed {
  readonly topic: Topic;
  /** The text that was told last, and the one that was retained; undefined where it is too long to be kept. */
  last: string | undefined;
  retained: string | undefined;
  /** Of its members when the last came; 0: nothing has come yet. */
  generation: number;
}

const MOST_TOPICS = 10_000;
/** Characters. */
const LONGEST_TOPIC = 200;
const LONGEST_TEXT = 2048;

/** A text as it is remembered. */
export const kept = (text: string): string | undefined => (text.length > LONGEST_TEXT ? undefined : text);

/** A site has few topics, and each of them comes again and again. */
export class Topics {
  private readonly known = new Map<string, Followed>();
  private isFull = false;

  constructor(
    /** There is no room for another one; called once. */
    private readonly onFull: (most: number) => void,
  ) {}

  /** Undefined where it is no topic of the vendor's. */
  follow(text: string): Followed | undefined {
    return this.known.get(text) ?? this.open(text);
  }

  private open(text: string): Followed | undefined {
    const topic = readTopic(text);
    if (!topic) return undefined;
    const followed: Followed = { topic, last: undefined, retained: undefined, generation: 0 };
    if (text.length > LONGEST_TOPIC) return followed;
    if (this.known.size < MOST_TOPICS) {
      this.known.set(text, followed);
      return followed;
    }
    if (!this.isFull) this.onFull(MOST_TOPICS);
    this.isFull = true;
    return followed;
  }
}

export interface Reach {
  readonly installationId: number | undefined;
  readonly group: string | undefined;
}

type Device = number | undefined;

/** The filters for a device (undefined: for all). */
export function filtersOf({ installationId, group }: Reach, device: Device): readonly string[] {
  const prefix = `${group === undefined ? '' : `$share/${group}/`}v2/${installationId ?? '+'}/rx/${device ?? '+'}`;
  return [`${prefix}/context/+`, `${prefix}/alive`];
}

/**
 * What to subscribe to for these devices. Without overlaps, for a broker may deliver an event once for each filter that it
 * fits; but a device is asked for alone where the broker refuses all.
 */
export function filtersFor(reach: Reach, devices: readonly Device[], refused: { has(filter: string): boolean }): ReadonlySet<string> {
  const all = devices.includes(undefined) ? filtersOf(reach, undefined) : [];
  const each = devices.map((device) => filtersOf(reach, device).filter((_, kind) => !all[kind] || refused.has(all[kind])));
  return new Set([...all, ...each.flat()]);
}
