import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Clock } from './clock';
import { FaultSwitches } from './faults';
import { FOREIGN, isForeign } from './http/foreign';
import { Refused } from './http/refused';
import { readBody } from './http/request';
import { type DeviceResponse, sendResponse } from './http/response';
import { openWebSocket, refuseUpgrade } from './http/upgrade';
import type { Input } from './input';
import { HOST, type ListeningServer, listen } from './listen';
import { type SimulatedBroker, startBroker } from './mqtt/broker';
import type { Update } from './page/update';
import { perform, servePage } from './page-server';
import { PageUpdates } from './page-updates';
import type { RunningVendor, SimulatedVendor } from './vendor';
import { vendors } from './vendors';

export interface Ports {
  readonly port: number;
  readonly mqttPort: number;
}

interface Simulated {
  readonly id: string;
  readonly vendor: SimulatedVendor<unknown>;
  readonly devices: RunningVendor<unknown>;
  readonly faults: FaultSwitches;
  /** Responses that are kept open for a stream, and WebSockets. */
  readonly streams: Set<ServerResponse | Duplex>;
}

/** All vendors at one HTTP port, and an MQTT broker. */
export class Simulator {
  private readonly ending = new AbortController();
  private readonly clock = new Clock(this.ending.signal);
  private readonly updates = new PageUpdates(this.clock, (ids) => this.describe(ids));
  private readonly simulated: readonly Simulated[];
  private web: ListeningServer | undefined;
  private broker: SimulatedBroker | undefined;

  private constructor(list: Readonly<Record<string, SimulatedVendor<unknown>>>) {
    refuseSharedPaths(list);
    // Every request that waits listens for the end.
    setMaxListeners(0, this.ending.signal);
    this.simulated = Object.entries(list).map(([id, vendor]) => ({
      ...{ id, vendor, faults: new FaultSwitches(), streams: new Set() },
      devices: vendor.start({
        changed: () => this.updates.touch(id),
        publish: (topic, payload) => this.broker?.publish(topic, payload),
        log: (entry) => this.updates.enter({ ...entry, vendor: id, direction: 'out' }),
        clock: this.clock,
        signal: this.ending.signal,
      }),
    }));
  }

  /** Port 0: any free one. @throws PortTaken */
  static async start({ port, mqttPort }: Ports, list: Readonly<Record<string, SimulatedVendor<unknown>>> = vendors): Promise<Simulator> {
    const simulator = new Simulator(list);
    const results = await Promise.allSettled([simulator.openWeb(port), simulator.openBroker(mqttPort)]);
    const failed = results.find((result) => result.status === 'rejected');
    if (!failed) return simulator;
    await simulator.close();
    throw failed.reason;
  }

  get address(): string {
    return `http://${HOST}:${this.web?.port}`;
  }

  get port(): number | undefined {
    return this.web?.port;
  }

  get mqttPort(): number | undefined {
    return this.broker && Number(new URL(this.broker.address).port);
  }

  get mqttAddress(): string {
    return this.broker?.address ?? '';
  }

  /** The updates of a device page that another server shows. */
  openFeed(response: ServerResponse): void {
    if (this.ending.signal.aborted) response.destroy();
    else this.updates.open(response);
  }

  /** What a person does on such a page. */
  perform(vendor: string, action: string, input: Input, response: ServerResponse): void {
    sendResponse(
      response,
      perform(() => this.act(vendor, action, input)),
    );
  }

  /** Ends everything at once, whatever hangs. */
  async close(): Promise<void> {
    this.ending.abort();
    this.updates.close();
    await Promise.all([this.web?.close(), this.broker?.close()]);
  }

  private async openWeb(port: number): Promise<void> {
    const server = createServer((request, response) => void this.serve(request, response));
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => void this.serveUpgrade(request, socket, head));
    this.web = await listen(server, port);
  }

  private async openBroker(port: number): Promise<void> {
    this.broker = await startBroker(port, () => this.updates.touch('mqtt'));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const path = pathOf(request);
      const simulated = this.vendorAt(path);
      const isLinked = simulated ? simulated.vendor.linkedPaths?.includes(path.slice(simulated.vendor.prefix.length)) : path === '/';
      if (isForeign(request, isLinked ?? false))
        sendResponse(response, { status: 403, body: simulated ? simulated.devices.failure(FOREIGN) : FOREIGN });
      else if (simulated) await this.serveVendor(simulated, path, request, response);
      else await servePage(request, response, this.updates, (vendor, action, input) => this.act(vendor, action, input));
    } catch (error) {
      // That the client has disconnected or the simulator is closing is no error.
      if (!request.socket.destroyed && !this.ending.signal.aborted) process.emitWarning(error as Error);
      response.destroy();
    }
  }

  private vendorAt(path: string): Simulated | undefined {
    return this.simulated.find(({ vendor: { prefix, paths = [prefix] } }) => paths.some((own) => isWithin(path, own)));
  }

  /** A request for a WebSocket. */
  private async serveUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const [time, started, path] = [Date.now(), performance.now(), pathOf(request)];
    const simulated = this.vendorAt(path);
    socket.on('error', () => {});
    try {
      const status = simulated ? await this.upgrade(simulated, path, request, socket, head) : refused(socket, NO_WEB_SOCKET);
      if (simulated)
        this.updates.enter({
          vendor: simulated.id,
          direction: 'in',
          time,
          method: 'GET',
          path,
          status,
          duration: performance.now() - started,
        });
    } catch (error) {
      if (!socket.destroyed && !this.ending.signal.aborted) process.emitWarning(error as Error);
      socket.destroy();
    }
  }

  /** @returns the status of the response */
  private async upgrade(simulated: Simulated, path: string, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<number> {
    const { vendor, devices, faults, streams } = simulated;
    const failure = (message: string) => devices.failure(message);
    if (isForeign(request, false)) return refused(socket, { status: 403, body: failure(FOREIGN) });
    const fault = await faults.respond(failure, this.ending.signal);
    if (fault) return refused(socket, fault);
    const query = new URLSearchParams((request.url ?? '').slice(path.length));
    const asked = { method: 'GET', path: path.slice(vendor.prefix.length), query, headers: request.headers, body: Buffer.alloc(0) };
    const service = devices.upgrade?.(asked) ?? NO_WEB_SOCKET;
    if ('status' in service) return refused(socket, service);
    const client = openWebSocket(request, socket, head, service);
    if (!client) return refused(socket, NO_WEB_SOCKET);
    streams.add(socket);
    socket.once('close', () => streams.delete(socket));
    service.open(client);
    return 101;
  }

  private async serveVendor(simulated: Simulated, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { id, streams } = simulated;
    const time = Date.now();
    const started = performance.now();
    const shown = shownPath(simulated.vendor, path);
    const { method = 'GET' } = request;
    response.once('close', () => streams.delete(response));
    const log = (status: number) =>
      this.updates.enter({ vendor: id, direction: 'in', time, method, path: shown, status, duration: performance.now() - started });
    try {
      const reply = await this.respond(simulated, path, request, response);
      if (reply) sendResponse(response, reply);
      else streams.add(response);
      this.updates.touch(id);
      log(response.statusCode);
    } catch (error) {
      log(0);
      throw error;
    }
  }

  private async respond({ vendor, devices, faults }: Simulated, path: string, request: IncomingMessage, response: ServerResponse) {
    const { method = 'GET', headers } = request;
    const failure = (message: string) => devices.failure(message);
    try {
      const body = await readBody(request);
      const fault: DeviceResponse | undefined = await faults.respond(failure, this.ending.signal);
      if (fault) return fault;
      const query = new URLSearchParams((request.url ?? '').slice(path.length));
      const asked = { method, path: path.slice(vendor.prefix.length), query, headers, body };
      const otherwise = faults.values.otherwise ? vendor.otherwise : undefined;
      const reply = await devices.handle(otherwise?.request?.(asked) ?? asked, response);
      return reply && (otherwise?.response?.(reply, asked) ?? reply);
    } catch (error) {
      if (error instanceof Refused) return { status: error.status, body: failure(error.message) };
      throw error;
    }
  }

  private act(id: string, action: string, input: Input): void {
    const simulated = this.simulated.find((one) => one.id === id);
    if (!simulated) throw new Refused(400, `there is no vendor ${id}`);
    const { vendor, devices, faults, streams } = simulated;
    if (action === 'faults') faults.set(input);
    else if (action === 'drop') {
      for (const stream of streams) stream.destroy();
      if (vendor.usesMqtt) this.broker?.drop();
    } else if (Object.hasOwn(devices.actions, action)) devices.actions[action]?.(input);
    else throw new Refused(400, `${id} has no action ${action}`);
    this.updates.touch(id);
  }

  /** @param ids what has changed, `mqtt` for the broker; all unless given */
  private describe(ids?: ReadonlySet<string>): Omit<Update, 'log' | 'changes'> {
    const changed = this.simulated.filter(({ id }) => ids?.has(id) ?? true);
    return {
      ...(!ids && {
        sections: this.simulated.map(({ id, vendor: { name, prefix, otherwise } }) => ({
          id,
          name,
          address: this.address + prefix,
          hasOtherwise: otherwise !== undefined,
        })),
      }),
      vendors: Object.fromEntries(changed.map(({ id, devices }) => [id, devices.state()])),
      faults: Object.fromEntries(changed.map(({ id, faults }) => [id, faults.values])),
      ...((ids?.has('mqtt') ?? true) && this.broker && { mqtt: { address: this.broker.address, clients: this.broker.clients() } }),
    };
  }
}

/** The path as the device page shows it. */
function shownPath({ prefix, secretPath = '' }: SimulatedVendor<unknown>, path: string): string {
  const beginning = prefix + secretPath;
  return secretPath !== '' && path.startsWith(beginning) ? `${beginning}…` : path;
}

const pathOf = ({ url = '/' }: IncomingMessage): string => url.replace(/\?.*/s, '');

const NO_WEB_SOCKET: DeviceResponse = { status: 400, body: 'There is no WebSocket for this request' };

function refused(socket: Duplex, response: DeviceResponse): number {
  refuseUpgrade(socket, response);
  return response.status;
}

/** @throws Error where a path would lead to two vendors */
function refuseSharedPaths(list: Readonly<Record<string, SimulatedVendor<unknown>>>): void {
  const all = Object.entries(list).flatMap(([id, { prefix, paths = [prefix] }]) => paths.map((path) => ({ id, path })));
  for (const { id, path } of all)
    for (const other of all)
      if (other.id !== id && isWithin(path, other.path)) throw new Error(`The simulated vendors ${other.id} and ${id} both serve ${path}.`);
}

const isWithin = (path: string, beginning: string): boolean => path === beginning || path.startsWith(`${beginning}/`);
