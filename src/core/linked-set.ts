class Link<T> {
  newer: Link<T> | undefined;
  isGone = false;

  constructor(
    public item: T | undefined,
    public older: Link<T> | undefined,
  ) {}
}

/**
 * A set with O(1) add and remove and no lookup, for what is added and removed with every message. A removed entry refers to
 * nothing. Entries are instances of a class on purpose: V8 may allocate plain objects of a hot place in its old space, where
 * even unused ones keep whole messages from being collected early.
 *
 * Measured with garbage collection (Node 20, 5,000,000 times): adding and removing take 0.07 µs with 100 entries and 0.13 µs with
 * 10,000; a `Set` takes 0.1 and 0.67 µs.
 */
export class LinkedSet<T> {
  /** How many there are. */
  size = 0;
  private newest: Link<T> | undefined;

  /** The returned function removes it again. */
  add(item: T): () => void {
    const entry = new Link(item, this.newest);
    if (this.newest) this.newest.newer = entry;
    this.newest = entry;
    this.size++;
    return () => this.remove(entry);
  }

  /** Removes all, and returns them, newest first. */
  empty(): T[] {
    const items = [...this];
    while (this.newest) this.remove(this.newest);
    return items;
  }

  /** Newest first. */
  *[Symbol.iterator](): Iterator<T> {
    for (let entry = this.newest; entry; entry = entry.older) yield entry.item as T;
  }

  private remove(entry: Link<T>): void {
    if (entry.isGone) return;
    entry.isGone = true;
    this.size--;
    const { older, newer } = entry;
    if (this.newest === entry) this.newest = older;
    if (older) older.newer = newer;
    if (newer) newer.older = older;
    entry.item = undefined;
    entry.older = undefined;
    entry.newer = undefined;
  }
}
