/** Places at the front that may be empty before the rest moves up. */
const LEAST_EMPTY = 1024;

/** First in, first out, in O(1): an array's own `shift` moves all other items each time. */
export class Queue<T> {
  private items: (T | undefined)[] = [];
  private front = 0;

  get length(): number {
    return this.items.length - this.front;
  }

  push(item: T): void {
    this.items.push(item);
  }

  /** Removes the first, and returns it; undefined where there is none. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.items[this.front];
    this.items[this.front++] = undefined;
    if (this.length === 0) this.clear();
    else if (this.front > LEAST_EMPTY && this.front > this.length) {
      this.items = this.items.slice(this.front);
      this.front = 0;
    }
    return item;
  }

  some(test: (item: T) => boolean): boolean {
    return this.items.some((item, index) => index >= this.front && test(item as T));
  }

  /** Removes all, and returns them in order. */
  empty(): T[] {
    const items = this.items.slice(this.front) as T[];
    this.clear();
    return items;
  }

  clear(): void {
    this.items = [];
    this.front = 0;
  }
}
