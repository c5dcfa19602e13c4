import { found, type Input } from '../input';
import type { Services } from '../vendor';
import { type Alert, type InstallationStatus, type Passage, STATUSES, Thing, type ThingMessage } from './thing';

/** [G] The group id of things without a group. */
export const UNASSIGNED = 'unassigned';

const GATEWAY = 'TSGW02X1O73360355';
const THINGS: Readonly<Record<string, readonly string[]>> = {
  prfi00office: ['TSEN03X2Z74162459', 'TSAR03X2Z74162473', 'TSPR04X2Z74162947', 'TSPR04X2Z74162948', 'TSAP01X2Z74163001'],
  prfi00plant: ['TSPD03X2Z74161114', 'TSTF02X2Z74160231', 'TSLK01X2Z74160777', GATEWAY],
  [UNASSIGNED]: ['TSEN03X2Z74162460', 'XXXX03X2Z74162461'],
};
/** Seconds between two alerts that begin by themselves, and how long each lasts. */
const ALERT_EVERY = 60;
const ALERT_LASTS = 25;
const MAX_ALERTS = 1000;

export const now = (): number => Math.floor(Date.now() / 1000);

const troubleOf = ({ tuid }: Thing): string => (tuid === GATEWAY ? 'gateway connection lost' : 'heartbeat missed');

/** The things and groups of one customer. */
export class Deployment {
  readonly groups = new Map<string, string | null>([
    ['prfi00office', 'Head office'],
    ['prfi00plant', null],
  ]);
  readonly things: ReadonlyMap<string, Thing>;
  readonly passage: Passage = { late: false, twice: false };
  /** The last alert that began by itself, and when the next one begins. */
  private passing: Alert | undefined;
  private nextAlert: number;
  private alertsPassed = 0;

  constructor(private readonly services: Services) {
    const start = now();
    const ids = Object.entries(THINGS).flatMap(([group, tuids]) => tuids.map((tuid) => ({ tuid, group })));
    this.things = new Map(ids.map(({ tuid, group }, seed) => [tuid, new Thing(tuid, group, GATEWAY, seed, start)]));
    for (const thing of this.things.values()) thing.onMessage = (message) => this.stream(message);
    this.addPastAlerts(start);
    this.nextAlert = start + ALERT_EVERY;
    services.clock.every(1000, () => this.tick());
  }

  in(group: string): Thing[] {
    return [...this.things.values()].filter((thing) => thing.group === group);
  }

  get alerting(): Thing[] {
    return [...this.things.values()].filter(({ active }) => active);
  }

  /** The thing of an action of the page. @throws Refused */
  chosen({ tuid }: Input): Thing {
    return found(this.things.get(String(tuid)), `thing ${String(tuid)}`);
  }

  move(from: string, to: string): void {
    for (const thing of this.in(from)) thing.group = to;
  }

  install(thing: Thing, status: unknown): InstallationStatus | undefined {
    const known = STATUSES.find((one) => one === status);
    if (known) thing.installations.push({ status: known, at: now() });
    return known;
  }

  private tick(): void {
    const at = now();
    const changed = [...this.things.values()].filter((thing) => thing.tick(at, this.passage));
    if (this.alertByItself(at) || changed.length > 0) this.services.changed();
  }

  /** "MQTT Topic Structure": cloudext/json/{env}/{country}/{groupId}/{tuid}/{messageId}. Only the environment `pr` is routed. */
  private stream(message: ThingMessage): void {
    const { deploymentGroupId: group, tsmTuid, tsmId } = message;
    const [, env, country] = /^(pr)([a-z]{2})00/.exec(group) ?? [];
    if (env) this.services.publish(`cloudext/json/${env}/${country}/${group}/${tsmTuid}/${tsmId}`, JSON.stringify(message));
  }

  /** Begins an alert from time to time, at one thing after the other, and ends it. @returns whether something changed */
  private alertByItself(at: number): boolean {
    const { passing } = this;
    if (passing && at >= passing.from + ALERT_LASTS) {
      // Unless a person has ended it.
      passing.to ??= at;
      this.passing = undefined;
      return true;
    }
    if (at < this.nextAlert) return false;
    this.nextAlert = at + ALERT_EVERY;
    const thing = [...this.things.values()][this.alertsPassed++ % this.things.size];
    if (!thing || thing.active) return false;
    this.toggleAlert(thing);
    this.passing = thing.active;
    return true;
  }

  /** Begins an alert, or ends it. */
  toggleAlert(thing: Thing): void {
    if (thing.active) thing.active.to = now();
    else thing.alerts.push({ type: troubleOf(thing), from: now() });
    if (thing.alerts.length > MAX_ALERTS) thing.alerts.shift();
  }

  /** Past alerts, one of them with an unknown start, as in the document's example. */
  private addPastAlerts(start: number): void {
    for (const [index, thing] of [...this.things.values()].entries())
      if (index % 3 === 0) thing.alerts.push({ type: troubleOf(thing), from: index === 0 ? 0 : start - 1800, to: start - 1200 });
  }
}
