import type { Entry } from './entries';
import { amount, listedShortly, sharedText } from './fields';

/** Groups that are searched in one go at most, and how many of them at a time: each is a request to the vendor. */
const [MAX_SEARCHED, SEARCHED_AT_ONCE] = [200, 4];
/** After so many failures in a row, with nothing else between, the others would fail, too. */
const MAX_FAILURES = 8;

/** Looks into the groups of a list, so many in one go. What it has found stays when it goes on. */
export class GroupSearch {
  private readonly found = new Map<string, Entry>();
  private readonly waiting: Entry[];
  /** Why groups could not be searched. */
  private readonly failures = new Map<Entry, string>();
  private searched = 0;

  constructor(
    private readonly groups: readonly Entry[],
    private readonly itemsOf: (group: Entry) => Promise<readonly Entry[]>,
  ) {
    this.waiting = [...groups];
  }

  get items(): readonly Entry[] {
    return [...this.found.values()];
  }

  /** Whether groups are left, be it that they failed. */
  get hasMore(): boolean {
    return this.searched < this.groups.length;
  }

  get hasBegun(): boolean {
    return this.searched + this.failures.size > 0;
  }

  /** Searches the next groups, and again those that failed. One that fails does not end the others. */
  async next(isWanted: () => boolean): Promise<void> {
    this.waiting.push(...this.failures.keys());
    this.failures.clear();
    let [taken, failed] = [0, 0];
    const work = async () => {
      while (isWanted() && taken < MAX_SEARCHED && failed < MAX_FAILURES) {
        const group = this.waiting.shift();
        if (!group) return;
        taken++;
        failed = (await this.search(group)) ? 0 : failed + 1;
      }
    };
    await Promise.all(Array.from({ length: SEARCHED_AT_ONCE }, work));
  }

  /** What the user should know of it: how far it has come, and what failed. Empty where all groups were searched. */
  get remark(): string {
    if (!this.hasBegun || !this.hasMore) return '';
    const reasons = [...new Set(this.failures.values())];
    return [
      sharedText('lookup.searched', { searched: amount(this.searched), all: amount(this.groups.length) }),
      ...reasons.map(this.failed),
    ].join('\n');
  }

  private readonly failed = (reason: string): string => {
    const groups = this.groups.filter((group) => this.failures.get(group) === reason);
    return sharedText('lookup.unsearched', { groups: listedShortly(groups.map(({ label }) => label)), reason });
  };

  /** What a button that goes on is called. */
  get offer(): string {
    if (!this.hasBegun) return sharedText('lookup.searchGroups');
    return sharedText(this.waiting.length > 0 ? 'lookup.searchOn' : 'lookup.retry');
  }

  /** Returns whether it could. */
  private async search(group: Entry): Promise<boolean> {
    try {
      for (const item of await this.itemsOf(group)) if (!item.opens) this.found.set(item.value, item);
      this.searched++;
      return true;
    } catch (error) {
      this.failures.set(group, (error as Error).message);
      return false;
    }
  }
}
