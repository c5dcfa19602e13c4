/** A trouble that goes on from failure to failure: counted, and reported once and not each time. */
export class Trouble {
  /** In a row. */
  failures = 0;
  private readonly told = new Set<string>();

  /** Whether this is the first failure of its kind since the trouble began. */
  isNew(kind = ''): boolean {
    const { size } = this.told;
    return this.told.add(kind).size > size;
  }

  /** The next failure is the first of another trouble. */
  over(): void {
    this.failures = 0;
    if (this.told.size > 0) this.told.clear();
  }
}
