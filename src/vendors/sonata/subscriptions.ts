import type { BrokerSession } from './broker-session';
import type { MqttConnection } from './mqtt-connection';
import { type DeviceSelection, filtersFor, filtersOf, type TopicRange } from './mqtt-topics';

/** What one connection is subscribed to, and what the broker refuses. */
export class Subscriptions {
  readonly refused = new Set<string>();
  private readonly granted = new Set<string>();
  /** To be subscribed once more: a broker sends what it has retained at each subscription. */
  private readonly due = new Set<string>();

  constructor(
    private readonly connection: MqttConnection,
    private readonly session: BrokerSession,
    private readonly range: TopicRange,
  ) {}

  /** Subscribes to a device, or to all, once more. */
  renew(device: DeviceSelection): void {
    for (const filter of [...filtersOf(this.range, undefined), ...filtersOf(this.range, device)]) this.due.add(filter);
  }

  /** Subscribes once more to what was refused. */
  renewRefused(): void {
    for (const filter of this.refused) this.due.add(filter);
  }

  /** Subscribes to what is wanted, and to nothing else. @throws EnsembleError why the connection ended meanwhile */
  async align(devices: readonly DeviceSelection[]): Promise<void> {
    const { connection, session, range } = this;
    for (;;) {
      const wanted = filtersFor(range, devices, this.refused);
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

  isGranted(device: DeviceSelection): boolean {
    const own = filtersOf(this.range, device);
    return filtersOf(this.range, undefined).every((all, kind) => this.granted.has(all) || this.granted.has(own[kind] as string));
  }

  /** The filters of a device that the broker refuses. */
  refusedOf(device: DeviceSelection): readonly string[] {
    const all = filtersOf(this.range, undefined);
    return filtersOf(this.range, device).filter((own, kind) => this.refused.has(own) && !this.granted.has(all[kind] as string));
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
