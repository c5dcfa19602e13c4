import { isRecord } from '../objects';

/** What a node remembers at most. Characters are those of all names and values together. */
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
    /** Called when something is not remembered. */
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
    this.keep(topic, copyOf(payload));
  }

  /** Of an object's properties; the others stay as they were. */
  add(topic: string, payload: unknown): void {
    const known = this.get(topic);
    if (isRecord(payload) && isRecord(known)) this.keep(topic, Object.assign(known, copyOf(payload)));
    else this.set(topic, payload);
  }

  /** Forgets all other topics where there is no room for more: they are no part of the state. */
  tidy(read: ReadonlyMap<string, unknown>): void {
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

/** Most payloads are flat, and copied faster than by `structuredClone`. */
function copyOf(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return payload;
  return isRecord(payload) && isFlat(payload) ? { ...payload } : structuredClone(payload);
}

function isFlat(record: Readonly<Record<string, unknown>>): boolean {
  for (const key in record) {
    const value = record[key];
    if (typeof value === 'object' && value !== null) return false;
  }
  return true;
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
