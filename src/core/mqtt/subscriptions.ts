import type { MqttConnection } from './connection';
import type { BrokerSession } from './session';

/** Which topic filters bring what a listener has selected. */
export interface FilterRules<S> {
  /** For each filter of the selection: itself, and then those that bring the same where it is not granted. */
  alternatives(selection: S): readonly (readonly string[])[];
  /** What to subscribe to for all these selections. */
  wanted(selections: readonly S[], refused: { has(filter: string): boolean }): ReadonlySet<string>;
}

/** What one connection is subscribed to, and what the broker refuses. */
export class Subscriptions<S> {
  readonly refused = new Set<string>();
  private readonly granted = new Set<string>();
  /** To be subscribed once more: a broker sends what it has retained at each subscription. */
  private readonly due = new Set<string>();

  constructor(
    private readonly connection: MqttConnection,
    private readonly session: BrokerSession,
    private readonly rules: FilterRules<S>,
  ) {}

  /** Subscribes once more to what has been selected. */
  renew(selection: S): void {
    for (const filter of this.rules.alternatives(selection).flat()) this.due.add(filter);
  }

  /** Subscribes once more to what was refused. */
  renewRefused(): void {
    for (const filter of this.refused) this.due.add(filter);
  }

  /** Subscribes to what is wanted, and to nothing else. @throws EnsembleError why the connection ended meanwhile */
  async align(selections: readonly S[]): Promise<void> {
    const { connection, session, rules } = this;
    for (;;) {
      const wanted = rules.wanted(selections, this.refused);
      const missing = [...wanted].filter((filter) => this.due.has(filter) || !(this.granted.has(filter) || this.refused.has(filter)));
      this.due.clear();
      if (missing.length > 0) {
        await this.ask(missing);
        continue;
      }
      const unwanted = [...session.filters].filter((filter) => !wanted.has(filter));
      await connection.unsubscribe(unwanted);
      for (const filter of unwanted) for (const filters of [session.filters, this.granted, this.refused]) filters.delete(filter);
      return;
    }
  }

  /** How many filters, for a report. */
  describe(): { readonly granted: number; readonly refused: number } {
    return { granted: this.granted.size, refused: this.refused.size };
  }

  isGranted(selection: S): boolean {
    return this.rules.alternatives(selection).every((filters) => this.isAnyGranted(filters));
  }

  /** The filters of a selection that the broker refuses. */
  refusedOf(selection: S): readonly string[] {
    const missing = this.rules.alternatives(selection).filter((filters) => !this.isAnyGranted(filters));
    return missing.flatMap(([own]) => (own !== undefined && this.refused.has(own) ? [own] : []));
  }

  private isAnyGranted(filters: readonly string[]): boolean {
    return filters.some((filter) => this.granted.has(filter));
  }

  private async ask(filters: readonly string[]): Promise<void> {
    for (const filter of filters) this.session.filters.add(filter);
    const refused = new Set(await this.connection.subscribe(filters));
    for (const filter of filters) {
      const [is, isNot] = refused.has(filter) ? [this.refused, this.granted] : [this.granted, this.refused];
      is.add(filter);
      isNot.delete(filter);
    }
  }
}
