import type { Memory } from './events';

/** What an earlier instance of the node has kept. */
export interface KeptTopics<T> {
  readonly topics: Iterable<readonly [string, T]>;
}

export interface TopicMemoryOptions<T, K extends KeptTopics<T>> {
  readonly memory: Memory;
  /** The name under which the node keeps it. */
  readonly key: string;
  /** Reads what was kept; undefined where there is nothing, where it was kept under other settings, or where it makes no sense: a store may hold anything. */
  readonly parse: (kept: unknown) => K | undefined;
  /** Makes what is to be kept, as JSON has it, with the settings by which `parse` recognizes it. */
  readonly format: (topics: Iterable<readonly [string, T]>) => unknown;
  /** The bound; without one, the caller knows another. */
  readonly most?: TopicMemoryBound<T>;
}

export interface TopicMemoryBound<T> {
  readonly topics: number;
  /** Of all topics and values together. */
  readonly characters: number;
  readonly sizeOf: (value: T) => number;
}

interface RememberedTopic<T> {
  value: T;
  /** Characters, with the topic. */
  size: number;
  isTold: boolean;
}

/** What a node remembers of each topic over deploys and restarts: the last value that the flow got, or the position that it has reached. */
export class TopicMemory<T, K extends KeptTopics<T> = KeptTopics<T>> {
  private readonly entries = new Map<string, RememberedTopic<T>>();
  private size = 0;

  constructor(private readonly options: TopicMemoryOptions<T, K>) {}

  /**
   * Takes up what an earlier instance has kept, and returns it.
   * @param late is called with what a store holds that did not answer in time; by itself it serves for topics that are still unknown
   */
  async restore(late?: (kept: K | undefined) => void): Promise<K | undefined> {
    const { memory, key, parse } = this.options;
    const addLate = (kept: K | undefined) => {
      this.add(kept);
      this.save();
    };
    const kept = parse(await memory.read(key, (value) => (late ?? addLate)(parse(value))));
    this.add(kept);
    return kept;
  }

  has(topic: string): boolean {
    return this.entries.has(topic);
  }

  get(topic: string): T | undefined {
    return this.entries.get(topic)?.value;
  }

  /** Whether this instance of the node has told the flow of the topic. */
  isTold(topic: string): boolean {
    return this.entries.get(topic)?.isTold ?? false;
  }

  markTold(topic: string): void {
    const entry = this.entries.get(topic);
    if (entry) entry.isTold = true;
  }

  /**
   * @param value must not be changed afterwards
   * @param isTold the flow gets it
   * @returns whether there was room for it; if not, all is as before
   */
  set(topic: string, value: T, isTold = false): boolean {
    const { most } = this.options;
    const size = most ? topic.length + most.sizeOf(value) : 0;
    const before = this.entries.get(topic);
    const total = this.size - (before?.size ?? 0) + size;
    if (most && (total > most.characters || (!before && this.entries.size >= most.topics))) return false;
    this.size = total;
    if (before) {
      before.value = value;
      before.size = size;
      before.isTold ||= isTold;
    } else this.entries.set(topic, { value, size, isTold });
    return true;
  }

  forget(topic: string): void {
    this.size -= this.entries.get(topic)?.size ?? 0;
    this.entries.delete(topic);
  }

  /** Forgets all other topics. */
  retain(isWanted: (topic: string) => boolean): void {
    for (const topic of this.entries.keys()) if (!isWanted(topic)) this.forget(topic);
  }

  /** There is no room for another topic, or half of the characters are used. */
  get isCrowded(): boolean {
    const { most } = this.options;
    return most !== undefined && (this.entries.size >= most.topics || this.size >= most.characters / 2);
  }

  *[Symbol.iterator](): Generator<readonly [string, T]> {
    for (const [topic, { value }] of this.entries) yield [topic, value];
  }

  /** Writes it behind: changes that come before the store is ready share the next write. */
  save(): void {
    const { memory, key, format } = this.options;
    memory.write(key, () => format(this));
  }

  /** Waits for a store that is only slow: what it does not have is not known after a power cut. */
  saved(): Promise<void> {
    return this.options.memory.written(this.options.key);
  }

  private add(kept: K | undefined): void {
    for (const [topic, value] of kept?.topics ?? []) if (!this.has(topic)) this.set(topic, value);
  }
}
