import { createHash, randomUUID } from 'node:crypto';
import { found, type Input } from '../input';
import type { Services } from '../vendor';
import type { Account } from './accounts';
import { SimulatedDevice } from './device';
import type { Variable } from './variables';

const MINUTE = 60_000;

/** What the document shows of its example device. */
const EXAMPLE = {
  id: 'b9b5a63b-85c1-4cc8-ab6e-8c43c2d54d56',
  d: {
    'network-id': { value: '8d6f953b730f4e4e', time: 1468494129774, acked: 1468494129774, syncacked: 1468876125944, synced: 1468876109029 },
    mode: { value: 'deadleaf', time: 1467199258562, acked: 1467199259016, synced: 1468876109029, syncacked: 1468876126171 },
  } satisfies Record<string, Variable>,
  platform: 'thsq-sensortag',
  history: [
    [1468852593002, 54_800_348],
    [1468876126172, 54_968_717],
  ],
} as const;
/** Of the document's "get all available devices in the network". */
const NEARBY = 'fd92477f326aaa4de8b2d85122560591';
const LAMPS = ['Lamp at the gate', 'Lamp at the path', 'Lamp at the door'] as const;

/** Ids are the same at every start, so that a flow finds its device again. */
const hex = (name: string): string => createHash('md5').update(name).digest('hex');
const uuid = (name: string): string => hex(name).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');

/** A device that is registered for remote access. */
interface Registration {
  readonly device: SimulatedDevice;
  /** Who may use it; undefined: every user of the frontend. [G] So are those that exist from the start. */
  users: Set<Account> | undefined;
}

/** All devices, and their registrations. */
export class Fleet {
  readonly devices: readonly SimulatedDevice[];
  /** By id. */
  private readonly registered = new Map<string, Registration>();
  private temperature = 21;

  /** Called when something of a device may have changed. */
  changed = (_device: SimulatedDevice): void => {};

  constructor(private readonly services: Services) {
    const sensor = this.sensor();
    const lamps = LAMPS.map((name) => this.lamp(name));
    const nearby = this.accessPoint();
    this.devices = [sensor, ...lamps, nearby];
    this.registered.set(EXAMPLE.id, { device: sensor, users: undefined });
    for (const [index, device] of lamps.entries()) this.registered.set(uuid(LAMPS[index] ?? ''), { device, users: undefined });
  }

  /** The devices that a user has registered. */
  of(user: Account): [id: string, device: SimulatedDevice][] {
    return [...this.registered].flatMap(([id, { device, users }]) => (users?.has(user) === false ? [] : [[id, device]]));
  }

  /** "the device ID for a remote access device, or the nearby ID for a nearby device" */
  find(id: string, user: Account): SimulatedDevice | undefined {
    return this.of(user).find(([known]) => known === id)?.[1] ?? this.devices.find(({ auth }) => auth === id);
  }

  /** The device of an action of the page. @throws Refused */
  chosen({ auth }: Input): SimulatedDevice {
    return found(
      this.devices.find((candidate) => candidate.auth === auth),
      `device ${String(auth)}`,
    );
  }

  /** @returns "the device's new access ID"; undefined where no device has that code */
  claim(auth: string, user: Account): string | undefined {
    const device = this.devices.find((candidate) => candidate.auth === auth);
    if (!device) return undefined;
    const id = this.idOf(device) || randomUUID();
    const known = this.registered.get(id);
    if (known) known.users?.add(user);
    else this.registered.set(id, { device, users: new Set([user]) });
    return id;
  }

  /** Shares a device that a user has registered with another. @param key its id or its code @returns its id; undefined where there is no such device */
  share(key: string, user: Account, other: Account): string | undefined {
    const [id] = this.of(user).find(([known, { auth }]) => known === key || auth === key) ?? [];
    if (id !== undefined) this.registered.get(id)?.users?.add(other);
    return id;
  }

  /** Others with whom the device is shared keep it. @returns whether the user had it */
  remove(id: string, user: Account): boolean {
    const known = this.of(user).some(([one]) => one === id) ? this.registered.get(id) : undefined;
    known?.users?.delete(user);
    if (known && !known.users?.size) this.registered.delete(id);
    return known !== undefined;
  }

  idOf(device: SimulatedDevice): string {
    return [...this.registered].find(([, known]) => known.device === device)?.[0] ?? '';
  }

  /** Sets the temperature that the sensor measures, which it reports at once. */
  warm(temperature: number): void {
    this.temperature = temperature;
    this.devices[0]?.report('s', 'temperature', temperature.toFixed(1));
  }

  private sensor(): SimulatedDevice {
    const device = this.device('Greenhouse', 'awake', EXAMPLE.platform);
    Object.assign(device.variables.d, structuredClone(EXAMPLE.d));
    const [, [time]] = EXAMPLE.history;
    device.variables.s.platform = { value: EXAMPLE.platform, time };
    for (const [timestamp, id] of EXAMPLE.history) device.history.add('s', 'platform', EXAMPLE.platform, 'device', timestamp, id);
    this.give(device, 'period', '60');
    // Two days and nights.
    const now = Date.now();
    for (let ago = 288; ago >= 0; ago--) {
      const at = now - 10 * MINUTE * ago;
      const value = (21 + 4 * Math.sin((at / (24 * 60 * MINUTE)) * 2 * Math.PI)).toFixed(1);
      device.history.add('s', 'temperature', value, 'device', at);
      device.variables.s.temperature = { value, time: at };
      this.temperature = Number(value);
    }
    device.measure('temperature', () => (this.temperature + 0.4 * Math.sin(Date.now() / 7000)).toFixed(1));
    return device;
  }

  private lamp(name: string): SimulatedDevice {
    const device = this.device(name, name === LAMPS[1] ? 'sleepy' : 'awake', 'thsq-cc2538dk');
    this.give(device, 'level', '40');
    this.give(device, 'mode', 'leaf');
    device.report('s', 'fw-version', '1451602800');
    return device;
  }

  private accessPoint(): SimulatedDevice {
    const device = this.device('Access point', 'awake', 'thsq-cc2538dk', NEARBY);
    this.give(device, 'period', '60');
    this.give(device, 'mode', 'master');
    return device;
  }

  private device(name: string, reach: SimulatedDevice['reach'], platform: string, auth = hex(name)): SimulatedDevice {
    const device: SimulatedDevice = new SimulatedDevice({ auth, reach, clock: this.services.clock, changed: () => this.noticed(device) });
    device.report('s', 'name', name);
    device.report('s', 'platform', platform);
    device.report('meta', 'unique', hex(`unique ${name}`).slice(0, 16));
    device.report('meta', 'state', 'disconnected');
    return device;
  }

  private noticed(device: SimulatedDevice): void {
    this.services.changed();
    this.changed(device);
  }

  /** Sets a `d` variable that the device has acknowledged. */
  private give(device: SimulatedDevice, name: string, value: string): void {
    const time = Date.now();
    device.variables.d[name] = { value, time, acked: time };
    device.history.add('d', name, value, 'user', time);
  }
}
