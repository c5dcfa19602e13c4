import { createServer as createHttp, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createNet, type Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CERTIFICATE, KEY } from './certificate';
import { freePort } from './ports';

/** A request as it arrived, whole. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown;
}

/** What the server does with a request that it has read. */
export type Behaviour = (response: ServerResponse, request: Recorded) => void;

/** A response in JSON. */
export const respond =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

/**
 * A vendor's server that misbehaves as told: a real one, on a real port. Without orders it responds as `good` says; `next`
 * orders one request each, in turn; `always` orders every request.
 */
export class FaultServer {
  readonly requests: Recorded[] = [];
  /** Requests that came to the other host, to which no client should go. */
  readonly strayed: Recorded[] = [];
  good: Behaviour = respond({ message: 'Success' });
  /** Requests that get the response of `good`, whatever is ordered. */
  spared: ((request: Recorded) => boolean) | undefined;
  private orders: Behaviour[] = [];
  private standing: Behaviour | undefined;
  private isSilent = false;
  private readonly sockets = new Set<Socket>();

  private upgrading: ((request: IncomingMessage, socket: Duplex, head: Buffer) => void) | undefined;

  private constructor(
    private readonly http: Server,
    /** Accepts the connections, so that it can also leave them without a response. */
    private readonly door: NetServer,
    private readonly other: Server,
    private readonly protocol: 'http' | 'https',
    private readonly port: number,
  ) {}

  static async start({ tls = false } = {}): Promise<FaultServer> {
    // Longer than any test leaves a connection alone: a request must not meet one that is just being closed.
    const options = { keepAliveTimeout: 120_000 };
    const http = tls ? createHttps({ ...options, cert: CERTIFICATE, key: KEY }) : createHttp(options);
    const door = createNet({ pauseOnConnect: true });
    const other = createHttp();
    const port = await listen(door, await freePort());
    await listen(other, 0);
    const faults = new FaultServer(http, door, other, tls ? 'https' : 'http', port);
    door.on('connection', (socket: Socket) => faults.connected(socket, http));
    http.on(
      'request',
      recording(faults.requests, (response, request) => faults.behave(response, request)),
    );
    other.on('request', recording(faults.strayed, respond({ message: 'Success' })));
    return faults;
  }

  get url(): string {
    return `${this.protocol}://127.0.0.1:${this.port}`;
  }

  /** Another host, which records who comes. */
  get elsewhere(): string {
    return `http://localhost:${(this.other.address() as AddressInfo).port}`;
  }

  /** The behaviour for the next requests, one each. */
  next(...behaviours: Behaviour[]): void {
    this.orders.push(...behaviours);
  }

  /** The behaviour for every request that has no order of its own. */
  always(behaviour: Behaviour): void {
    this.standing = behaviour;
  }

  /** Whoever asks for another protocol comes here, until the server is healed; without, it is a request like any other. */
  upgrade(behaviour: NonNullable<typeof this.upgrading>): void {
    this.downgrade();
    this.upgrading = behaviour;
    this.http.on('upgrade', behaviour);
  }

  private downgrade(): void {
    if (this.upgrading) this.http.off('upgrade', this.upgrading);
    this.upgrading = undefined;
  }

  /** Nobody listens any more: connections are refused. */
  async refuse(): Promise<void> {
    if (!this.door.listening) return;
    const closed = new Promise((resolve) => this.door.close(resolve));
    this.disconnect();
    await closed;
  }

  /** Connections are accepted, but nothing is read or written. */
  acceptSilently(): void {
    this.isSilent = true;
    this.disconnect();
  }

  /** Well again, with nothing recorded. */
  async heal(): Promise<void> {
    this.orders = [];
    this.standing = undefined;
    this.spared = undefined;
    this.isSilent = false;
    this.requests.length = 0;
    this.strayed.length = 0;
    this.downgrade();
    this.disconnect();
    if (!this.door.listening) await listen(this.door, this.port);
  }

  async close(): Promise<void> {
    await this.refuse();
    this.other.closeAllConnections();
    await new Promise((resolve) => this.other.close(resolve));
  }

  private connected(socket: Socket, http: Server): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    // A peer that goes away in the middle is what this server is for.
    socket.on('error', () => {});
    if (this.isSilent) return;
    http.emit('connection', socket);
    socket.resume();
  }

  private behave(response: ServerResponse, request: Recorded): void {
    if (this.spared?.(request)) this.good(response, request);
    else (this.orders.shift() ?? this.standing ?? this.good)(response, request);
  }

  /** Ends the connections that there are; new ones may come. */
  private disconnect(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

function recording(requests: Recorded[], then: Behaviour): RequestListener {
  return (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const request = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body, json: parsed(body) };
      requests.push(request);
      then(response, request);
    });
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

async function listen(server: NetServer, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}
