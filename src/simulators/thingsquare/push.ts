import type { Clock } from '../clock';
import type { WebSocketClient } from '../http/web-socket';
import type { Account, Accounts } from './accounts';
import type { SimulatedDevice } from './device';
import type { Fleet } from './fleet';
import { KINDS, type Variables } from './variables';

/** Some variables of a device. */
type Part = Record<string, Record<string, unknown>>;

interface Listener {
  readonly client: WebSocketClient;
  readonly cookies: string | undefined;
  readonly user: Account;
  /** Only what has changed is sent, and not whole devices. */
  isDelta: boolean;
  /** Milliseconds for which changes are gathered. */
  throttle: number;
  pending: Record<string, Part>;
  isWaiting: boolean;
}

/** The WebSockets of users, over which changes of their devices come: known from the vendor's library alone. */
export class Push {
  private readonly listeners = new Set<Listener>();
  /** Each variable as JSON, as it was when it was looked at last. */
  private readonly seen = new Map<SimulatedDevice, Map<string, string>>();

  constructor(
    private readonly accounts: Accounts,
    private readonly fleet: Fleet,
    private readonly clock: Clock,
  ) {}

  open(client: WebSocketClient, cookies: string | undefined, user: Account): void {
    if (this.listeners.size === 0) for (const device of this.fleet.devices) this.differences(device);
    const listener: Listener = { client, cookies, user, isDelta: false, throttle: 0, pending: {}, isWaiting: false };
    this.listeners.add(listener);
    client.onEnd = () => this.listeners.delete(listener);
    client.onText = (text) => configure(listener, text);
  }

  /** Something of the device may have changed. */
  changed(device: SimulatedDevice): void {
    if (this.listeners.size === 0) return;
    const part = this.differences(device);
    if (Object.keys(part).length === 0) return;
    for (const listener of this.listeners)
      for (const [id, own] of this.fleet.of(listener.user))
        if (own === device) this.enter(listener, id, listener.isDelta ? part : device.variables);
  }

  claimed(user: Account, id: string, { variables }: SimulatedDevice): void {
    this.tell(user, { events: { [id]: { type: 'device-claimed', device: variables } } });
  }

  removed(user: Account, id: string): void {
    this.tell(user, { events: { [id]: { type: 'device-removed' } } });
  }

  /** [G] The WebSocket of a session ends with it. */
  endOrphans(): void {
    for (const { client, cookies, user } of this.listeners) if (this.accounts.of(cookies) !== user) client.close();
  }

  private tell(user: Account, message: object): void {
    for (const listener of this.listeners) if (listener.user === user) listener.client.send(JSON.stringify(message));
  }

  private enter(listener: Listener, id: string, part: Part | Variables): void {
    const before = listener.pending[id] ?? {};
    listener.pending[id] = { ...before };
    for (const [kind, variables] of Object.entries(part)) listener.pending[id][kind] = { ...before[kind], ...variables };
    if (listener.isWaiting) return;
    listener.isWaiting = true;
    // What changes at the same time is one message.
    this.clock.after(listener.throttle, () => {
      const { pending, isDelta, client } = listener;
      Object.assign(listener, { pending: {}, isWaiting: false });
      if (this.listeners.has(listener)) client.send(JSON.stringify(isDelta ? { delta: pending } : { devices: pending }));
    });
  }

  /** What has changed since this was asked last. */
  private differences(device: SimulatedDevice): Part {
    const seen = this.seen.get(device) ?? new Map<string, string>();
    this.seen.set(device, seen);
    const part: Part = {};
    for (const kind of KINDS)
      for (const [name, variable] of Object.entries(device.variables[kind])) {
        const [key, text] = [`${kind}/${name}`, JSON.stringify(variable)];
        if (seen.get(key) === text) continue;
        seen.set(key, text);
        part[kind] = { ...part[kind], [name]: JSON.parse(text) };
      }
    return part;
  }
}

/** What the library sends first: `{"delta": true, "throttletime": ...}`. Anything else has no effect. */
function configure(listener: Listener, text: string): void {
  try {
    const { delta, throttletime = 0 } = JSON.parse(text) ?? {};
    listener.isDelta = delta === true;
    listener.throttle = typeof throttletime === 'number' && throttletime >= 0 && throttletime <= 60_000 ? throttletime : 0;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}
