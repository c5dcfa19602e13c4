import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import type { Image } from './firmware';
import { History } from './history';
import type { Reach, ThingsquareDevice } from './state';
import { type Bytes, isPending, KINDS, none, type Variable, type VariableKind, valueText } from './variables';

/** Milliseconds until a device gets what the backend has for it. [G] */
const DELAY: Readonly<Record<Reach, number>> = { awake: 500, sleepy: 4000, away: Number.POSITIVE_INFINITY };
/** [G] The document names no default lifetime of a command. */
const COMMAND_LIFETIME = 60_000;
const BLINKING = 5000;
/** Milliseconds for each of 20 parts of a firmware image. */
const PART = 200;
/** [G] The document does not say where a firmware update shows; these variables do here. */
const PROGRESS = 'fwup-progress';
const VERSION = 'fw-version';
const UPDATE = 'fwup-state';

interface DeviceCommand {
  readonly text: string;
  state: 'waiting' | 'done' | 'expired';
}

export interface DeviceOptions {
  readonly auth: string;
  readonly reach: Reach;
  readonly clock: Clock;
  /** Called after each change. */
  readonly changed: () => void;
}

/** A device of the mesh, and what the backend knows of it. */
export class SimulatedDevice {
  readonly variables = none();
  readonly history = new History();
  readonly auth: string;
  reach: Reach;
  private contact = Date.now();
  /** The last one, and all that still wait. */
  private commands: readonly DeviceCommand[] = [];
  private sensor: { readonly name: string; readonly read: () => string } | undefined;
  private blinking = false;
  private update: number | undefined;
  private stopUpdate = (): void => {};
  private stopReports = (): void => {};

  constructor(private readonly options: DeviceOptions) {
    this.auth = options.auth;
    this.reach = options.reach;
  }

  /** [G] A device that is out of reach is not connected, whatever its mode. */
  get connected(): boolean {
    return valueText(this.variables.meta.state?.value) === 'connected';
  }

  /** Sets a variable as a user does: a `d` variable goes to the device, which acknowledges it later. @param time milliseconds since 1970 */
  set(kind: VariableKind, name: string, value: string | Bytes, time = Date.now()): void {
    const { acked, ...known } = this.variables[kind][name] ?? {};
    // [G] What was acknowledged before is still shown; it must not seem to be of this value, though it has a time long ago.
    const before = acked !== undefined && acked < time ? { acked } : {};
    this.variables[kind][name] = { ...known, ...before, value, time };
    this.history.add(kind, name, value, 'user', time);
    if (kind === 'd') this.deliver();
    this.options.changed();
  }

  /** Sends the value again. */
  sync(variable: Variable): void {
    variable.synced = Date.now();
    this.deliver();
    this.options.changed();
  }

  remove(kind: VariableKind, name: string): boolean {
    const known = name in this.variables[kind];
    delete this.variables[kind][name];
    this.options.changed();
    return known;
  }

  /** What the device itself reports, from its sensors (`s`) or about its connection (`meta`). */
  report(kind: 's' | 'meta', name: string, value: string): void {
    this.contact = Date.now();
    this.variables[kind][name] = { value, time: this.contact };
    this.history.add(kind, name, value, 'device');
    this.options.changed();
  }

  /** Queues a command, which expires where the device does not get it in time. @returns its id */
  send(text: string, lifetime = COMMAND_LIFETIME): string {
    const command: DeviceCommand = { text, state: 'waiting' };
    this.commands = [...this.commands.filter(({ state }) => state === 'waiting'), command];
    this.deliver();
    this.options.clock.after(Math.min(lifetime, 2 ** 31 - 1), () => {
      if (command.state === 'waiting') command.state = 'expired';
      this.options.changed();
    });
    this.options.changed();
    return randomUUID();
  }

  /** "d variable mode must be set to connected [...] the meta variable state will become connected" */
  get isReadyForUpdate(): boolean {
    return valueText(this.variables.d.mode?.value) === 'connected' && this.connected && this.update === undefined;
  }

  startUpdate({ version }: Image): void {
    const step = (percent: number) => {
      this.update = percent < 100 ? percent : undefined;
      this.report('s', PROGRESS, String(percent));
      if (percent < 100) this.stopUpdate = this.options.clock.after(PART, () => step(percent + 5));
      else {
        this.report('s', VERSION, String(version));
        this.report('s', UPDATE, 'done');
      }
    };
    this.report('s', UPDATE, 'running');
    step(0);
  }

  cancelUpdate(): boolean {
    const known = this.update !== undefined;
    this.stopUpdate();
    this.update = undefined;
    if (known) this.report('s', UPDATE, 'cancelled');
    this.options.changed();
    return known;
  }

  /** Changes how soon the device gets what waits for it. */
  move(reach: Reach): void {
    this.reach = reach;
    if (reach === 'away') {
      this.cancelUpdate();
      this.connect(false);
    }
    this.deliver();
    this.options.changed();
  }

  /** Has a sensor, whose value it reports every `period` seconds, once it has got the period. */
  measure(name: string, read: () => string): void {
    this.sensor = { name, read };
    this.awaitReport();
  }

  state(id: string): ThingsquareDevice {
    const variables = KINDS.flatMap((kind) =>
      Object.entries(this.variables[kind]).map(([name, variable]) => ({
        kind,
        name,
        value: valueText(variable.value),
        pending: kind === 'd' && isPending(variable),
      })),
    );
    const { auth, reach, connected, contact, blinking, update } = this;
    const command = this.commands.at(-1);
    const textual = (name: string) => valueText(this.variables.s[name]?.value);
    return {
      ...{ id, auth, reach, connected, blinking, variables, lastContact: contact },
      ...{ name: textual('name'), platform: textual('platform') },
      ...(command && { command: { ...command } }),
      ...(update !== undefined && { update }),
    };
  }

  /** After the delay, the device gets all that is new to it. */
  private deliver(): void {
    if (this.reach === 'away') return;
    this.options.clock.after(DELAY[this.reach], () => {
      if (this.reach === 'away') return;
      this.contact = Date.now();
      this.receiveVariables();
      this.receiveCommands();
      this.options.changed();
    });
  }

  private receiveVariables(): void {
    const fresh = Object.entries(this.variables.d).filter(([, variable]) => isPending(variable));
    for (const [, variable] of fresh) {
      if ((variable.acked ?? 0) < variable.time) variable.acked = this.contact;
      if (variable.synced !== undefined) variable.syncacked = this.contact;
    }
    const names = fresh.map(([name]) => name);
    if (names.includes('mode')) this.connect(valueText(this.variables.d.mode?.value) === 'connected');
    if (names.includes('period')) this.awaitReport();
  }

  private receiveCommands(): void {
    for (const command of this.commands.filter(({ state }) => state === 'waiting')) {
      command.state = 'done';
      // "idfy" is the document's example: the device identifies itself.
      if (command.text === 'idfy') this.blink();
    }
  }

  private awaitReport(): void {
    const { sensor } = this;
    this.stopReports();
    if (!sensor) return;
    const seconds = Number(valueText(this.variables.d.period?.value)) || 60;
    this.stopReports = this.options.clock.after(1000 * Math.min(86_400, Math.max(1, seconds)), () => {
      if (this.reach !== 'away') this.report('s', sensor.name, sensor.read());
      this.awaitReport();
    });
  }

  private connect(connected: boolean): void {
    // [G] The document names the state "connected" only.
    if (connected !== this.connected) this.report('meta', 'state', connected ? 'connected' : 'disconnected');
  }

  private blink(): void {
    this.blinking = true;
    this.options.clock.after(BLINKING, () => {
      this.blinking = false;
      this.options.changed();
    });
  }
}
