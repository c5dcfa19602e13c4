import { BadInput, type World } from '../vendor';
import { type Alert, type Passage, STATUSES, type Status, Thing } from './thing';

/** [G] Where things without a group are: no group may be named so. */
export const UNASSIGNED = 'unassigned';

const GATEWAY = 'TSGW02X1O73360355';
const THINGS: Readonly<Record<string, readonly string[]>> = {
  prfi00office: ['TSEN03X2Z74162459', 'TSAR03X2Z74162473', 'TSPR04X2Z74162947', 'TSPR04X2Z74162948', 'TSAP01X2Z74163001'],
  prfi00plant: ['TSPD03X2Z74161114', 'TSTF02X2Z74160231', 'TSLK01X2Z74160777', GATEWAY],
  [UNASSIGNED]: ['TSEN03X2Z74162460', 'XXXX03X2Z74162461'],
};
/** Seconds until an alert comes by itself, and until the next; how long it stays. */
const ALERT_EVERY = 60;
const ALERT_LASTS = 25;
const MOST_ALERTS = 1000;

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
  /** The alert that came by itself last, and when the next comes. */
  private passing: Alert | undefined;
  private nextAlert: number;
  private alertsPassed = 0;

  constructor(private readonly world: World) {
    const start = now();
    const ids = Object.entries(THINGS).flatMap(([group, tuids]) => tuids.map((tuid) => ({ tuid, group })));
    this.things = new Map(ids.map(({ tuid, group }, seed) => [tuid, new Thing(tuid, group, GATEWAY, seed, start)]));
    this.remember(start);
    this.nextAlert = start + ALERT_EVERY;
    const clock = setInterval(() => this.tick(), 1000);
    world.signal.addEventListener('abort', () => clearInterval(clock));
  }

  in(group: string): Thing[] {
    return [...this.things.values()].filter((thing) => thing.group === group);
  }

  get alerting(): Thing[] {
    return [...this.things.values()].filter(({ active }) => active);
  }

  /** The thing that the page means. @throws BadInput */
  chosen({ tuid }: Readonly<Record<string, unknown>>): Thing {
    const thing = this.things.get(String(tuid));
    if (!thing) throw new BadInput(`there is no thing ${String(tuid)}`);
    return thing;
  }

  move(from: string, to: string): void {
    for (const thing of this.in(from)) thing.group = to;
  }

  install(thing: Thing, status: unknown): Status | undefined {
    const known = STATUSES.find((one) => one === status);
    if (known) thing.installations.push({ status: known, at: now() });
    return known;
  }

  private tick(): void {
    const at = now();
    const changed = [...this.things.values()].filter((thing) => thing.tick(at, this.passage));
    if (this.alertByItself(at) || changed.length > 0) this.world.changed();
  }

  /** Begins an alert now and then, at one thing after the other, and ends what it has begun. True where something changed. */
  private alertByItself(at: number): boolean {
    const { passing } = this;
    if (passing && at >= passing.from + ALERT_LASTS) {
      // A person may have ended it before.
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
    if (thing.alerts.length > MOST_ALERTS) thing.alerts.shift();
  }

  /** What was before: alerts that have ended, one of them with an unknown start, as in the document's example. */
  private remember(start: number): void {
    for (const [index, thing] of [...this.things.values()].entries())
      if (index % 3 === 0) thing.alerts.push({ type: troubleOf(thing), from: index === 0 ? 0 : start - 1800, to: start - 1200 });
  }
}
