import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Broker, startBroker } from './broker';
import { servePage } from './device-page';
import { readBody, send } from './exchange';
import { FaultSwitches } from './faults';
import { Feed } from './feed';
import { isForeign, REFUSAL } from './foreign';
import { HOST, type Listening, listen } from './listen';
import type { Update, VendorId } from './types';
import { BadInput, type Vendor } from './vendor';
import { vendors as list } from './vendors';

export interface Ports {
  readonly port: number;
  readonly mqttPort: number;
}

interface Simulated {
  readonly id: VendorId;
  readonly vendor: Vendor<unknown>;
  readonly faults: FaultSwitches;
  /** Responses that the vendor took over. */
  readonly streams: Set<ServerResponse>;
}

/** All vendors behind one HTTP port, and a broker. */
export class Simulator {
  private readonly ending = new AbortController();
  private readonly feed = new Feed((parts) => this.describe(parts));
  private readonly vendors: readonly Simulated[];
  private web: Listening | undefined;
  private broker: Broker | undefined;

  private constructor() {
    // Every request that waits listens for the end.
    setMaxListeners(0, this.ending.signal);
    this.vendors = (Object.keys(list) as VendorId[]).map((id) => ({
      id,
      faults: new FaultSwitches(),
      streams: new Set(),
      vendor: list[id]({
        changed: () => this.feed.touch(id),
        publish: (topic, payload) => this.broker?.publish(topic, payload),
        log: (entry) => this.feed.enter({ ...entry, vendor: id, direction: 'out' }),
        signal: this.ending.signal,
      }),
    }));
  }

  /** Port 0: any free one. @throws PortTaken */
  static async start({ port, mqttPort }: Ports): Promise<Simulator> {
    const simulator = new Simulator();
    const results = await Promise.allSettled([simulator.openWeb(port), simulator.openBroker(mqttPort)]);
    const failed = results.find((result) => result.status === 'rejected');
    if (!failed) return simulator;
    await simulator.close();
    throw failed.reason;
  }

  get address(): string {
    return `http://${HOST}:${this.web?.port}`;
  }

  get mqttAddress(): string {
    return this.broker?.address ?? '';
  }

  /** Ends everything at once, whatever hangs. */
  async close(): Promise<void> {
    this.ending.abort();
    this.feed.close();
    await Promise.all([this.web?.close(), this.broker?.close()]);
  }

  private async openWeb(port: number): Promise<void> {
    this.web = await listen(
      createServer((request, response) => void this.serve(request, response)),
      port,
    );
  }

  private async openBroker(port: number): Promise<void> {
    this.broker = await startBroker(port, () => this.feed.touch('mqtt'));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const path = (request.url ?? '/').replace(/\?.*/s, '');
      const simulated = this.vendors.find(({ vendor: { prefix } }) => path === prefix || path.startsWith(`${prefix}/`));
      const isPage = simulated ? simulated.vendor.pages?.includes(path.slice(simulated.vendor.prefix.length)) : path === '/';
      if (isForeign(request, isPage ?? false))
        send(response, { status: 403, body: simulated ? simulated.vendor.failure(REFUSAL) : REFUSAL });
      else if (simulated) await this.serveVendor(simulated, path, request, response);
      else
        await servePage(
          request,
          response,
          (page) => this.feed.open(page),
          (vendor, action, input) => this.act(vendor, action, input),
        );
    } catch (error) {
      // That the client went away or the simulator is closing is no fault.
      if (!request.socket.destroyed && !this.ending.signal.aborted) process.emitWarning(error as Error);
      response.destroy();
    }
  }

  private async serveVendor({ id, vendor, faults, streams }: Simulated, path: string, request: IncomingMessage, response: ServerResponse) {
    const time = Date.now();
    const started = performance.now();
    const { method = 'GET', headers } = request;
    response.once('close', () => streams.delete(response));
    const log = (status: number) =>
      this.feed.enter({ vendor: id, direction: 'in', time, method, path, status, duration: performance.now() - started });
    try {
      const body = await readBody(request);
      const below = path.slice(vendor.prefix.length);
      const query = new URLSearchParams((request.url ?? '').slice(path.length));
      const failure = (message: string) => vendor.failure(message);
      const reply = !body
        ? { status: 413, body: failure('Content Too Large') }
        : ((await faults.answer(failure, this.ending.signal)) ??
          (await vendor.handle({ method, path: below, query, headers, body }, response)));
      if (reply) send(response, reply);
      else streams.add(response);
      log(response.statusCode);
    } catch (error) {
      log(0);
      throw error;
    }
  }

  private act(id: string, action: string, input: Record<string, unknown>): void {
    const simulated = this.vendors.find((one) => one.id === id);
    if (!simulated) throw new BadInput(`there is no vendor ${id}`);
    const { vendor, faults, streams } = simulated;
    if (action === 'faults') faults.set(input);
    else if (action === 'drop') {
      for (const stream of streams) stream.destroy();
      if (vendor.usesBroker) this.broker?.drop();
    } else if (Object.hasOwn(vendor.actions, action)) vendor.actions[action]?.(input);
    else throw new BadInput(`${id} has no action ${action}`);
    this.feed.touch(id);
  }

  private describe(parts?: ReadonlySet<string>): Omit<Update, 'log'> {
    const changed = this.vendors.filter(({ id }) => parts?.has(id) ?? true);
    return {
      vendors: Object.fromEntries(changed.map(({ id, vendor }) => [id, vendor.state()])),
      faults: Object.fromEntries(changed.map(({ id, faults }) => [id, faults.values])),
      ...((parts?.has('mqtt') ?? true) && this.broker && { mqtt: { address: this.broker.address, clients: this.broker.clients() } }),
    };
  }
}
