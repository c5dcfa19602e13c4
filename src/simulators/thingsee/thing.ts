import { Refused } from '../http/refused';
import { MODELS, type Model, type Report } from './models';
import { ThingSettings } from './settings';
import type { ThingseeThing } from './state';

export interface ThingMessage {
  readonly tsmId: number;
  readonly tsmEv: number;
  readonly tsmTs: number;
  readonly tsmTuid: string;
  readonly tsmGw: string;
  readonly deploymentGroupId: string;
  readonly [field: string]: unknown;
}
export interface ThingCommand {
  readonly tsmId: number;
  readonly tsmEv: number;
  readonly tsmTs: number;
  readonly [field: string]: unknown;
}
export interface Alert {
  readonly type: string;
  readonly from: number;
  to?: number;
}

export const STATUSES = ['new', 'installed', 'uninstalled', 'quarantine', 'retired'] as const;
export type InstallationStatus = (typeof STATUSES)[number];

/** Whether messages are delayed or duplicated. */
export interface Passage {
  late: boolean;
  twice: boolean;
}

const MAX_KEPT = 1000;
const MAX_SHOWN = 40;
/** Seconds by which a late message is delayed, and after which a reply follows its command. */
const DELAY = 6;
const REPLY_DELAY = 1;
/** [G] Event ids of a timed message; of a request, whose reply has the next id. */
const TIMED = 10;
const REQUESTS = [30, 35];

/** One thing: its model, its messages, and the commands that it got. */
export class Thing {
  readonly model: Model;
  readonly battery: number | null;
  /** Some things have no location. */
  readonly place: { readonly lat: number; readonly lon: number } | undefined;
  readonly messages: ThingMessage[] = [];
  readonly commands: ThingCommand[] = [];
  readonly installations: { readonly status: InstallationStatus; readonly at: number }[] = [];
  readonly alerts: Alert[] = [];
  /** Called when the API has a message. */
  onMessage: (message: ThingMessage) => void = () => {};
  private readonly settings = new ThingSettings();
  private readonly held: { readonly at: number; readonly message: ThingMessage }[] = [];
  private readonly values: number[] = [];
  private next: number;
  private reports = 0;
  private isSlow = false;
  private humidity: number | undefined;
  /** The humidity that a person has set, which is measured from then on. */
  private setHumidity: number | undefined;

  constructor(
    readonly tuid: string,
    public group: string,
    readonly gateway: string,
    private readonly seed: number,
    now: number,
  ) {
    this.model = MODELS[tuid.slice(0, 4)] ?? (MODELS.XXXX as Model);
    this.battery = this.model.kind === 'gateway' ? null : 96 - ((seed * 13) % 60);
    this.place = seed % 4 === 3 ? undefined : { lat: 65.01 + seed / 1000, lon: 25.47 + seed / 1000 };
    this.installations.push({ status: 'new', at: now - 90 * 86_400 }, { status: 'installed', at: now - 60 * 86_400 });
    for (let at = now - 3600; at <= now; at += 60) this.report(at, { late: false, twice: false });
    this.next = now + (seed % this.model.interval);
  }

  get status(): InstallationStatus {
    return this.installations.at(-1)?.status ?? 'new';
  }

  get seen(): number {
    return this.messages.at(-1)?.tsmTs ?? 0;
  }

  get active(): Alert | undefined {
    return this.alerts.find(({ to }) => to === undefined);
  }

  /** Sends the messages that are due. @returns whether something changed */
  tick(now: number, passage: Passage): boolean {
    const due = this.held.filter(({ at }) => at <= now);
    for (const entry of due) this.keep(this.held.splice(this.held.indexOf(entry), 1).map(({ message }) => message));
    if (now < this.next || this.status === 'retired') return due.length > 0;
    this.report(now, passage);
    this.next = now + (this.isSlow ? Number(this.settings.read(1500).reportInterval) : this.model.interval);
    return true;
  }

  /** Sets the humidity around it, which it reports at once. @throws Refused where it measures none */
  moisten(humidity: number, now: number, passage: Passage): void {
    if (this.humidity === undefined) throw new Refused(400, `${this.tuid} measures no humidity`);
    this.setHumidity = humidity;
    this.report(now, passage);
  }

  report(now: number, passage: Passage): void {
    this.reports++;
    const reports = this.model.measure(now, this.seed).map((report) => this.withHumidity(report));
    if (this.battery !== null && this.reports % 10 === 0) reports.push({ tsmId: 1110, batl: this.battery });
    for (const report of reports) {
      const message = this.message(TIMED, now, report);
      const value = report[this.model.main];
      if (value !== undefined) this.show(value);
      if (passage.late && this.reports % 3 === 0) this.held.push({ at: now + DELAY, message });
      else this.keep(passage.twice && this.reports % 2 === 0 ? [message, message] : [message]);
    }
  }

  /** Executes a command; the thing replies to those of its model. */
  execute(command: ThingCommand): void {
    this.commands.push(command);
    if (this.commands.length > MAX_KEPT) this.commands.shift();
    const { tsmId, tsmEv, tsmTs, transactionId } = command;
    if (this.status === 'retired' || !this.model.commands.includes(tsmId) || !REQUESTS.includes(tsmEv)) return;
    this.settings.apply(tsmId, command);
    if (tsmId === 1500 && 'reportInterval' in command) {
      this.isSlow = true;
      this.next = Math.min(this.next, tsmTs + Number(this.settings.read(1500).reportInterval));
    }
    const fields = { tsmId, ...this.settings.read(tsmId), ...(transactionId !== undefined && { transactionId }) };
    this.held.push({ at: tsmTs + REPLY_DELAY, message: this.message(tsmEv + 1, tsmTs + REPLY_DELAY, fields) });
  }

  state(): ThingseeThing {
    const { tuid, group, battery, seen, status, humidity } = this;
    const { kind, main } = this.model;
    const measured = { field: main, values: this.values.slice(), ...(humidity !== undefined && { humidity }) };
    return { tuid, group, battery, seen, status, kind, ...measured, alert: this.active?.type ?? '' };
  }

  private message(tsmEv: number, tsmTs: number, fields: Readonly<Record<string, unknown>> & { readonly tsmId: number }): ThingMessage {
    return { tsmEv, tsmTs, tsmTuid: this.tuid, tsmGw: this.gateway, deploymentGroupId: this.group, ...fields };
  }

  private keep(messages: readonly ThingMessage[]): void {
    for (const message of messages) this.messages.push(message);
    if (this.messages.length > MAX_KEPT) this.messages.splice(0, this.messages.length - MAX_KEPT);
    for (const message of messages) this.onMessage(message);
  }

  private withHumidity(report: Report): Report {
    if (report.humd === undefined) return report;
    this.humidity = this.setHumidity ?? report.humd;
    return { ...report, humd: this.humidity };
  }

  private show(value: number): void {
    this.values.push(value);
    if (this.values.length > MAX_SHOWN) this.values.shift();
  }
}
