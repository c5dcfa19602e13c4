import { LONGEST_PAUSE } from '../../core/backoff';
import { EnsembleError, NOT_IN_PANELS } from '../../core/errors';
import { Feed, type Listener } from '../../core/follow/feed';
import { poll } from '../../core/follow/poll';
import type { Scope } from '../../core/scope';
import { beginOf, endOf, type FoundAlert, isThing, keyOf, readAlerting, readAlerts } from './alerts';
import type { ThingseeClient } from './client';
import { sweep } from './sweep';
import type { OpenAlert } from './told-alerts';

/** A node that follows alerts. */
export interface AlertListener extends Listener {
  /** @param interrupted there was an interruption before this list */
  listed(alerting: ReadonlySet<string>, interrupted: boolean): void;
  /** The things whose alerts it has to know now. */
  due(): Iterable<string>;
  /** The things whose alerts it wants to know from time to time. */
  inTurn(): Iterable<string>;
  /** The alerts that it holds for going on, and found in the list of the thing. */
  open(tuid: string): readonly (OpenAlert & Pick<FoundAlert, 'tuid'>)[];
  names(tuid: string): boolean;
  wants(tuid: string): boolean;
  receive(tuid: string, reading: ListReading): void;
}

/** What the list of one thing's alerts has: its own, and maybe those of others. */
export interface ListReading {
  /** The earliest first. */
  readonly alerts: readonly FoundAlert[];
  /** That an alert is not among them says something: none was left out, and the vendor has answered as it should. */
  readonly isWhole: boolean;
  /** The reading before it has failed: what it has may have happened since the one before that. */
  readonly isBehind: boolean;
}

/** A thing of which one list says that it alerts, and its own that it does not. */
interface Contradiction {
  /** Readings in a row. */
  readonly readings: number;
  /** Rounds without a reading, still to come. */
  rest: number;
}

/** What the last list says. */
interface Round {
  readonly alerting: ReadonlySet<string>;
  /** There was one. */
  readonly isAnswered: boolean;
  readonly scope: Scope;
}

/** Things that are read in turn after each list, besides those that are due. Tests have another number. */
export const IN_TURN = { most: 20 };
/** Readings after which the vendor contradicts itself; before, one of its lists may only be behind. */
const CONTRADICTION = 3;
/** Seconds. A thing may have thousands of alerts from years: these are enough, unless one that should be there is not. */
const RECENT = 30 * 86_400;

/** Lists the things that have an alert at an interval, and reads the alerts of those with which something has changed: once for all nodes. */
class AlertFeed extends Feed<AlertListener> {
  /** The listeners that have a list. */
  private readonly served = new WeakSet<AlertListener>();
  /** TUIDs, the one that was read longest ago first. */
  private readonly read = new Set<string>();
  /** What was reported of a thing, until its alerts can be read again. */
  private readonly failed = new Set<string>();
  /** TUIDs without any alert that the vendor knows all the same. */
  private readonly known = new Set<string>();
  private readonly contradictions = new Map<string, Contradiction>();
  private wake: (() => void) | undefined;

  constructor(
    private readonly client: ThingseeClient,
    scope: Scope,
    /** Milliseconds. */
    private readonly interval: number,
  ) {
    super(scope);
  }

  protected override joined(): void {
    this.wake?.();
  }

  protected override run(scope: Scope): Promise<never> {
    return poll({
      interval: this.interval,
      scope,
      work: (interrupted) => this.round(scope, interrupted),
      state: (state) => this.tell(state),
      report: (error) => this.report(error),
      wake: (callback) => this.listen(callback),
    });
  }

  /** Those that have joined since the last list do not wait for the interval. */
  private listen(callback: () => void): () => void {
    this.wake = callback;
    if ([...this.listeners].some((listener) => !this.served.has(listener))) callback();
    return () => {
      this.wake = undefined;
    };
  }

  private async round(scope: Scope, interrupted: () => boolean): Promise<void> {
    const alerting = await readAlerting(this.client, { scope, onWarning: (text) => this.warn(text) });
    const isInterrupted = interrupted();
    const round: Round = { alerting: alerting ?? new Set(), isAnswered: alerting !== undefined, scope };
    for (const listener of this.listeners) {
      listener.listed(round.alerting, isInterrupted);
      this.served.add(listener);
    }
    const { failed, common } = await sweep(this.chosen(round), (tuid) => this.ask(tuid, round));
    if (common) throw common;
    for (const [tuid, error] of failed) this.reportOnce(tuid, error, () => true);
  }

  /** The things to read: those that are due, the failed ones last, and some in turn. */
  private chosen({ alerting }: Round): string[] {
    const of = (choose: (listener: AlertListener) => Iterable<string>) => new Set([...this.listeners].flatMap((one) => [...choose(one)]));
    const due = of((listener) => listener.due());
    const inTurn = of((listener) => listener.inTurn());
    for (const known of [this.read, this.failed, this.known])
      for (const tuid of known) if (!inTurn.has(tuid) && !due.has(tuid)) known.delete(tuid);
    const resting = this.resting(alerting);
    const waiting = new Set([...inTurn].filter((tuid) => !due.has(tuid) && !resting.has(tuid)));
    const turn = [...[...waiting].filter((tuid) => !this.read.has(tuid)), ...[...this.read].filter((tuid) => waiting.has(tuid))];
    const late = [...due].filter((tuid) => this.failed.has(tuid));
    return [...[...due].filter((tuid) => !this.failed.has(tuid)), ...late, ...turn.slice(0, IN_TURN.most)];
  }

  private async ask(tuid: string, round: Round): Promise<void> {
    this.read.delete(tuid);
    this.read.add(tuid);
    const isBehind = this.failed.has(tuid);
    const { reading, isKnown } = await this.reading(tuid, round);
    for (const listener of this.listeners) listener.receive(tuid, { ...reading, isBehind });
    if (isKnown) this.failed.delete(tuid);
    else
      this.reportOnce(tuid, new EnsembleError('NOT_FOUND', `there is no thing ${tuid}`, NOT_IN_PANELS), (listener) => listener.names(tuid));
  }

  /** Things that are not read in turn this time, because another reading would hardly have more. */
  private resting(alerting: ReadonlySet<string>): ReadonlySet<string> {
    const resting = new Set<string>();
    for (const [tuid, contradiction] of this.contradictions)
      if (!alerting.has(tuid)) this.contradictions.delete(tuid);
      else if (contradiction.rest-- > 0) resting.add(tuid);
    return resting;
  }

  private contradicts(tuid: string): void {
    const readings = (this.contradictions.get(tuid)?.readings ?? 0) + 1;
    const longest = Math.max(1, Math.floor(LONGEST_PAUSE / this.interval));
    this.contradictions.set(tuid, { readings, rest: readings === 1 ? 0 : Math.min(2 ** (readings - 2), longest) });
    if (readings < CONTRADICTION) return;
    const text = `${tuid} is in the list of alerting things, but its own list has no active alert: it is read less often`;
    for (const listener of this.listeners) if (listener.wants(tuid)) listener.warn(text);
  }

  private async reading(
    tuid: string,
    { alerting, isAnswered, scope }: Round,
  ): Promise<{ reading: Omit<ListReading, 'isBehind'>; isKnown: boolean }> {
    let isWhole = isAnswered;
    const onWarning = (text: string) => {
      isWhole = false;
      this.warn(text);
    };
    const isListed = alerting.has(tuid);
    const expected = [...this.listeners].flatMap((listener) => listener.open(tuid));
    const query = { from: Math.max(0, this.client.now - RECENT) };
    let alerts = await readAlerts(this.client, tuid, { scope, onWarning, query });
    const ended = new Set(alerts?.filter((alert) => !isOpen(alert)).map(placeOf));
    const open = new Set(alerts?.filter(isOpen).map(placeOf));
    // An alert that began before may have an older namesake, which alone is among the recent ones.
    const isFound = (one: (typeof expected)[number]) => open.has(placeOf(one)) || (beginOf(one) >= query.from && ended.has(placeOf(one)));
    if (!expected.every(isFound) || (isListed && open.size === 0)) alerts = await readAlerts(this.client, tuid, { scope, onWarning });
    if (isListed && !alerts?.some(isOpen)) this.contradicts(tuid);
    else this.contradictions.delete(tuid);
    const isKnown = alerts !== undefined || isListed || (await this.isKnown(tuid, scope));
    return { reading: { alerts: alerts ?? [], isWhole }, isKnown };
  }

  private async isKnown(tuid: string, scope: Scope): Promise<boolean> {
    if (!this.known.has(tuid) && (await isThing(this.client, tuid, { scope }))) this.known.add(tuid);
    return this.known.has(tuid);
  }

  private reportOnce(tuid: string, error: EnsembleError, concerns: (listener: AlertListener) => boolean): void {
    if (this.failed.has(tuid)) return;
    this.failed.add(tuid);
    for (const listener of this.listeners) if (concerns(listener)) listener.report(error.with({ target: tuid }), { topic: tuid });
  }
}

const isOpen = (alert: FoundAlert): boolean => endOf(alert) === undefined;
const placeOf = (alert: Pick<FoundAlert, 'tuid' | 'alert_type' | 'from'>): string => `${alert.tuid} ${keyOf(alert)}`;

/** The alerts that all nodes with the same interval share. @param interval milliseconds between two lists */
export const alertsOf = (client: ThingseeClient, interval: number): AlertFeed =>
  client.share(`alerts every ${interval} ms`, (scope) => new AlertFeed(client, scope, interval));
