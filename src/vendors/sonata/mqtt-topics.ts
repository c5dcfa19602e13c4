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
const TOPIC = /^v2\/(\d+)\/rx\/(\d+)\/(?:(context)\/([^/]+)|(alive))$/;
const MOST_TOPICS = 10_000;
/** A site has few topics, and each of them comes again and again. */
const known = new Map<string, Topic>();

export function readTopic(text: string): Topic | undefined {
  const before = known.get(text);
  if (before) return before;
  const topic = parse(text);
  if (known.size >= MOST_TOPICS) known.clear();
  if (topic) known.set(text, topic);
  return topic;
}

function parse(text: string): Topic | undefined {
  const [, installation, device, context, model, alive] = TOPIC.exec(text) ?? [];
  const type = context ?? alive;
  if (type === undefined) return undefined;
  return { installationId: Number(installation), deviceId: Number(device), type, ...(model !== undefined && { model }) };
}

interface Reach {
  readonly installationId: number | undefined;
  readonly group: string | undefined;
}

/** What to subscribe to for these devices (undefined: all). Without overlaps, for a broker may deliver an event once for each filter that it fits. */
export function filtersFor({ installationId, group }: Reach, devices: readonly (number | undefined)[]): ReadonlySet<string> {
  const prefix = `${group === undefined ? '' : `$share/${group}/`}v2/${installationId ?? '+'}/rx`;
  const chosen = devices.includes(undefined) ? ['+'] : devices;
  return new Set(chosen.flatMap((device) => [`${prefix}/${device}/context/+`, `${prefix}/${device}/alive`]));
}
