import { isRecord } from './states';

/** What a node remembers at most: a Turn has some thirty channels. Characters are those of all names and values together. */
export const REMEMBERED = { topics: 1000, characters: 4_000_000 };

interface Known {
  payload: unknown;
  size: number;
  /** The flow has heard of it in this life of the node. */
  isTold: boolean;
}

/** The payload that each topic had last. Whoever sends names without end fills it, and no more; a reading makes room again. */
export class KnownStates {
  private readonly topics = new Map<string, Known>();
  private size = 0;

  constructor(
    /** Told when something is not remembered. */
    private readonly onFull: () => void,
  ) {}

  has(topic: string): boolean {
    return this.topics.has(topic);
  }

  get(topic: string): unknown {
    return this.topics.get(topic)?.payload;
  }

  isTold(topic: string): boolean {
    return this.topics.get(topic)?.isTold ?? false;
  }

  tell(topic: string): void {
    const known = this.topics.get(topic);
    if (known) known.isTold = true;
  }

  /** Keeps a copy: what the flow gets is the flow's to change. */
  set(topic: string, payload: unknown): void {
    this.keep(topic, isRecord(payload) ? { ...payload } : payload);
  }

  /** What an event tells may be a part of the state. */
  add(topic: string, payload: unknown): void {
    const known = this.get(topic);
    if (isRecord(payload) && isRecord(known)) this.keep(topic, Object.assign(known, payload));
    else this.set(topic, payload);
  }

  /** Forgets all other topics where there is no room for more: they are no part of the state. */
  tidy(read: ReadonlySet<string>): void {
    if (this.topics.size < REMEMBERED.topics && this.size < REMEMBERED.characters / 2) return;
    for (const topic of this.topics.keys()) if (!read.has(topic)) this.forget(topic);
  }

  [Symbol.iterator](): Iterator<readonly [string, unknown]> {
    return [...this.topics].map(([topic, { payload }]) => [topic, payload] as const)[Symbol.iterator]();
  }

  private keep(topic: string, payload: unknown): void {
    const size = topic.length + sizeOf(payload);
    const before = this.topics.get(topic);
    if (this.size - (before?.size ?? 0) + size > REMEMBERED.characters || (!before && this.topics.size >= REMEMBERED.topics)) {
      this.forget(topic);
      this.onFull();
      return;
    }
    this.size += size - (before?.size ?? 0);
    if (before) Object.assign(before, { payload, size });
    else this.topics.set(topic, { payload, size, isTold: false });
  }

  private forget(topic: string): void {
    this.size -= this.topics.get(topic)?.size ?? 0;
    this.topics.delete(topic);
  }
}

/** About so many characters of JSON. */
function sizeOf(payload: unknown): number {
  if (typeof payload === 'string') return payload.length;
  if (typeof payload !== 'object' || payload === null) return NUMBER;
  if (!isRecord(payload)) return JSON.stringify(payload).length;
  let size = 0;
  for (const key in payload) {
    const value = payload[key];
    size += key.length + (typeof value === 'object' && value !== null ? JSON.stringify(value).length : sizeOf(value));
  }
  return size;
}

const NUMBER = 8;
